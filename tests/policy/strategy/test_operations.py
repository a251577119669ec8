"""What is written, that all of it is remembered, what everybody may see of it, and what no write lets through."""

import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, StepRefused
from leeward.foundation.editing.history import changes_of
from leeward.foundation.editing.models import Change
from leeward.foundation.vault.operations import found_services
from leeward.policy.strategy.errors import AddressUnknown, CycleRefused
from leeward.policy.strategy.figures import actions_by_status
from leeward.policy.strategy.models import Agreement, Reminder, StatusEntry
from leeward.policy.strategy.operations import registers
from leeward.policy.strategy.operations.calendars import check_address, make_address, revoke_address
from leeward.policy.strategy.operations.forum import (
    add_decision,
    cancel_meeting,
    change_decision,
    record_attendance,
    save_meeting,
    save_member,
)
from leeward.policy.strategy.operations.mapping import (
    end_stakeholder,
    publish_scoping,
    save_scoping,
    save_stakeholder,
)
from leeward.policy.strategy.operations.plan import (
    add_milestone,
    add_objective,
    change_action,
    change_milestone,
    remove_milestone,
    save_strategy,
    set_needs,
    set_status,
)
from leeward.policy.strategy.operations.registers import remind_keepers, save_agreement, save_standard
from leeward.policy.strategy.queries.addresses import list_addresses
from leeward.policy.strategy.queries.forum import find_meeting, list_meetings, list_members
from leeward.policy.strategy.queries.mapping import (
    find_published_scoping,
    find_stakeholder,
    for_capability,
    list_stakeholders,
    published_scopings,
    stakeholder_rows,
)
from leeward.policy.strategy.queries.plan import Reader, find_action, list_actions, list_strategies
from leeward.policy.strategy.queries.registers import (
    ORDER,
    agreement_rows,
    find_agreement,
    forces,
    list_agreements,
    list_standards,
    show_agreements,
)
from leeward.policy.strategy.rules.forum import NewDecision, NewMeeting, NewMember
from leeward.policy.strategy.rules.mapping import NewScoping
from leeward.policy.strategy.rules.plan import NewMilestone, NewObjective, NewStatus, NewStrategy
from leeward.policy.strategy.rules.registers import Force, NewStandard
from leeward.policy.strategy.rules.terms import MeetingState, Presence, Sector, Status, StrategyVerb
from tests.policy.strategy.conftest import (
    DAY,
    NOW,
    OFFICER,
    TODAY,
    action,
    added,
    agreement,
    chain,
    mapped,
    stakeholder,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

STAFF, EVERYBODY = Reader.STAFF, Reader.EVERYBODY


def status(reference: UUID, new: Status, reason: str = "Because.", *, days: int = 0, note: str = "") -> None:
    said = NewStatus(status=new, reason=reason, note=note)
    set_status(reference=reference, new=said, by=OFFICER, now=NOW + days * DAY)


def meeting(**other: Any) -> NewMeeting:
    values = {"title": "First meeting", "starts_at": NOW - DAY, "minutes": 90, "agenda": ("Welcome", "The plan")}
    return NewMeeting(**{**values, **other})


def seat(organisation: str = "Ministry of Justice", **other: Any) -> UUID:
    values = {"sector": Sector.GOVERNMENT, "seat": "Deputy minister", "joined_on": TODAY - 30 * DAY}
    new = NewMember(organisation=organisation, **{**values, **other})
    return save_member(new=new, by=OFFICER, now=NOW)


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_an_action_has_a_number_a_history_and_a_line_of_the_trail(objective: UUID) -> None:
    lead, other = mapped(), mapped("Harbour Clinic", sector=Sector.HEALTH)
    first = added(objective, lead=lead, supporting=(other,), items=("P3.E1",), budget=Decimal(500), currency="EUR")
    second = added(objective, "Write the guide")
    found = find_action(first, reader=STAFF, now=NOW)
    assert (found.number, find_action(second, reader=STAFF, now=NOW).number) == (1, 2)
    assert (found.lead.name, [each.name for each in found.supporting]) == ("Coast Police", ["Harbour Clinic"])  # type: ignore[union-attr]
    change_action(reference=first, new=action("Train everybody", lead=lead), by=OFFICER, now=NOW + DAY)
    change_action(reference=first, new=action("Train everybody", lead=lead), by=OFFICER, now=NOW + 2 * DAY)
    newest, oldest = changes_of(first)  # a change that changes nothing is none
    assert (oldest.verb, newest.verb) == (StrategyVerb.ADDED, StrategyVerb.CHANGED)
    assert newest.before["title"] == {"en": "Train the desk"}
    assert newest.after["supporting"] == []
    assert AuditEvent.objects.filter(verb="strategy.changed", subject_reference=str(first)).count() == 1


def test_actions_never_wait_for_each_other_in_a_ring(objective: UUID) -> None:
    first, second, third = chain(objective, 3)
    with pytest.raises(CycleRefused) as refused:
        set_needs(reference=first, needs=(third,), by=OFFICER, now=NOW)
    assert refused.value.numbers == (1, 3, 2, 1)
    assert find_action(first, reader=STAFF, now=NOW).facts.needs == ()
    set_needs(reference=third, needs=(first, second), by=OFFICER, now=NOW)
    assert find_action(third, reader=STAFF, now=NOW).waits_for == (1, 2)
    with pytest.raises(FieldRefused):
        set_needs(reference=third, needs=(uuid4(),), by=OFFICER, now=NOW)
    with pytest.raises(EntryUnknown):
        set_needs(reference=uuid4(), needs=(), by=OFFICER, now=NOW)


def test_status_changes_with_a_reason_and_shows_what_it_holds_up(objective: UUID) -> None:
    first, second, third = chain(objective, 3)
    with pytest.raises(FieldRefused):
        status(first, Status.BLOCKED, reason="")
    assert StatusEntry.objects.count() == 0
    status(first, Status.UNDER_WAY, "Begun.")
    status(first, Status.BLOCKED, "The law is late.", days=3, note="The minister hesitates.")
    found = find_action(first, reader=STAFF, now=NOW)
    assert [(each.status, each.since_on) for each in found.statuses] == [
        (Status.UNDER_WAY, TODAY),
        (Status.BLOCKED, TODAY + 3 * DAY),
    ]
    assert found.blocking.blocked == (2, 3)
    status(second, Status.DONE, "Done all the same.")
    assert find_action(first, reader=STAFF, now=NOW).blocking.blocked == ()
    assert find_action(third, reader=STAFF, now=NOW).waits_for == ()


def test_nobody_changes_the_history(objective: UUID) -> None:
    status(added(objective), Status.DONE)
    for model in (StatusEntry, Change):
        for rewrite in (lambda rows: rows.update(reason="x"), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                rewrite(model.objects.all())
        assert not model.objects.filter(reason="x").exists()


def test_everybody_sees_what_is_public_and_of_it_nothing_private(objective: UUID) -> None:
    hidden = mapped("Refuge", named=False)
    shown = added(objective, "Public one", lead=hidden, budget=Decimal(10), currency="EUR")
    private = added(objective, "Private one", is_public=False)
    embargoed = added(objective, "Embargoed one", public_from=TODAY + DAY)
    set_needs(reference=shown, needs=(private,), by=OFFICER, now=NOW)
    set_needs(reference=embargoed, needs=(shown,), by=OFFICER, now=NOW)
    status(shown, Status.BLOCKED, "Waits.", note="For the private one.")
    (found,) = list_actions(reader=EVERYBODY, now=NOW)
    assert (found.number, found.waits_for, found.blocking.blocked) == (1, (), ())
    assert (found.lead.name, found.budget, found.currency) == ("", None, "")  # type: ignore[union-attr]
    assert (found.last.reason, found.last.note, found.last.recorded_by) == ("Waits.", "", "")  # type: ignore[union-attr]
    for reference in (private, embargoed):
        with pytest.raises(EntryUnknown):
            find_action(reference, reader=EVERYBODY, now=NOW)
    later = list_actions(reader=EVERYBODY, now=NOW + DAY)
    assert [each.number for each in later] == [1, 3]
    assert later[0].blocking.blocked == (3,)
    counts = actions_by_status(now=NOW)
    assert (counts.on, counts.total, counts.by_status[Status.BLOCKED]) == (TODAY, 1, 1)


def test_a_private_strategy_or_objective_hides_its_actions(objective: UUID) -> None:
    added(objective)
    strategy = list_strategies(reader=STAFF, now=NOW)[0]
    secret = NewObjective(title={"en": "Secret"}, is_public=False)
    added(add_objective(strategy=strategy.reference, new=secret, by=OFFICER, now=NOW), "Under it")
    assert [each.number for each in list_actions(reader=EVERYBODY, now=NOW)] == [1]
    assert [each.is_open for each in list_actions(reader=STAFF, now=NOW)] == [True, False]
    new = NewStrategy(title=strategy.title, starts_on=strategy.starts_on, ends_on=strategy.ends_on, is_public=False)
    save_strategy(reference=strategy.reference, new=new, by=OFFICER, now=NOW)
    assert list_strategies(reader=EVERYBODY, now=NOW) == ()
    assert actions_by_status(now=NOW).total == 0


def test_milestones_are_reached_late_and_taken_out_for_a_reason(objective: UUID) -> None:
    reference = added(objective)
    new = NewMilestone(title={"en": "Trainers hired"}, due_on=TODAY - DAY)
    milestone = add_milestone(action=reference, new=new, by=OFFICER, now=NOW)
    assert find_action(reference, reader=STAFF, now=NOW).milestones[0].is_late
    reached = NewMilestone(title=new.title, due_on=new.due_on, reached_on=TODAY)
    change_milestone(reference=milestone, new=reached, by=OFFICER, now=NOW)
    assert not find_action(reference, reader=STAFF, now=NOW).milestones[0].is_late
    with pytest.raises(FieldRefused):
        remove_milestone(reference=milestone, reason=" ", by=OFFICER, now=NOW)
    remove_milestone(reference=milestone, reason="Not needed.", by=OFFICER, now=NOW)
    assert find_action(reference, reader=STAFF, now=NOW).milestones == ()
    assert changes_of(milestone)[0].before["title"] == {"en": "Trainers hired"}
    status(reference, Status.DONE)
    with pytest.raises(StepRefused):
        add_milestone(action=reference, new=new, by=OFFICER, now=NOW)


def test_the_plan_takes_as_many_queries_however_long_it_is(objective: UUID) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list_strategies(reader=STAFF, now=NOW)
        return len(queries)

    lead = mapped()
    for each in chain(objective, 2):
        change_action(reference=each, new=action(lead=lead, supporting=(lead,)), by=OFFICER, now=NOW)
    few = asked()
    for each in chain(objective, 6):
        change_action(reference=each, new=action(lead=lead), by=OFFICER, now=NOW)
        status(each, Status.UNDER_WAY)
    assert asked() == few


# --- the map ----------------------------------------------------------------------------------------------------------


def test_an_organisation_is_on_the_map_once_and_leaves_it_for_a_reason(objective: UUID) -> None:
    reference = mapped()
    with pytest.raises(FieldRefused) as refused:
        mapped()
    assert refused.value.code == "twice"
    led = added(objective, lead=reference)
    with pytest.raises(FieldRefused) as refused:
        end_stakeholder(reference=reference, reason="Merged.", by=OFFICER, now=NOW)
    assert refused.value.about == {"about": "A1"}
    status(led, Status.DROPPED)
    end_stakeholder(reference=reference, reason="Merged.", by=OFFICER, now=NOW)
    assert list_stakeholders() == ()
    assert find_stakeholder(reference).ended_reason == "Merged."
    with pytest.raises(EntryUnknown):
        save_stakeholder(reference=reference, new=stakeholder(), by=OFFICER, now=NOW)
    change_action(reference=led, new=action("Other words", lead=reference), by=OFFICER, now=NOW)  # it stays named there
    with pytest.raises(FieldRefused) as refused:
        added(objective, lead=reference)
    assert refused.value.field == "lead"


def test_stakeholders_are_found_by_capability() -> None:
    mapped()
    mapped("Harbour Clinic", sector=Sector.HEALTH, rows=("V3",))
    assert [each.entry.name for each in list_stakeholders()] == ["Coast Police", "Harbour Clinic"]
    assert [each.name for each in stakeholder_rows().filter(for_capability("C2"))] == ["Coast Police"]
    assert [each.name for each in stakeholder_rows().filter(for_capability("V3"))] == ["Harbour Clinic"]


def test_a_published_exercise_stays_as_it_was_and_names_nobody_who_must_not_be_found() -> None:
    refuge = mapped("Hidden Refuge", named=False, area="Hidden Lane", sector=Sector.NGO, rows=("V3",))
    mapped()
    new = NewScoping(title="Scoping", question="Who?", method="Letters.", findings="", began_on=TODAY)
    reference = save_scoping(new=new, by=OFFICER, now=NOW)
    with pytest.raises(FieldRefused) as refused:
        publish_scoping(reference=reference, by=OFFICER, now=NOW)
    assert refused.value.field == "findings"
    whole = NewScoping(title="Scoping", question="Who?", method="Letters.", findings="Gaps.", began_on=TODAY)
    save_scoping(reference=reference, new=whole, by=OFFICER, now=NOW)
    assert published_scopings() == ()
    publish_scoping(reference=reference, by=OFFICER, now=NOW)
    mapped("Newcomer")
    found = find_published_scoping(reference)
    assert (found.coverage.total, found.published_on) == (2, TODAY)
    assert {each.name for each in found.mapped} == {"", "Coast Police"}
    assert not any(word in repr(found) for word in ("Hidden", str(refuge)))
    assert next(each for each in found.coverage.rows if each.row == "V3").total == 1
    for late in (save_scoping, publish_scoping):
        with pytest.raises(StepRefused):
            late(reference=reference, by=OFFICER, now=NOW, **({"new": whole} if late is save_scoping else {}))


# --- the forum --------------------------------------------------------------------------------------------------------


def test_a_meeting_is_held_by_those_who_had_a_seat() -> None:
    there, away = seat(), seat("Coast Police", sector=Sector.POLICE, person="Petra Private")
    gone = seat("Old Court", left_on=TODAY - 10 * DAY)
    reference = save_meeting(new=meeting(), by=OFFICER, now=NOW)
    with pytest.raises(FieldRefused) as refused:
        record_attendance(reference=reference, presences={away: Presence.APOLOGIES}, by=OFFICER, now=NOW)
    assert refused.value.code == "nobody"
    with pytest.raises(FieldRefused):
        record_attendance(reference=reference, presences={gone: Presence.PRESENT}, by=OFFICER, now=NOW)
    presences = {there: Presence.PRESENT, away: Presence.APOLOGIES}
    record_attendance(reference=reference, presences=presences, by=OFFICER, now=NOW)
    record_attendance(reference=reference, presences={there: Presence.PRESENT}, by=OFFICER, now=NOW)
    found = find_meeting(reference, now=NOW)
    assert (found.state, found.present, len(found.attendance)) == (MeetingState.HELD, 1, 1)
    assert [each.entry.organisation for each in list_members(now=NOW)][-1] == "Old Court"
    assert "Petra" not in "".join(f"{each.before}{each.after}" for each in changes_of(away))
    with pytest.raises(StepRefused):
        cancel_meeting(reference=reference, reason="Snow.", by=OFFICER, now=NOW)
    future = save_meeting(new=meeting(starts_at=NOW + DAY), by=OFFICER, now=NOW)
    with pytest.raises(FieldRefused) as refused:
        record_attendance(reference=future, presences=presences, by=OFFICER, now=NOW)
    assert refused.value.code == "future"


def test_decisions_are_numbered_through_and_lead_to_actions(objective: UUID) -> None:
    open_one, secret = added(objective), added(objective, "Secret", is_public=False)
    first = save_meeting(new=meeting(is_public=True), by=OFFICER, now=NOW)
    second = save_meeting(new=meeting(title="Second"), by=OFFICER, now=NOW)
    new = NewDecision(text="We train.", actions=(open_one, secret), is_public=True)
    one = add_decision(meeting=first, new=new, by=OFFICER, now=NOW)
    add_decision(meeting=second, new=NewDecision(text="We wait."), by=OFFICER, now=NOW)
    assert [each.number for each in find_meeting(second, now=NOW).decisions] == [2]
    assert find_action(secret, reader=STAFF, now=NOW).decisions == (1,)
    (shown,) = list_meetings(reader=EVERYBODY, now=NOW)
    assert [(each.number, [link.number for link in each.actions]) for each in shown.decisions] == [(1, [1])]
    change_decision(reference=one, new=NewDecision(text="We train all."), by=OFFICER, now=NOW)
    (shown,) = list_meetings(reader=EVERYBODY, now=NOW)
    assert shown.decisions == ()
    with pytest.raises(FieldRefused):
        change_decision(reference=one, new=NewDecision(text="", actions=()), by=OFFICER, now=NOW)
    with pytest.raises(FieldRefused):
        change_decision(reference=one, new=NewDecision(text="x", actions=(uuid4(),)), by=OFFICER, now=NOW)


def test_a_cancelled_meeting_decides_nothing() -> None:
    reference = save_meeting(new=meeting(starts_at=NOW + DAY), by=OFFICER, now=NOW)
    with pytest.raises(FieldRefused):  # it has not begun
        add_decision(meeting=reference, new=NewDecision(text="We train."), by=OFFICER, now=NOW)
    cancel_meeting(reference=reference, reason="Snow.", by=OFFICER, now=NOW)
    with pytest.raises(FieldRefused):
        add_decision(meeting=reference, new=NewDecision(text="We train."), by=OFFICER, now=NOW + 2 * DAY)
    with pytest.raises(StepRefused):
        save_meeting(reference=reference, new=meeting(), by=OFFICER, now=NOW)


# --- registers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    sent: list[Any] = []
    monkeypatch.setattr(registers, "post_parcel", lambda **what: sent.append(what["content"]))
    return sent


def test_the_list_of_agreements_begins_with_what_needs_somebody() -> None:
    dates = [None, TODAY - DAY, TODAY, TODAY + DAY, TODAY + 90 * DAY, TODAY + 91 * DAY]
    for number, (starts, expires, ended) in enumerate(itertools.product(dates[1:], dates, dates[:4])):
        if expires is None or expires >= starts:
            new = agreement(title=f"Agreement {number}", starts_on=starts, expires_on=expires)
            Agreement.objects.filter(public_id=save_agreement(new=new, by=OFFICER, now=NOW)).update(ended_on=ended)
    shown = [show_agreements(agreement_rows().filter(where).order_by("pk"), now=NOW) for where in forces(today=TODAY)]
    assert [{each.force for each in part} for part in shown] == [{each} for each in ORDER]
    assert sum(map(len, shown)) == Agreement.objects.count()


def test_a_keeper_is_reminded_once_a_step_and_told_nothing(posted: list[Any]) -> None:
    new = agreement(expires_on=TODAY + 40 * DAY)
    reference = save_agreement(new=new, by=OFFICER, now=NOW)
    for day in range(60):
        for hour in (0, 1):  # twice a day, and as often as one likes
            remind_keepers(now=NOW + timedelta(days=day, hours=hour), limit=10)
    assert list(Reminder.objects.values_list("step", flat=True)) == [90, 30, 7, 0]
    assert len(posted) == 4
    assert {mail.to for mail in posted} == {"keeper@ministry.example"}
    for mail in posted:
        for word in ("Police", "helpline", "referral", "intimate", "abuse", str(reference)):
            assert word not in mail.subject + mail.text
    assert "ends on 3 January 2027" in posted[0].text
    assert "last day" in posted[-1].text
    renewed = agreement(expires_on=TODAY + 400 * DAY)
    save_agreement(reference=reference, new=renewed, by=OFFICER, now=NOW + 60 * DAY)
    remind_keepers(now=NOW + 60 * DAY, limit=10)
    assert len(posted) == 4
    remind_keepers(now=NOW + 311 * DAY, limit=10)
    assert len(posted) == 5
    assert len(find_agreement(reference, now=NOW).reminded) == 5


@pytest.mark.parametrize(
    "other",
    [{"keeper_email": ""}, {"expires_on": None}, {"ended_on": TODAY}, {"expires_on": TODAY + 200 * DAY}],
)
def test_nobody_is_reminded_of_what_needs_no_reminder(posted: list[Any], other: dict[str, Any]) -> None:
    save_agreement(new=agreement(**{"expires_on": TODAY + DAY, **other}), by=OFFICER, now=NOW)
    assert remind_keepers(now=NOW, limit=10) == 0
    assert posted == []
    assert Agreement.objects.get().look_at == NOW + DAY


def test_a_reminder_travels_by_the_outbox_sealed() -> None:
    found_services(by=OFFICER, now=NOW)
    save_agreement(new=agreement(expires_on=TODAY + DAY), by=OFFICER, now=NOW)
    assert remind_keepers(now=NOW, limit=10) == 1
    assert AuditEvent.objects.filter(verb="strategy.reminded").count() == 1


def test_without_a_courier_nothing_is_marked_as_written() -> None:
    save_agreement(new=agreement(expires_on=TODAY + DAY), by=OFFICER, now=NOW)
    assert remind_keepers(now=NOW, limit=10) == 0
    assert not Reminder.objects.exists()


def test_registers_show_what_needs_somebody_first() -> None:
    save_agreement(new=agreement(title="A in force"), by=OFFICER, now=NOW)
    save_agreement(new=agreement(title="B over", expires_on=TODAY - DAY, is_public=True), by=OFFICER, now=NOW)
    save_agreement(new=agreement(title="C soon", expires_on=TODAY + DAY, is_public=True), by=OFFICER, now=NOW)
    found = list_agreements(reader=STAFF, now=NOW)
    assert [each.force for each in found] == [Force.EXPIRED, Force.ENDS_SOON, Force.IN_FORCE]
    assert [each.entry.title for each in list_agreements(reader=EVERYBODY, now=NOW)] == ["B over", "C soon"]
    old = NewStandard(title="Old", publisher="Forum", agreed_on=TODAY - DAY, withdrawn_on=TODAY)
    save_standard(new=old, by=OFFICER, now=NOW)
    due = NewStandard(title="Young", publisher="Forum", agreed_on=TODAY - DAY, review_on=TODAY)
    save_standard(new=due, by=OFFICER, now=NOW)
    young, withdrawn = list_standards(reader=STAFF, now=NOW)
    assert (young.is_review_due, withdrawn.is_withdrawn, withdrawn.entry.title) == (True, True, "Old")
    with pytest.raises(FieldRefused):
        save_standard(new=NewStandard(title="x", publisher="y", agreed_on=TODAY + DAY), by=OFFICER, now=NOW)


# --- the calendar's secret address ------------------------------------------------------------------------------------


def test_a_secret_address_opens_until_it_is_revoked() -> None:
    token = make_address(label="The secretary's telephone", by=OFFICER, now=NOW)
    check_address(token)
    for other in ("", "x", token[:-1], "\udce4"):
        with pytest.raises(AddressUnknown):
            check_address(other)
    (address,) = list_addresses()
    assert token not in repr(address) + "".join(f"{each.after}" for each in changes_of(address.reference))
    revoke_address(reference=address.reference, by=OFFICER, now=NOW)
    with pytest.raises(AddressUnknown):
        check_address(token)
    with pytest.raises(StepRefused):
        revoke_address(reference=address.reference, by=OFFICER, now=NOW)
