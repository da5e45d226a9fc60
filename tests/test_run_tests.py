"""make test says what runs, prints a failure whole, and ends with an error where there is one."""

from run_tests import PARTS, ROOT, python, side_by_side

GOOD = python("-c", "print('much'); print('2 passed')")
BAD = python("-c", "print('one'); print('two'); raise SystemExit(3)")


def test_parts_that_go_well_are_a_line_each(capfd):
    assert not side_by_side({"this": GOOD, "that": GOOD})
    said = capfd.readouterr().out
    assert "this: runs\n" in said
    assert "that: done after 0 s (2 passed)\n" in said
    assert "much" not in said
    assert said.endswith("All is well.\n")


def test_a_part_that_fails_is_printed_whole_and_the_others_run_on(capfd):
    assert side_by_side({"bad": BAD, "good": GOOD})
    said = capfd.readouterr().out
    assert "one\ntwo\n\nbad: FAILED after" in said
    assert "good: done" in said
    assert said.endswith("FAILED: bad.\n")


def test_every_file_that_make_test_leaves_to_another_check_is_in_a_part_of_it():
    for folder in ("checks", "browser", "site"):
        parts = PARTS[f"test-{folder}"].values()
        named = {
            ROOT / each for part in parts for each in part if each.startswith(f"tests/{folder}/")
        }
        assert named == set((ROOT / "tests" / folder).glob("test_*.py"))
