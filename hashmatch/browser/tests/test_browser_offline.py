"""The offline hasher: one file, opened from disk, with the network off."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

pytestmark = [pytest.mark.browser, pytest.mark.proof]

Save = Callable[..., Path]
DIST = Path(__file__).parents[1] / "dist"
PICTURES = Path(__file__).parent / "pictures"


def test_it_works_from_a_file_without_network(
    built: dict[str, Any],
    page: Page,
    save: Save,
    photo: Callable[[str], Image.Image],
    expected: Callable[..., dict[str, Any]],
) -> None:
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request) if not request.url.startswith(("blob:", "file:")) else None)
    page.context.set_offline(True)
    page.goto((DIST / "offline.html").as_uri())
    frame = page.frame_locator("#hasher")
    frame.locator("input[type=file]:enabled").wait_for(state="attached")
    files = [save("photo.jpg", photo("astronaut"), quality=85), save("photo.png", photo("rocket"))]
    frame.locator("input[type=file]").set_input_files([*files, PICTURES / "plain.heic"])
    page.get_by_role("heading", name="Your fingerprints").wait_for()
    payload = json.loads(page.get_by_label("Fingerprints", exact=True).input_value())
    assert payload["spec"] == "leeward-hashes:1"
    assert payload["pictures"][:2] == [expected(path) for path in files]
    assert payload["pictures"][2]["path"] == "wasm"
    # By keyboard: while the page makes the frame as tall as it asks for, a click may land beside the button.
    page.get_by_role("button", name="Copy the fingerprints").press("Enter")
    expect(page.locator("#copied")).to_have_text("Copied.")
    assert seen == []
