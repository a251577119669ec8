"""The words that are kept as codes, and the lengths of everything that is typed."""

from datetime import timedelta
from enum import StrEnum

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


class OrganisationKind(StrEnum):
    """What kind of organisation signs."""

    PLATFORM = "platform"
    MEDIA = "media"
    TRADE_BODY = "trade_body"
    OTHER = "other"


class Stage(StrEnum):
    """Where an organisation's way to its signature stands. Leaving again is no stage: see Withdrawal."""

    APPLIED = "applied"
    VERIFIED = "verified"
    SIGNED = "signed"
    REFUSED = "refused"


class RefusalNews(StrEnum):
    """Whether whoever applied is written to about a refusal."""

    WRITE = "write"
    SILENT = "silent"  # it was junk, or somebody else's address


class AuthorityWay(StrEnum):
    """How it was found out that somebody may sign for an organisation."""

    CALLED_BACK = "called_back"  # on a number from a public register, not the one in the application
    REGISTER = "register"  # she stands in the commercial register
    LETTER = "letter"  # a signed letter of the board
    IN_PERSON = "in_person"


class HandedInState(StrEnum):
    """What became of evidence or a statement."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Source(StrEnum):
    """Who handed something in."""

    SIGNATORY = "signatory"
    STAFF = "staff"


class EvidenceKind(StrEnum):
    """What evidence consists of. No file is kept: of one that was shown, its name and SHA-256."""

    LINK = "link"
    FILE_HASH = "file_hash"


class LeavingKind(StrEnum):
    """Who ended a signature."""

    OWN = "own"
    REMOVED = "removed"


class LinkTrouble(StrEnum):
    """What a look at a statement's address found wrong. A fixed list: a site's own words are not kept."""

    NONE = ""
    NO_ANSWER = "no_answer"
    NOT_FOUND = "not_found"
    SERVER_ERROR = "server_error"
    INSECURE = "insecure"
    REFUSED = "refused"
    CLOSED = "closed"  # the site wants no programs there, or asks who we are: a person looks


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


class Verdict(StrEnum):
    """What was found about one item of the checklist or one step of a platform's process."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class FindingKind(StrEnum):
    """What a finding is about."""

    POLICY = "policy"  # an item of the checklist
    PROCESS = "process"  # a step of the process audit


class ProcessStep(StrEnum):
    """The steps that a process audit walks through (I2)."""

    REPORT = "report"
    DETECT = "detect"
    INFORM = "inform"
    TAKE_DOWN = "take_down"


class AskerKind(StrEnum):
    """What kind of body asks a platform for information (I2)."""

    POLICE = "police"
    PROSECUTION = "prosecution"
    COURT = "court"
    REGULATOR = "regulator"
    SUPPORT_SERVICE = "support_service"
    RESEARCH = "research"


class AskedFor(StrEnum):
    """What it asks for. A fixed list: what a case is about does not belong here."""

    ACCOUNT = "account"
    PRESERVATION = "preservation"
    DECISION = "decision"
    PROCESS = "process"
    COUNTS = "counts"


class AnswerKind(StrEnum):
    """What the platform answered."""

    ANSWERED = "answered"
    PARTLY = "partly"
    REFUSED = "refused"


class RequestState(StrEnum):
    """How a request for information stands on a day: computed, never stored."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    PARTLY = "partly"
    REFUSED = "refused"


class Speaker(StrEnum):
    """As what somebody spoke for a platform. A fixed list: a role, and so no name of a person."""

    REPORT = "report"  # what it publishes regularly
    LEAD = "lead"  # whoever answers for image abuse there
    SPOKESPERSON = "spokesperson"
    LEGAL = "legal"
    MANAGEMENT = "management"
    UNKNOWN = "unknown"


class Measure(StrEnum):
    """What platforms count in their own reports."""

    REPORTS_RECEIVED = "reports_received"
    ITEMS_REMOVED = "items_removed"
    REMOVED_BEFORE_REPORT = "removed_before_report"
    MEDIAN_HOURS = "median_hours"
    REFUSALS = "refusals"
    APPEALS = "appeals"
    APPEALS_UPHELD = "appeals_upheld"
    REQUESTS_RECEIVED = "requests_received"
    REQUESTS_ANSWERED = "requests_answered"
