"""A land with authorities that count: for tests of outcomes and of the house."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.justice.outcomes.management.commands.load_outcomes import SHIPPED
from leeward.justice.outcomes.models import CodeList, Printing
from leeward.justice.outcomes.operations.authorities import NewAuthority, keep_authority
from leeward.justice.outcomes.operations.cohorts import NewCohort, keep_cohort
from leeward.justice.outcomes.operations.deciding import accept_submission, check_submission, say_seen
from leeward.justice.outcomes.operations.founding import load_shipped, switch_codes
from leeward.justice.outcomes.operations.printing import draft_year, publish_year
from leeward.justice.outcomes.operations.submitting import hand_in
from leeward.justice.outcomes.queries.books import book_for
from leeward.justice.outcomes.rules.codes import read_shipped
from leeward.justice.outcomes.rules.cohort_rows import COHORT, read_rows
from leeward.justice.outcomes.rules.files import COLUMNS, read_counts
from leeward.justice.outcomes.rules.terms import AuthorityKind, FileKind
from leeward.justice.outcomes.rules.tokens import TokenKey
from tests.foundation.accounts import people

NOW = people.NOW
OPERATOR = Actor.operator()
SECOND = Actor(kind=ActorKind.STAFF, id="another analyst")
ENDS = ("03-31", "06-30", "09-30", "12-31")


def authority(code: str = "harbour-police", kind: AuthorityKind = AuthorityKind.POLICE, **changes: object) -> uuid.UUID:
    """An authority that is expected to hand in counts."""
    known: dict[str, object] = {"name": code.replace("-", " ").title(), "expected_from": date(2024, 1, 1)}
    new = NewAuthority(code=code, kind=kind, **{**known, **changes})  # type: ignore[arg-type]
    return keep_authority(new=new, authority=uuid.uuid4(), by=OPERATOR, now=NOW)


def use_codes() -> None:
    """The shipped lists and methods, as if somebody had compared the lists with their sources."""
    load_shipped(found=read_shipped(SHIPPED.read_text(encoding="utf-8")), by=OPERATOR, now=NOW)
    for row in CodeList.objects.all():
        switch_codes(code_list=row.public_id, checked_on=NOW.date(), by=OPERATOR, now=NOW)


def quarter(year: int, number: int) -> str:
    """The first two days of a line: a quarter's first and last day."""
    return f"{year}-{3 * number - 2:02}-01,{year}-{ENDS[number - 1]}"


def file_of(kind: FileKind, *lines: str) -> str:
    """A file with its head."""
    return "\n".join([",".join(COLUMNS[kind]), *lines])


def offences(code: str, year: int, number: int, recorded: int, *, as_of: str = "2026-11-01") -> str:
    return file_of(FileKind.OFFENCES, f"{code},{quarter(year, number)},ew-66b-share,{recorded},{as_of}")


def outcomes(
    code: str,
    year: int,
    number: int,
    counts: Mapping[str, int],
    *,
    given: Mapping[str, int] | None = None,
    as_of: str = "2026-11-01",
) -> str:
    """Lines of what became of the offences recorded, and of what was given in the quarter."""
    lines = [
        f"{code},{quarter(year, number)},ew-66b-share,{outcome},{basis},{count},{as_of}"
        for basis, numbers in (("of_recorded", counts), ("in_period", given or {}))
        for outcome, count in numbers.items()
    ]
    return file_of(FileKind.OUTCOMES, *lines)


def courts(code: str, year: int, number: int, counts: Mapping[str, int], *, as_of: str = "2026-11-01") -> str:
    lines = [f"{code},{quarter(year, number)},ew-66b-share,{each},{count},{as_of}" for each, count in counts.items()]
    return file_of(FileKind.COURTS, *lines)


def send(who: uuid.UUID, kind: FileKind, text: str, *, reason: str = "", now: datetime = NOW) -> tuple[uuid.UUID, ...]:
    """Hand in a file as the pages do."""
    book = book_for(who, kind, may_replace=bool(reason), today=now.date())
    lines = read_counts(text, kind, book)
    return hand_in(authority=who, kind=kind, lines=lines, text=text, reason=reason, by=OPERATOR, now=now)


def accept(who: uuid.UUID, submissions: Iterable[uuid.UUID], *, reply: str = "", now: datetime = NOW) -> None:
    """Look at them, let their authority look, and accept them."""
    for each in submissions:
        check_submission(submission=each, by=OPERATOR, now=now)
        say_seen(submission=each, authority=who, reply=reply, by=OPERATOR, now=now)
        accept_submission(submission=each, by=OPERATOR, now=now + timedelta(hours=1))


def whole_year(
    who: uuid.UUID, code: str, counts: Mapping[str, int], *, year: int = 2025, reply: str = "", given: int = 0
) -> None:
    """Four quarters with the same numbers, accepted."""
    for number in range(1, 5):
        text = offences(code, year, number, sum(counts.values()))
        accept(who, send(who, FileKind.OFFENCES, text), reply=reply)
        text = outcomes(code, year, number, counts, given={"1": given} if given else None)
        accept(who, send(who, FileKind.OUTCOMES, text))


def publish_counts(year: int = 2025, reason: str = "") -> Printing:
    """Let one analyst draft a year and another publish it."""
    made = Printing.objects.get(public_id=draft_year(year=year, reason=reason, by=OPERATOR, now=NOW))
    publish_year(printing=made.public_id, sha256=made.sha256, by=SECOND, now=NOW)
    made.refresh_from_db()
    return made


def print_2024() -> None:
    """A year that is final, of a force and of courts, in which nothing is so small that a total is hidden."""
    use_codes()
    force, court = authority(), authority("courts", AuthorityKind.COURTS)
    became = dict.fromkeys(("0", "1", "3", "5", "8", "15", "16", "18", "20", "21", "22"), 40)
    decided = dict.fromkeys(("pending", "discontinued", "acquitted", "custody", "community"), 40)
    for number in range(1, 5):
        text = offences("harbour-police", 2024, number, sum(became.values()))
        accept(force, send(force, FileKind.OFFENCES, text))
        text = outcomes("harbour-police", 2024, number, became, given=became)
        accept(force, send(force, FileKind.OUTCOMES, text))
        accept(court, send(court, FileKind.COURTS, courts("courts", 2024, number, decided)))
    publish_counts(2024)


def cohort(start: date = date(2023, 1, 2)) -> uuid.UUID:
    """A file of a cohort that waits for an analyst: thirty people, of whom nobody offended again."""
    key = TokenKey(secret=hashlib.sha256(b"a data office").digest())
    lines = [f"{key.token(f'77{number:05}')},index,{start},community,A1," for number in range(30)]
    quarter = period_of(start, step=Frequency.QUARTER)
    new = NewCohort(quarter=quarter, as_of=date(2026, 11, 1), sha256="0" * 64, fingerprint=key.fingerprint)
    rows = read_rows("\n".join((",".join(COHORT), *lines)), quarter=quarter, as_of=new.as_of)
    return keep_cohort(new=new, rows=rows, by=OPERATOR, now=NOW)
