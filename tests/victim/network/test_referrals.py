"""One yes names an order: the first receiver can open it, the others sleep, and it comes back or goes on."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import to_the_hour
from leeward.foundation.vault.errors import CompartmentClosed
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import ServiceKeys, make_victim_key, rotate_team
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.models import File, Opening
from leeward.victim.file.rules.circle import Whose
from leeward.victim.helpline.operations.cases import erase_case, open_case, stop_case
from leeward.victim.helpline.operations.recusals import move_to_leads
from leeward.victim.helpline.queries.desk import Queue, cases_in
from leeward.victim.network.errors import (
    CapacityRefused,
    CountsRefused,
    DraftChanged,
    MemberUnknown,
    NetworkError,
    ReceiverRefused,
    ReceiversRefused,
    ReferralUnknown,
    ReleaseRefused,
    StepImpossible,
    TermsRefused,
    TurnMovedOn,
    WhyNot,
    YesMissing,
)
from leeward.victim.network.models import Member, Referral, TrainedCount, Turn, TurnEvent
from leeward.victim.network.operations.forwarding import end_late_turns
from leeward.victim.network.operations.members import (
    let_member_go,
    say_capacity,
    sign_member,
    suspend_member,
)
from leeward.victim.network.operations.referrals import (
    Draft,
    Receiver,
    agree,
    change_draft,
    draft_referral,
    forget_referrals,
    move_on,
    say_outcome,
    withdraw,
)
from leeward.victim.network.operations.training import keep_counts, note_training
from leeward.victim.network.operations.turns import (
    accept_turn,
    ask,
    claim_turn,
    decline_turn,
    finish,
    open_turn,
    reply,
    start,
    wait,
)
from leeward.victim.network.queries.members import (
    list_members,
    list_training,
    member_names,
    members_to_name,
    propose_members,
    read_board,
    read_member,
    read_routes,
)
from leeward.victim.network.queries.referrals import find_referral, read_talk, referrals_of
from leeward.victim.network.rules.clocks import Terms
from leeward.victim.network.rules.members import Kind, MemberState, PassedTo, Room, Said, Wish
from leeward.victim.network.rules.releases import Release, ReleaseField, Yes, YesBy
from leeward.victim.network.rules.training import Share
from leeward.victim.network.rules.turns import (
    DeclineReason,
    DoneAs,
    FailedAs,
    InTouch,
    ReferralState,
    ToldAgain,
    TurnState,
)
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Worker, employ
from tests.victim.network.conftest import (
    BY_CODE,
    WORDS,
    Body,
    agreed,
    draft_for,
    drafted,
    forward,
    inbox_of,
    protocol,
    ring,
    states,
    turns,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
type Bodies = tuple[Body, ...]


def opens(keyring: Keyring, referral: Referral, *, now: datetime = NOW) -> list[int]:
    """The positions of the turns that these keys open."""
    found = []
    for turn in turns(referral):
        try:
            opened = open_turn(turn=turn.reference, keyring=keyring, by=OPERATOR, now=now)
        except (ReferralUnknown, TurnMovedOn):
            continue
        assert opened.release.texts[ReleaseField.HAPPENED] == WORDS
        found.append(turn.position)
    return found


def acts(body: Body, **more: Any) -> dict[str, Any]:
    return {"keyring": body.worker.keyring, "by": body.worker.actor, "now": NOW, **more}


# --- the yes ----------------------------------------------------------------------------------------------------------


def test_before_the_yes_nobody_but_the_person_and_their_worker_opens_it(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = Referral.objects.get(reference=drafted(teller, sam, bodies))
    assert opens(ring(teller), referral) == opens(sam.keyring, referral) == [1, 2, 3]
    for keyring in (*(body.worker.keyring for body in bodies), forwarder.ring):
        assert opens(keyring, referral) == []
    assert (referral.state, referral.look_at) == (ReferralState.DRAFTED, None)
    assert [line.state for line in referrals_of(teller.file, now=NOW)] == [ReferralState.DRAFTED]
    assert inbox_of(bodies[0]) == ()


def test_after_it_the_first_opens_theirs_and_what_sleeps_opens_for_the_forwarder_alone(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies)
    assert states(referral) == ["offered", "agreed", "agreed"]
    ark, bay, cove = bodies
    assert opens(ark.worker.keyring, referral) == [1]
    assert opens(bay.worker.keyring, referral) == opens(cove.worker.keyring, referral) == []
    assert opens(forwarder.ring, referral) == [2, 3]
    first = turns(referral)[0]
    assert first.due_at == datetime(2026, 11, 26, 18, tzinfo=NOW.tzinfo)  # two open days after Tuesday
    (line,) = inbox_of(ark)
    assert (line.reference, line.state, line.kind, line.due_at) == (
        first.reference, TurnState.OFFERED, Kind.SHELTER, first.due_at,
    )  # fmt: skip
    assert inbox_of(bay) == ()
    assert Referral.objects.get().yes
    assert find_referral(referral.reference, now=NOW) == referrals_of(teller.file, now=NOW)[0]


def test_a_yes_by_voice_is_typed_in_with_its_words_and_a_worker_cannot_say_it_for_them(
    teller: Teller, sam: Worker, bodies: Bodies
) -> None:
    reference = drafted(teller, sam, bodies)

    def say(yes: Yes, *, keyring: Keyring = sam.keyring, by: Any = sam.actor) -> None:
        agree(referral=reference, version=1, yes=yes, keyring=keyring, by=by, now=NOW)

    for yes in (BY_CODE, Yes(by=YesBy.VOICE)):
        with pytest.raises(YesMissing):
            say(yes)
    voice = Yes(by=YesBy.VOICE, words="Yes, ask the Ark first.", heard_by="sam")
    with pytest.raises(YesMissing):
        say(voice, keyring=ring(teller), by=PERSON)
    assert states(reference) == ["drafted"] * 3
    for _ in range(2):
        say(voice)
    assert states(reference) == ["offered", "agreed", "agreed"]
    assert TurnEvent.objects.filter(turn__position=1).count() == 2


def test_nobody_says_yes_to_what_was_changed_meanwhile(teller: Teller, sam: Worker, bodies: Bodies) -> None:
    reference = drafted(teller, sam, bodies)
    shorter = draft_for(bodies[1:], is_urgent=True)
    change_draft(referral=reference, draft=shorter, keyring=sam.keyring, by=sam.actor, now=NOW)
    with pytest.raises(DraftChanged):
        agree(referral=reference, version=1, yes=BY_CODE, keyring=ring(teller), by=PERSON, now=NOW)
    agree(referral=reference, version=2, yes=BY_CODE, keyring=ring(teller), by=PERSON, now=NOW)
    assert [turn.member.name for turn in turns(reference)] == ["Bay", "Cove"]
    with pytest.raises(StepImpossible):
        change_draft(referral=reference, draft=shorter, keyring=sam.keyring, by=sam.actor, now=NOW)
    # Four open hours after the end of the hour in which the person said yes.
    assert turns(reference)[0].due_at == NOW.replace(hour=18)


def test_a_stranger_s_key_does_nothing(teller: Teller, sam: Worker, bodies: Bodies) -> None:
    referral = agreed(teller, sam, bodies[:2])
    first, second = turns(referral)
    stranger = Keyring(make_victim_key())
    for act in (
        lambda: withdraw(referral=referral.reference, keyring=stranger, by=PERSON, now=NOW),
        lambda: accept_turn(turn=first.reference, keyring=stranger, by=PERSON, now=NOW),
        lambda: accept_turn(turn=first.reference, **acts(bodies[1])),
        lambda: accept_turn(turn=second.reference, **acts(bodies[1])),  # asleep
        lambda: accept_turn(turn=first.reference, keyring=sam.keyring, by=sam.actor, now=NOW),  # not the receiver
        lambda: accept_turn(turn=first.reference, keyring=ring(teller), by=PERSON, now=NOW),
        lambda: accept_turn(turn=uuid.uuid4(), **acts(bodies[0])),
        lambda: withdraw(referral=uuid.uuid4(), keyring=ring(teller), by=PERSON, now=NOW),
        lambda: say_outcome(turn=first.reference, in_touch=InTouch.YES, keyring=stranger, by=PERSON, now=NOW),
    ):
        with pytest.raises(ReferralUnknown):
            act()
    assert states(referral) == ["offered", "agreed"]


@pytest.mark.parametrize(
    ("why", "spoil"),
    [
        (WhyNot.NOT_SIGNED, lambda bay: suspend_member(member=bay.member, by=OPERATOR, now=NOW)),
        (WhyNot.ENDED, lambda bay: Member.objects.filter(public_id=bay.member).update(until=NOW.date())),
        (WhyNot.KIND, lambda _bay: None),
        (WhyNot.LANGUAGE, lambda _bay: None),
        (WhyNot.FULL, lambda bay: full(bay)),
        (WhyNot.UNTRAINED, lambda bay: trained(bay, 3)),
        (WhyNot.PASSES_ON, lambda bay: passes_on(bay)),
    ],
)  # fmt: skip
def test_who_cannot_be_asked_is_named_and_who_may_be_is_asked_once_the_person_has_read_why_not(
    why: WhyNot, spoil: Callable[[Body], None], teller: Teller, sam: Worker, bodies: Bodies
) -> None:
    bay = bodies[1]
    spoil(bay)
    now = NOW + DAY if why is WhyNot.ENDED else NOW
    wish = Wish(
        kind=Kind.LAW if why is WhyNot.KIND else Kind.SHELTER,
        language="fr" if why is WhyNot.LANGUAGE else "en",
        fears=frozenset({PassedTo.POLICE}),
    )
    release = Release(texts={ReleaseField.HAPPENED: WORDS})

    def prepare(*knows: WhyNot) -> uuid.UUID:
        receivers = [Receiver(service=bay.service, release=release, knows=frozenset(knows))]
        draft = Draft(wish=wish, receivers=receivers, until=date(2027, 1, 1))
        return draft_referral(file=teller.file, team="helpline", draft=draft, by=sam.actor, now=now)

    with pytest.raises(ReceiverRefused) as refused:
        prepare()
    assert (refused.value.why, refused.value.service) == (why, bay.service)
    if why in (WhyNot.NOT_SIGNED, WhyNot.ENDED, WhyNot.KIND):
        with pytest.raises(ReceiverRefused):
            prepare(*WhyNot)
        assert not Referral.objects.exists()
    else:
        prepare(why)
    ours = {each.candidate.name: each.why_not for each in propose_members(wish, now=now)}
    assert why in ours["Bay"]


def full(body: Body) -> None:
    say_capacity(member=body.member, service=body.service, kind=Kind.SHELTER, said=Said.FULL, by=OPERATOR, now=NOW)


def trained(body: Body, in_date: int, **more: Any) -> None:
    given = {"as_of": NOW.date(), "source": TrainedCount.Source.TRAINING} | more
    note_training(
        member=body.member, requirement="image-abuse", in_date=in_date, people=5, by=OPERATOR, now=NOW, **given
    )


def passes_on(body: Body) -> None:
    changes = {"passes_to": frozenset({PassedTo.POLICE}), "passes_on": "Every offence, to the police."}
    sign_member(protocol=protocol("Bay", body.service, **changes), member=body.member, by=OPERATOR, now=NOW)


def test_too_many_receivers_or_one_twice_or_nothing_to_pass_on(teller: Teller, sam: Worker, bodies: Bodies) -> None:
    ark = bodies[0]
    with pytest.raises(ReceiversRefused):
        draft_for([ark, ark])
    with pytest.raises(ReceiversRefused):
        drafted(teller, sam, [])
    with pytest.raises(ReleaseRefused):
        drafted(teller, sam, [ark], until=NOW.date())
    two = protocol("Ark", ark.service)
    other = uuid.uuid4()
    parts = [*two.parts, type(two.parts[0])(service=other, kinds=two.parts[0].kinds, languages=frozenset({"en"}))]
    sign_member(protocol=protocol("Ark", ark.service, parts=parts), member=ark.member, by=OPERATOR, now=NOW)
    with pytest.raises(ReceiversRefused):  # two services of one member hold one key
        drafted(teller, sam, [ark, Body(member=ark.member, service=other, worker=ark.worker)])
    with pytest.raises(ReferralUnknown):
        draft_referral(file=uuid.uuid4(), team="helpline", draft=draft_for([ark]), by=sam.actor, now=NOW)
    reference = uuid.uuid4()
    for _ in range(2):
        draft_referral(
            file=teller.file, team="helpline", draft=draft_for([ark]), by=sam.actor, now=NOW, reference=reference
        )
    assert Referral.objects.count() == 1


def test_a_member_whose_protocol_ended_between_draft_and_yes_is_not_asked(
    teller: Teller, sam: Worker, bodies: Bodies
) -> None:
    reference = drafted(teller, sam, bodies)
    suspend_member(member=bodies[2].member, by=OPERATOR, now=NOW)
    with pytest.raises(ReceiverRefused):
        agree(referral=reference, version=1, yes=BY_CODE, keyring=ring(teller), by=PERSON, now=NOW)
    assert states(reference) == ["drafted"] * 3


@pytest.mark.postgresql
def test_the_database_too_keeps_two_receivers_apart(teller: Teller, sam: Worker, bodies: Bodies) -> None:
    referral = agreed(teller, sam, bodies)
    with pytest.raises(IntegrityError):
        Turn.objects.filter(referral=referral, position=2).update(state=TurnState.STARTED)


# --- it goes on -------------------------------------------------------------------------------------------------------


def test_a_decline_takes_the_key_at_once_and_wakes_the_next(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies)
    ark, bay, _cove = bodies
    first = turns(referral)[0]
    decline_turn(turn=first.reference, reason=DeclineReason.NO_ROOM, **acts(ark))
    assert opens(ark.worker.keyring, referral) == []
    assert Referral.objects.get().state is ReferralState.BETWEEN
    with pytest.raises(TurnMovedOn):
        accept_turn(turn=first.reference, **acts(ark))
    assert forward(forwarder, NOW) == 1
    assert states(referral) == ["declined", "offered", "agreed"]
    assert opens(bay.worker.keyring, referral) == [2]
    assert opens(forwarder.ring, referral) == [3]
    assert forward(forwarder, NOW) == 0
    assert (turns(referral)[0].code, turns(referral)[0].due_at) == ("no_room", None)


def test_no_answer_in_time_wakes_the_next_at_night_too_after_one_reminder(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies[:2])
    due, half = turns(referral)[0].due_at, turns(referral)[0].remind_at
    assert due is not None
    assert half is not None
    assert forward(forwarder, half - timedelta(seconds=1)) == 0
    assert forward(forwarder, half) == 1
    assert inbox_of(bodies[0])[0].is_reminded
    assert forward(forwarder, due - timedelta(seconds=1)) == 0
    assert forward(forwarder, due) == 1
    assert states(referral) == ["expired", "offered"]
    assert opens(bodies[0].worker.keyring, referral, now=due) == []
    last = turns(referral)[1].due_at
    assert last is not None
    forward(forwarder, last + DAY)
    assert states(referral) == ["expired", "expired"]
    row = Referral.objects.get()
    assert (row.state, row.look_at, row.ended_at) == (ReferralState.RETURNED, None, last + DAY)
    assert find_referral(row.reference, now=NOW).state is ReferralState.RETURNED  # type: ignore[union-attr]


@pytest.mark.postgresql
def test_nobody_answers_late_while_the_forwarder_is_away(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral, (ark, bay) = agreed(teller, sam, bodies[:2]), bodies[:2]
    turn = turns(referral)[0]
    assert turn.due_at is not None
    late = turn.due_at
    # Nobody has taken the key yet: the row alone says that the time is over.
    assert opens(ark.worker.keyring, referral, now=late - timedelta(seconds=1)) == [1]
    for act, said in (
        (accept_turn, {}),
        (claim_turn, {}),
        (open_turn, {}),
        (ask, {"words": "May we still?"}),
        (decline_turn, {"reason": DeclineReason.NO_ROOM}),
    ):
        with pytest.raises(TurnMovedOn):
            act(turn=turn.reference, **said, **acts(ark, now=late))  # type: ignore[operator]  # each takes what it is given
    assert states(referral) == ["offered", "agreed"]
    # The sweep needs no key of the forwarder's to take the receiver's. The next one waits for the forwarder.
    assert end_late_turns(now=late - timedelta(seconds=1), limit=9) == 0
    assert [end_late_turns(now=late, limit=9) for _round in range(2)] == [1, 0]
    assert [(each.state, each.code) for each in turns(referral)] == [("expired", "no_answer"), ("agreed", "")]
    assert opens(ark.worker.keyring, referral, now=late) == []
    assert forward(forwarder, late) == 1
    assert states(referral) == ["expired", "offered"]
    assert opens(bay.worker.keyring, referral, now=late) == [2]
    # Who said in time that they will help begins when they can: a clock takes nothing of theirs.
    accept_turn(turn=turns(referral)[1].reference, **acts(bay, now=late))
    begin = turns(referral)[1].due_at
    assert begin is not None
    assert end_late_turns(now=begin + DAY, limit=9) == 0
    start(turn=turns(referral)[1].reference, **acts(bay, now=begin + DAY))


def test_a_question_stops_the_clock_once_and_is_answered_by_the_worker_or_the_person(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies[:2])
    (ark, _bay), turn = bodies[:2], turns(referral)[0]
    due, question = turn.due_at, uuid.uuid4()
    assert due is not None
    for _ in range(2):
        ask(turn=turn.reference, words="Are there children?", reference=question, **acts(ark))
    stopped = turns(referral)[0]
    assert stopped.state is TurnState.ASKED
    assert stopped.due_at is not None
    assert stopped.due_at > due
    assert forward(forwarder, due) == 0
    with pytest.raises(ReferralUnknown):
        reply(turn=turn.reference, words="I answer myself.", **acts(ark))
    reply(turn=turn.reference, words="Two.", keyring=sam.keyring, by=sam.actor, now=NOW + HOUR)
    running = turns(referral)[0]
    assert running.state is TurnState.OFFERED
    assert running.due_at is not None
    assert running.due_at == due + 17 * HOUR  # the open hour that it stood still: Friday at eleven
    ask(turn=turn.reference, words="How old?", **acts(ark, now=NOW + 2 * HOUR))
    assert turns(referral)[0].due_at == running.due_at  # once
    reply(turn=turn.reference, words="Four and six.", keyring=ring(teller), by=PERSON, now=NOW + 3 * HOUR)
    said = read_talk(turn.reference, open_turn(turn=turn.reference, **acts(ark)).opened)
    assert [each.words for each in said] == ["Are there children?", "Two.", "How old?", "Four and six."]
    assert forward(forwarder, running.due_at) == 1
    assert states(referral) == ["expired", "offered"]


def test_who_accepted_begins_waits_goes_on_and_says_what_came_of_it(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies)
    ark, turn = bodies[0], turns(referral)[0].reference
    for act in (accept_turn, accept_turn, start, start, wait, start):
        act(turn=turn, **acts(ark))
    with pytest.raises(StepImpossible):
        decline_turn(turn=turn, reason=DeclineReason.OTHER, **acts(ark))
    assert states(referral) == ["started", "agreed", "agreed"]
    say_outcome(turn=turn, in_touch=InTouch.YES, keyring=ring(teller), by=PERSON, now=NOW)
    for _ in range(2):
        finish(turn=turn, outcome=DoneAs.PARTLY, **acts(ark))
    assert states(referral) == ["done", "unused", "unused"]
    assert opens(ark.worker.keyring, referral) == [1]  # until the day that the person named
    assert opens(forwarder.ring, referral) == []
    say_outcome(turn=turn, in_touch=InTouch.YES, told_again=ToldAgain.PARTLY, keyring=ring(teller), by=PERSON, now=NOW)
    line = referrals_of(teller.file, now=NOW)[0]
    done = line.turns[0]
    assert (line.state, done.code, done.in_touch, done.told_again) == (
        ReferralState.HELPED, "partly", InTouch.YES, ToldAgain.PARTLY,
    )  # fmt: skip
    after = datetime.combine(referral.until + DAY, datetime.min.time(), tzinfo=NOW.tzinfo) + DAY
    assert opens(ark.worker.keyring, referral, now=after) == []
    with pytest.raises(StepImpossible):
        say_outcome(turn=turns(referral)[1].reference, in_touch=InTouch.NO, keyring=ring(teller), by=PERSON, now=NOW)


def test_what_failed_goes_on_unless_the_person_wants_nobody(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies)
    for body, outcome in zip(bodies[:2], (FailedAs.UNREACHED, FailedAs.UNWANTED), strict=True):
        turn = next(each for each in turns(referral) if each.state is TurnState.OFFERED).reference
        accept_turn(turn=turn, **acts(body))
        finish(turn=turn, outcome=outcome, **acts(body))
        assert opens(body.worker.keyring, referral) == []
        forward(forwarder, NOW)
    assert states(referral) == ["failed", "failed", "unused"]
    assert Referral.objects.get().state is ReferralState.RETURNED


def test_a_worker_gives_up_waiting_only_for_who_did_not_begin_in_time(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies[:2])
    turn = turns(referral)[0].reference
    accept_turn(turn=turn, **acts(bodies[0]))
    due = turns(referral)[0].due_at
    assert due is not None
    with pytest.raises(StepImpossible):
        move_on(turn=turn, keyring=sam.keyring, by=sam.actor, now=due - HOUR)
    forward(forwarder, due + DAY)
    assert states(referral) == ["accepted", "agreed"]  # nothing is taken away from who helps
    assert referrals_of(teller.file, now=due + DAY)[0].turns[0].is_late
    for _ in range(2):
        move_on(turn=turn, keyring=sam.keyring, by=sam.actor, now=due + DAY)
    forward(forwarder, due + DAY)
    assert states(referral) == ["expired", "offered"]


def test_a_member_that_is_suspended_loses_what_is_with_it_and_is_passed_over(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    ark, bay, cove = bodies
    referral = agreed(teller, sam, bodies)
    suspend_member(member=bay.member, by=OPERATOR, now=NOW)
    for _ in range(2):
        let_member_go(member=ark.member, by=OPERATOR, now=NOW)
    assert opens(ark.worker.keyring, referral) == []
    forward(forwarder, NOW)
    assert states(referral) == ["passed_over", "passed_over", "offered"]
    assert opens(cove.worker.keyring, referral) == [3]
    suspend_member(member=cove.member, by=OPERATOR, now=NOW)
    assert states(referral)[2] == "passed_over"
    assert Referral.objects.get().state is ReferralState.RETURNED


def test_the_day_that_the_person_named_ends_all(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies[:2], until=(NOW + 2 * DAY).date())
    turn = turns(referral)[0].reference
    accept_turn(turn=turn, **acts(bodies[0]))
    start(turn=turn, **acts(bodies[0]))
    forward(forwarder, NOW + 4 * DAY)
    assert states(referral) == ["expired", "passed_over"]
    assert Referral.objects.get().state is ReferralState.RETURNED


def test_a_member_with_a_new_team_key_is_woken_with_that_one(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    ark, bay, _cove = bodies
    referral = agreed(teller, sam, bodies[:2])
    old = Keyring(*bay.worker.keyring)
    rotate_team(team=bay.team, keyring=bay.worker.keyring, by=OPERATOR, now=NOW)
    decline_turn(turn=turns(referral)[0].reference, reason=DeclineReason.AREA, **acts(ark))
    forward(forwarder, NOW)
    assert opens(bay.worker.keyring, referral) == [2]
    assert opens(old, referral) == []


def test_a_damaged_part_is_passed_over_and_keeps_nobody_waiting(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies)
    second = turns(referral)[1].reference
    Grant.objects.filter(file=second, grantee_kind="service").update(wrapped=b"\x01broken")
    decline_turn(turn=turns(referral)[0].reference, reason=DeclineReason.OTHER, **acts(bodies[0]))
    forward(forwarder, NOW)
    assert states(referral) == ["declined", "passed_over", "offered"]
    assert turns(referral)[1].code == "damaged"


# --- taken back, stopped, erased --------------------------------------------------------------------------------------


def test_the_person_takes_it_back_from_anywhere_and_nothing_opens(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies)
    first = turns(referral)[0].reference
    for _ in range(2):
        withdraw(referral=referral.reference, keyring=ring(teller), by=PERSON, now=NOW)
    assert states(referral) == ["withdrawn"] * 3
    with pytest.raises(TurnMovedOn):
        accept_turn(turn=first, **acts(bodies[0]))
    for keyring in (*(body.worker.keyring for body in bodies), forwarder.ring):
        assert opens(keyring, referral) == []
    assert forward(forwarder, NOW + 30 * DAY) == 0
    assert Referral.objects.get().state is ReferralState.WITHDRAWN


def test_taking_back_what_is_done_takes_the_key_and_leaves_what_came_of_it(
    teller: Teller, sam: Worker, bodies: Bodies
) -> None:
    referral = agreed(teller, sam, bodies[:1])
    turn = turns(referral)[0].reference
    accept_turn(turn=turn, **acts(bodies[0]))
    finish(turn=turn, outcome=DoneAs.GOT_IT, **acts(bodies[0]))
    withdraw(referral=referral.reference, keyring=ring(teller), by=PERSON, now=NOW)
    assert opens(bodies[0].worker.keyring, referral) == []
    assert Referral.objects.get().state is ReferralState.HELPED


def test_the_circle_names_who_reads_and_stop_takes_it_back(teller: Teller, sam: Worker, bodies: Bodies) -> None:
    ark = bodies[0]
    referral = agreed(teller, sam, bodies[:2])
    passed = {"What you let us pass on, word for word"}
    reads = teller.reads()
    assert reads[Whose.NAMED, ark.team] == passed
    assert reads[Whose.MACHINE, "forwarder"] == passed
    assert passed | {"That you said yes to passing it on"} <= reads[Whose.TEAM, "helpline"]
    assert (Whose.NAMED, bodies[1].team) not in reads
    assert not [who for who in reads if who[0] is Whose.OTHER]
    open_turn(turn=turns(referral)[0].reference, **acts(ark))
    row = next(row for row in teller.circle().rows if row.reading.name == ark.team)
    assert row.who == "Ark"
    assert row.why == ("You said yes to asking them.",)
    assert row.reading.opened is not None
    assert row.stop is not None
    assert row.stop.act is not None
    row.stop.act(teller.bearer, NOW)
    assert states(referral) == ["withdrawn", "withdrawn"]
    assert not {(Whose.NAMED, ark.team), (Whose.MACHINE, "forwarder")} & teller.reads().keys()
    after = next(row for row in teller.circle().rows if row.reading.name == ark.team)
    assert (after.reading.parts, after.stop) == ((), None)
    assert Opening.objects.get(team=ark.team).days == 1


def test_stopping_the_helpline_takes_its_keys_here_too_and_leaves_the_receiver_theirs(
    teller: Teller, sam: Worker, bodies: Bodies
) -> None:
    referral = agreed(teller, sam, bodies[:2])
    stop_case(opened=teller.open_case(), by=PERSON, now=NOW)
    assert (Whose.TEAM, "helpline") not in teller.reads()
    assert opens(sam.keyring, referral) == []
    assert opens(bodies[0].worker.keyring, referral) == [1]


def test_what_was_passed_on_goes_to_the_closed_team_with_its_case(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    """Whoever it is with goes on, asks the closed team, and the helpline opens nothing of it, old keys nothing new."""
    referral, lea, (ark, bay) = agreed(teller, sam, bodies[:2]), employ("lea", team="leads"), bodies[:2]
    turn = turns(referral)[0].reference
    kept = open_turn(turn=turn, keyring=sam.keyring, by=sam.actor, now=NOW).opened
    opened = open_case(reference=teller.open_case().reference, keyring=sam.keyring, by=sam.actor, now=NOW)
    move_to_leads(opened=opened, keyring=sam.keyring, by=sam.actor, now=NOW)
    assert (opens(sam.keyring, referral), opens(lea.keyring, referral), opens(ark.worker.keyring, referral)) == (
        [],
        [1, 2],
        [1],
    )
    ask(turn=turn, words="Are there children?", **acts(ark))
    with pytest.raises(CompartmentClosed):
        read_talk(turn, kept)
    assert [cases_in(Queue.REFERRED, now=NOW, team=team).count() for team in ("helpline", "leads")] == [0, 1]
    with pytest.raises(ReferralUnknown):
        reply(turn=turn, words="Two.", keyring=sam.keyring, by=sam.actor, now=NOW)
    reply(turn=turn, words="Two.", keyring=lea.keyring, by=lea.actor, now=NOW)
    decline_turn(turn=turn, reason=DeclineReason.AREA, **acts(ark))
    assert forward(forwarder, NOW) == 1
    assert opens(bay.worker.keyring, referral) == [2]
    assert teller.reads()[Whose.TEAM, "leads"] >= teller.reads()[Whose.NAMED, bay.team]


def test_erasing_a_case_erases_its_referrals_with_their_keys(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, bodies)
    files = [turn.reference for turn in turns(referral)]
    erase_case(file=teller.file, by=PERSON, now=NOW)
    assert [model.objects.count() for model in (Referral, Turn, File)] == [0, 0, 0]
    assert not Grant.objects.filter(file__in=[*files, referral.reference]).exists()


def test_states_are_forgotten_two_years_after_the_end_and_drafts_after_a_month(
    teller: Teller, sam: Worker, bodies: Bodies
) -> None:
    referral = agreed(teller, sam, bodies[:1])
    drafted(teller, sam, bodies[1:2])
    assert forget_referrals(now=NOW + 30 * DAY, limit=9) == 0
    assert forget_referrals(now=NOW + 31 * DAY, limit=9) == 1
    assert Referral.objects.get() == referral  # while it is open nothing of it is forgotten
    assert forget_referrals(now=NOW + 900 * DAY, limit=9) == 0
    withdraw(referral=referral.reference, keyring=ring(teller), by=PERSON, now=NOW)
    assert forget_referrals(now=NOW + 730 * DAY, limit=9) == 0
    assert forget_referrals(now=NOW + 731 * DAY, limit=9) == 1


def test_of_what_the_person_did_every_row_and_line_tells_the_hour(teller: Teller, sam: Worker, bodies: Bodies) -> None:
    later = NOW + timedelta(minutes=21, seconds=7)
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    reference = draft_referral(file=teller.file, team="helpline", draft=draft_for(bodies), by=PERSON, now=later)
    agree(referral=reference, version=1, yes=BY_CODE, keyring=ring(teller), by=PERSON, now=later)
    withdraw(referral=reference, keyring=ring(teller), by=PERSON, now=later + timedelta(minutes=3))
    told = [
        value
        for model in (Referral, Turn, TurnEvent, Grant)
        for row in model.objects.values()
        for value in row.values()
        if isinstance(value, datetime)
    ]
    told += [event.at for event in AuditEvent.objects.exclude(pk__in=before)]
    assert [moment for moment in told if moment != to_the_hour(moment)] == []
    assert len(told) > 20


# --- members ----------------------------------------------------------------------------------------------------------


def test_a_member_signs_terms_that_promise_no_less_and_services_that_are_nobody_else_s(bodies: Bodies) -> None:
    ark, bay, _cove = bodies
    for bad in ({"terms": Terms(accept_days=3)}, {"parts": []}, {"name": " "}, {"until": NOW.date() - DAY}):
        with pytest.raises(TermsRefused):
            sign_member(protocol=protocol("Ark", ark.service, **bad), member=ark.member, by=OPERATOR, now=NOW)
    with pytest.raises(MemberUnknown):
        sign_member(protocol=protocol("Ark", bay.service), member=ark.member, by=OPERATOR, now=NOW)
    quick = Terms(accept_days=1, accept_hours=2, act_days=2)
    sign_member(
        protocol=protocol("Ark Two", ark.service, terms=quick, version=2), member=ark.member, by=OPERATOR, now=NOW
    )
    line = read_member(ark.member)
    assert (line.name, line.terms, line.protocol_version, line.state) == ("Ark Two", quick, 2, MemberState.MEMBER)
    assert [each.name for each in list_members()] == ["Ark Two", "Bay", "Cove"]
    let_member_go(member=ark.member, by=OPERATOR, now=NOW)
    assert set(member_names().values()) == {"Bay", "Cove"}
    with pytest.raises(MemberUnknown):
        suspend_member(member=uuid.uuid4(), by=OPERATOR, now=NOW)
    with pytest.raises(MemberUnknown):
        read_member(uuid.uuid4())


def test_room_is_said_for_what_a_service_gives_and_two_answers_outweigh_an_older_word(
    teller: Teller, sam: Worker, bodies: Bodies, forwarder: ServiceKeys
) -> None:
    ark = bodies[0]

    def say(**changes: Any) -> None:
        given = {"member": ark.member, "service": ark.service, "kind": Kind.SHELTER, "said": Said.ROOM, "places": 2}
        say_capacity(**given | {"by": OPERATOR, "now": NOW} | changes)  # type: ignore[arg-type]

    def room(now: datetime = NOW) -> Room:
        lines = {(line.name, line.kind): line for line in read_board(now=now)}
        return lines["Ark", Kind.SHELTER].room

    assert room() is Room.NOT_SAID
    say()
    assert room() is Room.ROOM
    assert room(NOW + 15 * DAY) is Room.NOT_SAID
    for bad in ({"kind": Kind.LAW}, {"places": 1000}, {"wait_days": -1}):
        with pytest.raises(CapacityRefused):
            say(**bad)
    for bad in ({"service": uuid.uuid4()}, {"member": bodies[1].member}):
        with pytest.raises(MemberUnknown):
            say(**bad)
    for minutes in (1, 2):
        referral = agreed(teller, sam, [ark])
        at = NOW + timedelta(minutes=minutes)
        decline_turn(turn=turns(referral)[0].reference, reason=DeclineReason.NO_ROOM, **acts(ark, now=at))
    assert room(NOW + HOUR) is Room.FULL_BY_ANSWERS
    routes = {route.kind: route.takers for route in read_routes(["N1"], now=NOW + HOUR)}
    assert routes[Kind.SHELTER] == ("Bay", "Cove")
    assert routes[Kind.TALK] == ("Ark", "Bay", "Cove")
    assert routes[Kind.LAW] == ()  # a hole
    say(said=Said.ROOM, now=NOW + 2 * HOUR)
    assert room(NOW + 3 * HOUR) is Room.ROOM


def test_training_counts_are_dated_and_what_training_counted_stands(bodies: Bodies) -> None:
    ark = bodies[0]
    trained(ark, 3)
    trained(ark, 5, source=TrainedCount.Source.DECLARED)
    trained(ark, 5, as_of=NOW.date() - DAY)
    (found,) = list_training(ark.member)
    assert (found.in_date, found.people, found.is_enough) == (3, 5, False)
    trained(ark, 5, as_of=NOW.date() + DAY, source=TrainedCount.Source.DECLARED)
    assert list_training(ark.member)[0].is_enough


def test_training_hands_over_all_that_it_counts_of_a_member(bodies: Bodies) -> None:
    ark, bay = bodies[:2]
    today, tomorrow = NOW.date(), NOW + DAY

    def push(*shares: Share, as_of: date = today, now: datetime = NOW, member: uuid.UUID = ark.member) -> bool:
        return keep_counts(member=member, shares=shares, as_of=as_of, by=OPERATOR, now=now)

    def told() -> dict[str, tuple[int, int, date, str]]:
        return {
            each.requirement: (each.in_date, each.people, each.as_of, each.source) for each in list_training(ark.member)
        }

    care, law = Share(requirement="care", in_date=3, people=5), Share(requirement="law", in_date=4, people=4)
    trained(ark, 5, source=TrainedCount.Source.DECLARED)
    assert push(care, law)
    assert told() == {
        "care": (3, 5, today, "training"),
        "law": (4, 4, today, "training"),
        "image-abuse": (5, 5, today, "declared"),
    }
    lines = AuditEvent.objects.count()
    assert not push(care, law)  # the same again
    assert not push(law, as_of=today - DAY)  # older than what it said
    assert AuditEvent.objects.count() == lines
    # A requirement ends, and what is counted of the same training outweighs the member's word of that day.
    image = Share(requirement="image-abuse", in_date=1, people=5)
    assert push(care, image, as_of=tomorrow.date(), now=tomorrow)
    assert told() == {
        "care": (3, 5, tomorrow.date(), "training"),
        "image-abuse": (1, 5, tomorrow.date(), "training"),
    }
    assert push(as_of=tomorrow.date(), now=tomorrow)
    assert told() == {}
    assert list_training(bay.member) == ()
    assert {name for _member, name in members_to_name()} == {"Ark", "Bay", "Cove"}


@pytest.mark.parametrize(
    "shares",
    [
        [Share(requirement="Care", in_date=1, people=1)],
        [Share(requirement="care", in_date=2, people=1)],
        [Share(requirement="care", in_date=0, people=0)],
        [Share(requirement="care", in_date=1, people=1)] * 2,
    ],
)
def test_what_is_no_count_is_refused_and_nothing_is_kept(bodies: Bodies, shares: list[Share]) -> None:
    ark = bodies[0]
    good = Share(requirement="law", in_date=1, people=1)
    given = {"as_of": NOW.date(), "by": OPERATOR, "now": NOW}
    with pytest.raises(CountsRefused):
        keep_counts(member=ark.member, shares=[good, *shares], **given)  # type: ignore[arg-type]
    with pytest.raises(CountsRefused):
        keep_counts(member=ark.member, shares=[good], **given | {"as_of": NOW.date() + DAY})  # type: ignore[arg-type]
    let_member_go(member=ark.member, by=OPERATOR, now=NOW)
    for member in (ark.member, uuid.uuid4()):
        with pytest.raises(MemberUnknown):
            keep_counts(member=member, shares=[good], **given)  # type: ignore[arg-type]
    assert list_training(ark.member) == ()


def test_every_refusal_says_what_to_do() -> None:
    kinds = set(NetworkError.__subclasses__()) - {ReceiverRefused}
    assert all(str(each()).endswith(".") for each in kinds)
    assert all(str(ReceiverRefused(why)).endswith(".") for why in WhyNot)
