"""The river on a real picture, as /demo tells it: device, bank, platform, answer, person, withdrawal."""

import json
import os
import subprocess
from pathlib import Path

import requests
from PIL import Image
from playwright.sync_api import Browser, expect
from skimage import data

from tests.journeys.demonstration import LEEWARD, Demo, wait_for_text
from tests.journeys.river import PATIENCE_MILLISECONDS, _protect, _upload


def walk_the_river(demo: Demo, chromium: Browser, folder: Path) -> None:
    """The five steps, on a wall that is still empty."""
    photo = folder / "holiday.jpg"
    Image.fromarray(data.chelsea()).save(photo, quality=90)
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    page = context.new_page()
    page.goto(f"{demo.url}/demo/tours/photo")
    steps = page.locator("ol#steps > li")
    assert steps.count() == 5

    site = steps.nth(0).get_by_role("link").get_attribute("href")
    assert site
    wall = context.new_page()
    _upload(wall, site, photo)
    expect(wall.get_by_text("Your photo is on the wall.")).to_be_visible()
    expect(wall.get_by_alt_text("A shared photo")).to_have_count(1)

    steps.nth(1).get_by_role("link").click()
    code = _protect(page, photo)

    wait_for_text(wall, "A photo was blocked and deleted", reload=site)
    expect(wall.get_by_alt_text("A shared photo")).to_have_count(0)
    _upload(wall, site, _smaller_and_mirrored(photo))
    expect(wall.get_by_text("This photo was not published.")).to_be_visible()

    pictures = f"{demo.url}/status/part/pictures"
    wait_for_text(page, "It turned up on Picture House, and Picture House stopped it.", reload=pictures)
    wait_for_text(page, "Lantern has fetched its fingerprint and can look out for it.", reload=pictures)
    wait_for_text(page, "Old Harbour has fetched its fingerprint and can look out for it.", reload=pictures)

    # Another device, with nothing but the code.
    other = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    other.goto(f"{demo.url}/status/")
    other.get_by_role("textbox").fill(code)
    other.get_by_role("button", name="Open my pages").click()
    other.wait_for_url("**/status/pictures")
    other.get_by_role("link", name="Pictures", exact=True).click()
    other.get_by_role("link", name="Take all pictures back").click()
    other.get_by_role("textbox").fill(code)  # once more: it cannot be undone
    other.get_by_role("button", name="Yes, take everything back").click()
    expect(other.get_by_text("You took everything back")).to_be_visible()
    wait_for_text(other, "Picture House does not look for it for you any more.", reload=pictures)

    _upload(wall, site, photo)
    expect(wall.get_by_text("Your photo is on the wall.")).to_be_visible()
    _assert_the_operators_commands_work_on_the_running_data(demo)
    _assert_nothing_planted_lies_in_the_data(demo, code=code, photo=photo)


def _smaller_and_mirrored(photo: Path) -> Path:
    path = photo.with_name("copy.jpg")
    with Image.open(photo) as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((300, 200)).save(path, quality=60)
    return path


def _assert_the_operators_commands_work_on_the_running_data(demo: Demo) -> None:
    environment = {"PATH": os.environ["PATH"], "LEEWARD_ENV": "demo", "LEEWARD_DATA": str(demo.data)}

    def leeward(*arguments: str) -> str:
        done = subprocess.run(
            [str(LEEWARD), *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    keys = json.loads(leeward("create-platform", "North Quay"))
    listed = demo.data / "list.csv"
    listed.write_text(f"hash_type,hash\npdq,{'0f' * 32}\nvideo_md5,{'ab' * 16}\npdq,nonsense\n", encoding="utf-8")
    assert "line 4: " in leeward("import-hashes", str(listed))
    assert _status_in_feed(demo, keys, "0f" * 32) == "Active"
    leeward("withdraw-hash", "0f" * 32, "--reason", "asked by the person")
    assert _status_in_feed(demo, keys, "0f" * 32) == "Withdrawn"


def _assert_nothing_planted_lies_in_the_data(demo: Demo, *, code: str, photo: Path) -> None:
    """Search every file, the database and the logs included: no code, no file name, no browser, no piece of photo."""
    content = photo.read_bytes()
    pieces = [content[at : at + 24] for at in range(200, len(content) - 24, len(content) // 64)]
    secret = code[8:22].encode()
    searched = 0
    for file in demo.data.rglob("*"):
        # Picture House has the photo because somebody posted it there; that is its own folder, not ours.
        if not file.is_file() or "site" in file.parts:
            continue
        held = file.read_bytes()
        searched += len(held)
        for planted in (secret, photo.name.encode(), b"HeadlessChrome", *pieces):
            assert planted not in held, f"{planted!r} lies in {file}"
    assert searched > 100_000


def _status_in_feed(demo: Demo, keys: dict[str, str], wanted: str) -> str:
    answer = requests.get(
        f"{demo.url}/exchange/v1/FetchHashes",
        params={"startTimestamp": 10, "pageSize": 800},
        headers={"x-functions-key": keys["fetch_key"], "Ocp-Apim-Subscription-Key": keys["subscription_key"]},
        timeout=30,
    )
    answer.raise_for_status()
    records = {record["hashValue"]: record["hashStatus"] for record in answer.json()["hashRecords"]}
    return str(records.get(wanted, "absent"))
