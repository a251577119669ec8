"""The first steps of the river: a photo is shared, and protected."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

PATIENCE_MILLISECONDS = 60_000


def _upload(page: Page, site: str, photo: Path) -> None:
    page.goto(site)
    page.get_by_label("Choose a photo").set_input_files(photo)
    page.get_by_role("button", name="Upload").click()


def _answer(page: Page, label: str) -> None:
    page.get_by_label(label).check()
    page.get_by_role("button", name="Continue").click()


def _protect(page: Page, photo: Path) -> str:
    """Follow the portal from its first page to the receipt; the code that was shown."""
    _answer(page, "Yes, everyone was 18 or over")
    frame = page.frame_locator("iframe")
    frame.locator("input[type=file]:enabled").wait_for(state="attached")
    frame.locator("input[type=file]").set_input_files(photo)
    expect(page.get_by_text("Ready to go on: 1")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    # By keyboard: the frame may still be growing, and a moving button is no fair target for a mouse.
    page.get_by_role("button", name="Continue").press("Enter")
    page.get_by_role("button", name="Yes, protect them").click()
    code = "".join(re.findall(r"\d{4}", page.locator("[data-step=code]").inner_text()))
    assert len(code) == 24
    page.get_by_label("I have kept my code").check()
    page.get_by_role("button", name="Send the fingerprints").click()
    page.wait_for_url("**/protect/receipt")
    return code
