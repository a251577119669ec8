"""A second program that reckons what the pages of figures say: it reads rows by SQL, and the pages as a reader does.

It imports nothing of the product. What a month's number must be is written here once more, as the pages tell it.
"""

import html
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db import connection

FOLLOW_UP = timedelta(days=90)
ANSWERS = ("decided_removed", "decided_kept", "found_incomplete")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
PERIOD = rf"(?P<period>(?:{'|'.join(MONTHS)}) \d{{4}})"
IN_HOURS = {"hour": 1, "day": 24, "week": 168}
SENTENCES = {
    "removal-rate": "Of the pictures that platforms were asked to remove in P, N were gone within 90 days.",
    "hours-to-removal-median": "Of the pictures of P that were removed, half were gone within N.",
    "hours-to-removal-p90": "Of the pictures of P that were removed, nine in ten were gone within N.",
    "removed-within-law": "Of the pictures of P, N were gone within the time that the law gives.",
    "reupload-rate": "Of the pictures that were gone in P, N were up again within 90 days.",
    "reports-filed": "In P, N reports were handed in.",
    "items-asked": "In P platforms were first asked to remove N pictures.",
    "accepted-first-time": "Platforms agreed at once to remove N of what they were asked in P.",
    "answered": "Platforms answered N of what they were asked in P.",
    "pre-emptive-share": "Of the pictures that were gone in P, platforms found N themselves, before anybody"
    " had to ask.",
}
HEADLINES = {
    "hours-to-removal-median": ("until half of the pictures are gone", -1),
    "removal-rate": ("are taken down", 1),
    "removed-within-law": ("in the time that the law gives", 1),
    "reupload-rate": ("come back within 90 days", -1),
}
CHANGES = {
    "How soon pictures are gone": "hours-to-removal-median",
    "How many are taken down": "removal-rate",
    "How many are gone in the law\N{RIGHT SINGLE QUOTATION MARK}s time": "removed-within-law",
    "How many come back": "reupload-rate",
    "How many people ask for help": "reports-filed",
    "How many pictures are asked about": "items-asked",
    "How often platforms answer, and agree at once": "accepted-first-time",
    "Found before anybody had to ask": "pre-emptive-share",
}
UNSEEN = "That is no change that these numbers can show."
SIGNS = {"It rose.": 1, "It fell.": -1, "It stayed the same.": 0}


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number as a page says it, and the range in which it says that the truth lies."""

    value: float
    low: float
    high: float

    def holds(self, truth: float) -> bool:
        return self.low - 1e-9 <= truth <= self.high + 1e-9


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a page says of an indicator in a month, and how it compares it. `sign`: None where it says no direction."""

    indicator: str
    month: date
    number: Number | None
    other_month: date | None = None
    other: Number | None = None
    sign: int | None = None


def number(name: str) -> str:
    """Return the pattern of a number with its range: "88.5% (87.1 to 90)", "415 (±2)", "17 hours", "2.5 days"."""
    digits = r"\d[\d,]*(?:\.\d+)?"
    ends = rf"±(?P<{name}_off>\d+)|(?P<{name}_low>{digits}) to (?P<{name}_high>{digits})"
    return rf"(?P<{name}>{digits})(?P<{name}_unit>%| hours?| days?| weeks?)?(?: \((?:{ends})\))?"


def read_number(found: re.Match[str], name: str) -> Number | None:
    """Read a number; without a range the truth is what is written, as finely as it is written."""
    said = {key: (found[f"{name}{key}"] or "").replace(",", "") for key in ("", "_unit", "_off", "_low", "_high")}
    if not said[""]:
        return None
    scale = next((hours for unit, hours in IN_HOURS.items() if unit in said["_unit"]), 1)
    value = float(said[""]) * scale
    if said["_low"]:
        return Number(value=value, low=float(said["_low"]), high=float(said["_high"]))
    if said["_off"]:
        return Number(value=value, low=value - float(said["_off"]), high=value + float(said["_off"]))
    # Hours are whole, and days and weeks have at most one decimal.
    off = 0.0 if not said["_unit"] else 0.5 + (0.05 * scale if scale > 1 else 0)
    return Number(value=value, low=value - off, high=value + off)


def month_of(name: str) -> date:
    month, year = name.split()
    return date(int(year), MONTHS.index(month) + 1, 1)


def a_month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<svg.*?</svg>", " ", page))).split())


def read_claims(page: str) -> Iterator[Claim]:
    """Yield each claim of the page's sentences, of the numbers at its top and of what it says has changed."""
    words = words_of(page).replace("\N{NO-BREAK SPACE}", " ")
    before = (
        rf"(?: The month before it was {number('other')}\. (?P<said>{'|'.join(map(re.escape, (*SIGNS, UNSEEN)))}))?"
    )
    for indicator, sentence in SENTENCES.items():
        parts = {"P": PERIOD, "N": number("now")}
        pattern = "".join(parts.get(part, re.escape(part)) for part in re.split(r"\b(P|N)\b", sentence))
        for found in re.finditer(pattern + before, words):
            month = month_of(found["period"])
            yield _claim(indicator, found, other_month=a_month_before(month), sign=SIGNS.get(found["said"]))
    for indicator, (line, better) in HEADLINES.items():
        judged = {"Better than": better, "Worse than": -better, "The same as": 0}
        said = rf"(?: (?P<said>{'|'.join(judged)}|A) (?:a )?year before(?:: {number('other')})?)?"
        for found in re.finditer(rf"{number('now')} {re.escape(line)}.{{0,40}}? {PERIOD}{said}", words):
            month = month_of(found["period"])
            yield _claim(
                indicator, found, other_month=month.replace(year=month.year - 1), sign=judged.get(found["said"])
            )
    for title, indicator in CHANGES.items():
        change = rf"{re.escape(title)} : (?P<said>rose|fell) from {number('other')} to {number('now')}, {PERIOD}"
        for found in re.finditer(change, words):
            sign = {"rose": 1, "fell": -1}[found["said"]]
            yield _claim(indicator, found, other_month=a_month_before(month_of(found["period"])), sign=sign)


def _claim(indicator: str, found: re.Match[str], *, other_month: date, sign: int | None) -> Claim:
    return Claim(
        indicator=indicator,
        month=month_of(found["period"]),
        number=read_number(found, "now"),
        other_month=other_month if found["said"] else None,
        other=read_number(found, "other") if found["said"] else None,
        sign=sign,
    )


@dataclass
class Item:
    """One request for removal, as its rows have it."""

    sent: datetime | None
    state: str
    kind: str
    due: datetime | None
    events: list[tuple[datetime, int, str]] = field(default_factory=list)

    def first(self, *steps: str) -> tuple[datetime, str] | None:
        found = sorted((at, ordinal, step) for at, ordinal, step in self.events if step in steps)
        return (found[0][0], found[0][2]) if found else None

    @property
    def gone(self) -> datetime | None:
        """When it was seen gone, else said to be removed; not if it is up still."""
        found = self.first("seen_gone") or self.first("decided_removed")
        return found[0] if found and self.state != "still_up" else None

    @property
    def came_back(self) -> bool:
        """Whether it was up again within 90 days."""
        return any(step == "came_back" and is_soon(at, self.gone) for at, _ordinal, step in self.events)


def moment(value: object) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    assert value is None or isinstance(value, datetime)
    return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def month_at(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)


def truths() -> Mapping[tuple[str, date], float]:
    """Reckon each indicator of each month from the rows of the desk."""
    found: dict[tuple[str, date], float] = {}
    reports, items = read_rows()
    by_sent, by_gone = defaultdict[date, list[Item]](list), defaultdict[date, list[Item]](list)
    for filed in filter(None, reports.values()):
        found["reports-filed", month_at(filed)] = found.get(("reports-filed", month_at(filed)), 0) + 1
    for item in items:
        if item.sent:
            by_sent[month_at(item.sent)].append(item)
        if item.gone:
            by_gone[month_at(item.gone)].append(item)
    for month, own in by_sent.items():
        found |= {(name, month): number for name, number in of_sent(own)}
    for month, own in by_gone.items():
        back = [each for each in own if each.came_back]
        found["reupload-rate", month] = 100 * len(back) / len(own)
        found["pre-emptive-share", month] = 100 * sum(each.kind == "match" for each in own) / len(own)
    return found


def read_rows() -> tuple[dict[int, datetime | None], list[Item]]:
    """Read reports whose person agreed, and their items that were not withdrawn, with the events that stand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, filed_at FROM removals_report WHERE statistics_agreed_at IS NOT NULL")
        reports = {key: moment(filed) for key, filed in cursor.fetchall()}
        cursor.execute("SELECT id, report_id, first_sent_at, state, kind, law_due_at FROM removals_request")
        items = {
            key: Item(sent=moment(sent), state=state, kind=kind, due=moment(due))
            for key, report, sent, state, kind, due in cursor.fetchall()
            if report in reports and state != "withdrawn"
        }
        cursor.execute(
            "SELECT request_id, at, id, step FROM removals_requestevent WHERE id NOT IN"
            " (SELECT voids_id FROM removals_requestevent WHERE voids_id IS NOT NULL)"
        )
        for key, at, ordinal, step in cursor.fetchall():
            happened = moment(at)
            if key in items and happened:
                items[key].events.append((happened, ordinal, step))
    return reports, list(items.values())


def of_sent(own: list[Item]) -> Iterator[tuple[str, float]]:
    """Yield the numbers of items that were first asked for in one month."""
    took = sorted(hours for each in own if (hours := hours_between(each.sent, each.gone)) is not None)
    answers = [(each, answer) for each in own if (answer := each.first(*ANSWERS))]
    soon = [step for each, (at, step) in answers if is_soon(at, each.sent)]
    bound = [each for each in own if each.due]
    yield "items-asked", len(own)
    yield "removal-rate", 100 * len(took) / len(own)
    yield "answered", 100 * len(soon) / len(own)
    yield "accepted-first-time", 100 * soon.count("decided_removed") / len(own)
    if took:
        for name, part in (("hours-to-removal-median", 0.5), ("hours-to-removal-p90", 0.9)):
            yield name, took[math.ceil(part * len(took) - 1e-9) - 1]
    if bound:
        in_time = [each for each in bound if each.gone and each.due and is_soon(each.gone, each.sent, until=each.due)]
        yield "removed-within-law", 100 * len(in_time) / len(bound)


def hours_between(sent: datetime | None, gone: datetime | None) -> float | None:
    """How many hours lie between; None where the second did not follow in time."""
    return (gone - sent).total_seconds() / 3600 if sent and gone and is_soon(gone, sent) else None


def is_soon(at: datetime | None, after: datetime | None, *, until: datetime | None = None) -> bool:
    """Whether something followed within 90 days, and not after `until`."""
    if at is None or after is None:
        return False
    return after <= at <= min(after + FOLLOW_UP, until or after + FOLLOW_UP)
