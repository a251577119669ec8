"""The words in which people read what the rules only name."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from leeward.foundation.editing import values
from leeward.policy.strategy.rules.changes import Kept
from leeward.policy.strategy.rules.mapping import Cover
from leeward.policy.strategy.rules.plan import Progress
from leeward.policy.strategy.rules.registers import Force
from leeward.policy.strategy.rules.terms import ChangeVerb, Kind, Level, MeetingState, Presence, Sector, Status

SECTORS = {
    Sector.POLICE: gettext_lazy("Police"),
    Sector.PROSECUTORS: gettext_lazy("Prosecutors"),
    Sector.COURTS: gettext_lazy("Courts"),
    Sector.GOVERNMENT: gettext_lazy("Government"),
    Sector.REGULATOR: gettext_lazy("Regulator"),
    Sector.NGO: gettext_lazy("Non-governmental organisation"),
    Sector.HEALTH: gettext_lazy("Health"),
    Sector.ACADEMIA: gettext_lazy("Academia"),
    Sector.INDUSTRY: gettext_lazy("Industry"),
    Sector.MEDIA: gettext_lazy("Media"),
}
# Short enough for the head of a narrow column.
SECTOR_HEADS = {**SECTORS, Sector.NGO: gettext_lazy("NGO")}
LEVELS = {
    Level.UNKNOWN: gettext_lazy("Not known"),
    Level.LOW: gettext_lazy("Little"),
    Level.SOME: gettext_lazy("Some"),
    Level.HIGH: gettext_lazy("Much"),
}
COVERS = {
    Cover.NONE: gettext_lazy("Gap"),
    Cover.THIN: gettext_lazy("Thin"),
    Cover.COVERED: gettext_lazy("Covered"),
}
COVER_COLOURS = {Cover.NONE: "red", Cover.THIN: "yellow", Cover.COVERED: "green"}
STATUSES = {
    Status.NOT_STARTED: gettext_lazy("Not started"),
    Status.UNDER_WAY: gettext_lazy("Under way"),
    Status.BLOCKED: gettext_lazy("Blocked"),
    Status.DONE: gettext_lazy("Done"),
    Status.DROPPED: gettext_lazy("Dropped"),
}
STATUS_COLOURS = {
    Status.NOT_STARTED: "grey",
    Status.UNDER_WAY: "blue",
    Status.BLOCKED: "red",
    Status.DONE: "green",
    Status.DROPPED: "purple",
}
MEETINGS = {
    MeetingState.PLANNED: gettext_lazy("Planned"),
    MeetingState.HELD: gettext_lazy("Held"),
    MeetingState.CANCELLED: gettext_lazy("Cancelled"),
}
MEETING_COLOURS = {MeetingState.PLANNED: "blue", MeetingState.HELD: "green", MeetingState.CANCELLED: "grey"}
PRESENCES = {
    Presence.PRESENT: gettext_lazy("Present"),
    Presence.APOLOGIES: gettext_lazy("Sent apologies"),
    Presence.ABSENT: gettext_lazy("Absent"),
}
FORCES = {
    Force.NOT_YET: gettext_lazy("Not in force yet"),
    Force.IN_FORCE: gettext_lazy("In force"),
    Force.ENDS_SOON: gettext_lazy("Ends soon"),
    Force.EXPIRED: gettext_lazy("Expired"),
    Force.ENDED: gettext_lazy("Ended"),
}
FORCE_COLOURS = {
    Force.NOT_YET: "grey",
    Force.IN_FORCE: "green",
    Force.ENDS_SOON: "yellow",
    Force.EXPIRED: "red",
    Force.ENDED: "grey",
}
KINDS = {
    Kind.STAKEHOLDER: gettext_lazy("Organisation"),
    Kind.SCOPING: gettext_lazy("Scoping exercise"),
    Kind.MEMBER: gettext_lazy("Seat in the forum"),
    Kind.MEETING: gettext_lazy("Meeting"),
    Kind.DECISION: gettext_lazy("Decision"),
    Kind.STRATEGY: gettext_lazy("Strategy"),
    Kind.OBJECTIVE: gettext_lazy("Objective"),
    Kind.ACTION: gettext_lazy("Action"),
    Kind.MILESTONE: gettext_lazy("Milestone"),
    Kind.STANDARD: gettext_lazy("Standard"),
    Kind.AGREEMENT: gettext_lazy("Agreement"),
    Kind.CALENDAR: gettext_lazy("Calendar address"),
}
VERBS = {
    ChangeVerb.ADDED: gettext_lazy("added"),
    ChangeVerb.CHANGED: gettext_lazy("changed"),
    ChangeVerb.STATUS: gettext_lazy("its status changed"),
    ChangeVerb.REMOVED: gettext_lazy("taken out"),
    ChangeVerb.HELD: gettext_lazy("held"),
    ChangeVerb.CANCELLED: gettext_lazy("cancelled"),
    ChangeVerb.PUBLISHED: gettext_lazy("published"),
    ChangeVerb.REVOKED: gettext_lazy("revoked"),
    ChangeVerb.REMINDED: gettext_lazy("its keeper was reminded"),
}
FIELDS = {
    "name": gettext_lazy("Name"),
    "sector": gettext_lazy("Sector"),
    "area": gettext_lazy("Area"),
    "rows": gettext_lazy("Capabilities"),
    "identifier": gettext_lazy("Identifier"),
    "work": gettext_lazy("Work"),
    "capacity": gettext_lazy("Capacity"),
    "capacity_words": gettext_lazy("Capacity in words"),
    "influence": gettext_lazy("Influence"),
    "interest": gettext_lazy("Interest"),
    "funding": gettext_lazy("Funding"),
    "contact_role": gettext_lazy("Role of the contact"),
    "contact": gettext_lazy("Contact"),
    "named": gettext_lazy("May be named"),
    "title": gettext_lazy("Title"),
    "question": gettext_lazy("Question"),
    "method": gettext_lazy("Method"),
    "findings": gettext_lazy("Findings"),
    "began_on": gettext_lazy("Begun on"),
    "words": gettext_lazy("Description"),
    "starts_on": gettext_lazy("From"),
    "ends_on": gettext_lazy("Until"),
    "is_public": gettext_lazy("Public"),
    "public_from": gettext_lazy("Public from"),
    "lead": gettext_lazy("Leads"),
    "supporting": gettext_lazy("Supports"),
    "items": gettext_lazy("Items of the model"),
    "baseline": gettext_lazy("Where it begins"),
    "target": gettext_lazy("Target"),
    "due_on": gettext_lazy("Due on"),
    "budget": gettext_lazy("Budget"),
    "currency": gettext_lazy("Currency"),
    "spent": gettext_lazy("Spent"),
    "needs": gettext_lazy("Needs"),
    "status": gettext_lazy("Status"),
    "reached_on": gettext_lazy("Reached on"),
    "organisation": gettext_lazy("Organisation"),
    "seat": gettext_lazy("Seat"),
    "person": gettext_lazy("Person"),
    "joined_on": gettext_lazy("Since"),
    "left_on": gettext_lazy("Left on"),
    "starts_at": gettext_lazy("Begins"),
    "minutes": gettext_lazy("Minutes"),
    "place": gettext_lazy("Place"),
    "agenda": gettext_lazy("Agenda"),
    "text": gettext_lazy("Text"),
    "actions": gettext_lazy("Actions"),
    "publisher": gettext_lazy("Publisher"),
    "version": gettext_lazy("Version"),
    "url": gettext_lazy("Address"),
    "applies_to": gettext_lazy("For whom"),
    "agreed_on": gettext_lazy("Agreed on"),
    "review_on": gettext_lazy("Review on"),
    "withdrawn_on": gettext_lazy("Withdrawn on"),
    "parties": gettext_lazy("Parties"),
    "purpose": gettext_lazy("Purpose"),
    "legal_basis": gettext_lazy("Legal basis"),
    "categories": gettext_lazy("Kinds of data"),
    "retention": gettext_lazy("Kept for"),
    "expires_on": gettext_lazy("Expires on"),
    "impact_url": gettext_lazy("Impact assessment"),
    "keeper_email": gettext_lazy("Keeper’s mailbox"),
    "language": gettext_lazy("Language"),
    "ended_on": gettext_lazy("Ended on"),
    "step": gettext_lazy("Days before"),
    "label": gettext_lazy("Label"),
}
# What the history keeps as a code, by its field; who was where is kept by the organisation's name.
CODES: Mapping[str, Mapping[str, Any]] = {
    "sector": {each.value: said for each, said in SECTORS.items()},
    "status": {each.value: said for each, said in STATUSES.items()},
    **{name: {each.value: said for each, said in LEVELS.items()} for name in ("capacity", "influence", "interest")},
}


def spoken() -> str:
    """The reader's language."""
    return get_language() or settings.LANGUAGE_CODE


def told(texts: values.Texts) -> str:
    """A text in the reader's language, or the nation's own."""
    return values.in_language(texts, language=spoken(), main_language=settings.LANGUAGE_CODE)


def told_in(texts: values.Texts) -> str:
    """The language in which `told` answers."""
    return values.language_of(texts, language=spoken(), main_language=settings.LANGUAGE_CODE)


def status(of: Status) -> dict[str, Any]:
    """A status as a tag."""
    return {"text": STATUSES[of], "colour": STATUS_COLOURS[of]}


def force(of: Force) -> dict[str, Any]:
    """How an agreement stands, as a tag."""
    return {"text": FORCES[of], "colour": FORCE_COLOURS[of]}


def cover(of: Cover) -> dict[str, Any]:
    """How a capability is covered, as a tag."""
    return {"text": COVERS[of], "colour": COVER_COLOURS[of]}


def meeting(of: MeetingState) -> dict[str, Any]:
    """What became of a meeting, as a tag."""
    return {"text": MEETINGS[of], "colour": MEETING_COLOURS[of]}


def progress(of: Progress) -> str:
    """How far actions have come, in one or two sentences."""
    if not of.total:
        return _("No actions yet.")
    said = [
        ngettext("%(done)s of %(total)s action is done.", "%(done)s of %(total)s actions are done.", of.total)
        % {"done": of.done, "total": of.total}
    ]
    late, blocked = of.late, of.counts[Status.BLOCKED]
    if late:
        said.append(ngettext("%(number)s is late.", "%(number)s are late.", late) % {"number": late})
    if blocked:
        said.append(ngettext("%(number)s is blocked.", "%(number)s are blocked.", blocked) % {"number": blocked})
    if not late and not blocked and of.done < of.total:
        said.append(_("Nothing is late or blocked."))
    return " ".join(said)


def numbers(of: tuple[int, ...]) -> str:
    """Actions by their numbers."""
    return ", ".join(f"A{number}" for number in of)


def kept(value: Kept, *, field: str, names: Mapping[str, str]) -> str:
    """A field's value in the history, in words. `names` are those of organisations and actions by their references."""
    if value is None or value in ("", [], {}):
        return "–"
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if isinstance(value, dict):
        return "; ".join(f"{name}: {each}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(kept(each, field=field, names=names) for each in value)
    if field in CODES and str(value) in CODES[field]:
        return str(CODES[field][str(value)])
    return names.get(str(value), str(value))
