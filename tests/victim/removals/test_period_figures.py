"""What happened between two days, counted by the database: each case that counts, and each that does not."""

from datetime import date, timedelta

import pytest

from leeward.foundation.work.models import Exposure
from leeward.victim.removals.figures.periods import (
    EscalatedCounts,
    FiledCounts,
    GoneCounts,
    Hours,
    SentCounts,
    ViewCounts,
    escalated_counts,
    filed_counts,
    first_day,
    gone_counts,
    hours_by_platform,
    hours_to_removal,
    sent_counts,
    view_counts,
)
from leeward.victim.removals.rules.states import Step
from tests.victim.removals.happenings import DAY, a_platform, a_report, an_item, at, happened

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def test_what_was_sent_is_counted_by_platform_with_what_became_of_it() -> None:
    chatter, met = a_platform("Chatter"), a_platform("met.example", is_listed=False)
    report = a_report(filed=at(0))
    seen = an_item(report, chatter, sent=at(1), law_due_at=at(3))
    happened(seen, Step.DECIDED_REMOVED, at(2))
    happened(seen, Step.SEEN_GONE, at(4))  # what we saw counts, not what was said: too late for the law
    said = an_item(report, chatter, sent=at(1), law_due_at=at(3))
    happened(said, Step.DECIDED_REMOVED, at(2))
    contradicted = an_item(report, chatter, sent=at(1), state="still_up")
    happened(contradicted, Step.DECIDED_REMOVED, at(2))
    late = an_item(report, chatter, sent=at(30))
    happened(late, Step.FOUND_INCOMPLETE, at(31))
    happened(late, Step.SEEN_GONE, at(121))
    wrong = an_item(report, met, sent=at(30))
    happened(wrong, Step.CORRECTED, at(33), voids=happened(wrong, Step.SEEN_GONE, at(32)))
    an_item(report, None, sent=at(30))
    assert sent_counts(since=MARCH, until=APRIL) == (
        SentCounts(platform="", name="", sent=2, gone=0, verified=0, answered=0, accepted=0, law=0, in_time=0),
        SentCounts(
            platform=str(chatter.public_id),
            name="Chatter",
            sent=4,
            gone=2,
            verified=1,
            answered=4,
            accepted=3,
            law=2,
            in_time=1,
        ),
    )


def test_only_who_said_yes_is_counted_and_only_in_the_period() -> None:
    chatter = a_platform("Chatter")
    report = a_report(filed=at(0))
    an_item(a_report(filed=at(0), agreed=False), chatter, sent=at(1))
    an_item(report, chatter, sent=at(1), state="withdrawn")
    an_item(report, chatter, sent=at(-1, 23))
    an_item(report, chatter, sent=at(31))
    assert sent_counts(since=MARCH, until=APRIL) == ()
    an_item(report, chatter, sent=at(30, 23))
    assert [line.sent for line in sent_counts(since=MARCH, until=APRIL)] == [1]
    assert filed_counts(since=MARCH, until=APRIL) == FiledCounts(reports=1, items=1)
    assert first_day() == MARCH


def test_hours_are_nearest_ranks_in_whole_hours() -> None:
    chatter, lantern = a_platform("Chatter"), a_platform("Lantern")
    report = a_report(filed=at(0))
    for hours in (1, 2, 3, 40):
        happened(an_item(report, chatter, sent=at(1)), Step.SEEN_GONE, at(1, 0) + timedelta(hours=hours, minutes=29))
    happened(an_item(report, lantern, sent=at(1)), Step.SEEN_GONE, at(1) + timedelta(minutes=90))
    an_item(report, lantern, sent=at(1))
    everywhere = {"platform": "", "name": ""}
    assert hours_to_removal(since=MARCH, until=APRIL, percents=(50, 90)) == (
        Hours(**everywhere, percent=50, number=5, hours=2),
        Hours(**everywhere, percent=90, number=5, hours=40),
    )
    found = {line.name: line for line in hours_by_platform(since=MARCH, until=APRIL, percent=50)}
    assert found["Chatter"] == Hours(platform=str(chatter.public_id), name="Chatter", percent=50, number=4, hours=2)
    assert found["Lantern"].hours == 2
    assert hours_to_removal(since=APRIL, until=APRIL + 9 * DAY, percents=(50,)) == ()


def test_what_was_gone_is_counted_once_on_its_first_day() -> None:
    report = a_report(filed=at(0))
    back = an_item(report, sent=at(-20), state="closed")
    happened(back, Step.SEEN_GONE, at(1))
    happened(back, Step.CAME_BACK, at(80))
    too_late = an_item(report, sent=at(-20), kind="match")
    happened(too_late, Step.SEEN_GONE, at(2))
    happened(too_late, Step.CAME_BACK, at(93))
    restored = an_item(report, sent=at(1))
    happened(restored, Step.DECIDED_REMOVED, at(3))
    happened(restored, Step.RESTORED, at(9))
    earlier = an_item(report, sent=at(-30))
    happened(earlier, Step.SEEN_GONE, at(-2))
    happened(earlier, Step.SEEN_GONE, at(2))
    assert gone_counts(since=MARCH, until=APRIL) == GoneCounts(gone=3, returned=1, restored=1, found=1)


def test_an_escalation_is_counted_by_the_first_rung_that_was_taken() -> None:
    report = a_report(filed=at(0))
    worked = an_item(report, sent=at(0))
    happened(worked, Step.ESCALATED, at(2), code="host")
    happened(worked, Step.ESCALATED, at(5), code="cdn")
    happened(worked, Step.SEEN_GONE, at(9))
    happened(an_item(report, sent=at(0)), Step.ESCALATED, at(2), code="host")
    before = an_item(report, sent=at(0))
    happened(before, Step.SEEN_GONE, at(1))
    happened(before, Step.ESCALATED, at(2), code="search")
    assert escalated_counts(since=MARCH, until=APRIL) == (
        EscalatedCounts(rung="host", escalated=2, gone=1),
        EscalatedCounts(rung="search", escalated=1, gone=0),
    )


def test_views_are_counted_by_person_and_day() -> None:
    for staff, day, opened in (("a", 0, 4), ("a", 1, 2), ("b", 1, 3), ("b", 2, 0), ("c", 40, 9)):
        Exposure.objects.create(staff=staff, day=at(day).date(), opened=opened)
    assert view_counts(since=MARCH, until=APRIL) == ViewCounts(views=9, days=3, staff=2)
    assert view_counts(since=date(2020, 1, 1), until=date(2020, 2, 1)) == ViewCounts(views=0, days=0, staff=0)
