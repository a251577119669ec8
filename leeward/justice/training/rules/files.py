"""The two files that an employer hands in, read line by line: its roster, and completions from elsewhere."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from leeward.foundation.editing.lines import Allowed, Wrong, cut_lines, nearest, read_day, read_lines, read_number
from leeward.foundation.editing.values import MAIL_LENGTH, is_mail_address
from leeward.foundation.typed import is_printable
from leeward.justice.training.errors import CompletionAllowed, RosterAllowed
from leeward.justice.training.rules.terms import (
    NAME_LENGTH,
    SOURCE_LENGTH,
    STAFF_NUMBER_LENGTH,
    JobRole,
    Result,
)

ROSTER = ("staff_number", "name", "email", "role", "team", "started_on", "left_on")
COMPLETIONS = ("staff_number", "course", "version", "completed_on", "result", "score", "source_id")
MOST_LINES = 50_000
# So many lines are compared and sealed in one transaction.
PART_LINES = 500
MOST_BYTES = 8 * 1024 * 1024
# More of the people than this are ended by no roster before somebody has said that it is right.
ENDS_AT_ONCE = 0.1
ROLES = frozenset(each.value for each in JobRole)
RESULTS = frozenset(each.value for each in Result)


@dataclass(frozen=True, kw_only=True)
class RosterLine:
    """One of an employer's people as its roster has them. `number`: as it stands in the file."""

    number: str
    name: str = field(repr=False)
    mailbox: str = field(repr=False)
    role: JobRole
    team: str
    started_on: date
    left_on: date | None


@dataclass(frozen=True, kw_only=True)
class CompletionLine:
    """One completion as an employer's own system has it."""

    number: str
    course: str
    version: int
    on: date
    result: Result
    score: Decimal | None
    source_id: str

    @property
    def source_name(self) -> str:
        """By which it is known again: what its system calls it, or all that it says."""
        return self.source_id or f"{self.course}/{self.version}/{self.on}/{self.result}"


def normal_number(number: str) -> str:
    """Return a staff number in the one way in which two are compared."""
    return "".join(number.split()).casefold()


def normal_mailbox(mailbox: str) -> str:
    """Return a mailbox in the one way in which two are compared."""
    return mailbox.strip().casefold()


def normal_team(team: str) -> str:
    """Return a team's name in the one way in which two are compared."""
    return " ".join(team.split()).casefold()


def read_roster(text: str, *, domains: Collection[str]) -> tuple[RosterLine, ...]:
    """Read a roster. `domains`: of which its addresses must be; none: of any. Raises LinesRefused."""
    seen: dict[str, int] = {}
    count = 1

    def wrong(cells: Mapping[str, str]) -> Wrong:
        nonlocal count
        count += 1
        if not 1 <= len(cells["staff_number"]) <= STAFF_NUMBER_LENGTH:
            yield "staff_number", RosterAllowed.NUMBER, STAFF_NUMBER_LENGTH
        for column, make_normal in (("staff_number", normal_number), ("email", normal_mailbox)):
            name = f"{column} {make_normal(cells[column])}"
            if cells[column] and seen.setdefault(name, count) != count:
                yield column, RosterAllowed.ONCE, seen[name]
        yield from _wrong_words(cells)
        yield from _wrong_mailbox(cells["email"], domains)
        yield from _wrong_days(cells)

    return read_lines(text, ROSTER, wrong=wrong, make=_roster_line, most=MOST_LINES)


def read_completions(
    text: str, *, is_known: Callable[[str], bool], versions: Mapping[str, Mapping[int, date]], today: date
) -> tuple[CompletionLine, ...]:
    """Read completions. `is_known`: whether somebody has this staff number; `versions`: when each version of each
    course was published. Raises LinesRefused.
    """

    def wrong(cells: Mapping[str, str]) -> Wrong:
        if not is_known(cells["staff_number"]):
            yield "staff_number", CompletionAllowed.PERSON, ""
        yield from _wrong_version(cells, versions, today=today)
        if cells["result"] not in RESULTS:
            yield "result", CompletionAllowed.RESULT, ", ".join(sorted(RESULTS))
        if cells["score"] and read_score(cells["score"]) is None:
            yield "score", CompletionAllowed.SCORE, ""
        if len(cells["source_id"]) > SOURCE_LENGTH:
            yield "source_id", CompletionAllowed.SOURCE, SOURCE_LENGTH

    return read_lines(text, COMPLETIONS, wrong=wrong, make=_completion_line, most=MOST_LINES)


def cut_roster(lines: Iterable[RosterLine]) -> Iterator[str]:
    """Cut a roster that was read into parts."""
    rows = ((x.number, x.name, x.mailbox, x.role.value, x.team, x.started_on, x.left_on) for x in lines)
    return cut_lines(rows, ROSTER, at_once=PART_LINES)


def cut_completions(lines: Iterable[CompletionLine]) -> Iterator[str]:
    """Cut completions that were read into parts; what is named twice stands in one of them, once."""
    once = {(normal_number(line.number), line.source_name): line for line in lines}
    rows = (
        (x.number, x.course, x.version, x.on, x.result.value, x.score, x.source_id) for x in once.values()
    )  # fmt: skip
    return cut_lines(rows, COMPLETIONS, at_once=PART_LINES)


def read_roster_part(text: str) -> tuple[RosterLine, ...]:
    """Read a part of a roster that was read before."""
    return read_lines(text, ROSTER, wrong=_nothing_wrong, make=_roster_line, most=PART_LINES)


def read_completions_part(text: str) -> tuple[CompletionLine, ...]:
    """Read a part of completions that were read before."""
    return read_lines(text, COMPLETIONS, wrong=_nothing_wrong, make=_completion_line, most=PART_LINES)


def read_score(cell: str) -> Decimal | None:
    """Return a score from 0 to 1; None for what is none."""
    try:
        found = Decimal(cell)
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found <= 1 else None


def _roster_line(cells: Mapping[str, str]) -> RosterLine:
    return RosterLine(
        number=cells["staff_number"],
        name=cells["name"],
        mailbox=cells["email"],
        role=JobRole(cells["role"]),
        team=" ".join(cells["team"].split()),
        started_on=date.fromisoformat(cells["started_on"]),
        left_on=read_day(cells["left_on"]),
    )


def _completion_line(cells: Mapping[str, str]) -> CompletionLine:
    return CompletionLine(
        number=cells["staff_number"],
        course=cells["course"],
        version=int(cells["version"]),
        on=date.fromisoformat(cells["completed_on"]),
        result=Result(cells["result"]),
        score=read_score(cells["score"]),
        source_id=cells["source_id"],
    )


def _nothing_wrong(_cells: Mapping[str, str]) -> Wrong:
    return iter(())


def _wrong_words(cells: Mapping[str, str]) -> Wrong:
    if not 1 <= len(cells["name"]) <= NAME_LENGTH or not is_printable(cells["name"]):
        yield "name", RosterAllowed.NAME, NAME_LENGTH
    if cells["role"] not in ROLES:
        yield "role", RosterAllowed.ROLE, nearest(cells["role"], ROLES)
    if len(cells["team"]) > NAME_LENGTH or not is_printable(cells["team"]):
        yield "team", RosterAllowed.TEAM, NAME_LENGTH


def _wrong_mailbox(typed: str, domains: Collection[str]) -> Wrong:
    if not typed:
        return
    if len(typed) > MAIL_LENGTH or not is_mail_address(typed):
        yield "email", RosterAllowed.MAILBOX, ""
    elif domains and normal_mailbox(typed).rpartition("@")[2] not in domains:
        yield "email", RosterAllowed.DOMAIN, ", ".join(f"@{each}" for each in sorted(domains))


def _wrong_days(cells: Mapping[str, str]) -> Wrong:
    started, left = read_day(cells["started_on"]), read_day(cells["left_on"])
    if started is None:
        yield "started_on", Allowed.DAY, ""
    if cells["left_on"] and left is None:
        yield "left_on", Allowed.DAY, ""
    elif started and left and left < started:
        yield "left_on", RosterAllowed.LEFT, ""


def _wrong_version(cells: Mapping[str, str], versions: Mapping[str, Mapping[int, date]], *, today: date) -> Wrong:
    known, on = versions.get(cells["course"], {}), read_day(cells["completed_on"])
    newest = max(known, default=1)
    published = known.get(read_number(cells["version"], most=newest) or 0)
    if not known:
        yield "course", CompletionAllowed.COURSE, nearest(cells["course"], versions)
    elif published is None:
        yield "version", CompletionAllowed.VERSION, newest
    if on is None:
        yield "completed_on", Allowed.DAY, ""
    elif on > today:
        yield "completed_on", CompletionAllowed.FUTURE, ""
    elif published is not None and on < published:
        yield "completed_on", CompletionAllowed.EARLY, published
