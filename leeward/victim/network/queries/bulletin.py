"""The tables of a monthly bulletin, in English and codes, and what its page tells from their bytes."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import override

from leeward.foundation.days import local_day
from leeward.foundation.editions.errors import EditionUnknown
from leeward.foundation.editions.queries import edition_rows, published_rows, read_draft_file, read_file
from leeward.foundation.editions.rules.datafiles import Column, TableFile
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.foundation.protection.printed import RANGE_COLUMNS, printed_count
from leeward.foundation.protection.tables import SUPPRESSED, TOTAL, Published, Status, protect_list
from leeward.foundation.web.words import word
from leeward.victim.file.rules.story import Harm
from leeward.victim.network.handed import law_gaps
from leeward.victim.network.models import Alert, Sighting
from leeward.victim.network.queries.alerts import AlertLine, Gap, alert_lines, list_gaps, tell_alerts
from leeward.victim.network.queries.practices import list_practices
from leeward.victim.network.rules.tactics import DAY, FACETS, AlertKind, AnswerKind

BULLETIN = "bulletin"  # the shelf
ALERTS, ANSWERS, SIGHTINGS, GAPS = "alerts.csv", "answers.csv", "sightings.csv", "gaps.csv"
LAW, PRACTICES = "law.csv", "practices.csv"
# Of alerts that left so long before the month's end, answers are told; all of them stand in earlier bulletins.
TOLD_FOR = timedelta(days=365)
NO_ANSWER = "none"
ALERT_COLUMNS = (
    Column(name="alert", description="Its id, the same in every bulletin.", required=True),
    Column(name="language", description="In which language these words are (BCP 47).", required=True),
    Column(name="kind", description="new: five or more in 28 days. rising: more often than before.", required=True),
    Column(name="since", description="Monday of the week since when.", datatype="date", required=True),
    Column(name="left", description="On which day it went out to members.", datatype="date", required=True),
    *(
        Column(name=name, description=f"The facet of the tactic: {name.replace('_', ' ')}.", required=True)
        for name in FACETS
    ),
    Column(name="words", description="What is done.", required=True),
    Column(name="helps", description="What helps now."),
)
ANSWER_COLUMNS = (
    Column(name="number", description="1, 2, 3 of an alert.", datatype="integer", required=True),
    Column(name="alert", description="The alert's id.", required=True),
    Column(
        name="answer",
        description="What the government's office said: known, acting, not_ours; none: nothing in 14 days.",
        required=True,
    ),
    Column(name="words", description="In its own words, or why it is not its own."),
    Column(name="on", description="The day of the answer, or the last day for it.", datatype="date", required=True),
    Column(name="in_time", description="yes or no: within 14 days.", required=True),
)
RANGE = tuple(Column(name=name, description=words, datatype=kind) for name, (kind, words) in RANGE_COLUMNS.items())
SIGHTING_COLUMNS = (
    Column(name="facet", description="By what rows are told apart; all for everything.", required=True),
    Column(name="code", description="Which; _T for all of them.", required=True),
    Column(name="label", description="What the code is called.", required=True),
    Column(
        name="value",
        description="Sightings in weeks that ended in the month, rounded to the nearest five.",
        datatype="integer",
    ),
    *RANGE,
    Column(name="status", description="Empty: as counted. c: hidden, small or telling something small."),
)
GAP_COLUMNS = (
    Column(name="number", description="1, 2, 3.", datatype="integer", required=True),
    Column(name="words", description="What people meet and the law does not reach.", required=True),
    Column(name="named", description="On which day the front line named it.", datatype="date", required=True),
)
LAW_COLUMNS = (
    Column(name="quarter", description="Its first day.", datatype="date", required=True),
    Column(name="harm", description="What was done; _T for everything.", required=True),
    Column(name="label", description="What the code is called.", required=True),
    Column(
        name="value",
        description="People at the helpline to whom no law answered it, rounded to the nearest five.",
        datatype="integer",
    ),
    *RANGE,
    Column(name="status", description="Empty: as counted. c: hidden, small or telling something small."),
    Column(name="counted", description="On which day; it never changes again.", datatype="date", required=True),
)
PRACTICE_COLUMNS = (
    Column(name="page", description="The code of its page on this site.", required=True),
    Column(name="title", description="What the page is called.", required=True),
    Column(name="measured", description="What was measured.", required=True),
    Column(name="result", description="What came out.", required=True),
    Column(name="measured_by", description="Who measured it.", required=True),
    Column(name="source", description="Where the result can be read."),
    Column(name="review_on", description="On which day it is looked at again.", datatype="date", required=True),
    Column(name="in_date", description="yes or no: at the end of the month that day had not passed.", required=True),
)


@dataclass(frozen=True, kw_only=True)
class LawQuarter:
    """Of how many people of a quarter no law covered what was done to them, by harm; None where it is hidden."""

    quarter: date
    counted: date
    total: int | None
    rows: Sequence[tuple[Harm, int]]


@dataclass(frozen=True, kw_only=True)
class Bulletin:
    """What the page of a bulletin tells: rows of its tables, with their codes as members where they have words."""

    alerts: Sequence[Mapping[str, Any]]
    answers: Sequence[Mapping[str, Any]]
    sightings: Sequence[tuple[str, Sequence[tuple[Any, Published]]]]
    total: Published
    gaps: Sequence[Mapping[str, str]]
    law: Sequence[LawQuarter]
    practices: Sequence[Mapping[str, Any]]


def bulletin_tables(month: Period, *, now: datetime) -> tuple[TableFile, ...]:
    """The tables of the bulletin of one month that is over."""
    lines = _alerts_until(month.end, now=now)
    with override("en"):
        return (
            _table(ALERTS, "Alerts that went out", ALERT_COLUMNS, ("alert", "language"), _alert_rows(lines, month)),
            _table(
                ANSWERS, "What the government said", ANSWER_COLUMNS, ("alert", "number"), _answer_rows(lines, month)
            ),
            _table(SIGHTINGS, "Sightings of tactics", SIGHTING_COLUMNS, ("facet", "code"), _sighting_rows(month)),
            _table(GAPS, "Gaps in the law", GAP_COLUMNS, ("number",), _gap_rows(list_gaps(until=month.end - DAY))),
            _table(LAW, "People whom no law covers", LAW_COLUMNS, ("quarter", "harm"), _law_rows(month)),
            _table(PRACTICES, "Practices on the shelf", PRACTICE_COLUMNS, ("page",), _practice_rows(month)),
        )


def has_bulletin(month: Period) -> bool:
    """Whether a bulletin of this month was drafted or published."""
    return edition_rows(BULLETIN).filter(covers_from=month.start, discarded_at__isnull=True).exists()


def bulletins_telling(alerts: Collection[UUID]) -> Mapping[UUID, str]:
    """The newest published bulletin that tells of each of these alerts; those that none tells of are left out."""
    left = Alert.objects.filter(public_id__in=alerts, leaves_at__isnull=False).values_list("public_id", "leaves_at")
    days = {alert: local_day(at) for alert, at in left if at}
    found: dict[UUID, str] = {}
    if not days:
        return found
    for name, first, last in published_rows(BULLETIN).values_list("name", "covers_from", "covers_until"):
        for alert, day in days.items():
            if first and last and first <= day <= last:
                found.setdefault(alert, name)
    return found


def read_bulletin(edition: str) -> Bulletin:
    """What the page of a published bulletin tells. Raises EditionUnknown."""
    return _bulletin(lambda name: read_file(BULLETIN, edition, name)[1])


def read_draft(edition: str) -> Bulletin:
    """The same of a draft, for staff. Raises EditionUnknown."""
    return _bulletin(lambda name: read_draft_file(BULLETIN, edition, name)[1])


def _alerts_until(end: date, *, now: datetime) -> tuple[AlertLine, ...]:
    rows = tell_alerts(Alert.objects.filter(leaves_at__isnull=False).order_by("leaves_at", "id"))
    return tuple(each for each in alert_lines(rows, now=now) if end - TOLD_FOR <= _left(each) < end)


def _left(line: AlertLine) -> date:
    return local_day(line.leaves_at) if line.leaves_at else date.max


def _alert_rows(lines: Sequence[AlertLine], month: Period) -> Iterator[Mapping[str, object]]:
    for line in lines:
        for language, words in line.words.items() if _left(line) >= month.start else ():
            facets = {name: getattr(line.tactic, name).value for name in FACETS}
            yield {
                "alert": line.public_id,
                "language": language,
                "kind": line.kind.value,
                "since": line.since,
                "left": _left(line),
                "words": words,
                "helps": line.helps.get(language, ""),
                **facets,
            }


def _answer_rows(lines: Sequence[AlertLine], month: Period) -> Iterator[Mapping[str, object]]:
    """The answers up to the month's end; of an alert whose time was over by then, that there was none."""
    for line in lines:
        answers = [each for each in line.answers if local_day(each.at) < month.end]
        for number, each in enumerate(answers, start=1):
            in_time = line.due_at is not None and each.at <= line.due_at
            yield _answer(line, number, each.kind.value, each.words, local_day(each.at), in_time=in_time)
        if not answers and line.due_at is not None and local_day(line.due_at) < month.end:
            yield _answer(line, 1, NO_ANSWER, "", local_day(line.due_at), in_time=False)


def _answer(line: AlertLine, number: int, answer: str, words: str, on: date, *, in_time: bool) -> Mapping[str, object]:
    said = {"number": number, "alert": line.public_id, "answer": answer, "words": words, "on": on}
    return {**said, "in_time": "yes" if in_time else "no"}


def _sighting_rows(month: Period) -> Iterator[Mapping[str, object]]:
    """Each facet is a table of its own; all have one total. A week counts where it ends, so in one month only."""
    rows = Sighting.objects.filter(week__gt=month.start - 7 * DAY, week__lte=month.end - 7 * DAY)
    for name, kind in FACETS.items():
        counted = Counter(rows.values_list(f"tactic__{name}", flat=True))
        shown = protect_list({member.value: counted[member.value] for member in kind})
        if name == next(iter(FACETS)):
            yield _count("all", TOTAL, "All", shown[TOTAL])
        yield from (_count(name, member.value, word(member), shown[member.value]) for member in kind)


def _count(facet: str, code: str, label: str, shown: Published) -> Mapping[str, object]:
    return {"facet": facet, "code": code, "label": label, **_number(shown)}


def _gap_rows(gaps: Sequence[Gap]) -> Iterator[Mapping[str, object]]:
    for number, each in enumerate(gaps, start=1):
        yield {"number": number, "words": each.words, "named": each.named_on}


def _law_rows(month: Period) -> Iterator[Mapping[str, object]]:
    """The quarters that were over by the month's end and had begun in the year before, as they were counted once."""
    for each in law_gaps(since=month.end - TOLD_FOR):
        if period_of(each.quarter, step=Frequency.QUARTER).end <= month.end:
            told = {"quarter": each.quarter, "counted": each.counted_on}
            yield {**told, **_people(TOTAL, "All", each.people)}
            yield from ({**told, **_people(harm.value, word(harm), each.by_harm.get(harm))} for harm in Harm)


def _people(code: str, label: str, people: int | None) -> Mapping[str, object]:
    return {"harm": code, "label": label, **_number(SUPPRESSED if people is None else Published(value=people))}


def _number(shown: Published) -> Mapping[str, object]:
    """Return the columns of one number and its range."""
    ends = dict(zip(RANGE_COLUMNS, printed_count(shown).ends, strict=True))
    return {"value": shown.value, **ends, "status": shown.status.value}


def _practice_rows(month: Period) -> Iterator[Mapping[str, object]]:
    """The shelf as it stands, what has to be looked at again soonest first; what cannot be read now is left out."""
    for each in list_practices(language="en", today=month.end - DAY):
        if each.shown:
            yield {
                "page": each.page,
                "title": each.title,
                "measured": each.measured,
                "result": each.result,
                "measured_by": each.measured_by,
                "source": each.source,
                "review_on": each.review_on,
                "in_date": "yes" if each.is_in_date else "no",
            }


def _table(
    name: str, title: str, columns: tuple[Column, ...], key: tuple[str, ...], rows: Iterator[Mapping[str, object]]
) -> TableFile:
    return TableFile(name=name, title=title, columns=columns, key=key, rows=tuple(rows))


def _bulletin(read: Callable[[str], bytes]) -> Bulletin:
    counts = {(row["facet"], row["code"]): _published(row) for row in _rows(read(SIGHTINGS))}
    return Bulletin(
        alerts=_told_alerts(_rows(read(ALERTS))),
        answers=[
            {**row, "answer": None if row["answer"] == NO_ANSWER else AnswerKind(row["answer"]), "on": _day(row["on"])}
            for row in _rows(read(ANSWERS))
        ],
        sightings=[(name, [(member, counts[name, member.value]) for member in kind]) for name, kind in FACETS.items()],
        total=counts["all", TOTAL],
        gaps=_rows(read(GAPS)),
        law=_told_law(read),
        practices=[{**row, "review_on": _day(row["review_on"])} for row in _rows(read(PRACTICES))],
    )


def _told_law(read: Callable[[str], bytes]) -> Sequence[LawQuarter]:
    """Nothing of a bulletin that was made before these were counted."""
    try:
        rows = _rows(read(LAW))
    except EditionUnknown:
        return ()
    found: dict[date, dict[str, int]] = {}
    days = {_day(row["quarter"]): _day(row["counted"]) for row in rows}
    for row in rows:
        counts = found.setdefault(_day(row["quarter"]), {})
        if (people := _count_of(row, "people")) is not None:
            counts[row["harm"]] = people
    return [
        LawQuarter(
            quarter=quarter,
            counted=days[quarter],
            total=counts.get(TOTAL),
            rows=[(harm, counts[harm]) for harm in Harm if harm in counts],
        )
        for quarter, counts in found.items()
    ]


def _told_alerts(rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, Any]]:
    """One for each alert, with its words by language."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        known = found.setdefault(
            row["alert"],
            {
                "alert": row["alert"],
                "kind": AlertKind(row["kind"]),
                "since": _day(row["since"]),
                "left": _day(row["left"]),
                "facets": [kind(row[name]) for name, kind in FACETS.items()],
                "words": {},
                "helps": {},
            },
        )
        known["words"][row["language"]], known["helps"][row["language"]] = row["words"], row["helps"]
    return list(found.values())


def _published(row: Mapping[str, str]) -> Published:
    return Published(value=_count_of(row, "sightings"), status=Status(row["status"]))


def _count_of(row: Mapping[str, str], before: str) -> int | None:
    """Return the number of a row. `before`: what its column was called in bulletins of earlier days."""
    said = row.get("value", row.get(before))
    return int(said) if said else None


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _day(said: str) -> date:
    return date.fromisoformat(said)
