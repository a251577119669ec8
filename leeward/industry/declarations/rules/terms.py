"""The words that are kept as codes, and the lengths of everything that is typed."""

from datetime import timedelta
from enum import StrEnum

from leeward.foundation.labels import Labelled, mark

NAME_LENGTH = 120
LINE_LENGTH = 200
TEXT_LENGTH = 2_000
BODY_LENGTH = 20_000
URL_LENGTH = 600
CODE_LENGTH = 40
REFERENCE_LENGTH = 40

# What one organisation, and all strangers together, may have waiting for review.
WAITING_MOST = 20
APPLICATIONS_MOST = 200
APPLICATIONS_FROM_ONE_NETWORK = 5  # within the vault's window of ten minutes
LINK_LIFETIME = timedelta(days=60)
# An application that nobody verified or refused ends after so long, and of its person nothing is kept.
APPLICATION_KEPT = timedelta(days=180)
# So long after it was refused or has left, an organisation's nominated person is forgotten.
NOMINEE_KEPT = timedelta(days=180)


class OrganisationKind(Labelled):
    """What kind of organisation signs."""

    PLATFORM = "platform", mark("Platform")
    MEDIA = "media", mark("Media")
    TRADE_BODY = "trade_body", mark("Trade body")
    OTHER = "other", mark("Other organisation")


class Stage(Labelled):
    """Where an organisation's way to its signature stands. Leaving again is no stage: see Withdrawal."""

    APPLIED = "applied", mark("Has applied")
    VERIFIED = "verified", mark("Authority verified")
    SIGNED = "signed", mark("Has signed")
    REFUSED = "refused", mark("Refused")


class RefusalNews(Labelled):
    """Whether whoever applied is written to about a refusal."""

    WRITE = "write", mark("Write to whoever applied, with the reason")
    SILENT = (
        "silent",
        mark("Write to nobody: it is junk, or not their address"),
    )


class AuthorityWay(Labelled):
    """How it was found out that somebody may sign for an organisation."""

    CALLED_BACK = (
        "called_back",
        mark("Called back on a number from a public register"),
    )  # not on the number in the application
    REGISTER = "register", mark("Named in the commercial register")  # she stands in the commercial register
    LETTER = "letter", mark("Signed letter of its board")  # a signed letter of the board
    IN_PERSON = "in_person", mark("In person, with proof")


class HandedInState(Labelled):
    """What became of evidence or a statement."""

    WAITING = "waiting", mark("Awaits review"), "yellow"
    ACCEPTED = "accepted", mark("Accepted"), "green"
    REJECTED = "rejected", mark("Not accepted"), "red"


class HandedInBy(StrEnum):
    """Who handed something in."""

    SIGNATORY = "signatory"
    STAFF = "staff"


class EvidenceKind(StrEnum):
    """What evidence consists of. No file is kept: of one that was shown, its name and SHA-256."""

    LINK = "link"
    FILE_HASH = "file_hash"


class LeavingKind(Labelled):
    """Who ended a signature."""

    OWN = "own", mark("It withdrew")
    REMOVED = "removed", mark("Removed from the list")


class LinkTrouble(Labelled):
    """What a look at a statement's address found wrong. A fixed list: a site's own words are not kept."""

    NONE = "", mark("Can be read")
    NO_ANSWER = "no_answer", mark("No answer from the site")
    NOT_FOUND = "not_found", mark("Not found on the site")
    SERVER_ERROR = "server_error", mark("The site is broken")
    INSECURE = "insecure", mark("The site cannot prove who it is")
    REFUSED = "refused", mark("The address is none that is fetched")
    CLOSED = (
        "closed",
        mark("Closed to programs: checked by hand"),
    )  # the site wants no programs there, or asks who we are: a person looks


# Closed doors prove nothing either way, so they begin no outage.
TROUBLES_THAT_COUNT = frozenset(
    {
        LinkTrouble.NO_ANSWER,
        LinkTrouble.NOT_FOUND,
        LinkTrouble.SERVER_ERROR,
        LinkTrouble.INSECURE,
        LinkTrouble.REFUSED,
    }
)


class Verdict(Labelled):
    """What was found about one item of the checklist or one step of a platform's process."""

    MET = "met", mark("Met"), "green"
    PARTLY = "partly", mark("Partly met"), "yellow"
    NOT_MET = "not_met", mark("Not met"), "red"
    UNKNOWN = "unknown", mark("Not known"), "grey"


class FindingKind(StrEnum):
    """What a finding is about."""

    POLICY = "policy"  # an item of the checklist
    PROCESS = "process"  # a step of the process audit


class ProcessStep(Labelled):
    """The steps that a process audit walks through (I2)."""

    REPORT = "report", mark("Report: how a report comes in")
    DETECT = "detect", mark("Detect: how known copies are found")
    INFORM = "inform", mark("Inform: who is told what")
    TAKE_DOWN = "take_down", mark("Take down: how long it takes, and what is missed")


class AskerKind(Labelled):
    """What kind of body asks a platform for information (I2)."""

    POLICE = "police", mark("Police")
    PROSECUTION = "prosecution", mark("Prosecution")
    COURT = "court", mark("Court")
    REGULATOR = "regulator", mark("Regulator")
    SUPPORT_SERVICE = "support_service", mark("Support service")
    RESEARCH = "research", mark("Research")


class AskedFor(Labelled):
    """What it asks for. A fixed list: what a case is about does not belong here."""

    ACCOUNT = "account", mark("Who is behind an account")
    PRESERVATION = "preservation", mark("That evidence is kept")
    DECISION = "decision", mark("Why something was decided")
    PROCESS = "process", mark("How its process works")
    COUNTS = "counts", mark("Counts")


class AnswerKind(Labelled):
    """What the platform answered."""

    ANSWERED = "answered", mark("It answered")
    PARTLY = "partly", mark("It answered in part")
    REFUSED = "refused", mark("It refused")


class RequestState(Labelled):
    """How a request for information stands on a day: computed, never stored."""

    WAITING = "waiting", mark("Awaits an answer"), "blue"
    OVERDUE = "overdue", mark("Overdue"), "red"
    ANSWERED = "answered", mark("Answered"), "green"
    PARTLY = "partly", mark("Answered in part"), "yellow"
    REFUSED = "refused", mark("Refused"), "orange"


class Speaker(Labelled):
    """As what somebody spoke for a platform. A fixed list: a role, and so no name of a person."""

    REPORT = "report", mark("its published report")  # what it publishes regularly
    LEAD = "lead", mark("whoever answers for image abuse there")  # whoever answers for image abuse there
    SPOKESPERSON = "spokesperson", mark("its spokesperson")
    LEGAL = "legal", mark("its legal department")
    MANAGEMENT = "management", mark("its management")
    UNKNOWN = "unknown", mark("by whom is not on record")


class Measure(Labelled):
    """What platforms count in their own reports."""

    REPORTS_RECEIVED = "reports_received", mark("Reports received")
    ITEMS_REMOVED = "items_removed", mark("Items removed")
    REMOVED_BEFORE_REPORT = "removed_before_report", mark("Of these, removed before anybody reported them")
    MEDIAN_HOURS = "median_hours", mark("Median hours to removal")
    REFUSALS = "refusals", mark("Reports refused")
    APPEALS = "appeals", mark("Appeals")
    APPEALS_UPHELD = "appeals_upheld", mark("Appeals that changed the decision")
    REQUESTS_RECEIVED = "requests_received", mark("Requests by police and support services")
    REQUESTS_ANSWERED = "requests_answered", mark("Of these, answered")
