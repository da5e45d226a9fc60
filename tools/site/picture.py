"""A lesson with its lab, as a student sees it in the browser: images/lesson.png.

The picture is of the folder that make site made:

    PYTHONPATH=tests .venv/bin/python tools/site/picture.py
"""

from in_browser import CHROMIUM, FLAGS, ROOT, open_live, run_until, scroll_to, served
from playwright.sync_api import sync_playwright

if __name__ == "__main__":
    with served(ROOT / "site") as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 1000}, device_scale_factor=1.5)
        open_live(page, f"http://127.0.0.1:{port}/", "03_momentum")
        run_until(page, "lab")
        scroll_to(page, "lab")
        page.locator(".bnlib-lab .picture >> nth=0").wait_for()
        page.wait_for_timeout(2000)
        page.screenshot(path=ROOT / "images" / "lesson.png")
        browser.close()
