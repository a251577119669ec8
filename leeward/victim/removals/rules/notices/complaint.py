"""The pack for whoever hears complaints about a platform: a letter and the same as data, put together from the record.

It names nobody: not who is depicted, nor the practitioner. What the platform wrote is quoted without the name.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leeward.industry.duties.rules import Element, Redress, RedressBody, Regime
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.notices.cleaning import clean_line, clean_lines
from leeward.victim.removals.rules.notices.composing import HEADINGS, LABELS, say_instant
from leeward.victim.removals.rules.notices.elements import missing_elements, name_element
from leeward.victim.removals.rules.notices.errors import NoticeMalformed
from leeward.victim.removals.rules.notices.facts import (
    LONGEST_TEXT,
    PRIVATE_ROLES,
    NoticeFacts,
    NoticeItem,
    NoticeItemKind,
)
from leeward.victim.removals.rules.notices.letter import ITEM_LEVEL, Letter, Part, Table
from leeward.victim.removals.rules.notices.words import Words, name_jurisdiction, words_of
from leeward.victim.removals.rules.regimes import GENERIC

FORMAT = "leeward-complaint:1"
MOST_LINES = 1_000
SHORTEST_NAME = 3
LEFT_OUT = "[…]"
COMPLAINT = "complaint"
# Whom a complaint goes to, the likeliest first, where nobody has chosen.
HEARERS = (RedressBody.REGULATOR, RedressBody.AUTHORITY, RedressBody.OUT_OF_COURT, RedressBody.PLATFORM)


class HistoryKind(StrEnum):
    """What happened."""

    ASKED = "asked"
    RECEIVED = "received"
    NAMED_MISSING = "named_missing"
    ELEMENT_ADDED = "element_added"
    ANSWERED = "answered"
    CHECKED = "checked"
    DUE = "due"
    ESCALATED = "escalated"


class Seen(StrEnum):
    """What we saw when we looked."""

    STILL_UP = "still_up"
    GONE = "gone"
    MOVED = "moved"
    UNREACHABLE = "unreachable"
    UNSURE = "unsure"


THERE = frozenset({Seen.STILL_UP, Seen.MOVED})


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One thing that happened. `item` counts from 1, None is all of them; `words` are the platform's own, if any."""

    at: datetime
    kind: HistoryKind
    item: int | None = None
    element: Element | None = None
    outcome: Outcome | None = None
    seen: Seen | None = None
    rung: Rung | None = None
    words: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """The pack: the letter, and its record as JSON text."""

    letter: Letter
    record: str = field(repr=False)


def make_complaint(
    facts: NoticeFacts,
    history: Sequence[HistoryLine],
    regime: Regime,
    *,
    language: str,
    redress: Redress | None = None,
    wish: str = "",
    addressee: tuple[str, ...] = (),
) -> Complaint:
    """The complaint about what became of one notice. `redress` says to whom; `wish` adds to what is asked of them.

    `addressee` are the lines of their postal address, where it is known.

    Raises LanguageUnknown, NoticeMalformed.
    """
    if len(history) > MOST_LINES:
        raise NoticeMalformed("history", f"A complaint tells at most {MOST_LINES} events. Leave early checks out.")
    for line in history:
        if line.at.utcoffset() is None:
            raise NoticeMalformed("history", "A time has no zone. Give it in UTC.")
        if len(line.words) > LONGEST_TEXT:
            raise NoticeMalformed("history", f"Words longer than {LONGEST_TEXT} characters. Shorten them.")
    case = _Case(
        facts=facts,
        history=tuple(sorted(history, key=lambda line: line.at)),
        regime=regime,
        words=words_of(language),
        redress=redress or choose_hearer(regime),
        wish=wish,
        addressee=addressee,
    )
    return Complaint(letter=case.letter(), record=case.record())


def choose_hearer(regime: Regime) -> Redress | None:
    """Return who hears a complaint under this law, the likeliest first; None where nobody is known."""
    ranked = sorted(
        (each for each in regime.redress if each.body in HEARERS), key=lambda each: HEARERS.index(each.body)
    )
    return ranked[0] if ranked else None


@dataclass(frozen=True, kw_only=True)
class _Case:
    facts: NoticeFacts
    history: tuple[HistoryLine, ...]
    regime: Regime
    words: Words
    redress: Redress | None
    wish: str
    addressee: tuple[str, ...]

    def letter(self) -> Letter:
        say, facts = self.words.say, self.facts
        return Letter(
            title=say(COMPLAINT, "title", reference=clean_line(facts.reference)),
            language=self.words.language,
            direction=self.words.direction,
            reference=clean_line(facts.reference),
            written_on=facts.written_on,
            sender=tuple(line for line in (clean_line(facts.who.agency), clean_line(facts.who.relay)) if line),
            addressee=self._addressee(),
            parts=tuple(self._parts()),
            columns=(say(LABELS, "field"), say(LABELS, "value")),
        )

    def _addressee(self) -> tuple[str, ...]:
        named = (self.redress.name,) if self.redress else ()
        return tuple(line for line in map(clean_line, self.addressee or named) if line)

    def _parts(self) -> Iterator[Part]:
        say = self.words.say
        yield Part(
            paragraphs=(say("rungs.regulator", "opening"), say(COMPLAINT, "prepared")), rows=tuple(self._summary())
        )
        yield Part(heading=say(COMPLAINT, "elements"), table=self._elements_table())
        yield Part(heading=say(HEADINGS, "what"))
        for number, item in enumerate(self.facts.items, start=1):
            heading = say(HEADINGS, "item", number=number)
            yield Part(
                heading=heading,
                level=ITEM_LEVEL,
                rows=tuple((say(LABELS, key), value) for key, value in self._place(item)),
            )
        yield Part(heading=say(COMPLAINT, "history"), table=self._history_table())
        points = (say("rungs.regulator", "demand"), *clean_lines(self._without_name(self.wish)))
        yield Part(heading=say(COMPLAINT, "redress"), points=points)

    def _summary(self) -> Iterator[tuple[str, str]]:
        say, regime = self.words.say, self.regime
        yield say(LABELS, "reference"), clean_line(self.facts.reference)
        yield say(LABELS, "provider"), clean_line(self.facts.platform)
        if regime.code != GENERIC:
            yield say(LABELS, "law"), clean_line(regime.name)
            home = name_jurisdiction(clean_line(regime.jurisdiction), language=self.words.language)
            yield say(LABELS, "jurisdiction"), home
            yield say(LABELS, "legal_basis"), clean_line(regime.legal_basis)
        if regime.limit_hours is not None:
            yield say(LABELS, "limit_hours"), f"{regime.limit_hours:g}"
        if self.facts.due_at is not None:
            yield say(LABELS, "due_at"), say_instant(self.facts.due_at)
            yield say(COMPLAINT, "overdue"), self._yes_or_no(self._was_there_when_due())

    def _elements(self) -> Iterator[tuple[Element, bool]]:
        missing = missing_elements(self.facts, self.regime.elements)
        return ((element, element not in missing) for element in self.regime.elements)

    def _elements_table(self) -> Table:
        say, language = self.words.say, self.words.language
        return Table(
            columns=(say(COMPLAINT, "element"), say(COMPLAINT, "complete")),
            rows=tuple(
                (name_element(element, language=language), self._yes_or_no(is_there))
                for element, is_there in self._elements()
            ),
        )

    def _history_table(self) -> Table:
        say = self.words.say
        return Table(
            columns=tuple(say(COMPLAINT, key) for key in ("at", "number", "event", "words")),
            rows=tuple(
                (
                    say_instant(line.at),
                    "" if line.item is None else str(line.item),
                    say("complaint.events", line.kind),
                    self._details(line),
                )
                for line in self.history
            ),
        )

    def _details(self, line: HistoryLine) -> str:
        say = self.words.say
        details = (
            name_element(line.element, language=self.words.language) if line.element else "",
            say("complaint.outcomes", line.outcome) if line.outcome else "",
            say("complaint.seen", line.seen) if line.seen else "",
            say("complaint.rungs", line.rung) if line.rung else "",
            clean_line(self._without_name(line.words)),
        )
        return say("shared.signs", "comma").join(detail for detail in details if detail)

    def _place(self, item: NoticeItem) -> Iterator[tuple[str, str]]:
        """Where it stands. An account of the uploader's may bear her name, so it is told only for want of better."""
        yield "kind", self.words.say("shared.kinds", item.kind)
        hashes = ", ".join(f"{each.hash_type} {each.value}" for each in item.hashes)
        found = hashes if item.kind is NoticeItemKind.MATCH else ""
        places = (("url", item.url), ("object_id", item.object_id), ("hash_family", found), ("handle", item.handle))
        yield from [(key, clean_line(value)) for key, value in places if value.strip()][:1]

    def _was_there_when_due(self) -> bool:
        due_at = self.facts.due_at
        return due_at is not None and any(line.seen in THERE and line.at >= due_at for line in self.history)

    def _yes_or_no(self, answer: object) -> str:
        return self.words.say(COMPLAINT, "yes" if answer else "no")

    def _without_name(self, text: str) -> str:
        """The text without the name of a private sender, whole or in parts, and of who holds the rights."""
        sender = clean_line(self.facts.who.name) if self.facts.who.role in PRIVATE_ROLES else ""
        names = [part for part in sender.split() if len(part) >= SHORTEST_NAME]
        for name in sorted([*names, *filter(None, [clean_line(self.facts.why.rights_holder)])], key=len, reverse=True):
            text = re.sub(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", LEFT_OUT, text)
        return text

    def record(self) -> str:
        facts, regime = self.facts, self.regime
        return json.dumps(
            {
                "format": FORMAT,
                "reference": clean_line(facts.reference),
                "written_on": facts.written_on.isoformat(),
                "platform": clean_line(facts.platform),
                "regime": {
                    "code": regime.code,
                    "version": regime.version,
                    "name": regime.name,
                    "jurisdiction": regime.jurisdiction,
                    "legal_basis": regime.legal_basis,
                    "limit_hours": regime.limit_hours,
                },
                "elements": [{"element": element, "complete": is_there} for element, is_there in self._elements()],
                "due_at": facts.due_at and facts.due_at.isoformat(),
                "was_there_when_due": self._was_there_when_due(),
                "items": [
                    {"number": number, "kind": item.kind}
                    | {key: value for key, value in self._place(item) if key != "kind"}
                    for number, item in enumerate(facts.items, start=1)
                ],
                "history": [self._line_record(line) for line in self.history],
                "redress": self.redress
                and {"body": self.redress.body, "name": self.redress.name, "within_days": self.redress.within_days},
            },
            ensure_ascii=False,
            indent=2,
        )

    def _line_record(self, line: HistoryLine) -> dict[str, object]:
        found = {
            "at": line.at.isoformat(),
            "kind": line.kind,
            "item": line.item,
            "element": line.element,
            "outcome": line.outcome,
            "seen": line.seen,
            "rung": line.rung,
            "words": clean_line(self._without_name(line.words)),
        }
        return {key: value for key, value in found.items() if value not in (None, "")}
