"""The calendar of releases: what was and is due, when it came out, and what was late; for people and for programs."""

import html
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from demo.history import found_history
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editions.models import Planned
from leeward.foundation.editions.queries import calendar_days
from leeward.foundation.editions.records import CalendarDay
from leeward.foundation.protection.periods import Frequency, Period
from leeward.policy.statistics.models import Fact, Gathering, PublishedCount
from leeward.policy.statistics.operations import timetable
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.operations.sources import SOURCES
from leeward.policy.statistics.published import SHELF
from leeward.policy.statistics.rules.quality import Aspect
from tests.foundation.accounts.people import at, employ
from tests.policy.statistics.kept_counts import NOW
from tests.policy.statistics.releases import (
    all_releases,
    draft_release,
    find_draft,
    plan_release,
    sign_release,
    unplan_release,
)
from tests.policy.statistics.some_figures import some_figures

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

ADA, BO = (Actor(kind=ActorKind.STAFF, id=name) for name in ("ada", "bo"))
DAY = timedelta(days=1)
TODAY = NOW.date()


def released(title: str, *, now: datetime) -> str:
    name = draft_release(title=title, words="", licence="https://example.org/licence", by=ADA, now=now)
    sign_release(edition=name, sha256=find_draft(name).sha256, by=BO, now=now)
    return name


def of_releases(today: date) -> dict[str, CalendarDay]:
    return {str(day.title): day for day in calendar_days(SHELF, today=today) if "figures" not in str(day.title).lower()}


def by_code(today: date) -> dict[str, CalendarDay]:
    return {day.code: day for day in calendar_days(SHELF, today=today)}


def page_of(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", client.get(address).content.decode())))


def test_a_release_is_on_its_day_late_or_was_never_announced() -> None:
    some_figures()
    plan_release(on=TODAY, title="Planned today", by=ADA, now=NOW)
    released("On its day", now=NOW)
    plan_release(on=TODAY + 3 * DAY, title="Planned soon", by=ADA, now=NOW)
    waiting = of_releases(TODAY + 5 * DAY)["Planned soon"]
    assert (waiting.out_on, waiting.days_late(today=TODAY + 5 * DAY)) == (None, 2)
    released("Late", now=NOW + 8 * DAY)
    released("Unannounced", now=NOW + 9 * DAY)
    found = of_releases(TODAY + 30 * DAY)
    assert "Planned soon" not in found
    told = {
        title: (day.announced_on, day.due_on, day.out_on, day.days_late(today=TODAY)) for title, day in found.items()
    }
    assert told == {
        "On its day": (TODAY, TODAY, TODAY, 0),
        "Late": (TODAY, TODAY + 3 * DAY, TODAY + 8 * DAY, 5),
        "Unannounced": (None, None, TODAY + 9 * DAY, 0),
    }


def test_nobody_takes_a_day_that_was_missed_out_of_the_calendar() -> None:
    plan_release(on=TODAY, title="Missed", by=ADA, now=NOW)
    plan_release(on=TODAY + DAY, title="Moved", by=ADA, now=NOW)
    unplan_release(on=TODAY + DAY, by=ADA, now=NOW)
    unplan_release(on=TODAY, by=ADA, now=NOW + DAY)
    assert set(of_releases(TODAY + DAY)) == {"Missed"}
    some_figures()
    released("Spring", now=NOW + 2 * DAY)
    plan = Planned.objects.get()
    assert (plan.edition is not None, plan.on) == (True, TODAY)
    with pytest.raises(FieldRefused):
        plan_release(on=TODAY, title="As if", by=ADA, now=NOW)


def counted(period: Period, *, gathered_at: datetime, is_final: bool) -> None:
    """What each source that is asked for a period has gathered of it."""
    for source in SOURCES.values():
        if source.is_snapshot or period.step not in source.steps:
            continue
        Fact.objects.get_or_create(
            measure=source.first.value,
            step=period.step.value,
            start=period.start,
            code="",
            defaults={"count": 60, "gathered_at": gathered_at, "source": source.name},
        )
        Gathering.objects.update_or_create(
            source=source.name,
            step=period.step.value,
            start=period.start,
            defaults={"gathered_at": gathered_at, "is_final": is_final, "published_at": None},
        )


def test_figures_are_due_on_the_days_on_which_the_publisher_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    month = Period(start=date(2026, 3, 1), step=Frequency.MONTH)
    monkeypatch.setattr(timetable, "first_counted_day", lambda: month.start)
    announced = by_code(month.end - DAY)
    first, final = announced["2026-03-first"], announced["2026-03-final-90"]
    assert (first.due_on, final.due_on) == (date(2026, 4, 1), date(2026, 6, 30))
    assert "2026-02-final-90" not in announced
    assert "January to March 2026" in str(announced["2026-Q1-final-90"].title)
    for due in (first, final):  # the evening before nothing comes out, in the night of the day all does
        is_final = due is final
        assert due.due_on is not None
        for day in (due.due_on - DAY, due.due_on):
            now = datetime.combine(day, time(3), UTC)
            counted(month, gathered_at=now, is_final=is_final and day == due.due_on)
            publish_figures(now=now)
            out = by_code(day)[due.code].out_on
            assert out == (day if day == due.due_on else None), (due.code, day)
    assert by_code(date(2026, 7, 1))["2026-03-first"].out_on == date(2026, 4, 1)
    told = PublishedCount.objects.filter(step="month", start=month.start)
    assert {each.published_at.date() for each in told} <= {date(2026, 4, 1), date(2026, 6, 30)}


def test_figures_that_did_not_come_on_their_day_are_late(monkeypatch: pytest.MonkeyPatch) -> None:
    month = Period(start=date(2026, 3, 1), step=Frequency.MONTH)
    monkeypatch.setattr(timetable, "first_counted_day", lambda: month.start)
    today = date(2026, 4, 4)
    assert by_code(today)["2026-03-first"].days_late(today=today) == 3
    now = datetime.combine(today, time(3), UTC)
    counted(month, gathered_at=now, is_final=False)
    publish_figures(now=now)
    found = by_code(today + 20 * DAY)["2026-03-first"]
    assert (found.out_on, found.days_late(today=today + 20 * DAY)) == (today, 3)


def test_counts_taken_in_later_were_never_due() -> None:
    some_figures()
    found = by_code(TODAY)
    assert (found["2026-03-first"].due_on, found["2026-03-first"].out_on) == (None, TODAY)
    # July is over and nobody has counted it: it is late, and is said to be.
    assert found["2026-07-first"].days_late(today=TODAY) == 14


def test_page_and_calendar_file_tell_the_same(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW + 10 * DAY)
    some_figures()
    plan_release(on=TODAY + DAY, title="Spring", words="With April.", by=ADA, now=NOW)
    plan_release(on=TODAY + 40 * DAY, title="Autumn", words="If all goes well.", by=ADA, now=NOW)
    edition = released("Spring, out", now=NOW + 4 * DAY)
    page = page_of(client, "/statistics/releases/calendar")
    assert "Spring, out" in page
    assert "Published 3 days late." in page
    assert "Autumn If all goes well." in page
    assert "Late: due 24 days ago, not published." in page  # July
    events = Calendar.from_ical(client.get("/statistics/releases/calendar.ics").content).walk("VEVENT")
    days = calendar_days(SHELF, today=TODAY + 10 * DAY)
    assert len(days) == len(events) > 10
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert [event.decoded("dtstart") for event in events] == [day.on for day in days]
    [spring] = [event for event in events if str(event["summary"]) == "Spring, out"]
    assert spring.decoded("dtstart") == TODAY + 4 * DAY
    assert "Published 3 days late." in str(spring["description"])
    assert str(spring["url"]).endswith(f"/statistics/releases/{edition}")
    assert 'href="/statistics/releases/calendar"' in client.get("/statistics/releases").content.decode()
    assert 'href="/statistics/releases/calendar"' in client.get("/how-the-nation-does").content.decode()


def test_the_made_up_nation_has_a_calendar_and_a_quality_report(client: Client) -> None:
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    employ("petra", Role.POLICY_OFFICER)
    employ("ines", Role.POLICY_OFFICER)
    found_history(now=now)
    found = {str(day.title): day for day in calendar_days(SHELF, today=now.date())}
    [first] = [day for title, day in found.items() if "first release" in title]
    assert (first.due_on, first.days_late(today=now.date())) == (first.out_on, 0)
    assert found["Second release (made up)"].due_on == date(2026, 12, 17)
    assert found["Figures of November 2026, still changing"].due_on == date(2026, 12, 1)
    [edition] = all_releases()
    said = client.get(f"/statistics/api/releases/{edition.name}/quality").json()
    assert {line["aspect"] for line in said["lines"]} == {aspect.value for aspect in Aspect}
    assert len(Calendar.from_ical(client.get("/statistics/releases/calendar.ics").content).walk("VEVENT")) > 10
