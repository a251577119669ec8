"""Lists of questions about danger as data: whose each is, in which version, and what its own rule makes of the answers.

docs/helpline.md says how such a file is written.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar

import yaml
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.victim.helpline.errors import InstrumentMalformed, NothingAsked, ReasonMissing
from leeward.victim.removals.rules.reports import Band

URGENCY = tuple(Band)  # the most urgent first
LICENCE_LENGTH, LINE_LENGTH, DAYS_MOST, QUESTIONS_MOST = 5_000, 500, 366, 100

type Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
type Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LINE_LENGTH)]
type Texts = Mapping[str, Line]  # by language


class Said(Labelled):
    """What is known of one question."""

    YES = "yes", mark("Yes")
    NO = "no", mark("No")
    NOT_ASKED = "not_asked", mark("Not asked")


class OfAFile:
    """A field that is misspelt is a mistake, not something to pass over."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Sign(OfAFile):
    """One question, whose yes is a sign of danger."""

    code: Code
    words: Texts


@dataclass(frozen=True, kw_only=True)
class Threshold(OfAFile):
    """From how many signs on a band holds. `of`: which signs count; () for all."""

    band: Band
    least: Annotated[int, Field(ge=1)]
    of: tuple[Code, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Instrument(OfAFile):
    """One version of a list of questions.

    `is_validated`: whether it was shown on real cases that it tells how dangerous it is. `review_days`: after how many
    days it is asked again, by band. `ends_on`: the first day on which it is not used any more.
    """

    code: Code
    version: Annotated[int, Field(ge=1)]
    title: Texts
    source: Line
    licence: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LICENCE_LENGTH)]
    is_validated: bool
    signs: Annotated[tuple[Sign, ...], Field(min_length=1, max_length=QUESTIONS_MOST)]
    rule: Annotated[tuple[Threshold, ...], Field(min_length=1)]
    review_days: Mapping[Band, Annotated[int, Field(ge=1, le=DAYS_MOST)]]
    ends_on: date | None = None

    def __post_init__(self) -> None:
        """Raises ValueError where its parts do not fit each other."""
        for mistake in self._mistakes():
            raise ValueError(mistake)

    def judge(self, said: Mapping[str, Said]) -> Band:
        """Return the band that the rule makes of these answers: the most urgent one that holds, else green."""
        there = {code for code, answer in said.items() if answer is Said.YES}
        holding = (each.band for each in self.rule if len(there & set(each.of or self.codes)) >= each.least)
        return min(holding, key=URGENCY.index, default=Band.GREEN)

    def ask_again_on(self, band: Band, *, today: date) -> date:
        """Return on which day it is asked again after it was judged so."""
        return today + timedelta(days=self.review_days[band])

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its questions, in their order."""
        return tuple(each.code for each in self.signs)

    def _mistakes(self) -> Iterator[str]:
        if len(set(self.codes)) < len(self.codes):
            yield "two questions have one code"
        for each in self.rule:
            missing = sorted(set(each.of) - set(self.codes))
            if missing:
                yield f"the rule names questions that are not there: {', '.join(missing)}"
            if each.least > len(each.of or self.codes):
                yield f"the rule wants {each.least} signs, of fewer questions"
        if set(self.review_days) != set(Band):
            yield "review_days must name a number of days for red, amber and green"
        if any(set(each.words) != set(self.title) for each in self.signs):
            yield f"each question must be written in the languages of the title: {', '.join(self.title)}"


@dataclass(frozen=True, kw_only=True)
class Answers(Kept):
    """What was said to the questions of one version, and the band that its rule made of it then."""

    instrument: str
    version: int
    said: Mapping[str, Said]
    band: Band


@dataclass(frozen=True, kw_only=True)
class Judgement(Kept):
    """How dangerous it is as the worker judges it, apart from any rule; why, and on which day it is asked again."""

    band: Band
    reason: str = ""
    ask_again_on: date


def check_judgement(band: Band, *, reason: str, rule: Band) -> None:
    """Raises ReasonMissing for a judgement that is lower than the rule's and says not why."""
    if URGENCY.index(band) > URGENCY.index(rule) and not reason.strip():
        raise ReasonMissing


def check_said(instrument: Instrument, said: Mapping[str, Said]) -> Mapping[str, Said]:
    """Return an answer to each question, in their order. Raises NothingAsked where none was asked."""
    known = {code: said.get(code, Said.NOT_ASKED) for code in instrument.codes}
    if set(known.values()) == {Said.NOT_ASKED}:
        raise NothingAsked
    return known


def in_use(instruments: Iterable[Instrument], *, today: date) -> tuple[Instrument, ...]:
    """Return which are used on a day: of each the newest version, unless it has ended."""
    newest: dict[str, Instrument] = {}
    for each in instruments:
        if each.code not in newest or each.version > newest[each.code].version:
            newest[each.code] = each
    return tuple(each for each in newest.values() if each.ends_on is None or today < each.ends_on)


def read_instrument(text: str) -> Instrument:
    """Return the instrument that a file's text is. Raises InstrumentMalformed, which names each mistake."""
    return read_yaml(Instrument, text, malformed=InstrumentMalformed)


def read_yaml[E](kind: type[E], text: str, *, malformed: type[ValueError]) -> E:
    """Return what a file's text is. Raises `malformed`, which names each mistake."""
    try:
        found: E = TypeAdapter(kind).validate_python(yaml.load(text, yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise malformed(f"This is no YAML: {error}") from error
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}" for each in error.errors())
        raise malformed("\n".join(lines)) from error
    return found


def read_instruments(texts: Mapping[str, str]) -> tuple[Instrument, ...]:
    """Return the instruments of some files, by name. Raises InstrumentMalformed with the name of the file."""
    found: dict[tuple[str, int], Instrument] = {}
    for name, text in sorted(texts.items()):
        try:
            each = read_instrument(text)
        except InstrumentMalformed as error:
            raise InstrumentMalformed(f"{name}: {error}") from error
        if (each.code, each.version) in found:
            raise InstrumentMalformed(f"{name}: version {each.version} of {each.code} stands in another file too")
        found[each.code, each.version] = each
    return tuple(found.values())
