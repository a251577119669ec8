"""Writes the made-up strategy through the same operations as staff, each on its own made-up day."""

from datetime import datetime, timedelta
from uuid import UUID

from demo.strategy.bodies import ALL
from demo.strategy.plan import COMMISSION, DEEDS, FROM_WARNING, OBJECTIVES, TITLE, WORDS, Deed
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.policy.strategy.operations.forum import add_decision, record_attendance, save_meeting, save_member
from leeward.policy.strategy.operations.mapping import publish_scoping, save_scoping, save_stakeholder
from leeward.policy.strategy.operations.plan import (
    add_action,
    add_milestone,
    add_objective,
    change_milestone,
    save_strategy,
    set_needs,
    set_status,
)
from leeward.policy.strategy.operations.registers import save_agreement, save_standard
from leeward.policy.strategy.queries.plan import Reader, list_strategies
from leeward.policy.strategy.queries.warnings import warnings_without_action
from leeward.policy.strategy.rules.forum import NewDecision, NewMeeting, NewMember
from leeward.policy.strategy.rules.mapping import NewScoping
from leeward.policy.strategy.rules.plan import NewAction, NewMilestone, NewObjective, NewStatus, NewStrategy
from leeward.policy.strategy.rules.registers import NewAgreement, NewStandard
from leeward.policy.strategy.rules.terms import Presence, Sector

BY = Actor.operator()
BEGAN_DAYS_AGO = 330
HOUR = 13

SEATS = (
    ("Ministry of Justice", Sector.GOVERNMENT, "Deputy minister, chair"),
    ("Ministry for Families", Sector.GOVERNMENT, "Head of protection from violence"),
    ("Ministry of Education", Sector.GOVERNMENT, "Head of adult education"),
    ("Fairhaven Police", Sector.POLICE, "Head of the desk for online abuse"),
    ("State Prosecution", Sector.PROSECUTORS, "Senior prosecutor"),
    ("Fairhaven Online Safety Commission", Sector.REGULATOR, "Commissioner"),
    ("Northquay Helpline", Sector.NGO, "Managing director"),
    ("Harbour Women's Network", Sector.NGO, "Spokesperson of survivors"),
    ("Internet Trade Association", Sector.INDUSTRY, "Secretary general"),
)


def found_strategy(*, now: datetime) -> None:
    """Make the strategy that is not there yet; safe to call again."""
    if list_strategies(reader=Reader.STAFF, now=now):
        return
    bodies = {body.name: save_stakeholder(new=body, by=BY, now=_ago(BEGAN_DAYS_AGO, now)) for body in ALL}
    actions = _plan(bodies, now=now)
    _answer_warning(bodies, now=now)
    _scope(now=now)
    _meet(actions, now=now)
    _agree(now=now)


def _plan(bodies: dict[str, UUID], *, now: datetime) -> tuple[UUID, ...]:
    began, today = _ago(BEGAN_DAYS_AGO, now), local_day(now)
    new = NewStrategy(
        title=TITLE,
        words=WORDS,
        starts_on=today - timedelta(days=BEGAN_DAYS_AGO),
        ends_on=today + timedelta(days=760),
        is_public=True,
    )
    strategy = save_strategy(new=new, by=BY, now=began)
    objectives = [
        add_objective(strategy=strategy, new=NewObjective(title=title), by=BY, now=began) for title in OBJECTIVES
    ]
    actions = tuple(
        add_action(objective=objectives[deed.objective - 1], new=_action(deed, bodies, now=now), by=BY, now=began)
        for deed in DEEDS
    )
    for deed, reference in zip(DEEDS, actions, strict=True):
        if deed.needs:
            needs = tuple(actions[number - 1] for number in deed.needs)
            set_needs(reference=reference, needs=needs, by=BY, now=began)
        _live(deed, reference, now=now)
    return actions


def _answer_warning(bodies: dict[str, UUID], *, now: datetime) -> None:
    """The government acts on a warning of the support network: an action comes of it."""
    for alert in warnings_without_action(now=now):
        [strategy] = list_strategies(reader=Reader.STAFF, now=now)
        new = NewAction(
            title=FROM_WARNING,
            lead=bodies[COMMISSION],
            alert=alert.public_id,
            due_on=local_day(now) + timedelta(days=60),
            is_public=True,
        )
        add_action(objective=strategy.objectives[2].reference, new=new, by=BY, now=now)


def _action(deed: Deed, bodies: dict[str, UUID], *, now: datetime) -> NewAction:
    today = local_day(now)
    return NewAction(
        title=deed.title,
        lead=bodies[deed.lead],
        supporting=tuple(bodies[name] for name in deed.supporting),
        items=tuple(deed.items.split()),
        target=deed.target,
        due_on=today + timedelta(days=deed.due),
        budget=deed.budget,
        spent=deed.spent,
        currency="EUR" if deed.budget is not None else "",
        is_public=deed.is_public,
        public_from=today + timedelta(days=deed.public_in) if deed.public_in is not None else None,
    )


def _live(deed: Deed, reference: UUID, *, now: datetime) -> None:
    """Its milestones, and how it has stood."""
    today = local_day(now)
    for step in deed.steps:
        due_on = today + timedelta(days=step.due)
        new = NewMilestone(title=step.title, due_on=due_on)
        milestone = add_milestone(action=reference, new=new, by=BY, now=_ago(BEGAN_DAYS_AGO, now))
        if step.reached is not None:
            reached = NewMilestone(title=step.title, due_on=due_on, reached_on=today - timedelta(days=step.reached))
            change_milestone(reference=milestone, new=reached, by=BY, now=_ago(step.reached, now))
    for days, status, reason in deed.stood:
        new_status = NewStatus(status=status, reason=reason)
        set_status(reference=reference, new=new_status, by=BY, now=_ago(days, now))


def _scope(*, now: datetime) -> None:
    at = _ago(130, now)
    new = NewScoping(
        title="Who works against intimate image abuse in Fairhaven (made up)",
        question="Which organisations work on which part of the national model, where, and with what strength?",
        method="The ministry wrote to 41 organisations and spoke with 17 of them. 25 answered. Two days of workshops.",
        findings=(
            "Most of the help that there is stands on the coast. In the hills one organisation with a single post "
            "answers for everything.\n\n"
            "Nobody keeps the directory of support services up to date beside the desk, and nobody runs pilots of new "
            "technology with more than one platform.\n\n"
            "Two organisations advise people on the coast in the same hours; they have agreed to share them out."
        ),
        began_on=local_day(_ago(240, now)),
    )
    publish_scoping(reference=save_scoping(new=new, by=BY, now=_ago(240, now)), by=BY, now=at)


def _meet(actions: tuple[UUID, ...], *, now: datetime) -> None:
    joined_on = local_day(_ago(BEGAN_DAYS_AGO, now))
    seats = [
        save_member(
            new=NewMember(organisation=name, sector=sector, seat=seat, joined_on=joined_on),
            by=BY,
            now=_ago(BEGAN_DAYS_AGO, now),
        )
        for name, sector, seat in SEATS
    ]
    first = _meeting("First meeting of the forum", 300, ("Welcome", "What each of us does", "How we work"), now=now)
    second = _meeting("Second meeting of the forum", 125, ("The scoping report", "The hills", "Night hours"), now=now)
    _meeting("Third meeting of the forum", -21, ("The law after the election", "Referrals with consent"), now=now)
    absent = {seats[2]: Presence.APOLOGIES, seats[8]: Presence.ABSENT}
    for meeting, days, missing in ((first, 300, {}), (second, 125, absent)):
        presences = {seat: missing.get(seat, Presence.PRESENT) for seat in seats}
        record_attendance(reference=meeting, presences=presences, by=BY, now=_ago(days - 1, now))
    for meeting, days, text, numbers in (
        (first, 300, "The secretariat maps who works in the field, and publishes what it finds.", (6,)),
        (first, 300, "The helpline is to answer at night too.", (5,)),
        (second, 125, "The gap in the hills is closed first; the network leads.", (7,)),
        (second, 125, "There will be no second telephone number.", (15,)),
    ):
        decided = NewDecision(text=text, actions=tuple(actions[number - 1] for number in numbers), is_public=True)
        add_decision(meeting=meeting, new=decided, by=BY, now=_ago(days - 1, now))


def _meeting(title: str, days: int, agenda: tuple[str, ...], *, now: datetime) -> UUID:
    starts_at = _ago(days, now).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    new = NewMeeting(
        title=title,
        starts_at=starts_at,
        minutes=120,
        place="Ministry of Justice, hall 2 (made up)",
        agenda=agenda,
        is_public=True,
    )
    return save_meeting(new=new, by=BY, now=_ago(max(days, 0) + 20, now))


def _agree(*, now: datetime) -> None:
    today = local_day(now)
    for title, parties, basis, expires, review, keeper in (
        ("Warm referrals", ("Northquay Helpline", "Fairhaven Police"), 9, 26, None, "keeper@justice.fairhaven.example"),
        ("Hashes with consent", ("Fairhaven Online Safety Commission", "Lantern", "Picture House"), 14, 500, 100, ""),
        ("Figures of courts", ("District Courts", "University of Fairhaven"), 21, 300, -3, ""),
        ("Network of advice", ("Harbour Women's Network", "Saltmere Advice"), 9, -12, None, ""),
        ("Prevalence study", ("University of Fairhaven", "Ministry of Justice"), 21, None, 200, ""),
    ):
        new = NewAgreement(
            title=f"{title} (made up)",
            parties=parties,
            purpose="What each needs of the other to help the same person, and nothing more.",
            legal_basis=f"Fairhaven Data Protection Act, section {basis} (made up)",
            categories="Contact details and the kind of help that is asked for; never a picture.",
            retention="90 days after the last contact",
            starts_on=today - timedelta(days=200),
            expires_on=today + timedelta(days=expires) if expires is not None else None,
            review_on=today + timedelta(days=review) if review is not None else None,
            impact_url="https://justice.fairhaven.example/impact-assessment",
            keeper_email=keeper,
            language="en",
            is_public=True,
        )
        save_agreement(new=new, by=BY, now=_ago(1, now))
    for title, publisher, version in (
        ("How to speak with people who were harmed", "Northquay Helpline", "2"),
        ("Minimum elements of a report", "Fairhaven Online Safety Commission", "1.1"),
    ):
        standard = NewStandard(
            title=f"{title} (made up)",
            publisher=publisher,
            version=version,
            applies_to="Everybody who sits in the forum.",
            agreed_on=today - timedelta(days=125),
            review_on=today + timedelta(days=240),
        )
        save_standard(new=standard, by=BY, now=_ago(124, now))


def _ago(days: int, now: datetime) -> datetime:
    return now - timedelta(days=days)
