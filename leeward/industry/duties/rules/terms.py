"""The words in which a law's demands are written down: elements, starts, pauses, copies, redress, commencement."""

from leeward.foundation.labels import Labelled, mark


class Element(Labelled):
    """One thing that a notice must hold under some law. A notice without it may be refused, or start no clock."""

    SIGNATURE = (
        "signature",
        mark("Signature of the depicted person or of whoever acts for them"),
    )  # physical or electronic
    IDENTIFICATION = "identification", mark("Enough to tell which content is meant")
    LOCATION = "location", mark("Where the content is on the service")
    EXACT_URLS = "exact_urls", mark("Exact addresses of every item")
    ON_THE_SERVICE = "on_the_service", mark("Declaration that the content is on this service")
    NON_CONSENT = "non_consent", mark("Statement that the depicted person did not agree to its being shared")
    GOOD_FAITH = "good_faith", mark("Statement of good faith")
    ACCURACY = "accuracy", mark("Statement that the notice is accurate")  # and complete
    # Only where a law asks for it.
    PENALTY_OF_PERJURY = "penalty_of_perjury", mark("Statement under penalty of perjury")
    REASONS_ILLEGAL = "reasons_illegal", mark("Reasons why the content is illegal")
    LEGAL_BASIS = "legal_basis", mark("The provision that the notice stands on")
    POLICY_CLAUSE = "policy_clause", mark("The platform's own rule that it breaks")
    CONTACT = "contact", mark("A way to reach who sends the notice")
    EMAIL = "email", mark("E-mail address of who sends the notice")
    REPORTER_NAME = "reporter_name", mark("Name of whoever sends the notice, or of their agent")
    REPORTER_ROLE = "reporter_role", mark("Whether the depicted person sends it, or somebody for them")
    AUTHORITY_TO_ACT = "authority_to_act", mark("Proof that the agent may act for them")
    COUNTRY = "country", mark("Country where the person lives")
    PRIOR_REPORT = "prior_report", mark("An earlier report to the platform")  # and what came of it
    ORDER_REFERENCE = "order_reference", mark("Reference of the order")
    DISCLOSURE_CHOICE = "disclosure_choice", mark("Whether the uploader may learn who complained")


class StartEvent(Labelled):
    """What starts a law's clock. Each has the ClockEventKind of the same value."""

    SENT = "sent", mark("When the notice was sent")
    RECEIVED = "received", mark("When the platform received it")
    MADE_VALID = "made_valid", mark("When all that the law asks for was there")
    ORDER_SERVED = "order_served", mark("When the order was served")


class PauseReason(Labelled):
    """Why a clock may stand still."""

    MISSING_ELEMENT = "missing_element", mark("While an element that the platform named is missing")
    COUNTER_NOTICE = "counter_notice", mark("While the uploader may answer")
    STAYED = "stayed", mark("While a court or authority stays the duty")


class CopyScope(Labelled):
    """How far the duty reaches beyond the item that the notice names."""

    NONE = "none", mark("Only what the notice names")
    KNOWN_IDENTICAL = "known_identical", mark("Known identical copies too")
    SAME_OR_SUBSTANTIALLY_SAME = "same_or_substantially_same", mark("The same or substantially the same content too")


class RedressBody(Labelled):
    """Who hears a complaint about a platform that refuses or is silent."""

    PLATFORM = "platform", mark("The platform itself")
    OUT_OF_COURT = "out_of_court", mark("Out-of-court settlement")
    REGULATOR = "regulator", mark("Regulator")
    AUTHORITY = "authority", mark("Other authority")
    POLICE = "police", mark("Police")
    COURT = "court", mark("Court")


class Commencement(Labelled):
    """Whether the law is known to be in force."""

    IN_FORCE = "in_force", mark("In force")
    NOT_YET = "not_yet", mark("Not yet in force; the day is known")
    NOT_VERIFIED = "not_verified", mark("Nobody has verified that it is in force")  # such a regime is never used


class Origin(Labelled):
    """Where a version came from."""

    FILE = "file", mark("Ships with Leeward")
    STAFF = "staff", mark("Published here")
