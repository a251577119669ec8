"""An officer with a pack, in a real browser: from a disk without a network, and on the site of whoever signed it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from leeward.foundation.checking.drawing import check_page
from leeward.foundation.notary.models import LogKey
from leeward.foundation.signing.models import SigningKey
from tests.foundation.checking.made_up_pack import EXHIBIT, NOW, PICTURE, WORDS, archive, files, issuer_text, signer
from tests.foundation.notary.made_up_log import KEY, ORIGIN
from tests.journeys.people import DESKTOP

pytestmark = pytest.mark.browser

PATIENCE_MILLISECONDS = 20_000


def check(page: Page, pack: Path) -> dict[str, list[str]]:
    """Choose a pack, or the folder of one, and return what is said: by its verdict, with the file that it is of."""
    page.locator("#folder" if pack.is_dir() else "#file").set_input_files(pack)
    page.locator("#summary:focus").wait_for(timeout=PATIENCE_MILLISECONDS)
    told: dict[str, list[str]] = {"right": [], "wrong": [], "unchecked": []}
    for line in page.locator("#answers li").all():
        text = line.inner_text().replace("\u2068", "").replace("\u2069", "")
        told[line.get_attribute("class") or ""].append(text)
    return told


@pytest.fixture
def packs(tmp_path: Path) -> dict[str, Path]:
    """What the officer was given: a pack whole, unpacked, with another word, with another exhibit, and cut short."""
    whole = files()
    made = {name: tmp_path / f"{name}.zip" for name in ("whole", "changed", "harmed", "cut")}
    made["whole"].write_bytes(archive(whole))
    made["changed"].write_bytes(archive({**whole, "data/words/001-1.json": WORDS.replace(b"sister", b"mother")}))
    made["harmed"].write_bytes(archive({**whole, f"data/{EXHIBIT}": PICTURE[:-1] + b"x"}))
    made["cut"].write_bytes(archive(whole)[:9_000])
    folder = tmp_path / "pages"
    for path, content in whole.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (tmp_path / "issuer.json").write_text(issuer_text())
    (tmp_path / "log.txt").write_text(f"{KEY.verifier.text}\n")
    return {**made, "folder": folder, "keys": tmp_path / "issuer.json", "log": tmp_path / "log.txt"}


def test_from_a_disk_without_a_network(chromium: Browser, packs: dict[str, Path]) -> None:
    context = chromium.new_context(viewport=DESKTOP, offline=True, locale="en-GB")
    try:
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((packs["folder"] / "check.html").as_uri())
        limits = page.locator(".limits").bounding_box()
        choose = page.locator("#file").bounding_box()
        assert limits is not None
        assert choose is not None
        assert limits["y"] < choose["y"]  # what it does not prove stands first
        for name in ("whole", "folder"):
            told = check(page, packs[name])
            assert told["wrong"] == []
            assert told["unchecked"][0].startswith(
                "Not checked: It says that Fairhaven (https://leeward.example/issuer)"
            )
            assert len(told["unchecked"]) == 3  # the signature, the token, the log: no key is taken from the pack
            assert any("All 5 files are as they were" in line for line in told["right"])
            assert any("Of 2 things the proof leads to the number" in line for line in told["right"])
            assert any("Event 2 of data/custody/001.jsonl holds the digest of this" in line for line in told["right"])
        told = check(page, packs["changed"])
        assert page.locator("#summary").inner_text() == "Something is wrong: do not rely on this pack"
        assert {line.rsplit(" ", 1)[1] for line in told["wrong"]} == {"data/words/001-1.json"}
        assert len(told["wrong"]) == 2  # its digest, and the proof of its age
        told = check(page, packs["harmed"])
        assert {line.rsplit(" ", 1)[1] for line in told["wrong"]} == {f"data/{EXHIBIT}"}
        assert len(told["wrong"]) == 2  # its digest, and that no chain of custody holds it
        assert check(page, packs["cut"])["wrong"] == [
            "Wrong: This is no pack, or its end is missing. Ask for it again."
        ]
        page.locator("#keys").set_input_files([packs["keys"], packs["log"]])
        told = check(page, packs["whole"])
        assert told["wrong"] == []
        assert len(told["unchecked"]) == 1
        assert "openssl ts -verify -data times/2026-11-28T10.root" in told["unchecked"][0]
        assert any("Signed by Fairhaven (https://leeward.example/issuer)" in line for line in told["right"])
        assert any("leaf 20 of 28" in line for line in told["right"])
        page.locator("#other").click()
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert "وقّعها" in page.locator("#answers").inner_text()
        assert complaints == []
    finally:
        context.close()


def test_on_the_site_its_own_keys_are_asked_for_and_the_pack_stays_on_the_device(
    person: Callable[..., Any], product: Any, packs: dict[str, Path], settings: Any
) -> None:
    settings.LEEWARD_URL = "https://leeward.example"
    jwk = {**signer().as_dict(private=False), "kid": signer().thumbprint(), "alg": "RS256", "use": "sig"}
    SigningKey.objects.create(generation=1, kid=signer().thumbprint(), jwk=json.dumps(jwk), made_at=NOW)
    LogKey.objects.create(name=ORIGIN, number=1, public_key=KEY.verifier.public, made_at=NOW)
    officer = person(DESKTOP, locale="en-GB")
    page = officer.page
    page.goto("/check/pack")
    assert officer.axe() == []
    assert check_page().sha256 in page.content()
    page.get_by_role("button", name="Check a pack").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    assert officer.axe() == []
    told = check(page, packs["whole"])
    assert told["wrong"] == []
    assert len(told["unchecked"]) == 1
    assert any("Signed by Fairhaven" in line for line in told["right"])
    assert officer.axe() == []
    assert officer.complaints == []
    assert not [each for each in product.received if each.body]
    assert {each.path for each in product.pages()} <= {"/check/pack", "/check/pack/page", "/issuer", "/notary/key"}
