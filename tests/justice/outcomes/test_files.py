"""Files of counts: each fault has its line, its words and its way out; nothing is kept half."""

from dataclasses import replace
from datetime import date

import pytest

from leeward.foundation.editing.lines import LinesRefused
from leeward.justice.outcomes.errors import ListsMalformed
from leeward.justice.outcomes.management.commands.load_outcomes import SHIPPED
from leeward.justice.outcomes.rules.codes import read_shipped
from leeward.justice.outcomes.rules.files import Book, far_from_last_year, gaps, read_counts
from leeward.justice.outcomes.rules.terms import CodeKind, FileKind
from tests.justice.outcomes.land import courts, file_of, outcomes

START = date(2025, 1, 1)
BOOK = Book(
    authority="harbour",
    offences={"ew-66b-share": 0},
    codes={"0": 0, "1": 0, "16": 0},
    today=date(2026, 11, 24),
    known=(),
    recorded={START: {"ew-66b-share": 40}},
)


def refused(text: str, kind: FileKind = FileKind.OFFENCES, book: Book = BOOK) -> list[tuple[int, str, str]]:
    with pytest.raises(LinesRefused) as error:
        read_counts(text, kind, book)
    return [(each.line, each.column, each.allowed.label % {"about": each.about}) for each in error.value.faults]


def line(**changes: str) -> str:
    cells = {
        "authority": "harbour", "start": "2025-01-01", "end": "2025-03-31", "offence": "ew-66b-share",
        "recorded": "40", "as_of": "2026-11-01",
    }  # fmt: skip
    return file_of(FileKind.OFFENCES, ",".join({**cells, **changes}.values()))


def test_good_files_are_read_whole() -> None:
    (read,) = read_counts(line(), FileKind.OFFENCES, BOOK)
    assert (read.start, read.end, read.number, read.basis) == (START, date(2025, 3, 31), 40, None)
    found = read_counts(
        outcomes("harbour", 2025, 1, {"1": 4, "16": 30, "0": 6}, given={"1": 9}), FileKind.OUTCOMES, BOOK
    )
    assert [each.number for each in found] == [4, 30, 6, 9]
    assert len(read_counts(courts("harbour", 2025, 1, {"1": 3}), FileKind.COURTS, BOOK)) == 1


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"authority": "eastmarsh"}, "authority", "Enter the code of your own authority: harbour"),
        ({"offence": "ew-66b-shar"}, "offence_code", "the nearest is: ew-66b-share"),
        ({"recorded": "-4"}, "recorded", "Enter 0 or a larger number"),
        ({"recorded": "4.5"}, "recorded", "without a fraction"),
        ({"recorded": "1.234"}, "recorded", "without a thousands separator: 1234"),
        ({"recorded": "1 234 567"}, "recorded", "without a thousands separator: 1234567"),
        ({"recorded": "forty"}, "recorded", "Enter a whole number"),
        ({"start": "2025-01-15"}, "period_start", "this one begins on 2025-01-01"),
        ({"end": "2025-06-30"}, "period_end", "this one ends on 2025-03-31"),
        ({"start": "2025-02-30"}, "period_start", "Enter a day"),
        ({"as_of": "2025-03-30"}, "as_of", "Enter a day from 2025-03-31 on"),
        ({"as_of": "2026-11-25"}, "as_of", "Enter today or a day that is over"),
    ],
)
def test_a_wrong_cell_has_its_line_and_its_way_out(changes: dict[str, str], column: str, said: str) -> None:
    ((number, where, words),) = refused(line(**changes))
    assert (number, where) == (2, column)
    assert said in words


def test_outcomes_must_be_all_of_the_offences_recorded() -> None:
    assert refused(outcomes("harbour", 2025, 1, {"1": 4, "16": 30}), FileKind.OUTCOMES)[0][2].endswith(
        "must add up to all of them: ew-66b-share: 34 / 40"
    )
    # What was given in the quarter is no part of the sum, and an offence without a line is missing from it.
    assert "0 / 40" in refused(outcomes("harbour", 2025, 1, {}, given={"1": 40}), FileKind.OUTCOMES)[0][2]
    assert "first" in refused(outcomes("harbour", 2025, 2, {"1": 4}), FileKind.OUTCOMES)[0][2]
    wrong = outcomes("harbour", 2025, 1, {"1": 4, "99": 36}).replace("of_recorded,4", "recorded,4")
    assert [each[1] for each in refused(wrong, FileKind.OUTCOMES)] == ["basis", "outcome_code"]


def test_a_period_is_handed_in_once_and_has_one_day() -> None:
    known = replace(BOOK, known={START})
    assert "To replace it, say why below" in refused(line(), book=known)[0][2]
    assert read_counts(line(), FileKind.OFFENCES, replace(known, may_replace=True))
    twice = line() + "\n" + line().partition("\n")[2]
    assert "Line 2 has a number" in refused(twice)[0][2]
    other = twice.replace("ew-66b-share,40,2026-11-01", "ew-66b-share,41,2026-11-01", 1)
    assert refused(other.replace("2026-11-01", "2026-10-01", 1))[0][1] == "offence_code"
    two = replace(BOOK, offences={"ew-66b-share": 0, "ew-66a": 0})
    days = line() + "\n" + line(offence="ew-66a", as_of="2026-10-01").partition("\n")[2]
    assert "A period has one as_of" in refused(days, book=two)[0][2]


@pytest.mark.parametrize("column", ["victim_name", "Surname", "date of birth", "id", "person_id", "E-mail"])
def test_a_column_that_looks_like_a_person_stops_the_file_before_any_line_is_read(column: str) -> None:
    head, _newline, rest = line().partition("\n")
    ((number, _where, words),) = refused(f"{head},{column}\n{rest},Jo Bloggs")
    assert number == 1
    assert column in words
    assert "Jo Bloggs" not in words


def test_gaps_and_leaps_are_seen() -> None:
    assert [each.name for each in gaps([date(2025, 10, 1), START, date(2025, 4, 1)])] == ["2025-Q3"]
    assert far_from_last_year(61, 40)
    assert far_from_last_year(19, 40)
    assert not far_from_last_year(60, 40)
    assert not far_from_last_year(3, 19)
    assert not far_from_last_year(3, None)


def test_each_national_code_leads_to_exactly_one_stage() -> None:
    shipped = read_shipped(SHIPPED.read_text(encoding="utf-8"))
    assert {each.kind for each in shipped.lists} == set(CodeKind)
    assert all(each.checked_on is None for each in shipped.lists)
    for wrong, said in (
        ("lists: [{jurisdiction: X, kind: outcome, source: s, codes: [{code: a, name: A}]}]", "exactly one stage"),
        (
            "lists: [{jurisdiction: X, kind: offence, source: s, codes: [{code: a, name: A, stage: charged}]}]",
            "no stage",
        ),
        (
            "lists: [{jurisdiction: X, kind: offence, source: s, codes: [{code: a, name: A}, {code: a, name: B}]}]",
            "stands once: a",
        ),
        ("lists: [", "is no YAML"),
    ):
        with pytest.raises(ListsMalformed, match=said):
            read_shipped(wrong)
