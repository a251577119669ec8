"""What holds for every page: neutral titles, a way out, safe headers, exact policies, words for every language."""

import hashlib
import json
import re
from base64 import b64decode, b64encode
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from leeward.victim.portal import hasher as hasher_module
from leeward.victim.portal.checks import check_built
from leeward.victim.portal.errors import HasherNotBuilt
from leeward.victim.portal.hasher import HASHER, frame_document, load_hasher
from leeward.victim.portal.words import HASHER_WORDS

OPEN_PAGES = ["home", "start", "child", "unsure", "first-help", "code", "code-again", "closed", "erased"]
GATED_PAGES = ["pictures", "paste"]
CASE_PAGES = [
    "receipt",
    "status",
    "which",
    "not-removed",
    "add-age",
    "add",
    "add-paste",
    "withdraw-all",
    "renew",
    "erase",
    "new-numbers",
    "spare",
]
# These hold the frame.
FRAMED_PAGES = ["pictures", "add", "which"]
TELLING = re.compile(r"(?i)abuse|intimate|nude|victim|revenge|hash|protect|leeward|image|picture|status")


@pytest.fixture
def pages(visitor: Any) -> dict[str, Any]:
    found = {name: visitor.get(name) for name in OPEN_PAGES}
    visitor.pass_gate()
    found |= {name: visitor.get(name) for name in GATED_PAGES}
    visitor.protect("one")
    return found | {name: visitor.get(name) for name in CASE_PAGES} | {"withdraw": visitor.get("withdraw", ordinal=1)}


def test_every_page_is_safe_to_have_open(pages: dict[str, Any]) -> None:
    for name, page in pages.items():
        text = page.content.decode()
        assert page.status_code == 200, name
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        assert title, name
        assert not TELLING.search(title[1]), (name, title[1])
        assert text.count("data-leeward-exit") >= 1, name
        assert page.headers["Cache-Control"] == "no-store", name
        assert page.headers["Referrer-Policy"] == "no-referrer", name
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert "http://" not in text.replace("http://www.w3.org", ""), name
        # A link to whoever helps says nothing of where she comes from; nothing else leads or asks elsewhere.
        assert not re.search(r'(src|href)="(https?:)?//', re.sub(r"<a [^>]*noreferrer[^>]*>", "", text)), name
        assert not re.search(r" on[a-z]+=| style=", unescape(text) if name not in FRAMED_PAGES else text), name


def test_pages_under_a_code_are_not_for_search_engines(pages: dict[str, Any]) -> None:
    for name in CASE_PAGES:
        assert "noindex" in pages[name].headers["X-Robots-Tag"]


def test_every_page_has_one_heading_at_a_time(pages: dict[str, Any]) -> None:
    for name, page in pages.items():
        if name not in ("pictures", "add"):  # those hold one step at a time, which the journeys look at
            assert page.content.decode().count("<h1") == 1, name


def test_every_form_without_script_has_its_token(pages: dict[str, Any]) -> None:
    for name, page in pages.items():
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page.content.decode(), re.DOTALL):
            assert 'name="csrfmiddlewaretoken"' in form, name


def test_the_policy_of_the_hashing_page_is_exact(pages: dict[str, Any]) -> None:
    manifest = json.loads((HASHER / "manifest.json").read_text(encoding="utf-8"))
    expected = (
        f"default-src 'none'; script-src 'self' '{manifest['frame_script_csp']}' 'wasm-unsafe-eval'; "
        f"style-src 'self' '{manifest['frame_style_csp']}'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; "
        "worker-src blob:; frame-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "object-src 'none'; media-src blob:"
    )
    for name in FRAMED_PAGES:
        assert pages[name].headers["Content-Security-Policy"] == expected
    for name, page in pages.items():
        if name not in FRAMED_PAGES:
            assert "wasm" not in page.headers["Content-Security-Policy"], name
            assert "blob:" not in page.headers["Content-Security-Policy"], name


def test_the_frame_runs_the_script_that_is_pinned_and_nothing_else(pages: dict[str, Any]) -> None:
    text = pages["pictures"].content.decode()
    frames = re.findall(r"<iframe[^>]*>", text)
    assert len(frames) == 1
    assert 'sandbox="allow-scripts"' in frames[0]
    assert ' src="' not in frames[0]
    srcdoc = re.search(r'srcdoc="([^"]*)"', frames[0])
    assert srcdoc
    document = unescape(srcdoc[1])
    scripts = re.findall(r"<script>(.*?)</script>", document, re.DOTALL)
    digest = b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert len(scripts) == 1
    assert load_hasher().script_source == f"sha256-{digest}"
    assert len(b64decode(digest)) == 32
    assert "connect-src 'none'" in document
    # The page's own policy pins the same.
    assert f"sha256-{digest}" in pages["pictures"].headers["Content-Security-Policy"]


def test_our_copy_of_the_hashers_words_is_the_builds() -> None:
    assert json.loads((HASHER / "words.json").read_text(encoding="utf-8")) == HASHER_WORDS


def test_words_cannot_break_out_of_the_frames_attribute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HASHER_WORDS, "title", '"><script>alert(1)</script>&')
    document = frame_document(load_hasher())
    assert "<script>alert" not in document
    words = re.search(r'data-words="([^"]*)"', document)
    assert words
    assert json.loads(unescape(words[1]))["title"] == '"><script>alert(1)</script>&'
    assert "__" not in document.split("<style>")[0]


def test_a_missing_build_is_named_before_anybody_comes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert check_built() == []
    monkeypatch.setattr(hasher_module, "NEEDED_FILES", (tmp_path / "portal.js",))
    (message,) = check_built()
    assert "portal.js" in message.msg
    assert "make setup" in str(message.hint)
    with pytest.raises(HasherNotBuilt, match="make setup"):
        load_hasher()


def test_the_published_hash_of_the_offline_page_is_true(pages: dict[str, Any]) -> None:
    true = hashlib.sha256((HASHER / "offline.html").read_bytes()).hexdigest()
    assert true in pages["paste"].content.decode()


def test_the_numbers_are_on_the_page_before_anything_is_sent(pages: dict[str, Any], visitor: Any) -> None:
    assert re.fullmatch(r"(\d{4} ){5}\d{4}", visitor.code_in(pages["pictures"]))
    assert visitor.code_in(pages["pictures"]) != visitor.code_in(visitor.get("pictures"))


@pytest.mark.parametrize("name", OPEN_PAGES + GATED_PAGES)
def test_pages_are_written_in_arabic_from_right_to_left(visitor: Any, name: str) -> None:
    visitor.pass_gate()
    visitor.client.cookies["leeward-language"] = "ar"
    page = visitor.get(name).content.decode()
    assert '<html lang="ar" dir="rtl"' in page


@pytest.mark.parametrize(
    "name",
    [*OPEN_PAGES, *GATED_PAGES, *CASE_PAGES, "send", "paste-send", "numbers", "add-send", "add-paste-send", "close"],
)
@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_no_method_is_a_fault_of_ours(visitor: Any, name: str, method: str) -> None:
    assert getattr(visitor.client, method)(reverse(f"portal:{name}")).status_code < 500
