"""More time by wish: silence and help wait longer, no first answer and none in danger does, and all are told so."""

from datetime import datetime, timedelta
from itertools import pairwise, product
from random import Random
from zoneinfo import ZoneInfo

import pytest

from leeward.society.directory.rules.schedules import Spell
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.cases import save_needs, write_message
from leeward.victim.helpline.operations.desk import set_band
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.rules.cases import CaseState, Turn
from leeward.victim.helpline.rules.paces import PACES, Pace, pace_for, promised_open_days
from leeward.victim.helpline.rules.promise import promise_due
from leeward.victim.helpline.rules.tasks import CaseFacts, TaskKind, tasks_of
from leeward.victim.helpline.views.person.standing import pace_words
from leeward.victim.removals.rules.reports import Band
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
UTC_ZONE = ZoneInfo("UTC")
LATER = (TaskKind.CLOSE, TaskKind.ASK_AGAIN, TaskKind.END_HELP)
SLOW = Needs(ticked=(Need.LITTLE_AT_A_TIME,))


def _spells(random: Random) -> list[Spell]:
    days = sorted(random.sample(range(30), 12))
    return [Spell(opens_at=NOW + day * DAY, closes_at=NOW + day * DAY + random.randint(1, 9) * HOUR) for day in days]


def test_each_row_gives_no_less_time_than_the_one_before_and_each_pace_has_one() -> None:
    assert list(PACES) == list(Pace)
    for before, row in pairwise(PACES.values()):
        for days in ("answer_open_days", "ask_again_days", "close_days", "help_days"):
            assert getattr(row, days) >= getattr(before, days), (row.pace, days)
        assert row.ask_again_days < row.close_days
    assert pace_for([]) is pace_for(set(Need) - {Need.LITTLE_AT_A_TIME}) is Pace.USUAL
    assert pace_for(Need) is Pace.SLOW


def test_no_first_answer_and_none_in_danger_comes_later_by_a_wish() -> None:
    random = Random(3)
    for _, band, is_first in product(range(40), Band, (True, False)):
        spells, since = _spells(random), NOW + random.randint(0, 200) * HOUR
        usual, slow = (
            promise_due(
                band,
                since=since,
                spells=spells,
                zone=UTC_ZONE,
                open_days=promised_open_days(pace, band=band, is_first=is_first),
            )
            for pace in Pace
        )
        if is_first or band is not Band.GREEN:
            assert slow == usual
        elif slow is not None and usual is not None:
            closes = sorted(each.closes_at for each in spells if each.opens_at.date() > since.date())
            assert (usual, slow) == (closes[0], closes[1])


def _facts(random: Random) -> CaseFacts:
    def ago() -> datetime | None:
        return NOW - random.randint(0, 90) * DAY if random.random() < 0.8 else None

    return CaseFacts(
        state=CaseState.ACTIVE,
        turn=random.choice(tuple(Turn)),
        waiting_since=ago(),
        promise_due=ago(),
        turn_since=ago(),
        said_at=ago(),
        review_on=NOW.date() if random.random() < 0.5 else None,
        help_since=ago(),
        call_due=ago(),
        pace=Pace.USUAL,
    )


def test_only_silence_and_help_wait_longer_and_all_other_tasks_stay() -> None:
    random = Random(5)
    seen = set()
    for _ in range(400):
        case = _facts(random)
        usual = tasks_of(case, now=NOW, zone=UTC_ZONE)
        slow = tasks_of(CaseFacts(**{**vars(case), "pace": Pace.SLOW}), now=NOW, zone=UTC_ZONE)
        assert [each for each in slow if each.kind not in LATER] == [each for each in usual if each.kind not in LATER]
        days = {each.kind: each.days for each in usual}
        for each in slow:
            if each.kind in LATER:
                seen.add(each.kind)
                assert each.days == 2 * days.get(each.kind, 7)
    assert seen == set(LATER)


@pytest.mark.django_db
def test_a_case_follows_its_wish_from_the_next_word_on_and_what_was_promised_stays(her: Her, sam: Worker) -> None:
    def row() -> Case:
        return Case.objects.get(reference=her.case)

    first = row().promise_due
    save_needs(opened=her.open(), needs=SLOW, by=PERSON, now=NOW)
    assert (row().pace, row().promise_due) == (Pace.SLOW, first)
    dues = []
    for needs in (SLOW, Needs()):
        save_needs(opened=her.open(), needs=needs, by=PERSON, now=NOW)
        write_message(opened=sam.open(her.case), words="Yes.", side=Side.TEAM, by=sam.actor, now=NOW + HOUR)
        write_message(opened=her.open(), words="And?", side=Side.PERSON, by=PERSON, now=NOW + 2 * HOUR)
        dues.append(row().promise_due)
    assert dues[0] is not None
    assert dues[1] == first
    assert dues[0] > dues[1]
    save_needs(opened=her.open(), needs=SLOW, by=PERSON, now=NOW + 2 * HOUR)
    set_band(opened=sam.open(her.case), band=Band.RED, reason="Danger.", by=sam.actor, now=NOW + 2 * HOUR)
    red = row().promise_due
    assert red is not None
    assert red <= NOW + 4 * HOUR
    assert read_case(her.open()).pace is Pace.SLOW


@pytest.mark.django_db
def test_whoever_wishes_it_reads_before_and_after_what_it_changes(
    house: Standing, sam: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_afresh()
    at(monkeypatch, NOW)
    told = pace_words(Pace.SLOW, now=NOW)
    assert "14 days" in told
    assert "60 days" in told
    assert "Our first answer" in told
    caller = Caller()
    caller.keep(caller.walk_in())
    assert told in caller.see("/talk/how")
    caller = Caller().come(ticked=["little_at_a_time"], knows="helpline")
    for path in ("/talk/done", "/status/part/people", "/status/talk"):
        assert told in caller.see(path), path
    assert caller.view().pace is Pace.SLOW
    caller.post("/status/wishes", ticked=[], knows="helpline")
    assert told not in caller.see("/status/part/people")


@pytest.mark.django_db
def test_where_no_open_hours_are_known_no_answer_is_promised() -> None:
    told = pace_words(Pace.SLOW, now=NOW)
    assert "14 days" in told
    assert "60 days" in told
    for promised in ("Our first answer", "the helpline is open"):
        assert promised not in told, promised
    assert pace_words(Pace.USUAL, now=NOW) == ""
