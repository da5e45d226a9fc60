"""The site on a server of its own, and a browser."""

import pytest
from in_browser import ROOT, chromium, served

SITE = ROOT / "site"


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The site on a server of its own, in a folder of it; not a secure context, as https is."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "some").mkdir()
    (folder / "some" / "course").symlink_to(SITE)
    with served(folder) as port:
        yield f"http://course.test:{port}/some/course/"


@pytest.fixture(scope="session")
def browser():
    with chromium("--host-resolver-rules=MAP course.test 127.0.0.1") as browser:
        yield browser


@pytest.fixture
def asleep(browser):
    """Opens pages, each of its own reader, whose Python is on its way and does not come."""
    contexts = []

    def opened(**options):
        contexts.append(browser.new_context(**options))
        contexts[-1].route("**/python/*", lambda _: None)
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()
