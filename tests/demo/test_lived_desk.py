"""The made-up desk's past: every state is there, nothing happens twice, and all figures are of the same rows."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from demo.cast import employ_staff, found_parties
from demo.desk.crew import Crew, call_crew
from demo.desk.life import Life
from demo.desk.lives import Lives
from demo.desk.telling import LANGUAGES, arrange, first_lived_day, tell_all, tell_by_chance
from demo.history import found_history
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.rules.parcels import Stage
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.work.models import ShiftNote
from leeward.policy.statistics.models import Fact, TrueCount
from leeward.policy.statistics.operations.gathering import gather
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.queries.origin import MADE_UP
from leeward.policy.statistics.rules.measures import Measure
from leeward.victim.file.models import Message
from leeward.victim.removals.figures import open_by_age, open_by_state
from leeward.victim.removals.figures.periods import filed_counts, first_day, gone_counts, sent_counts
from leeward.victim.removals.models import (
    OPEN,
    Appeal,
    Decision,
    Notice,
    NoticeState,
    Report,
    Request,
    RequestEvent,
    Review,
)
from leeward.victim.removals.rules.decisions import REMOVING, Outcome
from leeward.victim.removals.rules.reports import Band
from leeward.victim.removals.rules.states import OPEN_STATES, RequestState, Step

OLD = timedelta(days=30)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def crew(tmp_path: Path, settings: Any, now: datetime) -> Crew:
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_FOUNDING_KEY = tmp_path / "service-keys", tmp_path / "founding.key"
    found_parties(tmp_path, walls_url="http://127.0.0.1:9/", now=now)
    staff = employ_staff((), now=now)
    return call_crew(tmp_path, {each.name: each.passphrase for each in staff}, now=now)


@pytest.fixture
def lives(crew: Crew, now: datetime) -> Lives:
    assert 100 < len(list(tell_by_chance(random.Random(1), now=now))) < 250  # 129 to 240, by the day of the year
    return Lives(crew, tell_all(random.Random(1), now=now, brief=True), now=now)


def count(now: datetime) -> None:
    gather(now=now)
    publish_figures(now=now)


def states() -> Counter[RequestState]:
    return Counter(Request.objects.values_list("state", flat=True))


@pytest.mark.turn(0, days=2)
def test_a_lived_desk_is_whole_its_figures_are_of_its_rows_and_a_second_time_adds_nothing(
    lives: Lives, now: datetime
) -> None:
    lived_since = first_lived_day(now.astimezone(UTC).date())
    found_history(now=now, until=lived_since)
    gather(now=now - timedelta(days=1))  # a state is asked for once a day, and today's is asked for below
    lives.live()
    assert first_day() is None, "nothing is counted before all of it can be"
    check_nothing_is_left_to_be_sent_or_looked_at(now)
    check_the_desk_and_the_evidence_count_the_same_rows(now)
    lives.be_counted(lambda: count(now))
    check_every_state_is_there(now)
    check_the_figures_of_the_lived_month_are_those_of_its_rows(lived_since)
    before = everything()
    lives.live()
    lives.be_counted(lambda: None)
    assert everything() == before


def everything() -> list[int]:
    tables = (Report, Request, RequestEvent, Notice, Decision, Appeal, Review, ShiftNote, Message, Parcel)
    return [model.objects.count() for model in tables]


def check_every_state_is_there(now: datetime) -> None:
    assert set(states()) == set(RequestState) - {RequestState.SENDING, RequestState.WITHDRAWN}
    steps = set(RequestEvent.objects.values_list("step", flat=True))
    assert {Step.CAME_BACK, Step.COMPLETED, Step.ESCALATED, Step.UNSENT, Step.SEEN_UNSURE, Step.REOPENED} - steps == {
        Step.REOPENED
    }
    assert Decision.objects.filter(confirmed_at=None, outcome=Outcome.REFUSED).exists()  # waits for a second person
    assert Decision.objects.exclude(outcome__in=[*REMOVING, Outcome.REFUSED]).exists()  # partly
    assert {each.side for each in Appeal.objects.filter(state=Appeal.State.OPEN)} == set(Appeal.Side)
    assert Review.objects.filter(state=Review.State.OPEN).exists()
    assert ShiftNote.objects.count() == 1
    assert Notice.objects.filter(state=NoticeState.FAILED).count() == 1

    open_ones = Request.objects.filter(state__in=OPEN)
    assert open_ones.filter(due_at__lte=now).count() >= 4
    assert open_ones.filter(due_at__gt=now, due_at__lte=now + timedelta(days=1)).count() >= 3
    assert open_ones.filter(platform=None).exists()
    assert Report.objects.filter(band=Band.RED).count() >= 2
    assert Report.objects.filter(claimed_by="").count() > Report.objects.exclude(claimed_by="").count() == 1
    assert set(Report.objects.values_list("file__language", flat=True)) <= set(LANGUAGES)
    assert Report.objects.values("file__language").distinct().count() >= 2


def check_nothing_is_left_to_be_sent_or_looked_at(now: datetime) -> None:
    assert not Parcel.objects.filter(state=Stage.WAITING).exists()
    assert not Notice.objects.filter(state=NoticeState.QUEUED, parcel__isnull=False).exists()
    assert not Request.objects.filter(next_check_at__lte=now).exclude(watch="").exists()
    assert not RequestEvent.objects.filter(at__gt=now).exists()


def test_what_one_stop_left_the_next_start_goes_on_with(
    crew: Crew, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives, real, lived = Lives(crew, list(arrange(random.Random(1), now=now))[-9:], now=now), Life.live, []

    def stop_at_the_fourth(life: Life) -> None:
        real(life)
        lived.append(life)
        if len(lived) == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Life, "live", stop_at_the_fourth)
        with pytest.raises(KeyboardInterrupt):
            lives.live()
    assert Report.objects.count() == 3
    lives.live()
    assert Report.objects.count() == 9


def check_the_figures_of_the_lived_month_are_those_of_its_rows(lived_since: date) -> None:
    month = period_of(lived_since, step=Frequency.MONTH)
    filed = filed_counts(since=month.start, until=month.end)
    sent = sent_counts(since=month.start, until=month.end)
    gone = gone_counts(since=month.start, until=month.end)
    rows = Report.objects.filter(statistics_agreed_at__isnull=False, filed_at__date__gte=lived_since)
    assert filed.reports == rows.filter(filed_at__date__lt=month.end).count() > 0
    for measure, counted in (
        (Measure.FILED, filed.reports),
        (Measure.FILED_ITEMS, filed.items),
        (Measure.SENT, sum(each.sent for each in sent)),
        (Measure.SENT_GONE, sum(each.gone for each in sent)),
        (Measure.GONE, gone.gone),
        (Measure.GONE_RETURNED, gone.returned),
    ):
        about = {"measure": measure, "step": Frequency.MONTH, "start": month.start, "code": ""}
        facts = Fact.objects.filter(**about)
        assert [each.count for each in facts] == [counted], measure
        assert MADE_UP not in {each.source for each in facts}
        printed = TrueCount.objects.filter(**{f"published__{name}": value for name, value in about.items()})
        assert [each.count for each in printed] == [counted], measure

    made_up = Fact.objects.filter(source=MADE_UP, measure=Measure.FILED)
    assert max(made_up.filter(step=Frequency.MONTH).values_list("start", flat=True)) < lived_since
    assert not Fact.objects.exclude(source=MADE_UP).filter(measure=Measure.FILED, start__lt=lived_since).exists()
    # What is on a list on a day was not lived through, and stays made up.
    assert Fact.objects.filter(source=MADE_UP, measure=Measure.HASHES, start=month.start).exists()


def check_the_desk_and_the_evidence_count_the_same_rows(now: datetime) -> None:
    waiting = states()
    assert open_by_state() == {state: waiting[state] for state in OPEN_STATES}
    ages, open_ones = open_by_age(now=now), Request.objects.filter(state__in=OPEN)
    assert sum(age.number for age in ages) == open_ones.count() > 0
    old = open_ones.filter(opened_at__lte=now - OLD).count()
    assert sum(age.number for age in ages if age.at_least >= OLD.days) == old
    gather(now=now)
    facts = Fact.objects.filter(measure=Measure.OPEN_LONG).exclude(source=MADE_UP)
    assert facts.latest("id").count == old, "what evidence will print"
