"""The directory's tables: entries, taxonomy, what is searched, what keeps entries fresh, places and words."""

from leeward.society.directory.models.entries import Location, Organization, Service, ServiceAtLocation, ServiceTerm
from leeward.society.directory.models.freshness import OwnerLink, Probe, Proposal, Revision
from leeward.society.directory.models.places import Holiday, Place
from leeward.society.directory.models.search import OpeningTime, SearchPoint, SearchRow, SearchWord, ServedArea, Synonym
from leeward.society.directory.models.taxonomy import Taxonomy, Term

__all__ = [
    "Holiday",
    "Location",
    "OpeningTime",
    "Organization",
    "OwnerLink",
    "Place",
    "Probe",
    "Proposal",
    "Revision",
    "SearchPoint",
    "SearchRow",
    "SearchWord",
    "ServedArea",
    "Service",
    "ServiceAtLocation",
    "ServiceTerm",
    "Synonym",
    "Taxonomy",
    "Term",
]
