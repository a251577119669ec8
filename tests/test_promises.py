"""Every promise of docs/promises.md stands in its page, in each language that it is offered in, and has a test."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django import forms as django_forms

from leeward.foundation.languages import Offered, read_languages, read_rooms
from leeward.victim.portal import forms
from tools import words

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (?P<promise>[^|]+) \| `(?P<page>[^`]+)` \| (?P<tests>(?:`[^`]+` ?)+) \|$", re.M)
PROMISES = [
    (found["promise"], found["page"], re.findall(r"`([^`]+)`", found["tests"]))
    for found in ROW.finditer((ROOT / "docs" / "promises.md").read_text(encoding="utf-8"))
]
OFFERED = [each for each in read_languages().values() if each.code != "en" and each.offered is not Offered.NOWHERE]
SAID = {each.code: words.catalogue(words.path_of(each.code)) for each in OFFERED}
ROOMS = read_rooms()
TESTS = sorted({each for _promise, _page, tests in PROMISES for each in tests})


@cache
def names_in(path: str) -> frozenset[str]:
    """The tests of a file, those of a class behind its name."""
    found: set[str] = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found.update(f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef))
    return frozenset(found)


def test_there_are_promises_and_each_line_is_read() -> None:
    lines = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| promise")]
    assert len(rows) == len(PROMISES) >= 40


@pytest.mark.parametrize(("promise", "page", "tests"), PROMISES, ids=[each[0] for each in PROMISES])
def test_each_stands_in_its_page_and_in_each_language_of_it(promise: str, page: str, tests: list[str]) -> None:
    texts = words.texts_of(ROOT / page)
    said = [text for text in texts if promise in text]
    assert said
    is_hers = page.endswith(".en.md") or ROOMS.room_of(page)
    for language in OFFERED:
        if is_hers or language.offered is Offered.EVERYWHERE:
            for text in said:
                assert said_in(language.code, text, page, texts) not in ("", text), language.name


def said_in(code: str, text: str, page: str, texts: list[str]) -> str:
    """The same in a language: of a page that is a file of its own, what stands there in its place."""
    if not page.endswith(".en.md"):
        return SAID[code][text]
    own = words.texts_of(ROOT / page.replace(".en.md", f".{code}.md"))
    assert len(own) == len(texts)
    return own[texts.index(text)]


def test_a_promise_that_a_language_does_not_say_is_a_failure() -> None:
    assert {each.code for each in OFFERED} >= {"ar", "es", "fr"}
    with pytest.raises(KeyError):
        said_in("es", "We promise something that nobody translated.", "leeward/victim/portal/words.py", [])


@pytest.mark.parametrize("test", TESTS)
def test_each_named_test_is_there(test: str) -> None:
    path, _colons, name = test.partition("::")
    assert name in names_in(path)


def test_nothing_on_the_way_to_protecting_asks_who_she_is() -> None:
    asked = {
        name: field
        for form in vars(forms).values()
        if isinstance(form, type) and issubclass(form, django_forms.Form) and form.__module__ == forms.__name__
        for name, field in form.base_fields.items()
    }
    # An answer about age, numbers of a code, fingerprints, boxes to tick, and sealed tokens.
    assert set(asked) == {"everyone_adult", "numbers", "codes", "token", "consent", "kept"}
