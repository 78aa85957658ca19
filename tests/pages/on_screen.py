"""What is done and asked of whatever screen stands before somebody."""

import pytest

from scripts import page_browser


def go(one, path):
    """To a screen without loading the document, so that the wallet stays open; and until nothing is awaited."""
    page_browser.go(one.page, path)


def settle(one):
    page_browser.settle(one.page)


def violations(one):
    if not page_browser.AXE.exists():
        pytest.skip("axe-core is not here: python -m scripts.pages --check")
    return page_browser.violations(one.page)


def look(one, name):
    """What holds of each screen that is met here, once it is there: some are held against the record before."""
    one.page.locator("h1").first.wait_for()
    one.picture(name)
    assert violations(one) == [], name
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
