"""The words in which the directory's editors read what the records only name."""

from django.utils import dates
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leeward.society.directory.rules.freshness import Freshness, ProbeTrouble, ProposalKind, ProposalState
from leeward.society.directory.rules.records import (
    Coverage,
    HolidayHours,
    LocationType,
    ServiceStatus,
    Weekday,
)

type Words = str | Promise

STATUSES: dict[ServiceStatus, Words] = {
    ServiceStatus.ACTIVE: _("At work"),
    ServiceStatus.INACTIVE: _("Not at work just now"),
    ServiceStatus.CLOSED_FOR_NOW: _("Closed for some time"),
    ServiceStatus.DEFUNCT: _("Given no more"),
}
COVERAGES: dict[Coverage, Words] = {
    Coverage.NATIONAL: _("The whole nation"),
    Coverage.AREAS: _("The areas named here, or near its places"),
}
HOLIDAY_HOURS: dict[HolidayHours, Words] = {
    HolidayHours.CLOSED: _("It is closed"),
    HolidayHours.AS_USUAL: _("It is open as on other days"),
}
LOCATION_TYPES: dict[LocationType, Words] = {
    LocationType.PHYSICAL: _("A place to go to"),
    LocationType.VIRTUAL: _("A place online"),
    LocationType.POSTAL: _("A postal address only"),
}
WEEKDAYS: dict[Weekday, Words] = {day: dates.WEEKDAYS[number] for number, day in enumerate(Weekday)}
FRESHNESS: dict[Freshness, Words] = {
    Freshness.FRESH: _("Checked"),
    Freshness.LABELLED: _("Check is due"),
    Freshness.HIDDEN: _("Hidden from search"),
}
FRESHNESS_COLOURS = {Freshness.FRESH: "green", Freshness.LABELLED: "yellow", Freshness.HIDDEN: "red"}
PROPOSAL_KINDS: dict[ProposalKind, Words] = {
    ProposalKind.CHANGE: _("Change by its owner"),
    ProposalKind.ENDED: _("Its owner says that it has ended"),
    ProposalKind.MISTAKE: _("Somebody says that something is wrong"),
}
PROPOSAL_COLOURS = {ProposalKind.CHANGE: "blue", ProposalKind.ENDED: "orange", ProposalKind.MISTAKE: "purple"}
PROPOSAL_STATES: dict[ProposalState, Words] = {
    ProposalState.OPEN: _("Open"),
    ProposalState.ACCEPTED: _("Accepted"),
    ProposalState.REJECTED: _("Rejected"),
}
TROUBLES: dict[ProbeTrouble, Words] = {
    ProbeTrouble.NONE: _("No trouble"),
    ProbeTrouble.NO_ANSWER: _("The site does not answer"),
    ProbeTrouble.NOT_FOUND: _("There is no such page"),
    ProbeTrouble.SERVER_ERROR: _("The site has an error"),
    ProbeTrouble.REFUSED: _("The site does not let us look"),
    ProbeTrouble.INSECURE: _("The site is not safe to visit"),
    ProbeTrouble.MOVED: _("The page has moved"),
    ProbeTrouble.PHONE_FORMAT: _("This cannot be a phone number"),
}
# The fields of the records, as people read them: in histories, in comparisons, on what is checked before it is public.
FIELDS: dict[str, Words] = {
    "accessibility": _("Access"),
    "accreditations": _("Accreditations"),
    "additional_urls": _("Web pages"),
    "address": _("Address"),
    "ages": _("Ages"),
    "alert": _("Notice to everybody"),
    "alternate_name": _("Other name"),
    "application_process": _("How to begin"),
    "assured_date": _("Last checked"),
    "assurer_email": _("Who checked it (a shared mailbox)"),
    "code": _("Short name"),
    "cost_options": _("Prices"),
    "coverage": _("Where it is there for people"),
    "description": _("Description"),
    "eligibility_description": _("Who can come"),
    "email": _("E-mail address"),
    "fees_description": _("What it costs, in words"),
    "hides_address": _("A refuge: no place is ever shown"),
    "holidays": _("On public holidays"),
    "interpretation_services": _("Interpreters"),
    "is_confidential": _("What is said there stays there"),
    "is_crisis_line": _("A crisis line"),
    "is_internal": _("For professionals only, never listed"),
    "languages": _("Languages"),
    "latitude": _("Latitude"),
    "legal_status": _("Legal form"),
    "location_type": _("Kind of place"),
    "locations": _("Places"),
    "longitude": _("Longitude"),
    "maximum_age": _("Oldest age"),
    "minimum_age": _("Youngest age"),
    "name": _("Name"),
    "organization_id": _("Organisation"),
    "owner_email": _("Its owner's e-mail address"),
    "parent_id": _("Stands under"),
    "parent_organization_id": _("Belongs to"),
    "phones": _("Phone numbers"),
    "position": _("Place in lists"),
    "schedules": _("Opening times"),
    "service_areas": _("Areas"),
    "status": _("State"),
    "term_uri": _("Web address of the same word elsewhere"),
    "terms": _("What it does and for whom"),
    "translations": _("Translations"),
    "transportation": _("How to get there"),
    "url": _("Web page"),
    "wait_time": _("Waiting time"),
    "ways": _("Ways"),
    "website": _("Website"),
    "withdrawn_at": _("Taken out of the directory"),
    "year_incorporated": _("Founded in"),
}
ACTIONS: dict[str, Words] = {
    "create": _("added"),
    "update": _("changed"),
    "delete": _("removed"),
    "confirm": _("checked"),
}
SOURCES: dict[str, Words] = {
    "editor": pgettext_lazy("who changed it", "an editor"),
    "owner": pgettext_lazy("who changed it", "its owner"),
    "import": pgettext_lazy("who changed it", "an import"),
    "public": pgettext_lazy("who changed it", "the public"),
    "system": pgettext_lazy("who changed it", "the directory itself"),
}


def field_name(name: str) -> Words:
    """A field as people read it; its own name where nobody has given it words."""
    return FIELDS.get(name, name)
