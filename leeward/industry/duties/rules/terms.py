"""The words in which a law's demands are written down: elements, starts, pauses, copies, redress, commencement."""

from enum import StrEnum


class Element(StrEnum):
    """One thing that a notice must hold under some law. A notice without it may be refused, or start no clock."""

    SIGNATURE = "signature"  # physical or electronic, of the depicted person or of who acts for her
    IDENTIFICATION = "identification"  # enough to tell which content is meant
    LOCATION = "location"  # enough to find it on the service
    EXACT_URLS = "exact_urls"  # the address of each item, not of the site
    ON_THE_SERVICE = "on_the_service"  # a declaration that the content is on this very service
    NON_CONSENT = "non_consent"  # a statement that she did not agree to its being shared
    GOOD_FAITH = "good_faith"  # a statement that the notice is made in good faith
    ACCURACY = "accuracy"  # a statement that what the notice says is accurate and complete
    PENALTY_OF_PERJURY = "penalty_of_perjury"  # the same under penalty; only where a law asks for it
    REASONS_ILLEGAL = "reasons_illegal"  # why the content is illegal
    LEGAL_BASIS = "legal_basis"  # the provision that the notice stands on
    POLICY_CLAUSE = "policy_clause"  # the platform's own rule that the content breaks
    CONTACT = "contact"  # some way to reach who sent the notice
    EMAIL = "email"  # an e-mail address in particular
    REPORTER_NAME = "reporter_name"  # the name of who sends the notice: hers, or her agent's
    REPORTER_ROLE = "reporter_role"  # whether that is the depicted person or somebody who acts for her
    AUTHORITY_TO_ACT = "authority_to_act"  # proof that the agent may act for her
    COUNTRY = "country"  # where she lives
    PRIOR_REPORT = "prior_report"  # an earlier report to the platform, and what came of it
    ORDER_REFERENCE = "order_reference"  # the court's or authority's order
    DISCLOSURE_CHOICE = "disclosure_choice"  # whether the uploader may learn who complained


class StartEvent(StrEnum):
    """What starts a law's clock. Each has the ClockEventKind of the same value."""

    SENT = "sent"
    RECEIVED = "received"
    MADE_VALID = "made_valid"
    ORDER_SERVED = "order_served"


class PauseReason(StrEnum):
    """Why a clock may stand still."""

    MISSING_ELEMENT = "missing_element"  # the platform named what the notice lacks
    COUNTER_NOTICE = "counter_notice"  # the uploader has been asked and may answer
    STAYED = "stayed"  # a court or authority stayed the duty


class CopyScope(StrEnum):
    """How far the duty reaches beyond the item that the notice names."""

    NONE = "none"
    KNOWN_IDENTICAL = "known_identical"
    SAME_OR_SUBSTANTIALLY_SAME = "same_or_substantially_same"


class RedressBody(StrEnum):
    """Who hears a complaint about a platform that refuses or is silent."""

    PLATFORM = "platform"
    OUT_OF_COURT = "out_of_court"
    REGULATOR = "regulator"
    AUTHORITY = "authority"
    POLICE = "police"
    COURT = "court"


class Commencement(StrEnum):
    """Whether the law is known to be in force."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"  # it begins on a known day
    NOT_VERIFIED = "not_verified"  # nobody has read that it has begun: such a regime is never used


class Origin(StrEnum):
    """Where a version came from."""

    FILE = "file"  # the file that ships with Leeward
    STAFF = "staff"  # a person published it here
