"""The file of regimes that ships with Leeward: how it is read, and that every mistake in it is named at once."""

import json
from pathlib import Path

from leeward.industry.duties.errors import RegimeRefused, RegimesMalformed
from leeward.industry.duties.rules.records import from_record
from leeward.industry.duties.rules.regimes import SeedRegime
from leeward.industry.duties.rules.terms import Commencement

SHIPPED = Path(__file__).with_name("data") / "regimes.json"


def read_shipped() -> tuple[SeedRegime, ...]:
    """The regimes that ship with Leeward."""
    return read_regimes(SHIPPED.read_text(encoding="utf-8"))


def read_regimes(text: str) -> tuple[SeedRegime, ...]:
    """Read `{"regimes": [{…, "is_switched_on": …}, …]}`. Raises RegimesMalformed, which names every place."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise RegimesMalformed((("the file", f"is not JSON (line {error.lineno}): {error.msg}."),)) from error
    records = content.get("regimes") if isinstance(content, dict) else None
    if not isinstance(records, list):
        raise RegimesMalformed((("the file", 'must be an object with a list "regimes".'),))
    seeds: list[SeedRegime] = []
    problems: list[tuple[str, str]] = []
    for place, record in enumerate(records):
        try:
            seeds.append(_seed(record))
        except RegimeRefused as error:
            problems += [(f"{_called(record, place)}, {field}", text) for field, text in error.problems]
    problems += [(code, "stands in the file more than once.") for code in _repeated(seeds)]
    if problems:
        raise RegimesMalformed(tuple(problems))
    return tuple(seeds)


def _seed(record: object) -> SeedRegime:
    if not isinstance(record, dict):
        raise RegimeRefused((("the regime", "must be an object."),))
    draft = from_record({name: value for name, value in record.items() if name != "is_switched_on"})
    switch = record.get("is_switched_on")
    if not isinstance(switch, bool):
        raise RegimeRefused((("is_switched_on", "must be true or false."),))
    if switch and draft.commencement is Commencement.NOT_VERIFIED:
        raise RegimeRefused((("is_switched_on", "must be false while nobody has verified that the law is in force."),))
    return SeedRegime(draft=draft, is_switched_on=switch)


def _called(record: object, place: int) -> str:
    code = record.get("code") if isinstance(record, dict) else None
    return code if isinstance(code, str) and code else f"regimes[{place}]"


def _repeated(seeds: list[SeedRegime]) -> list[str]:
    codes = [seed.draft.code for seed in seeds]
    return sorted({code for code in codes if codes.count(code) > 1})
