"""How a person protects pictures in a browser, for the journeys that walk that way."""

import io
import re
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect
from skimage import data


def photo(name: str) -> dict[str, Any]:
    """A photo from scikit-image, as the file dialogue gives it."""
    out = io.BytesIO()
    Image.fromarray(getattr(data, name)()).save(out, "JPEG", quality=90)
    return {"name": f"{name}-private-name.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def press(page: Page, selector: str) -> None:
    """Press a button below the frame by a key: the frame may still be growing under a pointer."""
    page.locator(selector).press("Enter")


def answer(page: Page, value: str) -> None:
    page.locator(f"main input[value={value}]").check()
    page.locator("main button").click()


def go_to_pictures(page: Page) -> None:
    page.goto("/protect/")
    answer(page, "yes")
    page.wait_for_url("**/protect/pictures")


def choose(page: Page, *photos: dict[str, Any]) -> None:
    frame = page.frame_locator("iframe")
    frame.locator("input[type=file]:enabled").wait_for(state="attached")
    frame.locator("input[type=file]").set_input_files(list(photos))
    expect(page.locator("[data-chosen]")).to_contain_text(str(len(photos)))


def read_code(page: Page) -> str:
    code = " ".join(page.locator(".portal-code__group").all_inner_texts())
    assert re.fullmatch(r"(\d{4} ){5}\d{4}", code)
    return code


def walk_to_code(page: Page) -> str:
    press(page, "[data-next=meaning]")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.locator("[data-step=meaning] [data-next]").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    return read_code(page)
