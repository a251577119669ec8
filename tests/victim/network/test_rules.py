"""Turns, clocks, room and proposals by themselves."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.society.directory.rules.open_time import after_open_time, end_of_open_day, open_time
from leeward.society.directory.rules.schedules import Spell
from leeward.victim.file.rules.needs import Need
from leeward.victim.file.rules.offers import offers_of
from leeward.victim.network.errors import ReceiversRefused, ReleaseRefused, StepImpossible, WhyNot, YesMissing
from leeward.victim.network.operations.referrals import NEVER
from leeward.victim.network.rules.clocks import (
    MOST,
    QUESTION,
    Hours,
    Terms,
    accept_by,
    act_by,
    after_question,
    after_reply,
    half_way,
    office_hours,
)
from leeward.victim.network.rules.members import (
    Candidate,
    Kind,
    MemberState,
    PassedTo,
    Room,
    Said,
    Sector,
    Wish,
    fears_of,
    is_trained,
    propose,
    room_of,
)
from leeward.victim.network.rules.releases import (
    Release,
    ReleaseField,
    Yes,
    YesBy,
    check_releases,
    check_yes,
    usual_end,
)
from leeward.victim.network.rules.turns import (
    AHEAD,
    OPEN,
    Act,
    FailedAs,
    ReferralState,
    TurnState,
    ends_all,
    stand,
    step,
    whole,
    why_over,
)
from tests.victim.helpline.conftest import weekdays

UTC_ZONE = ZoneInfo("UTC")
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = date(2026, 11, 24)
ENDS = frozenset(TurnState) - OPEN - AHEAD


def hours(since: datetime) -> Hours:
    return Hours(spells=tuple(weekdays(since)), zone=UTC_ZONE, since=since)


# --- turns ------------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(Act), max_size=30))
def test_a_turn_that_ended_stays_ended_and_no_act_leaves_the_known_states(acts: list[Act]) -> None:
    state, seen = TurnState.DRAFTED, [TurnState.DRAFTED]
    taken = []
    for act in acts:
        try:
            state = step(state, act)
        except StepImpossible:
            continue
        seen.append(state)
        taken.append(act)
    assert stand(taken) is state
    for before, after in pairwise(seen):
        assert before not in ENDS or after is before
    if set(seen) & OPEN:  # nobody was asked without a yes, or two people who decide without it, and before their turn
        assert taken[:2] in ([Act.AGREED, Act.OFFERED], [Act.OVERRIDDEN, Act.OFFERED])


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ("agreed", TurnState.AGREED),
        ("agreed offered asked replied accepted started waited started done", TurnState.DONE),
        ("agreed offered asked accepted failed", TurnState.FAILED),
        ("agreed offered reminded declined", TurnState.DECLINED),
        ("agreed offered asked expired", TurnState.EXPIRED),
        ("agreed passed_over", TurnState.PASSED_OVER),
        ("agreed unused", TurnState.UNUSED),
        ("withdrawn", TurnState.WITHDRAWN),
        ("agreed offered accepted started withdrawn", TurnState.WITHDRAWN),
    ],
)
def test_what_acts_make_of_a_turn(acts: str, state: TurnState) -> None:
    assert stand(map(Act, acts.split())) is state


@pytest.mark.parametrize(
    "acts", ["offered", "agreed accepted", "agreed offered declined accepted", "agreed offered started"]
)
def test_what_does_not_fit_is_refused(acts: str) -> None:
    with pytest.raises(StepImpossible):
        stand(map(Act, acts.split()))


@pytest.mark.parametrize(
    ("turns", "state"),
    [
        ("drafted drafted", ReferralState.DRAFTED),
        ("offered agreed", ReferralState.OPEN),
        ("declined agreed", ReferralState.BETWEEN),
        ("declined expired passed_over", ReferralState.RETURNED),
        ("declined done unused", ReferralState.HELPED),
        ("failed unused unused", ReferralState.RETURNED),
        ("declined withdrawn withdrawn", ReferralState.WITHDRAWN),
    ],
)
def test_where_the_whole_stands(turns: str, state: ReferralState) -> None:
    assert whole([TurnState(each) for each in turns.split()]) is state


def test_nobody_else_is_asked_once_it_is_done_or_unwanted() -> None:
    assert ends_all(Act.DONE, "got_it")
    assert ends_all(Act.FAILED, FailedAs.UNWANTED)
    assert not any(ends_all(Act.FAILED, other) for other in FailedAs if other is not FailedAs.UNWANTED)
    assert not ends_all(Act.DECLINED, "no_room")


def test_the_time_of_a_turn_is_over_by_its_own_row() -> None:
    def why(state: TurnState, *, due: datetime | None = TUESDAY, ends: datetime = TUESDAY + DAY) -> str:
        return why_over(state, due_at=due, ends_at=ends, now=TUESDAY)

    for state in TurnState:
        assert why(state) == ("no_answer" if state in {TurnState.OFFERED, TurnState.ASKED} else ""), state
        assert why(state, due=TUESDAY + timedelta(seconds=1)) == "", state
        assert why(state, due=None) == "", state
        assert why(state, ends=TUESDAY) == ("end" if state in OPEN else ""), state


# --- clocks -----------------------------------------------------------------------------------------------------------


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_two_open_days_to_answer_and_five_to_begin_or_four_open_hours_and_one_day() -> None:
    friday = hours(at(27, 17, 30))
    assert accept_by(friday, terms=MOST, is_urgent=False) == datetime(2026, 12, 1, 18, tzinfo=UTC)
    assert act_by(friday, terms=MOST, is_urgent=False) == datetime(2026, 12, 4, 18, tzinfo=UTC)
    # Half an hour on Friday, three on Monday morning, half an hour after its break.
    assert accept_by(friday, terms=MOST, is_urgent=True) == at(30, 14, 30)
    assert act_by(friday, terms=MOST, is_urgent=True) == at(30, 18)
    shorter = Terms(accept_days=1, accept_hours=1, act_days=2)
    assert accept_by(friday, terms=shorter, is_urgent=False) == at(30, 18)
    assert accept_by(friday, terms=shorter, is_urgent=True) == at(30, 10, 30)


def test_terms_may_promise_more_and_never_less() -> None:
    assert MOST.are_kept
    assert Terms(accept_days=1, act_days=1).are_kept
    assert not Terms(accept_days=3).are_kept
    assert not Terms(act_days=0).are_kept


def test_a_reminder_comes_when_half_of_the_open_time_is_over() -> None:
    since = at(24, 10)  # seven open hours a day
    assert half_way(hours(since), due=at(25, 18)) == at(24, 18)
    assert half_way(hours(since), due=at(24, 13)) == at(24, 11, 30)


def test_a_question_stops_the_clock_for_two_days_and_an_answer_lets_it_run_on() -> None:
    assert QUESTION == 2 * DAY
    asked, due = at(24, 15), at(24, 17)  # two open hours are left
    resumes = asked + QUESTION
    stopped = after_question(hours(asked), due=due, resumes=resumes)
    assert stopped == at(26, 17)
    assert after_reply(hours(at(24, 17, 30)), due=stopped, resumes=resumes) == at(25, 11, 30)
    assert after_reply(hours(at(26, 16)), due=stopped, resumes=resumes) == stopped


@given(
    st.integers(0, 60 * 24 * 7),
    st.integers(0, 40 * 60),
    st.integers(0, 60 * 24 * 2),
)
def test_open_time_that_was_left_is_left_after_question_and_answer(start: int, length: int, later: int) -> None:
    asked = at(23, 0) + timedelta(minutes=start)
    spells = tuple(weekdays(asked))
    due = after_open_time(spells, since=asked, length=timedelta(minutes=length))
    assert due is not None
    left = open_time(spells, since=asked, until=due)
    assert left == timedelta(minutes=length)
    resumes, replied = asked + 2 * DAY, asked + timedelta(minutes=later)
    stopped = after_question(hours(asked), due=due, resumes=resumes)
    assert open_time(spells, since=resumes, until=stopped) == left
    on = after_reply(hours(replied), due=stopped, resumes=resumes)
    assert open_time(spells, since=min(replied, resumes), until=on) == left
    assert due <= on <= stopped


def test_who_is_open_day_and_night_has_the_same_days() -> None:
    always = Spell(opens_at=at(27, 17, 30), closes_at=at(27, 17, 30) + 60 * DAY)
    friday = Hours(spells=(always,), zone=UTC_ZONE, since=at(27, 17, 30))
    assert accept_by(friday, terms=MOST, is_urgent=False) == at(30, 0)  # Saturday, and Sunday until midnight
    assert accept_by(friday, terms=MOST, is_urgent=True) == at(27, 21, 30)
    assert act_by(friday, terms=MOST, is_urgent=True) == at(29, 0)


def test_who_names_no_hours_is_open_on_weekdays_and_who_is_closed_for_months_has_a_clock_too() -> None:
    spells = tuple(office_hours(UTC_ZONE, since=at(27, 12)))
    assert spells[:2] == (
        Spell(opens_at=at(27, 9), closes_at=at(27, 17)),
        Spell(opens_at=at(30, 9), closes_at=at(30, 17)),
    )
    closed = Hours(spells=(), zone=UTC_ZONE, since=TUESDAY)
    assert accept_by(closed, terms=MOST, is_urgent=False) == TUESDAY + 60 * DAY
    assert accept_by(closed, terms=MOST, is_urgent=True) == TUESDAY + 60 * DAY
    assert end_of_open_day(spells, since=TUESDAY, zone=UTC_ZONE, number=99) is None


# --- what is passed on ------------------------------------------------------------------------------------------------


def test_a_release_has_fields_and_an_end_and_goes_to_three_at_most() -> None:
    good = Release(texts={ReleaseField.HAPPENED: "It began on Sunday."})

    def check(*releases: Release, until: date = TODAY + DAY) -> None:
        check_releases({uuid.uuid4(): each for each in releases}, until=until, today=TODAY)

    check(good, good, good)
    check(good, until=TODAY + timedelta(days=365))
    for number in (0, 4):
        with pytest.raises(ReceiversRefused):
            check(*[good] * number)
    empty, blank = Release(), Release(texts={ReleaseField.NAME: " "})
    for bad in (empty, blank, Release(texts={ReleaseField.NAME: "x" * 20_001})):
        with pytest.raises(ReleaseRefused):
            check(good, bad)
    for until in (TODAY, TODAY + timedelta(days=366)):
        with pytest.raises(ReleaseRefused):
            check(good, until=until)
    assert usual_end(TODAY, receivers=3) == TODAY + timedelta(days=120)


def test_a_yes_by_voice_has_words_and_somebody_who_heard_them() -> None:
    check_yes(Yes(by=YesBy.CODE))
    check_yes(Yes(by=YesBy.VOICE, words="Yes, ask the refuge.", heard_by="sam"))
    for words, heard in (("", "sam"), ("Yes.", " ")):
        with pytest.raises(YesMissing):
            check_yes(Yes(by=YesBy.VOICE, words=words, heard_by=heard))


# --- members ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "days_ago", "declined_days_ago", "shown"),
    [
        (Said.ROOM, 14, [], Room.ROOM),
        (Said.ROOM, 15, [], Room.NOT_SAID),
        (None, None, [], Room.NOT_SAID),
        (Said.WAITING_LIST, 3, [1], Room.WAITING_LIST),
        (Said.ROOM, 3, [1, 2], Room.FULL_BY_ANSWERS),
        (Said.ROOM, 0, [1, 2], Room.ROOM),  # they said otherwise since
        (Said.ROOM, 9, [1, 7], Room.ROOM),  # not within seven days
        (Said.ROOM, 9, [1, 6], Room.FULL_BY_ANSWERS),
        (None, None, [1, 2], Room.FULL_BY_ANSWERS),
    ],
)
def test_what_the_board_shows(
    said: Said | None, days_ago: int | None, declined_days_ago: list[int], shown: Room
) -> None:
    said_at = None if days_ago is None else TUESDAY - days_ago * DAY
    assert (
        room_of(said, said_at=said_at, declined=[TUESDAY - day * DAY for day in declined_days_ago], now=TUESDAY)
        is shown
    )


def candidate(**changes: Any) -> Candidate:
    values = {
        "service": uuid.uuid4(),
        "member": uuid.uuid4(),
        "name": "Ark",
        "state": MemberState.MEMBER,
        "until": TODAY,
        "kinds": frozenset({Kind.SHELTER}),
        "languages": frozenset({"en"}),
        "areas": frozenset({"N1"}),
        "room": Room.ROOM,
        "are_trained": True,
    }
    return Candidate(**values | changes)


def against(wish: Wish, **changes: Any) -> Sequence[WhyNot]:
    (found,) = propose([candidate(**changes)], wish, today=TODAY)
    return found.why_not


def test_why_a_member_is_not_proposed() -> None:
    wish = Wish(kind=Kind.SHELTER, area="N1", language="en", fears=frozenset({PassedTo.IMMIGRATION}))
    assert against(wish) == ()
    assert against(wish, areas=None) == ()  # the whole nation
    assert against(wish, state=MemberState.SUSPENDED) == (WhyNot.NOT_SIGNED,)
    assert against(wish, until=TODAY - DAY) == (WhyNot.ENDED,)
    assert against(wish, kinds=frozenset({Kind.LAW})) == (WhyNot.KIND,)
    assert against(wish, areas=frozenset({"N2"})) == (WhyNot.AREA,)
    assert against(wish, languages=frozenset({"ar"})) == (WhyNot.LANGUAGE,)
    for full in (Room.FULL, Room.FULL_BY_ANSWERS):
        assert against(wish, room=full) == (WhyNot.FULL,)
    assert against(wish, are_trained=False) == (WhyNot.UNTRAINED,)
    assert against(wish, passes_to=frozenset({PassedTo.IMMIGRATION, PassedTo.POLICE})) == (WhyNot.PASSES_ON,)
    assert against(Wish(kind=Kind.SHELTER), passes_to=frozenset(PassedTo), areas=frozenset({"N9"})) == ()
    assert against(wish, until=None, room=Room.FULL) == (WhyNot.ENDED, WhyNot.FULL)


def test_those_whom_nothing_speaks_against_stand_first_by_their_room() -> None:
    rooms = {"A": Room.FULL, "B": Room.WAITING_LIST, "C": Room.ROOM, "D": Room.NOT_SAID, "E": Room.ROOM}
    found = propose(
        [candidate(name=name, room=room) for name, room in rooms.items()], Wish(kind=Kind.SHELTER), today=TODAY
    )
    assert [each.candidate.name for each in found] == ["C", "E", "D", "B", "A"]


def test_wishes_say_who_stands_first_why_and_who_is_not_asked() -> None:
    wish = Wish(kind=Kind.SHELTER, language="ar", offers=offers_of(Need))
    assert against(replace(wish, language=""), areas=None) == ()
    assert against(replace(wish, language="")) == (WhyNot.LOCAL,)  # it works in N1 alone
    assert against(replace(wish, language=""), areas=None, sector=Sector.WORK) == (WhyNot.SECTOR,)
    assert WhyNot.SECTOR in NEVER
    assert WhyNot.LOCAL not in NEVER  # the person may name them
    national = {"areas": None, "languages": frozenset({"ar"})}
    found = propose(
        [
            candidate(name="Any", room=Room.ROOM, **national),
            candidate(name="Writes", room=Room.WAITING_LIST, ways=frozenset({"chat"}), **national),
            candidate(name="Law", sector=Sector.LAW, terms=frozenset({"lgbtq"}), room=Room.NOT_SAID, **national),
        ],
        wish,
        today=TODAY,
    )
    assert [(each.candidate.name, each.because) for each in found] == [
        ("Law", (Need.LANGUAGE, Need.STAY, Need.WHOM_I_LOVE)),
        ("Writes", (Need.LANGUAGE, Need.NO_PHONE)),
        ("Any", (Need.LANGUAGE,)),
    ]


def test_wishes_say_whom_somebody_fears_and_eighty_in_a_hundred_are_enough() -> None:
    assert fears_of([Need.SIMPLE]) == frozenset()
    assert fears_of([Need.STAY, Need.COMMUNITY]) == {PassedTo.IMMIGRATION, PassedTo.POLICE, PassedTo.FAMILY}
    assert is_trained(in_date=4, people=5)
    assert not is_trained(in_date=79, people=100)
