"""Passing something on without a yes: under a law, by two people, least of it, told unless unsafe; never by one."""

import json
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from leeward.config.environment import MADE_UP_LAWS, EnvironmentIncomplete, _overrides
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys, let_in
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.file.law import LIMIT
from leeward.victim.file.models import Opening, SafeWay
from leeward.victim.file.rules.circle import Whose
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import (
    BasesMalformed,
    BasisEnded,
    FieldForbidden,
    HelplineError,
    OverrideUnfinished,
    ReasonMissing,
    ReviewOver,
    SecondPersonNeeded,
    StepImpossible,
    TellingRefused,
)
from leeward.victim.helpline.models import Case, Override, Review
from leeward.victim.helpline.operations.cases import erase_hers, open_case, save_contact, stop_case, write_message
from leeward.victim.helpline.operations.desk import ask_review, close_case, decide_review
from leeward.victim.helpline.operations.overrides import (
    Asked,
    ask_override,
    decide_override,
    forget_overrides,
    tell_them,
    wait_longer,
)
from leeward.victim.helpline.operations.recusals import move_to_leads
from leeward.victim.helpline.queries.desk import Queue, cases_in, open_reviews, tasks_of_case
from leeward.victim.helpline.queries.overrides import count_overrides, used_bases
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.overrides import Basis, Telling, read_bases
from leeward.victim.helpline.rules.tasks import TaskKind
from leeward.victim.network.errors import (
    NeedMissing,
    ReceiverRefused,
    ReferralUnknown,
    TurnMovedOn,
    WhyNot,
)
from leeward.victim.network.errors import StepImpossible as NetworkStepImpossible
from leeward.victim.network.models import Referral, Turn
from leeward.victim.network.operations.members import suspend_member
from leeward.victim.network.operations.reading import read_referrals, record_of
from leeward.victim.network.operations.referrals import Draft, agree, change_draft, withdraw
from leeward.victim.network.operations.turns import accept_turn, decline_turn, open_turn
from leeward.victim.network.rules.releases import Release, ReleaseField, Without
from leeward.victim.network.rules.turns import Act, DeclineReason, ReferralState
from tests.browsing import see, send
from tests.foundation.accounts.people import PASSPHRASE, Member, at, come_in, employ
from tests.standing import Standing
from tests.victim.file.people import Teller, browser_of
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Worker
from tests.victim.network.conftest import BY_CODE, WORDS, Body, draft_for, forward, joins, ring, states, turns
from tests.victim.network.killing import KilledError, killed_at
from tests.victim.removals.news_people import by_mail

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = timedelta(days=1)
REASON, TOLD = "They have a weapon, and nobody can be asked today.", "We were afraid for your life."
NEEDED = {ReleaseField.HAPPENED: "To judge how dangerous it is.", ReleaseField.REACH: "To find you."}
LATER = Telling(tell_on=(NOW + 3 * DAY).date(), why="The phone is read every evening.")
LAWS = MADE_UP_LAWS.read_text(encoding="utf-8")


def case_of(teller: Teller, worker: Worker, now: datetime = NOW) -> OpenCase:
    case = Case.objects.get(file__reference=teller.file).reference
    return open_case(reference=case, keyring=worker.keyring, by=worker.actor, now=now)


def draft(bodies: tuple[Body, ...], **changes: Any) -> Draft:
    without = Without(law={}, place={}, words=TOLD, needed=NEEDED)
    return replace(draft_for(bodies), without=replace(without, **changes))


def asks(teller: Teller, sam: Worker, bodies: tuple[Body, ...], now: datetime = NOW, **changes: Any) -> uuid.UUID:
    """Somebody asks for a second person; returns the referral's reference."""
    asked = {"basis": "danger-to-life", "reason": REASON, "telling": Telling()}
    known = {"draft": draft(bodies), "reference": uuid.uuid4()}
    known |= {name: changes.pop(name) for name in tuple(changes) if name in known}
    ask_override(opened=case_of(teller, sam, now), asked=Asked(**asked | changes), by=sam.actor, now=now, **known)
    return known["reference"]  # type: ignore[return-value]  # as above


def decides(teller: Teller, lee: Worker, referral: uuid.UUID, *, agrees: bool = True, now: datetime = NOW) -> None:
    review = Review.objects.get(override__reference=referral).reference
    opened = case_of(teller, lee, now)
    decide_override(opened=opened, review=review, agrees=agrees, keyring=lee.keyring, by=lee.actor, now=now)


def passed(teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...], **changes: Any) -> Referral:
    reference = asks(teller, sam, bodies, **changes)
    decides(teller, lee, reference)
    return Referral.objects.get(reference=reference)


def reads(body: Body, referral: Referral, *, now: datetime = NOW) -> str:
    (turn,) = (turn for turn in turns(referral) if turn.member.public_id == body.member)
    found = open_turn(turn=turn.reference, keyring=body.worker.keyring, by=body.worker.actor, now=now)
    return found.release.texts[ReleaseField.HAPPENED]


def known_to(teller: Teller, now: datetime = NOW, *, by: Worker | None = None) -> str:
    """All that the person's own code and pages tell of what was passed on. `by`: who of the helpline opens it first."""
    if by is not None:  # so that the helpline's own day is not what differs
        case_of(teller, by, now)
    read = read_referrals(file=teller.file, keyring=ring(teller), by=PERSON, now=now)
    circle = sorted((str(whose), name, *sorted(parts)) for (whose, name), parts in teller.reads(now=now).items())
    rows = [(row.reading.name, str(row.reading.opened)) for row in teller.circle(now=now).rows]
    return json.dumps([[record_of(each) for each in read], circle, rows], default=str)


def kinds(teller: Teller, now: datetime = NOW) -> set[TaskKind]:
    case = Case.objects.get(file__reference=teller.file).reference
    return {task.kind for task in tasks_of_case(case, now=now)}


class TestTwoPeople:
    def test_before_a_second_one_agrees_nobody_outside_and_no_page_of_the_person_knows(
        self, teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...], forwarder: ServiceKeys
    ) -> None:
        before = known_to(teller, by=sam)
        reference = asks(teller, sam, bodies[:2])
        referral = Referral.objects.get(reference=reference)
        for body in bodies[:2]:
            with pytest.raises(ReferralUnknown):
                reads(body, referral)
        assert known_to(teller) == before
        assert forward(forwarder, NOW + 5 * DAY) == 0
        decides(teller, lee, reference)
        assert states(reference) == ["offered", "agreed"]  # one at a time, by the same turns
        assert reads(bodies[0], referral) == WORDS
        with pytest.raises(ReferralUnknown):
            reads(bodies[1], referral)
        acts = turns(referral)[0].events.order_by("ordinal").values_list("act", flat=True)
        assert list(acts) == [Act.OVERRIDDEN, Act.OFFERED]
        decline_turn(
            turn=turns(referral)[0].reference,
            reason=DeclineReason.NO_ROOM,
            keyring=bodies[0].worker.keyring,
            by=bodies[0].worker.actor,
            now=NOW,
        )
        forward(forwarder, NOW)
        assert reads(bodies[1], referral) == WORDS
        with pytest.raises(TurnMovedOn):
            reads(bodies[0], referral)

    def test_the_person_is_told_at_once_word_for_word_by_which_law_and_who_can_read_it(
        self, teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...]
    ) -> None:
        by_mail_told(teller)
        referral = passed(teller, sam, lee, bodies[:1])
        (read,) = read_referrals(file=teller.file, keyring=ring(teller), by=PERSON, now=NOW)
        assert read.without
        assert (read.without.words, read.without.needed, read.without.law["en"]) == (
            TOLD,
            NEEDED,
            "Danger to somebody’s life",
        )
        assert read.turns[0].release.texts[ReleaseField.HAPPENED] == WORDS
        assert has_news(teller)
        named = teller.reads()[Whose.NAMED, bodies[0].team]
        assert named == {"What we passed on without your yes, word for word"}
        (row,) = [row for row in teller.circle().rows if row.reading.name == bodies[0].team]
        assert row.stop is None
        assert row.why == ("We passed it on without your yes, under a law. Its page says why.",)
        with pytest.raises(NetworkStepImpossible):
            withdraw(referral=referral.reference, keyring=ring(teller), by=PERSON, now=NOW)
        withdraw(referral=referral.reference, keyring=sam.keyring, by=sam.actor, now=NOW)
        assert (Whose.NAMED, bodies[0].team) not in teller.reads()
        verbs = set(AuditEvent.objects.values_list("verb", flat=True))
        assert verbs >= {"helpline.override_asked", "helpline.review_decided", "network.told"}

    def test_what_was_refused_is_erased_and_leaves_nothing_to_anybody(
        self, teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...]
    ) -> None:
        before = known_to(teller, by=sam)
        reference = asks(teller, sam, bodies[:2])
        files = [reference, *Turn.objects.values_list("reference", flat=True)]
        assert Grant.objects.filter(file__in=files).exists()
        decides(teller, lee, reference, agrees=False)
        assert not Grant.objects.filter(file__in=files).exists()
        assert not Referral.objects.exists()
        assert known_to(teller) == before
        with pytest.raises(ReviewOver):  # nor can it be decided once more
            decides(teller, lee, reference)
        asks(teller, sam, bodies[:2])  # and it can be asked for anew

    def test_what_waits_for_a_second_one_is_erased_when_the_person_stops_the_helpline(
        self, teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...]
    ) -> None:
        before = known_to(teller, by=sam)
        reference = asks(teller, sam, bodies[:1])
        assert open_reviews().exists()
        stop_case(opened=teller.open_case(), by=PERSON, now=NOW)
        assert not open_reviews().exists()
        assert not Referral.objects.exists()
        assert not Grant.objects.filter(file=reference).exists()
        (count,) = count_overrides()
        assert (count.asked, count.waits, count.refused) == (1, 0, 1)
        write_message(opened=teller.open_case(), words="I am back.", side=Side.PERSON, by=PERSON, now=NOW)
        with pytest.raises(ReviewOver):
            decides(teller, lee, reference)
        assert known_to(teller) == before
        asks(teller, sam, bodies[:1])

    @pytest.mark.parametrize("agrees", [True, False])
    def test_killed_at_any_statement_it_is_as_before_or_as_after(
        self, *, agrees: bool, teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...]
    ) -> None:
        reference = asks(teller, sam, bodies[:1])

        def held() -> list[object]:
            rows = Grant.objects.values_list("file", "grantee_kind", "grantee_id")
            looks = Override.objects.values_list("state", "told_on", "review__state", "decided_on")
            told = Referral.objects.values_list("state", "is_told")
            return [sorted(map(str, rows)), list(looks), list(told)]

        opened, review = case_of(teller, lee), Review.objects.get().reference
        before, number = held(), -1
        while True:
            number += 2
            with killed_at(number):
                try:
                    decide_override(
                        opened=opened, review=review, agrees=agrees, keyring=lee.keyring, by=lee.actor, now=NOW
                    )
                except KilledError:
                    pass
                else:
                    break
            assert held() == before, number
        assert number > 10
        told = [(ReferralState.OPEN, True)] if agrees else []
        assert list(Referral.objects.values_list("state", "is_told")) == told
        assert Override.objects.get(reference=reference).state is Review.objects.get().state


class TestTelling:
    def test_where_it_would_be_unsafe_nothing_shows_until_somebody_looks_again_and_tells(
        self, teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...]
    ) -> None:
        by_mail_told(teller)
        before = known_to(teller, by=sam)
        referral = passed(teller, sam, lee, bodies[:1], telling=LATER)
        assert reads(bodies[0], referral) == WORDS
        accept_turn(
            turn=turns(referral)[0].reference, keyring=bodies[0].worker.keyring, by=bodies[0].worker.actor, now=NOW
        )
        assert known_to(teller) == before  # no key, no reader, no opened day, no step
        assert not has_news(teller)
        assert TaskKind.TELL not in kinds(teller)
        day = NOW + 3 * DAY
        assert TaskKind.TELL in kinds(teller, day)
        assert cases_in(Queue.REFERRED, now=day).exists()
        again = Telling(tell_on=(day + 30 * DAY).date(), why="The phone is still read.")
        wait_longer(opened=case_of(teller, sam, day), referral=referral.reference, telling=again, by=sam.actor, now=day)
        assert TaskKind.TELL not in kinds(teller, day)
        for wrong in (replace(again, tell_on=(day + 31 * DAY).date()), replace(again, why=" ")):
            with pytest.raises(TellingRefused):
                wait_longer(
                    opened=case_of(teller, sam, day), referral=referral.reference, telling=wrong, by=sam.actor, now=day
                )
        for _twice in range(2):
            tell_them(referral=referral.reference, keyring=sam.keyring, by=sam.actor, now=day)
        assert has_news(teller)
        assert WORDS in known_to(teller, day)
        (opening,) = Opening.objects.filter(file__reference=teller.file, team=bodies[0].team)
        assert (opening.first_on, opening.days) == (NOW.date(), 1)
        assert TaskKind.TELL not in kinds(teller, NOW + 60 * DAY)
        with pytest.raises(StepImpossible):
            wait_longer(
                opened=case_of(teller, sam, day), referral=referral.reference, telling=again, by=sam.actor, now=day
            )

    def test_whoever_stops_the_helpline_can_still_be_told(
        self, teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...]
    ) -> None:
        referral = passed(teller, sam, lee, bodies[:1], telling=LATER)
        stop_case(opened=teller.open_case(), by=PERSON, now=NOW)
        day = NOW + 3 * DAY
        assert kinds(teller, day) == {TaskKind.TELL}
        assert cases_in(Queue.REFERRED, now=day).exists()
        tell_them(referral=referral.reference, keyring=sam.keyring, by=sam.actor, now=day)
        assert WORDS in known_to(teller, day)
        with pytest.raises(ReferralUnknown):  # and from then on the helpline opens it no more
            withdraw(referral=referral.reference, keyring=sam.keyring, by=sam.actor, now=day)

    def test_what_came_back_untold_is_a_task_that_says_not_to_write_of_it(
        self, teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...]
    ) -> None:
        referral = passed(teller, sam, lee, bodies[:1], telling=LATER)
        by = bodies[0].worker
        turn, reason = turns(referral)[0].reference, DeclineReason.AREA
        decline_turn(turn=turn, reason=reason, keyring=by.keyring, by=by.actor, now=NOW)
        found = kinds(teller)
        assert TaskKind.OVERRIDE_BACK in found
        assert TaskKind.CAME_BACK not in found
        with pytest.raises(StepImpossible):  # nor does it leave the team that can tell them
            move_to_leads(opened=case_of(teller, sam), keyring=sam.keyring, by=sam.actor, now=NOW)
        asks(teller, sam, bodies[1:2], telling=LATER, now=NOW + timedelta(minutes=5))
        assert TaskKind.OVERRIDE_BACK not in kinds(teller)

    def test_it_is_not_closed_before_they_are_told_and_then_by_two(
        self, teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...]
    ) -> None:
        referral = passed(teller, sam, lee, bodies[:1], telling=LATER)
        opened, by = case_of(teller, sam), {"by": sam.actor, "now": NOW}
        with pytest.raises(OverrideUnfinished):
            ask_review(opened=opened, reason="Safe.", **by)  # type: ignore[arg-type]
        tell_them(referral=referral.reference, keyring=sam.keyring, **by)  # type: ignore[arg-type]
        with pytest.raises(SecondPersonNeeded):  # it is green
            close_case(opened=opened, told="That they may write.", **by)  # type: ignore[arg-type]
        ask_review(opened=opened, reason="Safe.", **by)  # type: ignore[arg-type]
        review = Review.objects.get(kind=Review.Kind.CLOSE).reference
        decide_review(opened=case_of(teller, lee), review=review, agrees=True, by=lee.actor, now=NOW)
        assert Case.objects.get().closed_at == NOW


FIELD = Release(texts={ReleaseField.PLAN: "My sister."})


@pytest.mark.parametrize(
    ("error", "changes"),
    [
        (ReasonMissing, {"reason": " "}),
        (BasisEnded, {"basis": "serious-crime"}),  # nobody has read it
        (BasisEnded, {"basis": "nothing"}),
        (TellingRefused, {"telling": replace(LATER, why="")}),
        (TellingRefused, {"telling": replace(LATER, tell_on=NOW.date())}),
        (TellingRefused, {"telling": replace(LATER, tell_on=(NOW + 31 * DAY).date())}),
    ],
)
def test_bad_input_is_named_and_nothing_is_kept(
    error: type[HelplineError], changes: dict[str, Any], teller: Teller, sam: Worker, bodies: tuple[Body, ...]
) -> None:
    with pytest.raises(error):
        asks(teller, sam, bodies[:1], **changes)
    for kept in (Referral, Review, Override):
        assert not kept.objects.exists()


def test_more_than_the_law_allows_or_without_a_reason_for_each_is_refused(
    teller: Teller, sam: Worker, bodies: tuple[Body, ...]
) -> None:
    full = draft(bodies[:1])
    more = replace(full, receivers=[replace(full.receivers[0], release=FIELD)])
    with pytest.raises(FieldForbidden):
        asks(teller, sam, bodies[:1], draft=more)
    for changes in ({"needed": {ReleaseField.HAPPENED: "To judge it."}}, {"words": " "}):
        with pytest.raises(NeedMissing):
            asks(teller, sam, bodies[:1], draft=draft(bodies[:1], **changes))
    with pytest.raises(ReasonMissing):
        asks(teller, sam, bodies[:1], draft=draft_for(bodies[:1]))
    assert not Referral.objects.exists()


def test_nobody_decides_their_own_or_under_a_law_that_has_ended_or_for_a_member_that_is_suspended(
    teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...], settings: Settings
) -> None:
    reference = asks(teller, sam, bodies[:1])
    with pytest.raises(StepImpossible):  # one waits already
        asks(teller, sam, bodies[1:2])
    with pytest.raises(SecondPersonNeeded):
        decides(teller, sam, reference)
    keyed: dict[str, Any] = {"keyring": sam.keyring, "by": sam.actor, "now": NOW}
    for act in (
        lambda: agree(referral=reference, version=1, yes=BY_CODE, keyring=sam.keyring, by=PERSON, now=NOW),
        lambda: change_draft(referral=reference, draft=draft_for(bodies[1:2]), **keyed),
    ):
        with pytest.raises(NetworkStepImpossible):
            act()
    ended = read_bases(LAWS.replace("begins_on: 2024-03-01", f"begins_on: 2024-03-01\n  ends_on: {NOW.date()}", 1))
    settings.LEEWARD_OVERRIDES = ended
    with pytest.raises(BasisEnded):
        decides(teller, lee, reference)
    settings.LEEWARD_OVERRIDES = read_bases(LAWS)
    suspend_member(member=bodies[0].member, by=OPERATOR, now=NOW)
    with pytest.raises(ReceiverRefused) as refused:
        decides(teller, lee, reference)
    assert refused.value.why is WhyNot.ENDED
    assert Override.objects.get().state is Review.State.OPEN
    assert states(reference) == ["drafted"]
    decides(teller, lee, reference, agrees=False)
    with pytest.raises(ReceiverRefused) as refused:
        asks(teller, sam, bodies[:1])
    assert refused.value.why is WhyNot.NOT_SIGNED


def test_it_is_counted_for_three_years_and_says_nothing_of_whoever_has_erased_everything(
    teller: Teller, sam: Worker, lee: Worker, bodies: tuple[Body, ...]
) -> None:
    passed(teller, sam, lee, bodies[:1])
    decides(teller, lee, asks(teller, sam, bodies[1:2], basis="child-in-danger"), agrees=False)
    untold = asks(teller, sam, bodies[2:], telling=LATER)
    decides(teller, lee, untold)
    counted = [(each.basis, each.asked, each.refused, each.told_at_once, each.not_told) for each in count_overrides()]
    assert counted == [("danger-to-life", 2, 0, 1, 1), ("child-in-danger", 1, 1, 0, 0)]
    erase_hers(teller.bearer, NOW)
    assert not Referral.objects.exists()
    assert not Review.objects.exists()
    assert sum(each.asked for each in count_overrides()) == 3
    assert set(Override.objects.values_list("review", flat=True)) == {None}
    assert forget_overrides(now=NOW + 1095 * DAY, limit=10) == 0
    assert forget_overrides(now=NOW + 1097 * DAY, limit=10) == 3


# --- the nation's laws ------------------------------------------------------------------------------------------------


def test_a_law_is_off_until_the_nation_has_read_it_and_outside_its_days() -> None:
    life, child, crime = read_bases(LAWS)
    assert [each.is_made_up for each in (life, child, crime)] == [True] * 3
    assert set(used_bases(today=NOW.date())) == {"danger-to-life", "child-in-danger"}

    def used(day: date, **changes: Any) -> bool:
        return replace(life, **changes).is_used(day)

    today = NOW.date()
    assert used(today)
    assert not used(today, read_on=None)
    assert not used(today, read_by=" ")
    assert not used(today, read_on=today + DAY)
    assert not used(today, begins_on=today + DAY)
    assert not used(today, ends_on=today)
    assert used(today, ends_on=today + DAY)
    assert not crime.is_used(today)


@pytest.mark.parametrize(
    ("was", "now", "mistake"),
    [
        ("may_wait: true", "", "may_wait"),
        ("fields: [happened]", "fields: []", "fields"),
        ("fields: [happened]", "fields: [everything]", "fields"),
        ("code: child-in-danger", "code: danger-to-life", "Twice: danger-to-life"),
        ("- code: danger-to-life", "- code: [", "This is no YAML"),
        ("is_made_up: true", "is_made_up: true\n  made_by: us", "made_by"),
    ],
)
def test_each_mistake_of_the_file_is_named(was: str, now: str, mistake: str) -> None:
    assert was in LAWS
    with pytest.raises(BasesMalformed) as refused:
        read_bases(LAWS.replace(was, now, 1))
    assert mistake in str(refused.value)


def test_in_production_there_is_none_until_a_file_is_named_and_never_a_made_up_one(tmp_path: Path) -> None:
    assert _overrides("", production=True) == ()
    assert len(_overrides("", production=False)) == 3
    with pytest.raises(EnvironmentIncomplete, match="made up: danger-to-life, child-in-danger, serious-crime"):
        _overrides(str(MADE_UP_LAWS), production=True)
    own = tmp_path / "laws.yaml"
    own.write_text(LAWS.replace("is_made_up: true", "is_made_up: false"), encoding="utf-8")
    found: tuple[Basis, ...] = _overrides(str(own), production=True)
    assert [each.code for each in found] == ["danger-to-life", "child-in-danger", "serious-crime"]
    with pytest.raises(EnvironmentIncomplete, match="cannot be read"):
        _overrides(str(tmp_path / "none"), production=True)


# --- the pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(house: Standing, monkeypatch: pytest.MonkeyPatch) -> tuple[Client, Client]:
    """Two practitioners, of whom the first has let the second in."""
    at(monkeypatch, NOW)
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))

    def join() -> Member:
        member, first = employ("ben", Role.PRACTITIONER), User.objects.get(username="ama")
        keyring = keys.open_teams_with(keys.open_by_passphrase(user=first, passphrase=PASSPHRASE))
        let_in(colleague=first, reference=member.user.reference, keyring=keyring, now=NOW)
        return member

    house(("staff", "ben"), join)
    return come_in("ama"), come_in("ben")


def test_the_whole_way_through_the_pages(
    staff: tuple[Client, Client], house: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ama, ben = staff
    ark = house("ark", lambda: joins("Ark"))
    teller = Teller()
    teller.come()
    hers = browser_of(teller, now=NOW)
    case = Case.objects.get().reference

    def page(name: str, *args: object) -> str:
        return reverse(f"helpline:desk-{name}", args=[case, *args])

    assert page("override") in see(ama, page("case"))
    begun = unescape(see(ama, page("override")))
    assert "Made up for this demonstration" in begun
    assert "A serious crime" not in begun  # nobody has read that law
    law = {"basis": "danger-to-life", "kind": "shelter", "area": "", "language": "en"}
    wrong = send(ama, page("override"), status=400, step="receivers", **law | {"basis": "serious-crime"})
    assert "Choose the law that lets you" in unescape(wrong)
    named = {**law, "first": ark.service, "step": "texts"}
    asked = unescape(send(ama, page("override"), status=200, **named))
    assert " checked" not in asked
    assert "My plan to stay safe" not in asked  # the law does not name it
    said = {
        **named,
        "step": "keep",
        "once": uuid.uuid4(),
        "text-happened": WORDS,
        "to-happened": ark.service,
        "until": (NOW + 60 * DAY).date(),
        "reason": REASON,
        "words": TOLD,
        "when": "later",
    }
    refused = unescape(send(ama, page("override"), status=400, **said))
    assert "Say why they need it, or tick nobody for it." in refused
    assert "say why that would be unsafe" in refused
    assert not Referral.objects.exists()
    said |= {"need-happened": NEEDED[ReleaseField.HAPPENED], "why": LATER.why, "tell_on": LATER.tell_on}
    for _twice in range(2):
        send(ama, page("override"), **said)
    referral, review = Referral.objects.get().reference, Review.objects.get().reference
    assert "It is waiting for a second person." in unescape(see(ama, page("referral", referral)))
    decide = reverse("helpline:desk-review", args=[review])
    assert "You asked for this, so somebody else decides it." in unescape(see(ama, decide))
    assert "This needs a second person" in unescape(send(ama, decide, status=409, answer="agree"))
    shown = unescape(see(ben, decide))
    for words in (REASON, TOLD, WORDS, NEEDED[ReleaseField.HAPPENED], LATER.why, "Danger to somebody’s life"):
        assert words in shown, words
    send(ben, decide, answer="agree")
    assert states(referral) == ["offered"]
    address = f"/status/others/{referral}"
    assert hers.client.get(address).status_code == 303
    assert "without your yes" not in hers.see("/status/part/people") + hers.see("/status/others")
    assert LIMIT in unescape(hers.see("/status/who"))  # that it can happen
    here = unescape(see(ama, page("referral", referral)))
    assert "They do not know about it yet" in here
    assert "after today and within 30 days" in unescape(send(ama, page("referral-later", referral), status=400, why=""))
    send(ama, page("referral-later", referral), why="Still read.", tell_on=(NOW + 5 * DAY).date())
    send(ama, page("referral-tell", referral))
    told = unescape(hers.see(address))
    for words in (
        TOLD,
        WORDS,
        NEEDED[ReleaseField.HAPPENED],
        "Danger to somebody’s life",
        "You cannot stop this yourself",
    ):
        assert words in told, words
    assert "We passed this on without your yes." in unescape(hers.see("/status/part/people"))
    assert hers.client.post(f"{address}/stop", {"numbers": hers.code}).status_code == 303
    assert states(referral) == ["offered"]
    employ("selma", Role.HELPLINE_LEAD)
    counts = unescape(see(come_in("selma"), reverse("helpline:lead-overrides")))
    assert "Nobody here has read it yet, so it is not used." in counts
    assert "Ministry of Justice of Fairhaven" in counts
    assert str(case)[:8] not in counts


def by_mail_told(teller: Teller) -> None:
    """Let the person ask for neutral messages by mail."""
    save_contact(opened=teller.open_case(), contact=by_mail(email="nell@example.org"), by=PERSON, now=NOW)


def has_news(teller: Teller) -> bool:
    """Whether a message that there is news waits for the person."""
    return SafeWay.objects.get(file__reference=teller.file).news_at is not None
