"""Pure rules of the removal desk: steps, the own clock, the ladder, the law that is chosen, what a page says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.victim.file.rules.story import Danger, Harm, Story
from leeward.victim.removals.errors import StepImpossible
from leeward.victim.removals.rules.checks import CheckReason, Seen, Signal, describe_page, judge
from leeward.victim.removals.rules.clocks import own_due
from leeward.victim.removals.rules.ladder import Rung, RungReason, RungRecord, propose_rung
from leeward.victim.removals.rules.reports import Band, Path, choose_band
from leeward.victim.removals.rules.states import ENDED, RequestState, Step, advance, may_advance, steps_from

LISBON = ZoneInfo("Europe/Lisbon")
ZONES = st.sampled_from([ZoneInfo(name) for name in ("UTC", "Europe/Lisbon", "America/New_York", "Asia/Kathmandu")])
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_no_road_leads_to_a_state_that_is_none(steps: list[Step]) -> None:
    state = RequestState.PREPARED
    for step in steps:
        if may_advance(state, step):
            state = advance(state, step, was_removed=True)
        else:
            with pytest.raises(StepImpossible):
                advance(state, step)
    assert state in RequestState


def test_what_has_ended_takes_no_answer_any_more() -> None:
    answers = {Step.DECIDED_REMOVED, Step.DECIDED_KEPT, Step.FOUND_INCOMPLETE, Step.QUEUED, Step.SENT}
    for state in ENDED:
        assert not answers & steps_from(state)


def test_seen_up_is_a_contradiction_only_after_somebody_said_removed() -> None:
    assert advance(RequestState.DECIDED, Step.SEEN_UP, was_removed=True) is RequestState.STILL_UP
    assert advance(RequestState.DECIDED, Step.SEEN_UP, was_removed=False) is RequestState.DECIDED
    assert advance(RequestState.GONE, Step.CAME_BACK) is RequestState.CLOSED
    assert advance(RequestState.SENT, Step.SEEN_UP) is RequestState.SENT


@given(MOMENTS, ZONES, st.sampled_from(Band))
def test_our_own_clock_never_runs_out_at_a_weekend_nor_before_it_began(
    started_at: datetime, zone: ZoneInfo, band: Band
) -> None:
    due = own_due(started_at=started_at, band=band, zone=zone)
    assert due > started_at
    if band is Band.RED:
        assert due - started_at == timedelta(hours=4)
    else:
        assert due.astimezone(zone).weekday() < 5


@pytest.mark.parametrize(
    ("begun", "band", "due"),
    [
        (datetime(2026, 11, 24, 12, tzinfo=UTC), Band.AMBER, datetime(2026, 11, 25, 12, tzinfo=UTC)),
        (datetime(2026, 11, 27, 12, tzinfo=UTC), Band.AMBER, datetime(2026, 11, 30, 12, tzinfo=UTC)),  # over a weekend
        (datetime(2026, 11, 28, 12, tzinfo=UTC), Band.AMBER, datetime(2026, 12, 1, 0, tzinfo=UTC)),  # on a Saturday
        (datetime(2026, 11, 24, 12, tzinfo=UTC), Band.GREEN, datetime(2026, 11, 27, 12, tzinfo=UTC)),
        (datetime(2026, 3, 27, 12, tzinfo=UTC), Band.AMBER, datetime(2026, 3, 30, 11, tzinfo=UTC)),  # summer time
    ],
)
def test_a_working_day(begun: datetime, band: Band, due: datetime) -> None:
    assert own_due(started_at=begun, band=band, zone=LISBON) == due


def test_danger_and_sextortion_are_red_and_a_bare_threat_is_not() -> None:
    assert choose_band(path=Path.THREAT, story=Story(harm=Harm.SEXTORTION)) is Band.RED
    assert choose_band(path=Path.UNSURE, story=Story(dangers=(Danger.NOW,))) is Band.RED
    assert choose_band(path=Path.ONLINE, story=Story()) is Band.AMBER
    assert choose_band(path=Path.THREAT, story=Story(harm=Harm.THREATENED)) is Band.GREEN


def test_a_story_comes_back_as_it_was_and_reads_a_newer_one() -> None:
    story = Story(harm=Harm.DOXXING, dangers=(Danger.NOW, Danger.HONOUR), words="it’s so")
    assert Story.from_text(story.to_text()) == story
    assert Story.from_text("") == Story()
    assert Story.from_text('{"harm": "doxxing", "from_the_future": 1}') == Story(harm=Harm.DOXXING)


ALL = frozenset({Rung.PLATFORM, Rung.TRUSTED_FLAGGER, Rung.HOST, Rung.SEARCH})


def test_the_ladder_is_climbed_in_order() -> None:
    first = propose_rung(climbed=[], records={}, reachable=ALL, is_over=True)
    second = propose_rung(climbed=[Rung.PLATFORM], records={}, reachable=ALL, is_over=True)
    assert first
    assert second
    assert (first.rung, first.reason) == (Rung.PLATFORM, RungReason.FIRST)
    assert (second.rung, second.reason) == (Rung.TRUSTED_FLAGGER, RungReason.NEXT)


def test_what_worked_best_at_this_site_goes_first_but_not_by_one_lucky_try() -> None:
    lucky = {Rung.HOST: RungRecord(tried=1, worked=1)}
    proved = {Rung.HOST: RungRecord(tried=10, worked=9), Rung.TRUSTED_FLAGGER: RungRecord(tried=10, worked=2)}
    climbed = [Rung.PLATFORM]
    assert propose_rung(climbed=climbed, records=lucky, reachable=ALL, is_over=True).rung is Rung.TRUSTED_FLAGGER  # type: ignore[union-attr]
    best = propose_rung(climbed=climbed, records=proved, reachable=ALL, is_over=True)
    assert best
    assert (best.rung, best.reason) == (Rung.HOST, RungReason.BEST_HERE)


def test_nobody_complains_before_a_sites_time_is_over() -> None:
    one = frozenset({Rung.PLATFORM})
    assert propose_rung(climbed=[Rung.PLATFORM], records={}, reachable=one, is_over=False) is None
    over = propose_rung(climbed=[Rung.PLATFORM], records={}, reachable=one, is_over=True)
    assert over is not None
    assert over.rung is Rung.REGULATOR
    # A regulator that can be written to is no exception; a host may be asked at once.
    some = frozenset({Rung.PLATFORM, Rung.HOST, Rung.REGULATOR})
    host = propose_rung(climbed=[Rung.PLATFORM], records={}, reachable=some, is_over=False)
    assert host is not None
    assert host.rung is Rung.HOST
    assert propose_rung(climbed=[Rung.PLATFORM, Rung.HOST], records={}, reachable=some, is_over=False) is None


def test_a_court_is_never_jumped_to() -> None:
    records = {Rung.COURT: RungRecord(tried=50, worked=50), Rung.ACCESS_BLOCK: RungRecord(tried=50, worked=50)}
    mild = propose_rung(climbed=[Rung.PLATFORM], records=records, reachable=ALL, is_over=True)
    last = propose_rung(climbed=list(ALL), records=records, reachable=ALL, is_over=True)
    assert mild is not None
    assert mild.rung is Rung.TRUSTED_FLAGGER
    assert last is not None
    assert last.rung is Rung.REGULATOR
    assert propose_rung(climbed=list(Rung), records={}, reachable=ALL, is_over=True) is None


def page(**changes: object) -> Seen:
    seen = {
        "asked": "https://chatter.example/p/1",
        "final": "https://chatter.example/p/1",
        "status": 200,
        "text": "<html><head><title>A post</title></head><body>words</body></html>",
    }
    return Seen(**(seen | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "signal", "reason"),
    [
        (page(), Signal.UP, CheckReason.FIRST_LOOK),
        (page(status=404), Signal.GONE, CheckReason.STATUS),
        (page(status=410), Signal.GONE, CheckReason.STATUS),
        (page(status=403), Signal.UNSURE, CheckReason.CLOSED),
        (page(status=451), Signal.UNSURE, CheckReason.CLOSED),
        (page(status=503), Signal.TROUBLE, CheckReason.SERVER),
        (page(status=429), Signal.TROUBLE, CheckReason.SERVER),
        (page(final="https://chatter.example/login?next=/p/1"), Signal.UNSURE, CheckReason.SIGN_IN),
        (page(final="https://chatter.example/"), Signal.UNSURE, CheckReason.MOVED),
        (page(final="https://elsewhere.example/p/1"), Signal.UNSURE, CheckReason.MOVED),
        (page(final="https://www.chatter.example/p/1"), Signal.UP, CheckReason.FIRST_LOOK),
        (page(text="<title>Page not found</title>"), Signal.UNSURE, CheckReason.SAYS_GONE),
        (page(text="<p>this page not found of a story</p>"), Signal.UP, CheckReason.FIRST_LOOK),
        (page(text=""), Signal.UP, CheckReason.FIRST_LOOK),
    ],
)
def test_what_a_page_says(seen: Seen, signal: Signal, reason: CheckReason) -> None:
    verdict = judge(seen)
    assert (verdict.signal, verdict.reason) == (signal, reason)


def test_a_page_is_known_again_by_what_it_calls_itself() -> None:
    assert describe_page(page()) == describe_page(page(text="<title> A  post </title><script>x</script>"))
    assert describe_page(page()) != describe_page(page(text="<title>Another</title>"))
    canonical = '<title>A post</title><link rel="canonical" href="https://chatter.example/q/2">'
    assert describe_page(page(text=canonical)) != describe_page(page())


@given(st.text(max_size=2000))
def test_no_page_is_too_strange_to_judge(text: str) -> None:
    assert judge(page(text=text)).signal in Signal
    assert isinstance(describe_page(page(text=text)), str)
