"""From a file to what everybody reads: states, the right of reply, and numbers that hide the small ones."""

import random
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.protection.tables import THRESHOLD, TOTAL, Status
from leeward.justice.outcomes.errors import NothingToPrint, NotLooked, SubmissionUnknown
from leeward.justice.outcomes.models import CodeList, Count, Printing, Submission
from leeward.justice.outcomes.operations.deciding import (
    accept_submission,
    check_submission,
    say_seen,
    withdraw_submission,
)
from leeward.justice.outcomes.operations.founding import publish_method
from leeward.justice.outcomes.operations.submitting import hand_in
from leeward.justice.outcomes.queries.books import book_for
from leeward.justice.outcomes.queries.printings import changes_between, read_year
from leeward.justice.outcomes.queries.submissions import find_submission
from leeward.justice.outcomes.rules.codes import NewMethod
from leeward.justice.outcomes.rules.files import read_counts
from leeward.justice.outcomes.rules.funnel import Rate
from leeward.justice.outcomes.rules.printing import (
    STAGES,
    Cells,
    EarlierPrinting,
    Family,
    Place,
    print_year,
    told_by_difference,
    totals,
)
from leeward.justice.outcomes.rules.terms import (
    PREVIEW,
    AuthorityKind,
    CountUnit,
    FileKind,
    MethodKind,
    Stage,
    SubmissionState,
)
from tests.justice.outcomes.land import (
    NOW,
    OPERATOR,
    accept,
    authority,
    courts,
    offences,
    outcomes,
    publish_counts,
    send,
    use_codes,
    whole_year,
)

pytestmark = pytest.mark.django_db
LARGE = {"0": 20, "1": 30, "16": 80, "18": 70}


def test_a_list_that_nobody_compared_is_never_counted_by() -> None:
    use_codes()
    with transaction.atomic(), pytest.raises(DatabaseError):
        CodeList.objects.filter(is_switched_on=True).update(checked_on=None)


def test_an_authority_looks_before_anybody_else_and_what_is_accepted_stays() -> None:
    use_codes()
    harbour, other = authority("harbour-police"), authority("eastmarsh")
    (made,) = send(harbour, FileKind.OFFENCES, offences("harbour-police", 2025, 1, 200))
    with pytest.raises(SubmissionUnknown):  # nobody has checked it
        accept_submission(submission=made, by=OPERATOR, now=NOW)
    check_submission(submission=made, by=OPERATOR, now=NOW)
    with pytest.raises(NotLooked):
        accept_submission(submission=made, by=OPERATOR, now=NOW + PREVIEW - timedelta(seconds=1))
    with pytest.raises(SubmissionUnknown):  # not its own
        say_seen(submission=made, authority=other, reply="x", by=OPERATOR, now=NOW)
    say_seen(submission=made, authority=harbour, reply="A new system since May.", by=OPERATOR, now=NOW)
    accept_submission(submission=made, by=OPERATOR, now=NOW)
    assert find_submission(made).reply == "A new system since May."
    with transaction.atomic(), pytest.raises(DatabaseError):
        Count.objects.filter(submission__public_id=made).update(number=1)
    with transaction.atomic(), pytest.raises(DatabaseError):
        Count.objects.filter(submission__public_id=made).delete()


def test_without_a_word_of_its_authority_it_waits_five_days() -> None:
    use_codes()
    harbour = authority("harbour-police")
    (made,) = send(harbour, FileKind.OFFENCES, offences("harbour-police", 2025, 1, 200))
    check_submission(submission=made, by=OPERATOR, now=NOW)
    accept_submission(submission=made, by=OPERATOR, now=NOW + PREVIEW)
    assert Submission.objects.get().state is SubmissionState.ACCEPTED


def test_a_correction_says_why_and_replaces_only_once_it_is_accepted() -> None:
    use_codes()
    harbour = authority("harbour-police")
    first = send(harbour, FileKind.OFFENCES, offences("harbour-police", 2025, 1, 200))
    accept(harbour, first)
    text = offences("harbour-police", 2025, 1, 210)
    book = book_for(harbour, FileKind.OFFENCES, may_replace=True, today=NOW.date())
    lines = read_counts(text, FileKind.OFFENCES, book)
    with pytest.raises(FieldRefused):
        hand_in(authority=harbour, kind=FileKind.OFFENCES, lines=lines, text=text, reason=" ", by=OPERATOR, now=NOW)
    second = send(harbour, FileKind.OFFENCES, text, reason="Ten were entered late")
    third = send(harbour, FileKind.OFFENCES, offences("harbour-police", 2025, 1, 211), reason="One more")
    states = {row.public_id: row.state for row in Submission.objects.all()}
    assert [states[each] for each in (*first, *second, *third)] == ["accepted", "replaced", "received"]
    accept(harbour, third)
    states = {row.public_id: row.state for row in Submission.objects.all()}
    assert [states[each] for each in (*first, *second, *third)] == ["replaced", "replaced", "accepted"]
    withdraw_submission(submission=third[0], reason="The system was wrong", by=OPERATOR, now=NOW)
    with pytest.raises(SubmissionUnknown):
        withdraw_submission(submission=third[0], reason="Again", by=OPERATOR, now=NOW)


def test_a_leap_is_warned_of_and_kept() -> None:
    use_codes()
    harbour = authority("harbour-police")
    send(harbour, FileKind.OFFENCES, offences("harbour-police", 2024, 1, 40))
    (far,) = send(harbour, FileKind.OFFENCES, offences("harbour-police", 2025, 1, 61))
    (near,) = send(harbour, FileKind.OFFENCES, offences("harbour-police", 2026, 1, 50))
    assert [len(find_submission(each).line.warnings) for each in (far, near)] == [1, 0]


def test_a_year_is_printed_whole_with_its_method_its_day_and_who_is_missing() -> None:
    use_codes()
    harbour = authority("harbour-police")
    authority("eastmarsh")
    whole_year(harbour, "harbour-police", LARGE, reply="We lack investigators.", given=25)
    publish_counts()
    year = read_year(2025)
    assert year is not None
    assert year.missing == ("Eastmarsh",)
    assert year.methods[FileKind.OUTCOMES] == ("became-of", 1)
    assert (year.cell(Family.OF_RECORDED, TOTAL, TOTAL).value, year.rate(Rate.CHARGED).value) == (800, 15)
    assert year.rate(Rate.NO_SUPPORT, "2025-Q2").value == 40
    # Other stages are empty; a zero is hidden as a small number is.
    assert year.cell(Family.OF_RECORDED, "2025-Q2", Stage.CAUTION).status is Status.CONFIDENTIAL
    assert year.rate(Rate.GIVEN).value in (12.5, None)
    # As of 1 November 2026, a year after 2025 is not over.
    assert year.is_estimate
    assert year.rate(Rate.CHARGED).number.status is Status.ESTIMATE
    assert year.authorities[0].replies == ("We lack investigators.",)
    with pytest.raises(FieldRefused):
        publish_counts(2025)
    assert publish_counts(reason="Eastmarsh is still missing").revision == 2
    with transaction.atomic(), pytest.raises(DatabaseError):
        Printing.objects.all().update(year=2024)


def test_what_does_not_add_up_any_more_is_not_printed() -> None:
    use_codes()
    harbour = authority("harbour-police")
    whole_year(harbour, "harbour-police", LARGE)
    late = send(harbour, FileKind.OFFENCES, offences("harbour-police", 2025, 1, 203), reason="Three more")
    accept(harbour, late)
    with pytest.raises(NothingToPrint):
        publish_counts()
    text = outcomes("harbour-police", 2025, 1, {**LARGE, "0": 23})
    accept(harbour, send(harbour, FileKind.OUTCOMES, text, reason="As above"))
    assert publish_counts().missing == []


def test_courts_are_counted_by_persons_and_conviction_has_its_own_whole() -> None:
    use_codes()
    court = authority("courts", AuthorityKind.COURTS)
    given = {
        "pending": 12, "discontinued": 20, "acquitted": 20, "convicted": 12, "custody": 15, "suspended": 12,
        "community": 45, "fine": 12, "discharge": 12, "other": 12, "order": 15, "notification": 118,
    }  # fmt: skip
    for number in range(1, 5):
        accept(court, send(court, FileKind.COURTS, courts("courts", 2025, number, given)))
    publish_counts()
    year = read_year(2025)
    assert year is not None
    # 120 of 160; who waits and what stands beside are no part of it.
    assert year.rate(Rate.CONVICTED).value == 75
    assert year.cell(Family.SENTENCES, TOTAL, Stage.CUSTODY).value == 60
    assert year.cell(Family.BESIDE, TOTAL, Stage.ORDERED).value == 60
    # All but two of each quarter have a duty to notify: how many have none is a small number too.
    assert year.cell(Family.BESIDE, TOTAL, Stage.NOTIFICATION).value is None


def test_two_methods_never_share_a_line_and_what_changed_is_said() -> None:
    use_codes()
    harbour = authority("harbour-police")
    whole_year(harbour, "harbour-police", LARGE, year=2024)
    publish_counts(2024)
    new = NewMethod(
        code="became-of", version=2, kind=MethodKind.OUTCOMES, unit=CountUnit.OFFENCES, what={"en": "Twice."},
        changed={"en": "The first outcome counts, not the last."}, source="x",
    )  # fmt: skip
    with pytest.raises(FieldRefused):
        publish_method(new=new.model_copy(update={"changed": {}}), by=OPERATOR, now=NOW)
    publish_method(new=new, by=OPERATOR, now=NOW + timedelta(hours=2))
    whole_year(harbour, "harbour-police", LARGE, year=2025)
    publish_counts(2025)
    first, second = read_year(2024), read_year(2025)
    assert first is not None
    assert second is not None
    assert not changes_between(first, first)
    found = changes_between(first, second)
    assert not found.codes
    (changed,) = found.methods
    assert changed.changed["en"] == "The first outcome counts, not the last."


def test_hidden_numbers_are_hidden_in_every_table_in_which_they_stand() -> None:
    """Thirty small lands: no number under ten is printed, and shared totals are hidden in both tables or in none."""
    draw = random.Random(20261129)  # the same lands each time
    stages = (Stage.CHARGED, Stage.NO_SUPPORT, Stage.NO_SUSPECT)
    hidden = 0
    for _land in range(30):
        counts = {
            (code, f"2025-Q{number}"): {stage: draw.choice((0, 3, 12, 40, 90)) for stage in stages}
            for code in ("a", "b", "c")
            for number in range(1, 5)
        }
        cells = print_year({Family.OF_RECORDED: counts})[Family.OF_RECORDED]
        for row, printed_row in cells.items():
            for stage in stages:
                true = sum(n[stage] for (code, name), n in counts.items() if row in (code, name, TOTAL))
                assert printed_row[stage].value is None or true >= THRESHOLD
            hidden += sum(each.value is None for each in printed_row.values())
            # One hidden number of a row would follow from its total.
            assert sum(each.value is None for each in printed_row.values()) != 1
    assert hidden > 100


class Reprinted:
    """A year that is printed again and again, as the product does it, without files."""

    def __init__(self) -> None:
        self.earlier: list[EarlierPrinting] = []

    def press(self, counts: dict[Place, dict[Stage, int]]) -> Cells:
        """Print these counts by authority and quarter; returns what everybody reads."""
        authorities = frozenset(code for code, _quarter in counts)
        true = totals({Family.OF_RECORDED: counts}, with_own=True)
        moved = told_by_difference(true, authorities=authorities, earlier=self.earlier)
        cells = print_year({Family.OF_RECORDED: counts}, moved=moved)[Family.OF_RECORDED]
        shown = {row: {stage: each.value is not None for stage, each in line.items()} for row, line in cells.items()}
        self.earlier.append(
            EarlierPrinting(authorities=authorities, counts=true, shown={Family.OF_RECORDED.value: shown})
        )
        return cells


CHARGED, KEPT, UNKNOWN = Stage.CHARGED, Stage.NO_SUPPORT, Stage.NO_SUSPECT


def test_who_came_in_does_not_follow_from_a_printing_of_long_ago() -> None:
    year, place = Reprinted(), ("a", "2025-Q1")
    many = dict.fromkeys(STAGES[Family.OF_RECORDED], 50)
    first = {place: many | {CHARGED: 100}, ("b", "2025-Q1"): many | {CHARGED: 90}}
    came = first | {("c", "2025-Q1"): many | {CHARGED: 5}}
    assert year.press(first)[TOTAL][CHARGED].value == 190
    assert year.press(came)[TOTAL][CHARGED].value is None  # 195 less 190 are the five of the newcomer
    assert year.press(came)[TOTAL][CHARGED].value is None  # nor the next time, with the same three
    more = came | {place: many | {CHARGED: 140}}
    assert year.press(more)[TOTAL][CHARGED].value is None  # who knows that those forty are its own finds the five
    other = more | {("b", "2025-Q1"): many | {CHARGED: 130}}
    assert year.press(other)[TOTAL][CHARGED].value is None  # nor does the other one, to whom those forty are its own
    both = other | {place: many | {CHARGED: 180}, ("b", "2025-Q1"): many | {CHARGED: 170}}
    assert year.press(both)[TOTAL][CHARGED].value == 355  # by now it says nothing of the five


def test_what_a_printing_hid_is_not_given_back_by_the_next_one() -> None:
    """A hundred lands that are corrected and printed again: nothing that was hidden is shown as it was."""
    draw, given_back, was_hidden = random.Random(20261129), 0, 0
    for _land in range(100):
        year = Reprinted()
        counts = {
            (code, f"2025-Q{number}"): {stage: draw.choice((0, 3, 12, 40, 90)) for stage in (CHARGED, KEPT, UNKNOWN)}
            for code in ("a", "b", "c")
            for number in range(1, 5)
        }
        before, true = year.press(counts), year.earlier[-1].counts[Family.OF_RECORDED.value]
        place = draw.choice(sorted(counts))
        counts[place] = counts[place] | {CHARGED: counts[place][CHARGED] + draw.choice((12, 30, 60))}
        after = year.press(counts)
        later = year.earlier[-1].counts[Family.OF_RECORDED.value]
        for row, line in before.items():
            for stage, cell in line.items():
                if cell.value is None and later[row].get(stage) == true[row].get(stage):
                    was_hidden += 1
                    given_back += after[row][stage].value is not None
    assert was_hidden > 1000
    assert given_back == 0
