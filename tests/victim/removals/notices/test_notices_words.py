"""The words of notices: the same texts in every language, and none changed without its version."""

import hashlib
import json
import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.rules.notices import LANGUAGES, Family
from leeward.victim.removals.rules.notices.words import words_of

PARTS = [
    "shared",
    "link",
    "complaint",
    *(f"rungs.{rung}" for rung in Rung),
    *(f"families.{family}" for family in Family),
]
# Whoever changes a word raises its part's version in the language's file, and puts the new line here: what was sent
# under a version must have had these very words.
PINNED: dict[str, str] = {
    "en/shared": "6:ed177a271466",
    "en/link": "1:4eefe95a6fb7",
    "en/complaint": "1:abef49500d20",
    "en/rungs.platform": "1:7a68b33f4f64",
    "en/rungs.trusted_flagger": "1:a1cb303c4a29",
    "en/rungs.host": "1:edf5d68970ab",
    "en/rungs.cdn": "1:05f3a21635b6",
    "en/rungs.registrar": "1:1c840c6820ea",
    "en/rungs.search": "1:617d519f5072",
    "en/rungs.payment": "1:ea8b3d8d80c5",
    "en/rungs.advertising": "1:c35125abda0d",
    "en/rungs.regulator": "1:e1ed7c1b42bf",
    "en/rungs.court": "1:4c5fc98d9694",
    "en/rungs.access_block": "1:6006595ec563",
    "en/families.sharing": "1:88d5c60a7a56",
    "en/families.synthetic": "1:101c2e4a5ff6",
    "en/families.threat": "1:69c1004d4feb",
    "en/families.identity": "1:91f3071b37f5",
    "ar/shared": "6:cf8373c9cb62",
    "ar/link": "1:f9764ab0951c",
    "ar/complaint": "1:210c47c8ae74",
    "ar/rungs.platform": "1:45eb965edb06",
    "ar/rungs.trusted_flagger": "1:ad53ef071fa9",
    "ar/rungs.host": "1:ccf75646cef8",
    "ar/rungs.cdn": "1:cca40ef9cf1b",
    "ar/rungs.registrar": "1:e34f398b00cc",
    "ar/rungs.search": "1:9b6118d4966b",
    "ar/rungs.payment": "1:e1ba29db91be",
    "ar/rungs.advertising": "1:74f2bb803d6e",
    "ar/rungs.regulator": "1:9ce36e86a8b2",
    "ar/rungs.court": "1:1d31de73bf52",
    "ar/rungs.access_block": "1:b95bd90ba61f",
    "ar/families.sharing": "1:6e59e9ae327e",
    "ar/families.synthetic": "1:13846509aa79",
    "ar/families.threat": "1:c8d7bf389eac",
    "ar/families.identity": "1:690c8bba4db3",
}


def _part(language: str, name: str) -> dict[str, Any]:
    found: Any = words_of(language).sections
    for step in name.split("."):
        found = found[step]
    return dict(found)


def _texts(found: object, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        for name, value in found.items():
            yield from _texts(value, f"{place}.{name}")
    elif isinstance(found, str):
        yield place, found


def _pin(language: str, name: str) -> str:
    part = _part(language, name)
    said = json.dumps(part, sort_keys=True, ensure_ascii=False)
    return f"{part['version']}:{hashlib.sha256(said.encode()).hexdigest()[:12]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_changes_without_its_version(language: str) -> None:
    assert {f"{language}/{name}": _pin(language, name) for name in PARTS} == {
        key: pin for key, pin in PINNED.items() if key.startswith(f"{language}/")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_places(language: str) -> None:
    def places(text: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}

    ours, english = (dict(_texts(dict(words_of(each).sections))) for each in (language, "en"))
    assert set(ours) == set(english)
    for key, text in ours.items():
        assert text.strip(), key
        assert places(text) == places(english[key]), key


def test_there_is_a_part_for_every_rung_and_family_and_for_no_other() -> None:
    sections = words_of("en").sections
    assert set(sections["rungs"]) == set(Rung)
    assert set(sections["families"]) == set(Family)


def test_a_templates_version_rises_with_each_of_its_parts() -> None:
    words = words_of("en")

    def version(*, shared: int, host: int) -> int:
        sections = {
            "shared": {"version": shared},
            "rungs": {"host": {"version": host}},
            "families": {"threat": {"version": 1}},
        }
        changed = replace(words, sections=sections)
        return changed.template_used(rung=Rung.HOST, family=Family.THREAT).version

    assert version(shared=1, host=1) == 1
    assert version(shared=2, host=1) == 2
    assert version(shared=2, host=4) == 5
