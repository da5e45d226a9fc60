"""A page with its lab, as a reader sees it in the browser: images/lesson.png.

The picture is of the folder that make site made:

    PYTHONPATH=tests .venv/bin/python tools/site/picture.py
"""

from in_browser import ROOT, chromium, served

if __name__ == "__main__":
    with served(ROOT / "site") as port, chromium() as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 860}, device_scale_factor=1.5)
        page.goto(f"http://127.0.0.1:{port}/03_momentum.html")
        page.locator(".code.lab").first.scroll_into_view_if_needed()  # it wakes where it is seen
        lab = page.locator(".bnlib-lab").first
        lab.wait_for(timeout=120_000)
        lab.scroll_into_view_if_needed()
        page.wait_for_timeout(2000)
        page.screenshot(path=ROOT / "images" / "lesson.png")
