"""The standing of signatories: against a clock that walks day by day, over every order in which facts can come."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.industry.declarations.rules.reminders import duties_to_name, is_reminder_due
from leeward.industry.declarations.rules.standing import (
    OUTAGE_GRACE,
    REVIEW_GRACE,
    SOON,
    DutyKind,
    EvidenceFacts,
    Obligation,
    OutageFacts,
    SignatoryFacts,
    SigningFacts,
    Standing,
    StatementFacts,
    VersionFacts,
    history,
    standing_on,
)
from tests.depth import times

DAY0 = date(2026, 1, 1)
DAYS = 500
VERSIONS = (
    VersionFacts(
        number=1,
        published_on=DAY0,
        obligations=(
            Obligation(code="lead", first_due_days=30),
            Obligation(code="report", first_due_days=60, every_months=3),
        ),
    ),
    VersionFacts(
        number=2,
        published_on=DAY0 + timedelta(days=150),
        renew_by=DAY0 + timedelta(days=240),
        statement_within_days=45,
        obligations=(
            Obligation(code="report", first_due_days=60, every_months=6),
            Obligation(code="matching", first_due_days=90),
        ),
    ),
)


def on(number: int) -> date:
    return DAY0 + timedelta(days=number)


# --- facts at random --------------------------------------------------------------------------------------------------

days = st.integers(0, DAYS).map(on)


@st.composite
def evidence(draw: st.DrawFn) -> EvidenceFacts:
    handed_in = draw(days)
    return EvidenceFacts(
        code=draw(st.sampled_from(["lead", "report", "matching"])),
        handed_in_on=handed_in,
        dated_on=handed_in - timedelta(days=draw(st.integers(0, 120))),
        is_accepted=draw(st.booleans()),
        expires_on=draw(st.none() | st.integers(0, 200).map(lambda more: handed_in + timedelta(days=more))),
    )


@st.composite
def statements(draw: st.DrawFn) -> StatementFacts:
    handed_in = draw(days)
    turns = sorted(draw(st.lists(st.integers(0, 250), max_size=5, unique=True)))
    spans = [
        OutageFacts(began_on=handed_in + timedelta(days=a), ended_on=handed_in + timedelta(days=b))
        for a, b in zip(turns[::2], turns[1::2], strict=False)
    ]
    if len(turns) % 2:
        spans.append(OutageFacts(began_on=handed_in + timedelta(days=turns[-1])))
    return StatementFacts(
        handed_in_on=handed_in,
        is_accepted=draw(st.booleans()),
        ended_on=draw(st.none() | st.integers(0, 300).map(lambda more: handed_in + timedelta(days=more))),
        outages=tuple(spans),
    )


@st.composite
def signatories(draw: st.DrawFn) -> SignatoryFacts:
    signings = [SigningFacts(number=1, signed_on=draw(days))]
    later = draw(st.lists(st.integers(150, DAYS).map(on), max_size=2))
    signings += [SigningFacts(number=2, signed_on=day) for day in later]
    return SignatoryFacts(
        signings=tuple(signings),
        offers=tuple(SigningFacts(number=2, signed_on=day) for day in draw(st.lists(days, max_size=2))),
        withdrawals=tuple(draw(st.lists(days, max_size=2))),
        evidence=tuple(draw(st.lists(evidence(), max_size=6))),
        statements=tuple(draw(st.lists(statements(), max_size=3))),
    )


# --- the clock that walks ---------------------------------------------------------------------------------------------


def walked(facts: SignatoryFacts, day: date) -> Standing | None:
    """The same question answered the slow way: each promise by itself, from the words of the declaration's page."""
    if not any(signing.signed_on <= day for signing in facts.signings):
        return None
    left = [gone for gone in facts.withdrawals if gone <= day]
    held = [each for each in facts.signings if each.signed_on <= day and all(each.signed_on >= gone for gone in left)]
    if not held:
        return Standing.WITHDRAWN
    version = VERSIONS[max(each.number for each in held) - 1]
    ends = []
    for promise in version.obligations:
        first = min(
            each.signed_on
            for each in held
            if promise.code in {other.code for other in VERSIONS[each.number - 1].obligations}
        )
        good = [day + timedelta(days=more) for more in range(60)]
        ends.append([_shown(facts, promise, first, other, known=day) for other in good])
    if version.statement_within_days:
        first = min(each.signed_on for each in held if VERSIONS[each.number - 1].statement_within_days)
        ends.append([_readable(facts, version, first, day + timedelta(days=more), known=day) for more in range(60)])
    if version.number == 1 and day >= VERSIONS[1].published_on:
        last_left = max(left, default=date.min)
        offers = [each.signed_on for each in facts.offers if last_left <= each.signed_on <= day]
        good = [day + timedelta(days=more) for more in range(60)]
        ends.append([other <= on(240) or any(o <= other <= o + REVIEW_GRACE for o in offers) for other in good])
    if not all(each[0] for each in ends):
        return Standing.LAPSED
    soon = any(not all(each[: SOON.days + 1]) for each in ends)
    return Standing.DUE_SOON if soon else Standing.IN_GOOD_STANDING


def _shown(facts: SignatoryFacts, promise: Obligation, first: date, day: date, *, known: date) -> bool:
    if first <= day <= first + timedelta(days=promise.first_due_days):
        return True
    for piece in facts.evidence:
        if piece.code != promise.code or piece.handed_in_on > known or day < piece.handed_in_on:
            continue
        fresh = not promise.every_months or day <= piece.dated_on + relativedelta(months=promise.every_months)
        valid = piece.expires_on is None or day <= piece.expires_on
        counted = piece.is_accepted or day <= piece.handed_in_on + REVIEW_GRACE
        if fresh and valid and counted:
            return True
    return False


def _readable(facts: SignatoryFacts, version: VersionFacts, first: date, day: date, *, known: date) -> bool:
    if first <= day <= first + timedelta(days=version.statement_within_days):
        return True
    for each in facts.statements:
        if each.handed_in_on > known or day < each.handed_in_on:
            continue
        if each.ended_on and each.ended_on <= known and day >= each.ended_on:
            continue
        if not each.is_accepted and day > each.handed_in_on + REVIEW_GRACE:
            continue
        dead = False
        for outage in each.outages:
            back = outage.ended_on if outage.ended_on and outage.ended_on <= known else None
            is_away = outage.began_on <= known and outage.began_on <= day and (back is None or day < back)
            dead = dead or (is_away and day > outage.began_on + OUTAGE_GRACE)
        if not dead:
            return True
    return False


def standing(facts: SignatoryFacts, day: date) -> Standing | None:
    report = standing_on(facts, versions=VERSIONS, on=day)
    return report.standing if report else None


@settings(max_examples=times(100, deep=3000), deadline=None)
@given(facts=signatories(), number=st.integers(0, DAYS + 200))
def test_it_stands_as_the_slow_clock_says(facts: SignatoryFacts, number: int) -> None:
    assert standing(facts, on(number)) == walked(facts, on(number))


@settings(max_examples=times(12, deep=400), deadline=None)
@given(facts=signatories())
def test_the_history_is_what_each_day_says(facts: SignatoryFacts) -> None:
    last = on(DAYS)
    periods = history(facts, versions=VERSIONS, until=last)
    told = {}
    for period in periods:
        day = period.began_on
        while day <= (period.ended_on or last):
            told[day] = period.standing
            day += timedelta(days=1)
    for number in range(DAYS + 1):
        state = walked(facts, on(number))
        state = Standing.IN_GOOD_STANDING if state is Standing.DUE_SOON else state
        assert told.get(on(number)) == state, number
    assert all(a.standing is not b.standing for a, b in pairwise(periods))
    assert [period.ended_on is None for period in periods] == [False] * (len(periods) - 1) + [True] * bool(periods)


@settings(max_examples=times(50, deep=1500), deadline=None)
@given(facts=signatories(), number=st.integers(0, DAYS), data=st.data())
def test_the_order_in_which_facts_came_changes_nothing(facts: SignatoryFacts, number: int, data: st.DataObject) -> None:
    shuffled = SignatoryFacts(**{name: tuple(data.draw(st.permutations(getattr(facts, name)))) for name in vars(facts)})
    assert standing_on(shuffled, versions=VERSIONS[::-1], on=on(number)) == standing_on(
        facts, versions=VERSIONS, on=on(number)
    )


@settings(max_examples=times(50, deep=1500), deadline=None)
@given(facts=signatories(), more=evidence(), number=st.integers(0, DAYS))
def test_more_evidence_never_makes_a_lapse(facts: SignatoryFacts, more: EvidenceFacts, number: int) -> None:
    richer = replace(facts, evidence=(*facts.evidence, more))
    if standing(facts, on(number)) is not Standing.LAPSED:
        assert standing(richer, on(number)) is not Standing.LAPSED


@settings(max_examples=times(50, deep=1500), deadline=None)
@given(facts=signatories(), number=st.integers(0, DAYS))
def test_a_withdrawal_is_the_last_word_until_somebody_signs_again(facts: SignatoryFacts, number: int) -> None:
    gone = replace(facts, withdrawals=(*facts.withdrawals, on(number)))
    if any(each.signed_on <= on(number) for each in facts.signings):
        again = any(each.signed_on == on(number) for each in facts.signings)
        assert (standing(gone, on(number)) is Standing.WITHDRAWN) is not again
    back = replace(gone, signings=(*gone.signings, SigningFacts(number=1, signed_on=on(number + 1))))
    later = [each.signed_on for each in gone.signings if on(number) < each.signed_on]
    if not [day for day in gone.withdrawals if day > on(number)] and not later:
        assert standing(back, on(number + 1)) is not Standing.WITHDRAWN


@settings(max_examples=times(50, deep=1500), deadline=None)
@given(facts=signatories(), number=st.integers(0, DAYS))
def test_since_is_the_first_day_that_stood_like_today(facts: SignatoryFacts, number: int) -> None:
    report = standing_on(facts, versions=VERSIONS, on=on(number))
    if report is None:
        return
    same = {Standing.IN_GOOD_STANDING, Standing.DUE_SOON} - (
        {Standing.IN_GOOD_STANDING} if report.standing is Standing.DUE_SOON else set()
    )
    if report.standing in same:
        assert walked(facts, report.since) in (same | {Standing.IN_GOOD_STANDING, Standing.DUE_SOON})
    else:
        assert walked(facts, report.since) is report.standing
    assert report.since <= on(number)
    if report.standing is Standing.LAPSED:
        assert report.overdue
        assert report.next_due_on is None
        assert walked(facts, report.since - timedelta(days=1)) is not Standing.LAPSED


# --- single days ------------------------------------------------------------------------------------------------------

SIGNED = SignatoryFacts(signings=(SigningFacts(number=1, signed_on=DAY0),))
LEAD = EvidenceFacts(code="lead", dated_on=on(5), handed_in_on=on(10), is_accepted=True)
REPORT = EvidenceFacts(code="report", dated_on=on(31), handed_in_on=on(40), is_accepted=True)


@pytest.mark.parametrize(
    ("facts", "day", "expected"),
    [
        (SignatoryFacts(), 0, None),
        (SIGNED, 0, Standing.IN_GOOD_STANDING),
        (SIGNED, 1, Standing.DUE_SOON),  # the lead is due on day 30
        (SIGNED, 30, Standing.DUE_SOON),
        (SIGNED, 31, Standing.LAPSED),
        (replace(SIGNED, evidence=(LEAD,)), 30, Standing.IN_GOOD_STANDING),  # the report is due on day 60
        (replace(SIGNED, evidence=(LEAD,)), 61, Standing.LAPSED),
        (replace(SIGNED, evidence=(LEAD, REPORT)), 61, Standing.IN_GOOD_STANDING),
        (replace(SIGNED, evidence=(LEAD, REPORT)), 120, Standing.DUE_SOON),  # 1 February and three months: 1 May
        (replace(SIGNED, evidence=(LEAD, REPORT)), 121, Standing.LAPSED),
        (replace(SIGNED, evidence=(replace(LEAD, is_accepted=False),)), 40, Standing.DUE_SOON),  # it waits for us
        (replace(SIGNED, evidence=(replace(LEAD, is_accepted=False),)), 41, Standing.LAPSED),
        (replace(SIGNED, withdrawals=(on(20),)), 19, Standing.DUE_SOON),
        (replace(SIGNED, withdrawals=(on(20),)), 20, Standing.WITHDRAWN),
    ],
)
def test_one_day(facts: SignatoryFacts, day: int, expected: Standing | None) -> None:
    assert standing(facts, on(day)) is expected


def test_who_does_not_renew_lapses_the_day_after() -> None:
    kept = replace(SIGNED, evidence=(LEAD, replace(REPORT, dated_on=on(200), handed_in_on=on(200))))
    report = standing_on(kept, versions=VERSIONS, on=on(241))
    assert report is not None
    assert report.standing is Standing.LAPSED
    assert [(duty.kind, duty.overdue_since) for duty in report.overdue] == [(DutyKind.RENEWAL, on(241))]
    assert report.since == on(241)
    renewed = replace(kept, signings=(*SIGNED.signings, SigningFacts(number=2, signed_on=on(242))))
    assert standing(renewed, on(242)) is Standing.IN_GOOD_STANDING
    assert [period.standing for period in history(renewed, versions=VERSIONS, until=on(242))][-2:] == [
        Standing.LAPSED,
        Standing.IN_GOOD_STANDING,
    ]


def test_a_signature_that_waits_for_us_is_nobodys_lapse_for_thirty_days() -> None:
    kept = replace(SIGNED, evidence=(LEAD, replace(REPORT, dated_on=on(200), handed_in_on=on(200))))
    offered = replace(kept, offers=(SigningFacts(number=2, signed_on=on(230)),))
    assert standing(offered, on(260)) is Standing.DUE_SOON
    assert standing(offered, on(261)) is Standing.LAPSED
    late = replace(kept, offers=(SigningFacts(number=2, signed_on=on(250)),))
    assert [standing(late, on(day)) for day in (249, 250, 251)] == [
        Standing.LAPSED,
        Standing.IN_GOOD_STANDING,
        Standing.DUE_SOON,
    ]
    before = replace(kept, offers=(SigningFacts(number=1, signed_on=on(250)),))
    assert standing(before, on(250)) is Standing.LAPSED  # the old version once more is no renewal


def test_an_offer_gives_no_time_beyond_a_later_versions_day() -> None:
    third = replace(VERSIONS[1], number=3, published_on=on(235), renew_by=on(245))
    kept = replace(SIGNED, evidence=(LEAD, replace(REPORT, dated_on=on(200), handed_in_on=on(200))))
    offered = replace(kept, offers=(SigningFacts(number=2, signed_on=on(230)),))
    for day, expected in ((245, Standing.DUE_SOON), (246, Standing.LAPSED)):
        report = standing_on(offered, versions=(*VERSIONS, third), on=on(day))
        assert report is not None
        assert report.standing is expected


def test_a_reminder_names_what_is_due_and_not_what_waits_for_us() -> None:
    report = standing_on(SIGNED, versions=VERSIONS, on=on(20))
    assert report is not None
    named = duties_to_name(report, waiting=(), on=on(20))
    assert [duty.code for duty in named] == ["lead"]
    assert duties_to_name(report, waiting={(DutyKind.EVIDENCE, "lead")}, on=on(20)) == ()
    assert is_reminder_due(named, reminded_on=None, on=on(20))
    assert not is_reminder_due(named, reminded_on=on(0), on=on(20))
    assert is_reminder_due(named, reminded_on=on(0), on=on(21))
    assert not is_reminder_due((), reminded_on=None, on=on(20))
    asked = standing_on(replace(SIGNED, evidence=(LEAD,)), versions=VERSIONS, on=on(150))
    assert asked is not None
    waiting = {(DutyKind.EVIDENCE, "report"), (DutyKind.STATEMENT, "")}
    assert DutyKind.RENEWAL in {duty.kind for duty in duties_to_name(asked, waiting=waiting, on=on(150))}
    assert duties_to_name(asked, waiting=waiting | {(DutyKind.RENEWAL, "")}, on=on(150)) == ()


def test_what_ends_on_the_last_day_of_all_is_worked_out_too() -> None:
    kept = replace(SIGNED, evidence=(replace(LEAD, expires_on=date.max),))
    versions = (replace(VERSIONS[0], obligations=VERSIONS[0].obligations[:1], renew_by=date.max),)
    report = standing_on(kept, versions=versions, on=on(40))
    assert report is not None
    assert report.standing is Standing.IN_GOOD_STANDING
