"""The words in which people read what the rules only name."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leeward.foundation.labels import Labelled
from leeward.policy.strategy.rules.plan import Progress
from leeward.policy.strategy.rules.terms import Level, Sector, Status

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
    "alert": gettext_lazy("From a warning"),
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
    "retention": gettext_lazy("Retention period"),
    "expires_on": gettext_lazy("Expires on"),
    "impact_url": gettext_lazy("Impact assessment"),
    "keeper_email": gettext_lazy("Keeper’s mailbox"),
    "language": gettext_lazy("Language"),
    "ended_on": gettext_lazy("Ended on"),
    "step": gettext_lazy("Days before"),
    "label": gettext_lazy("Label"),
}
# What the history keeps as a code, by its field; who was where is kept by the organisation's name.
CODES: Mapping[str, type[Labelled]] = {
    "sector": Sector,
    "status": Status,
    **dict.fromkeys(("capacity", "influence", "interest"), Level),
}


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
