"""Referrals: who may be taken, what each may read, which step follows, what is told one way, what is forgotten."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import BODY_OF, Role, team_of
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.holds.models import Hold
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import open_file
from leeward.justice.perpetrators.errors import PerpetratorsMistake, ReferralUnknown, StepImpossible, TakesNobody
from leeward.justice.perpetrators.figures import referral_figures, referrals_started
from leeward.justice.perpetrators.models import Outgoing, Programme, Referral, ReferralEvent
from leeward.justice.perpetrators.operations.programmes import keep_programme, renew_link
from leeward.justice.perpetrators.operations.referring import (
    NewReferral,
    Noted,
    Referring,
    answer_or_withdraw,
    correct_signal,
    forget_referrals,
    hand_on_signals,
    note_step,
    raise_signal,
    refer,
)
from leeward.justice.perpetrators.queries.referrals import read_referral, read_referred, referred_by
from leeward.justice.perpetrators.rules.referrals import (
    CORRECTABLE,
    NEXT,
    PLANNED_AHEAD,
    PLANNED_AT_ONCE,
    REASONS,
    REFERRERS_NEXT,
    Lack,
    ProgrammeKind,
    ReferralState,
    ReferrerKind,
    Session,
    Step,
    Terms,
    early_completion,
    may_take,
    sessions_of,
)
from leeward.policy.assessment.queries.evidence import run_query
from leeward.policy.assessment.rules.evidence import NoValue
from leeward.victim.helpline.models import Signal
from leeward.victim.helpline.rules.signals import SignalKind, read_token
from tests.counters import start_afresh
from tests.foundation.accounts.people import User, come_in, employ
from tests.foundation.holds.held import keep_held
from tests.justice.perpetrators.programme import (
    DAY,
    ENTRY,
    NOW,
    OPERATOR,
    POLICE,
    TODAY,
    WHO,
    Programmes,
    link_of_police,
    link_of_provider,
)

pytestmark = pytest.mark.django_db


class TestRules:
    @pytest.mark.parametrize(
        ("changes", "lacks"),
        [
            ({}, ()),
            ({"parallel": ""}, (Lack.PARALLEL,)),
            ({"accredited_until": TODAY - DAY}, (Lack.ACCREDITATION,)),
            ({"accredited_until": TODAY}, ()),
            ({"accredited_until": None}, (Lack.ACCREDITATION,)),
            ({"free": 0, "is_open": False}, (Lack.CLOSED, Lack.FULL)),
            ({"has_reader": False}, (Lack.UNREAD,)),
            ({"kind": ProgrammeKind.HELP_SEEKING, "parallel": "", "accredited_until": None}, ()),
        ],
    )
    def test_who_takes_nobody_says_why(self, changes: dict[str, object], lacks: tuple[Lack, ...]) -> None:
        terms = Terms(
            kind=ProgrammeKind.BEHAVIOUR_CHANGE,
            is_open=True,
            has_reader=True,
            parallel="Us",
            accredited_until=TODAY + DAY,
            free=1,
        )
        assert may_take(replace(terms, **changes), on=TODAY) == lacks  # type: ignore[arg-type]

    def test_every_state_can_be_reached_and_every_reason_belongs_to_a_step(self) -> None:
        reached = {Step(state.value) for state in ReferralState} - {Step.OFFERED, Step.SENT}
        steps = {step for each in (*NEXT.values(), *REFERRERS_NEXT.values()) for step in each}
        assert reached <= steps
        assert set(REASONS) <= steps
        assert all(len({each.code for each in reasons}) == len(reasons) for reasons in REASONS.values())


class TestSessions:
    def test_what_is_noted_of_a_day_is_about_its_planned_session(self) -> None:
        noted = [
            (Step.STARTED, TODAY),
            (Step.PLANNED, TODAY + 7 * DAY),
            (Step.PLANNED, TODAY),
            (Step.PLANNED, TODAY + 14 * DAY),
            (Step.ATTENDED, TODAY),
            (Step.MISSED, TODAY + DAY),
            (Step.CANCELLED, TODAY + 14 * DAY),
            (Step.PLANNED, TODAY + 14 * DAY),
            (Step.TOLD, TODAY + 14 * DAY),
        ]
        assert [(each.step, (each.on - TODAY).days) for each in sessions_of(noted)] == [
            (Step.ATTENDED, 0),
            (Step.MISSED, 1),
            (Step.PLANNED, 7),
            (Step.CANCELLED, 14),
            (Step.PLANNED, 14),
        ]

    @pytest.mark.parametrize(
        ("held", "planned", "of", "day", "expected"),
        [
            (3, 0, 24, 7 * 23, (3, 24, 24, 24)),
            (24, 0, 24, 7 * 23, None),
            (25, 0, 24, 7 * 23, None),
            (24, 0, 24, 7 * 23 - 1, (24, 0, 23, 24)),
            (3, 2, 0, 7 * 23, (3, 5, 24, 24)),
            (0, 0, 0, 7 * 23, None),
            (0, 0, 0, 0, (0, 0, 1, 24)),
        ],
    )
    def test_a_completion_is_early_while_sessions_or_weeks_are_left(
        self, held: int, planned: int, of: int, day: int, expected: tuple[int, ...] | None
    ) -> None:
        steps = [Step.ATTENDED, Step.MISSED] * held
        sessions = [Session(on=TODAY, step=step) for step in (*steps[:held], *[Step.PLANNED] * planned, Step.CANCELLED)]
        found = early_completion(sessions, of=of, started_on=TODAY, weeks=24, on=TODAY + day * DAY)
        assert (found and tuple(vars(found).values())) == expected

    @pytest.mark.postgresql
    def test_sessions_are_planned_by_week_and_cancelled(self, programmes: Programmes) -> None:
        row = programmes.refer()
        programmes.note(row, Step.SUITABLE, Step.STARTED)
        plan = {"referral": row.reference, "provider": programmes.provider, "keyring": None, "by": OPERATOR, "now": NOW}
        note_step(noted=Noted(step=Step.PLANNED, on=TODAY, times=3), **plan)  # type: ignore[arg-type]
        days = [TODAY, TODAY + 7 * DAY, TODAY + 14 * DAY]
        assert list(row.events.filter(step="planned").order_by("on").values_list("on", flat=True)) == days
        for noted, mistake in (
            (Noted(step=Step.PLANNED, on=TODAY - 7 * DAY, times=2), PerpetratorsMistake.BEFORE),
            (Noted(step=Step.PLANNED, on=TODAY + 7 * DAY), PerpetratorsMistake.PLANNED),
            (Noted(step=Step.PLANNED, on=TODAY + PLANNED_AHEAD, times=2), PerpetratorsMistake.TOO_FAR),
            (Noted(step=Step.CANCELLED, on=TODAY + DAY), PerpetratorsMistake.NOT_PLANNED),
            (Noted(step=Step.ATTENDED, on=TODAY + 7 * DAY), PerpetratorsMistake.FUTURE),
        ):
            with pytest.raises(FieldRefused) as refused:
                note_step(noted=noted, **plan)  # type: ignore[arg-type]
            assert refused.value.code is mistake
        for noted in (
            Noted(step=Step.ATTENDED, on=TODAY, times=2),
            Noted(step=Step.PLANNED, on=TODAY, times=PLANNED_AT_ONCE + 1),
        ):
            with pytest.raises(StepImpossible):
                note_step(noted=noted, **plan)  # type: ignore[arg-type]
        assert row.events.filter(step="planned").count() == 3
        note_step(noted=Noted(step=Step.CANCELLED, on=days[1]), **plan)  # type: ignore[arg-type]
        note_step(noted=Noted(step=Step.MISSED, on=days[0]), **plan)  # type: ignore[arg-type]
        with pytest.raises(IntegrityError), transaction.atomic():
            row.events.filter(step="planned").update(on=TODAY)
        seen = read_referral(row.reference, provider=programmes.provider, keyring=None, by=OPERATOR, now=NOW)
        assert [each.step for each in seen.course] == [Step.MISSED, Step.CANCELLED, Step.PLANNED]
        assert (seen.held, seen.next_session) == (1, Session(on=days[2], step=Step.PLANNED))
        referred = {each.step for each in read_referred(row.reference, scope=POLICE.scope).events}
        assert not {Step.PLANNED, Step.CANCELLED, Step.MISSED} & referred
        assert not Outgoing.objects.exclude(kind=SignalKind.STARTED).exists()


class TestProgrammes:
    @pytest.mark.parametrize(
        ("changes", "field", "mistake"),
        [
            ({"weeks": 21}, "weeks", PerpetratorsMistake.WEEKS),
            ({"accredited_until": None}, "accredited_by", PerpetratorsMistake.ACCREDITED),
            ({"service": uuid.UUID(int=5)}, "service", PerpetratorsMistake.SERVICE),
            ({"places": 0}, "places", PerpetratorsMistake.PLACES),
        ],
    )
    def test_what_cannot_be_is_refused_by_its_field(
        self, programmes: Programmes, changes: dict[str, object], field: str, mistake: PerpetratorsMistake
    ) -> None:
        programmes.refer()
        with pytest.raises(FieldRefused) as refused:
            programmes.change(**changes)
        assert (refused.value.field, refused.value.code) == (field, mistake)
        assert Programme.objects.get(public_id=programmes.programme).weeks == ENTRY.weeks

    def test_a_name_stands_once_with_a_provider(self, programmes: Programmes) -> None:
        with pytest.raises(FieldRefused) as refused:
            keep_programme(entry=ENTRY, provider=programmes.provider, programme=uuid.uuid4(), by=OPERATOR, now=NOW)
        assert refused.value.code is PerpetratorsMistake.NAME_TAKEN


class TestReferring:
    def test_without_support_named_or_accreditation_nobody_is_taken_and_nothing_is_written(
        self, programmes: Programmes
    ) -> None:
        programmes.change(parallel="")
        with pytest.raises(TakesNobody) as refused:
            programmes.refer()
        assert refused.value.lacks == (Lack.PARALLEL,)
        assert not Referral.objects.exists()
        programmes.change(parallel="", kind=ProgrammeKind.HELP_SEEKING)
        assert programmes.refer().state is ReferralState.SENT

    def test_nobody_is_sent_where_nobody_could_read_who_it_is_and_what_runs_goes_on(
        self, programmes: Programmes
    ) -> None:
        runs, offered = programmes.refer(), programmes.refer(answer=None)
        programmes.note(runs, Step.SUITABLE)
        User.objects.filter(username="will").update(is_active=False)
        with pytest.raises(TakesNobody) as refused:
            programmes.refer()
        assert refused.value.lacks == (Lack.UNREAD,)
        yes = Noted(step=Step.AGREED, on=TODAY)
        with pytest.raises(TakesNobody):
            answer_or_withdraw(
                referral=offered.reference, referring=POLICE, noted=yes, contact=WHO, by=OPERATOR, now=NOW
            )
        assert Referral.objects.count() == 2
        assert "Nobody there can open referrals right now" in Client().get("/change/programmes").content.decode()
        assert programmes.refer(at_link=True).state is ReferralState.SENT, "by a link nothing is to be opened"
        programmes.note(runs, Step.STARTED)
        assert runs.state is ReferralState.STARTED
        User.objects.filter(username="will").update(is_active=True)
        assert programmes.refer().state is ReferralState.SENT

    def test_the_last_place_is_given_once(self, programmes: Programmes) -> None:
        programmes.refer()
        programmes.refer()
        with pytest.raises(TakesNobody) as refused:
            programmes.refer()
        assert refused.value.lacks == (Lack.FULL,)

    def test_nobody_is_referred_without_a_yes_or_an_order_and_no_name_is_kept_of_who_said_no(
        self, programmes: Programmes
    ) -> None:
        new = NewReferral(programme=programmes.programme, answer=None, offered_on=TODAY, contact=WHO)
        with pytest.raises(FieldRefused) as refused:
            refer(new=new, referring=POLICE, referral=uuid.uuid4(), by=OPERATOR, now=NOW)
        assert (refused.value.field, refused.value.code) == ("answer", PerpetratorsMistake.NO_BASIS)
        with pytest.raises(FieldRefused) as refused:
            refer(
                new=replace(new, answer=Step.AGREED, contact=""),
                referring=POLICE,
                referral=uuid.uuid4(),
                by=OPERATOR,
                now=NOW,
            )
        assert refused.value.code is PerpetratorsMistake.CONTACT
        row = programmes.refer(answer=Step.REFUSED)
        assert (row.state, row.contact, row.parallel) == (ReferralState.REFUSED, "", "")

    @pytest.mark.postgresql
    def test_the_database_refuses_what_no_page_would_ask(self, programmes: Programmes) -> None:
        row = programmes.refer()
        for changes in (
            {"basis": None},
            {"started_on": TODAY, "is_parallel_named": False},
            {"started_on": TODAY, "is_parallel_named": True, "ended_on": TODAY - DAY},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Referral.objects.filter(pk=row.pk).update(**changes)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReferralEvent.objects.update(on=TODAY)
        other = programmes.refer()
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=other.pk).update(parallel=row.parallel)

    def test_an_offer_is_answered_later_and_taken_back(self, programmes: Programmes) -> None:
        row = programmes.refer(answer=None)
        assert row.state is ReferralState.OFFERED
        answer_or_withdraw(
            referral=row.reference, referring=POLICE, noted=Noted(step=Step.ORDERED, on=TODAY), contact=WHO,
            by=OPERATOR, now=NOW,
        )  # fmt: skip
        programmes.note(row, Step.RECEIVED, Step.SUITABLE, Step.STARTED)
        stranger = replace(POLICE, scope="link:another")
        noted = Noted(step=Step.WITHDRAWN, on=TODAY, reason="ended")
        with pytest.raises(ReferralUnknown):
            answer_or_withdraw(
                referral=row.reference, referring=stranger, noted=noted, contact="", by=OPERATOR, now=NOW
            )
        answer_or_withdraw(referral=row.reference, referring=POLICE, noted=noted, contact="", by=OPERATOR, now=NOW)
        row.refresh_from_db()
        assert row.state is ReferralState.WITHDRAWN
        assert [each.kind for each in Outgoing.objects.order_by("kind")] == [SignalKind.STARTED, SignalKind.STOPPED]

    def test_whoever_referred_reads_codes_and_days_and_the_provider_alone_the_name(
        self, programmes: Programmes
    ) -> None:
        row = programmes.refer()
        programmes.note(row, Step.SUITABLE, Step.STARTED, words="He said planted words")
        programmes.note(row, Step.ATTENDED)
        seen = read_referred(row.reference, scope=POLICE.scope)
        assert (seen.contact, seen.token) == ("", "")
        assert all(not each.words for each in seen.events)
        assert Step.ATTENDED not in {each.step for each in seen.events}
        assert referred_by("link:another") == ()
        own = read_referral(
            row.reference, provider=programmes.provider, keyring=programmes.keyring, by=programmes.by, now=NOW
        )
        assert own.contact == WHO
        assert "He said planted words" in {each.words for each in own.events}
        assert read_token(own.token) == row.parallel
        with pytest.raises(ReferralUnknown):
            read_referral(row.reference, provider=programmes.by_link, keyring=None, by=OPERATOR, now=NOW)
        kept = " ".join(str(value) for model in (Referral, ReferralEvent, AuditEvent) for row in model.objects.values()
                        for value in row.values())  # fmt: skip
        assert "planted" not in kept.lower()


class TestSteps:
    def test_what_does_not_fit_is_refused_and_says_what_is_wrong(self, programmes: Programmes) -> None:
        row = programmes.refer()
        for step in (Step.STARTED, Step.ATTENDED, Step.COMPLETED, Step.LOOKED_6):
            with pytest.raises(StepImpossible):
                programmes.note(row, step)
        programmes.note(row, Step.RECEIVED, Step.SUITABLE)
        programmes.note(row, Step.STARTED, on=TODAY - 7 * DAY)
        for step, on, reason, field, mistake in (
            (Step.ATTENDED, TODAY - 8 * DAY, "", "on", PerpetratorsMistake.BEFORE),
            (Step.ATTENDED, TODAY + DAY, "", "on", PerpetratorsMistake.FUTURE),
            (Step.ENDED_EARLY, TODAY, "", "reason", PerpetratorsMistake.REASON),
            (Step.ENDED_EARLY, TODAY, "risk", "reason", PerpetratorsMistake.REASON),
            (Step.COMPLETED, TODAY, "risk", "reason", PerpetratorsMistake.REASON),
        ):
            with pytest.raises(FieldRefused) as refused:
                programmes.note(row, step, on=on, reason=reason)
            assert (refused.value.field, refused.value.code) == (field, mistake)
        programmes.note(row, Step.ENDED_EARLY, reason="breach")
        with pytest.raises(StepImpossible):
            programmes.note(row, Step.COMPLETED)

    def test_nobody_starts_once_the_accreditation_is_over(self, programmes: Programmes) -> None:
        row = programmes.refer()
        programmes.note(row, Step.SUITABLE)
        programmes.change(accredited_until=TODAY - DAY)
        with pytest.raises(TakesNobody) as refused:
            programmes.note(row, Step.STARTED)
        assert refused.value.lacks == (Lack.ACCREDITATION,)
        row.refresh_from_db()
        assert row.started_on is None

    def test_it_is_looked_at_again_after_half_a_year_and_a_year(self, programmes: Programmes) -> None:
        row = programmes.refer()
        programmes.note(row, Step.SUITABLE, Step.STARTED, Step.COMPLETED)
        assert row.look_on == TODAY + timedelta(days=182)
        programmes.note(row, Step.LOOKED_6, on=TODAY, reason="no_harm")
        assert row.look_on == TODAY + timedelta(days=365)
        with pytest.raises(StepImpossible):
            programmes.note(row, Step.LOOKED_6, on=TODAY, reason="no_harm")
        programmes.note(row, Step.LOOKED_12, on=TODAY, reason="unknown")
        assert row.look_on is None
        assert row.state is ReferralState.COMPLETED


class TestSignals:
    def test_each_is_handed_on_once_and_nothing_flows_back(self, programmes: Programmes) -> None:
        row = programmes.refer()
        programmes.note(row, Step.SUITABLE, Step.STARTED)
        for step in (Step.MISSED, Step.ATTENDED, Step.MISSED, Step.MISSED, Step.MISSED):
            programmes.note(row, step)
        assert not Signal.objects.exists()
        raise_signal(
            referral=row.reference, provider=programmes.provider, kind=SignalKind.RISK_RAISED, by=OPERATOR, now=NOW
        )
        assert Signal.objects.count() == 3, "a press waits for no round: one row for each team that may read it"
        kinds = sorted(each.kind for each in Outgoing.objects.all())
        assert kinds == [SignalKind.MISSED_TWO, SignalKind.STARTED]
        before = Signal.objects.count()
        assert hand_on_signals(now=NOW, limit=100) == 2
        assert hand_on_signals(now=NOW, limit=100) == 0
        assert Signal.objects.values("index").distinct().count() == 1
        assert (Signal.objects.count() - before) % 3 == 0
        assert row.parallel not in str(list(Signal.objects.values()))
        told = read_referral(row.reference, provider=programmes.provider, keyring=None, by=OPERATOR, now=NOW)
        assert [each.step for each in told.events].count(Step.TOLD) == 1
        facts = str(list(AuditEvent.objects.values_list("facts", flat=True)))
        assert row.parallel not in facts
        assert SignalKind.RISK_RAISED.value not in facts

    def test_what_no_button_tells_and_what_has_ended_tell_nothing(self, programmes: Programmes) -> None:
        row = programmes.refer()
        tell = {"referral": row.reference, "provider": programmes.provider, "by": OPERATOR, "now": NOW}
        with pytest.raises(StepImpossible):
            raise_signal(kind=SignalKind.COMPLETED, **tell)  # type: ignore[arg-type]
        programmes.note(row, Step.NOT_SUITABLE, reason="risk")
        with pytest.raises(StepImpossible):
            raise_signal(kind=SignalKind.RISK_RAISED, **tell)  # type: ignore[arg-type]
        assert not Outgoing.objects.exists()

    def test_a_press_is_corrected_once_within_the_hour_and_the_first_signal_stays(self, programmes: Programmes) -> None:
        row = programmes.refer()
        about = {"referral": row.reference, "provider": programmes.provider, "by": OPERATOR}
        with pytest.raises(StepImpossible):
            correct_signal(**about, now=NOW)  # type: ignore[arg-type]
        raise_signal(kind=SignalKind.RISK_RAISED, **about, now=NOW)  # type: ignore[arg-type]
        with pytest.raises(StepImpossible):
            correct_signal(**about, now=NOW + CORRECTABLE)  # type: ignore[arg-type]
        first = set(Signal.objects.values_list("pk", flat=True))
        correct_signal(**about, now=NOW + CORRECTABLE - timedelta(seconds=1))  # type: ignore[arg-type]
        assert first < set(Signal.objects.values_list("pk", flat=True))
        assert Signal.objects.filter(looked_at__isnull=True).count() == 6
        with pytest.raises(StepImpossible):
            correct_signal(**about, now=NOW + CORRECTABLE - timedelta(seconds=1))  # type: ignore[arg-type]
        steps = [each.step for each in row.events.order_by("ordinal")][-2:]
        assert steps == [Step.TOLD, Step.CORRECTED]
        referred = read_referred(row.reference, scope=POLICE.scope)
        assert not {Step.TOLD, Step.CORRECTED} & {each.step for each in referred.events}

    @pytest.mark.postgresql
    def test_a_worker_is_no_liaison_and_holds_no_key_of_the_helplines(self, programmes: Programmes) -> None:
        assert BODY_OF[Role.PROGRAMME_WORKER] == "provider"
        team = team_of(role=Role.PROGRAMME_WORKER, affiliation=str(programmes.provider))
        assert team == f"provider:{programmes.provider}"
        assert set(programmes.keyring.teams) == {team}
        # An account has one role, and a provider's people are in no team of the helpline's: the table knows.
        for role in ("practitioner", "survivor_liaison"):
            with pytest.raises(IntegrityError), transaction.atomic():
                User.objects.filter(pk=programmes.worker.pk).update(role=role)


def test_three_years_after_the_end_nobody_knows_who_it_was(programmes: Programmes) -> None:
    row = programmes.refer()
    programmes.note(row, Step.SUITABLE, Step.STARTED, Step.COMPLETED)
    assert forget_referrals(now=NOW + timedelta(days=3 * 365), limit=10) == 0
    later = NOW + timedelta(days=3 * 365 + 1)
    keep_held("programme-file", Referral.objects.get().reference, at=later)
    assert forget_referrals(now=later, limit=10) == 0
    Hold.objects.all().delete()
    assert forget_referrals(now=later, limit=10) == 1
    assert forget_referrals(now=NOW + timedelta(days=3 * 365 + 1), limit=10) == 0
    row.refresh_from_db()
    assert (row.contact, row.parallel, row.state) == ("", "", ReferralState.COMPLETED)
    with pytest.raises(NotGranted):
        open_file(file=row.reference, keyring=programmes.keyring, by=programmes.by, now=NOW)


def test_figures_are_protected_and_the_share_that_started_is_evidence(programmes: Programmes) -> None:
    programmes.change(places=500)
    row = programmes.refer()
    programmes.note(row, Step.SUITABLE, Step.STARTED)
    later = NOW + timedelta(days=200)
    assert run_query("perpetrators.started", now=later).no_value is NoValue.NOTHING_YET
    quarter = {"since": TODAY.replace(month=10, day=1), "until": TODAY.replace(month=12, day=31)}
    assert referral_figures(**quarter).by_source["sent"]["_T"].value is None
    sent = {"sent_on": TODAY - 30 * DAY, "is_parallel_named": True}
    values = {
        name: getattr(row, name) for name in ("programme", "kind", "referred_by", "referrer_kind", "basis", "state")
    }
    for number in range(60):
        days = {"offered_on": TODAY - 30 * DAY, **sent}
        started = TODAY - DAY if number < 39 else None
        Referral.objects.create(reference=uuid.uuid4(), **values, **days, started_on=started)
    assert referrals_started(**quarter).started == 40
    found = run_query("perpetrators.started", now=NOW + timedelta(days=150))
    assert found.value == 66
    told = referral_figures(**quarter)
    assert told.by_source["sent"]["_T"].value == 60
    assert told.by_source["sent"]["police"].value is None, "it would tell that all the others are none"
    assert told.by_source["sent"]["doctor"].value is None
    assert told.days == 29
    assert told.all_named


class TestPages:
    def test_a_worker_takes_marks_tells_and_ends(self, programmes: Programmes) -> None:
        row = programmes.refer()
        worker = come_in("will")
        assert "Quentin Planted" in worker.get(reverse("perpetrators:inbox")).content.decode()
        page = reverse("perpetrators:referral", args=[row.reference])
        assert "0555 0123 planted" in worker.get(page).content.decode()
        assert "Sent to your programmes" in worker.get(reverse("work:home")).content.decode()
        for step, sent in (("suitable", {}), ("started", {})):
            form = {"step": step, "on": TODAY.isoformat(), **sent}
            assert worker.post(reverse("perpetrators:step", args=[row.reference, step]), form).status_code == 303
        today = reverse("perpetrators:today")
        assert "Quentin Planted" in worker.get(today).content.decode()
        assert worker.post(today, {"referral": row.reference, "step": "missed"}).status_code == 303
        assert worker.post(today, {"referral": row.reference, "step": "completed"}).status_code == 409
        assert "Missed" in worker.get(today).content.decode()
        told = worker.post(reverse("perpetrators:signal", args=[row.reference]), {"kind": "risk_raised"})
        assert told.status_code == 303
        shown = worker.get(told.headers["Location"]).content.decode()
        assert "Nobody tells you whether there is one" in shown
        assert "Correct the signal" in shown
        mistake = worker.post(reverse("perpetrators:signal", args=[row.reference]), {"kind": "mistake"})
        assert mistake.status_code == 303
        assert "Correct the signal" not in worker.get(mistake.headers["Location"]).content.decode()
        end = reverse("perpetrators:step", args=[row.reference, "ended_early"])
        refused = worker.post(end, {"step": "ended_early", "on": TODAY.isoformat()})
        assert refused.status_code == 400
        assert "Choose one answer" in refused.content.decode()
        sent = {"step": "ended_early", "on": TODAY.isoformat(), "reason": "personal", "words": "planted note"}
        assert worker.post(end, sent).status_code == 303
        assert "planted note" in worker.get(page).content.decode()
        assert worker.get(end).status_code == 409

    def test_a_worker_plans_sessions_and_notes_who_came(self, programmes: Programmes) -> None:
        row = programmes.refer()
        programmes.change(sessions=24)
        programmes.note(row, Step.SUITABLE)
        programmes.note(row, Step.STARTED, on=TODAY - 7 * DAY)
        worker, page = come_in("will"), reverse("perpetrators:referral", args=[row.reference])
        assert "24 sessions" in Client().get(reverse("perpetrators:programmes")).content.decode()
        plan = reverse("perpetrators:step", args=[row.reference, "planned"])
        assert "A note for your own people" not in worker.get(plan).content.decode()
        sent = {"step": "planned", "on": (TODAY - 7 * DAY).isoformat()}
        assert "Enter a number from 1 to 60" in worker.post(plan, sent | {"times": "61"}).content.decode()
        assert worker.post(plan, sent | {"times": "3"}).status_code == 303
        assert "planned on 17 November 2026 already" in worker.post(plan, sent | {"times": "1"}).content.decode()
        shown = worker.get(page).content.decode()
        assert "0 of 24 held" in shown
        assert "A session was planned for 17 November 2026. Note whether they came." in shown
        came = reverse("perpetrators:step", args=[row.reference, "attended"]) + f"?on={TODAY - 7 * DAY}"
        assert came in shown
        assert f'value="{(TODAY - 7 * DAY).isoformat()}"' in worker.get(came).content.decode()
        assert worker.post(came, {"step": "attended", "on": (TODAY - 7 * DAY).isoformat()}).status_code == 303
        today = reverse("perpetrators:today")
        assert "planned for today" in worker.get(today).content.decode()
        assert worker.post(today, {"referral": row.reference, "step": "cancelled"}).status_code == 303
        shown = worker.get(today).content.decode()
        assert "Session cancelled" in shown
        assert "next session 1 December 2026" in shown
        shown = worker.get(page).content.decode()
        assert "1 of 24 held" in shown
        assert "The next session is on 1 December 2026." in shown

    def test_an_early_completion_is_asked_about_and_delays_no_risk(self, programmes: Programmes) -> None:
        row = programmes.refer()
        programmes.change(sessions=24)
        programmes.note(row, Step.SUITABLE, Step.STARTED)
        programmes.note(row, Step.ATTENDED, Step.MISSED, Step.ATTENDED)
        hand_on_signals(now=NOW, limit=100)
        worker, before = come_in("will"), Signal.objects.count()
        end = reverse("perpetrators:step", args=[row.reference, "completed"])
        sent = {"step": "completed", "on": TODAY.isoformat(), "words": "planted words"}
        asked = worker.post(end, sent)
        page = asked.content.decode()
        assert asked.status_code == 200
        assert "Completed after 3 of 24 sessions: is that so?" in page
        assert "planted words" in page, "nothing typed is lost"
        row.refresh_from_db()
        assert (row.state, Outgoing.objects.count()) == (ReferralState.STARTED, 0)
        risk = worker.post(reverse("perpetrators:signal", args=[row.reference]), {"kind": "risk_raised"})
        assert risk.status_code == 303
        assert Signal.objects.count() == before + 3, "it went while the question stood"
        assert worker.post(end, sent | {"sure": "yes"}).status_code == 303
        row.refresh_from_db()
        assert row.state is ReferralState.COMPLETED
        assert [each.kind for each in Outgoing.objects.all()] == [SignalKind.COMPLETED]

    def test_a_completion_at_the_end_is_not_asked_about(self, programmes: Programmes) -> None:
        row = programmes.refer(at_link=True, on=TODAY - 200 * DAY)
        token, client = link_of_provider(programmes), Client()
        start_afresh()
        end = reverse("perpetrators:link-step", args=[token, row.reference, "completed"])
        for step in ("suitable", "started"):
            sent = {"step": step, "on": (TODAY - 7 * 23 * DAY).isoformat()}
            client.post(reverse("perpetrators:link-step", args=[token, row.reference, step]), sent)
        asked = client.post(end, {"step": "completed", "on": (TODAY - DAY).isoformat()})
        assert "Completed in week 23 of 24: is that so?" in asked.content.decode()
        assert client.post(end, {"step": "completed", "on": TODAY.isoformat()}).status_code == 303

    def test_a_provider_without_an_account_answers_by_its_link_and_reads_no_name(self, programmes: Programmes) -> None:
        row, other = programmes.refer(at_link=True), programmes.refer()
        token, client = link_of_provider(programmes), Client()
        start_afresh()
        home = reverse("perpetrators:link-inbox", args=[token])
        assert str(row.reference)[:8] in client.get(home).content.decode()
        assert client.get(reverse("perpetrators:link-referral", args=[token, other.reference])).status_code == 404
        for step in ("received", "suitable", "started"):
            sent = {"step": step, "on": TODAY.isoformat()}
            answer = client.post(reverse("perpetrators:link-step", args=[token, row.reference, step]), sent)
            assert answer.status_code == 303, answer.content.decode()[-1500:]
        sent = {"referral": row.reference, "step": "attended"}
        assert client.post(reverse("perpetrators:link-today", args=[token]), sent).status_code == 303
        row.refresh_from_db()
        assert row.state is ReferralState.STARTED
        assert client.get(reverse("perpetrators:link-referred", args=[token])).status_code == 404
        newer = renew_link(body=programmes.by_link, by=OPERATOR, now=NOW)
        assert client.get(home).status_code == 404
        assert client.get(reverse("perpetrators:link-inbox", args=[newer])).status_code == 200

    def test_police_refer_by_a_link_and_are_told_what_a_full_programme_lacks(self, programmes: Programmes) -> None:
        body, token = link_of_police()
        client, new = Client(), reverse("perpetrators:link-refer", args=[token])
        start_afresh()
        sent = {"once": uuid.uuid4(), "programme": programmes.programme, "offered_on": TODAY.isoformat(),
                "answer": "agreed", "contact": WHO}  # fmt: skip
        programmes.change(places=0)
        refused = client.post(new, sent)
        assert refused.status_code == 400
        page = refused.content.decode()
        assert "It has no free place" in page
        assert "Coast Talks" in page, "others are offered"
        assert "0555 0123 planted" in page, "nothing typed is lost"
        programmes.change()
        done = client.post(new, sent)
        assert done.status_code == 303
        assert client.post(new, sent).headers["Location"] == done.headers["Location"]
        row = Referral.objects.get()
        assert (row.referred_by, row.referrer_kind) == (f"link:{body}", ReferrerKind.POLICE)
        shown = client.get(done.headers["Location"]).content.decode()
        assert "planted" not in shown
        assert row.parallel not in shown
        back = {"step": "withdrawn", "on": TODAY.isoformat(), "reason": "mistake"}
        assert client.post(f"{done.headers['Location']}/withdrawn", back).status_code == 303
        assert client.get(f"{done.headers['Location']}/withdrawn").status_code == 409

    def test_a_link_for_one_programme_alone_names_no_contact(self, programmes: Programmes) -> None:
        new = NewReferral(programme=programmes.link_programme, answer=Step.AGREED, offered_on=TODAY, contact=WHO)
        with pytest.raises(FieldRefused) as refused:
            refer(new=new, referring=POLICE, referral=uuid.uuid4(), by=OPERATOR, now=NOW)
        assert refused.value.code is PerpetratorsMistake.NO_CONTACT

    def test_a_clerk_refers_by_account_and_sees_the_courts_own_alone(self, programmes: Programmes) -> None:
        court = uuid.uuid4()
        employ("cleo", Role.COURT_CLERK, affiliation=str(court), now=NOW)
        programmes.change(ways_in=(ReferrerKind.COURT,))
        clerk = come_in("cleo")
        sent = {"once": uuid.uuid4(), "programme": programmes.programme, "offered_on": TODAY.isoformat(),
                "answer": "ordered", "contact": WHO}  # fmt: skip
        assert clerk.post(reverse("perpetrators:refer"), sent).status_code == 303
        row = Referral.objects.get()
        assert row.referred_by == f"court:{court}"
        assert "Turn Back" in clerk.get(reverse("perpetrators:referred")).content.decode()
        with pytest.raises(FieldRefused) as refused:
            refer(
                new=NewReferral(programme=programmes.programme, answer=None, offered_on=TODAY),
                referring=Referring(scope="helpline", kind=ReferrerKind.HELPLINE),
                referral=uuid.uuid4(),
                by=OPERATOR,
                now=NOW,
            )
        assert refused.value.code is PerpetratorsMistake.NOT_FOR_YOU

    def test_everybody_sees_which_programme_takes_people_and_why_one_does_not(self, programmes: Programmes) -> None:
        programmes.change(parallel="")
        page = Client().get(reverse("perpetrators:programmes")).content.decode()
        assert "No support is named for the person who was harmed" in page
        assert "2 of 2 places free" in page

    def test_an_officer_adds_providers_programmes_and_links(self, programmes: Programmes) -> None:
        employ("petra", Role.POLICY_OFFICER, now=NOW)
        officer = come_in("petra")
        page = officer.get(reverse("perpetrators:providers")).content.decode()
        assert "Harbour Change" in page
        new = {"once": uuid.uuid4(), "name": "Harbour Change", "way": "link"}
        assert "This name is already taken" in officer.post(reverse("perpetrators:provider-add"), new).content.decode()
        assert officer.post(reverse("perpetrators:provider-add"), new | {"name": "New Leaf"}).status_code == 303
        change = reverse("perpetrators:programme", args=[programmes.provider, programmes.programme])
        assert "Harbour support for survivors" in officer.get(change).content.decode()
        sent = {
            "once": programmes.programme,
            "name": "Turn Back",
            "kind": "behaviour_change",
            "weeks": "12",
            "places": "9",
        }
        assert "at least 22 weeks" in officer.post(change, sent).content.decode()
        assert officer.post(change, sent | {"weeks": "26"}).status_code == 303
        assert officer.post(reverse("perpetrators:link", args=[programmes.provider])).status_code == 404
        shown = officer.post(reverse("perpetrators:link", args=[programmes.by_link])).content.decode()
        assert "/change/provider/" in shown
        new = {"once": uuid.uuid4(), "name": "Harbour Police", "kind": "police"}
        assert officer.post(reverse("perpetrators:referrer-add"), new).status_code == 303


def test_a_step_is_noted_for_ones_own_alone(programmes: Programmes) -> None:
    row = programmes.refer()
    with pytest.raises(ReferralUnknown):
        note_step(
            referral=row.reference,
            provider=programmes.by_link,
            noted=Noted(step=Step.RECEIVED, on=TODAY),
            keyring=None,
            by=OPERATOR,
            now=NOW,
        )
