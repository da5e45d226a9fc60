"""Which labs a page shows. They are kept for it, and let go once it shows them no longer."""

from typing import Any

from IPython.core.getipython import get_ipython

_kept: list[Any] = []


def keep(lab: Any) -> None:
    """Keep a lab that is displayed now, and no longer those whose views are all gone.

    Without it, a lab that has no name would end while a page shows it; and with IPython's record
    of all outputs, each run of a lab's cell would leave one more.
    """
    shell: Any = get_ipython()
    if shell is None or lab in _kept:
        return
    for gone in [each for each in _kept if each.view.views == 0]:
        _kept.remove(gone)
        for number in [n for n, output in shell.user_ns["_oh"].items() if output is gone]:
            del shell.user_ns["_oh"][number]
            shell.del_var(f"_{number}", by_name=True)  # in each of the dicts that have it
    _kept.append(lab)
