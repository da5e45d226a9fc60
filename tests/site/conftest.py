"""The site on a server of its own, and a browser."""

import pytest
from in_browser import CHROMIUM, FLAGS, ROOT, served
from playwright.sync_api import sync_playwright

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
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--host-resolver-rules=MAP course.test 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()
