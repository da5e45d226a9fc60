"""A browser, and a page of it, as large as a laptop's."""

import pytest
from in_browser import chromium


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 960})
    page.set_default_timeout(20_000)
    yield page
    page.close()
