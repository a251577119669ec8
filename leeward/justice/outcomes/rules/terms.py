"""The words of outcomes: stages, kinds of files and codes, bases, states of a submission, limits."""

import re
from datetime import timedelta

from leeward.foundation.labels import Labelled, mark

CODE_LENGTH, NAME_LENGTH, WORDS_LENGTH, SOURCE_LENGTH = 40, 120, 1_000, 300
MOST_COUNT = 10_000_000
AUTHORITY_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# The vault's team of analysts.
TEAM = "outcomes"
# So long after the end of its period a share of what was recorded then is an estimate.
FOLLOW_UP = timedelta(days=365)
# So long an authority may look at its own figures before everybody else, unless it says earlier that it has.
PREVIEW = timedelta(days=5)


class AuthorityKind(Labelled):
    """Who counts."""

    POLICE = "police", mark("Police force")
    COURTS = "courts", mark("Courts")


class Stage(Labelled):
    """Where an offence or a person stands in our own ladder. Each national code leads to exactly one."""

    NO_OUTCOME = "no_outcome", mark("No outcome yet")
    NO_SUSPECT = "no_suspect", mark("No suspect found")
    EVIDENCE = "evidence", mark("Evidence short, the victim supports")
    NO_SUPPORT = "no_support", mark("The victim does not support")
    NOT_IN_INTEREST = "not_in_interest", mark("Not in the public interest")
    PREVENTED = "prevented", mark("Prosecution prevented or out of time")
    PASSED_ON = "passed_on", mark("Passed on to another body")
    CAUTION = "caution", mark("Out of court: caution")
    RESOLUTION = "resolution", mark("Out of court: resolution")
    DIVERSION = "diversion", mark("Out of court: diversion")
    CHARGED = "charged", mark("Charged")
    PROSECUTED = "prosecuted", mark("Prosecuted, no result yet")
    DISCONTINUED = "discontinued", mark("Discontinued")
    ACQUITTED = "acquitted", mark("Acquitted")
    CONVICTED = "convicted", mark("Convicted, no sentence yet")
    CUSTODY = "custody", mark("Sentence: custody")
    SUSPENDED = "suspended", mark("Sentence: suspended")
    COMMUNITY = "community", mark("Sentence: community")
    FINE = "fine", mark("Sentence: fine")
    DISCHARGE = "discharge", mark("Sentence: discharge")
    OTHER_SENTENCE = "other_sentence", mark("Sentence: other")
    ORDERED = "ordered", mark("Beside the sentence: an order")
    REHABILITATION = "rehabilitation", mark("Beside the sentence: rehabilitation")
    NOTIFICATION = "notification", mark("Beside the sentence: notification")


class CodeKind(Labelled):
    """What the codes of a list stand for."""

    OFFENCE = "offence", mark("Offences")
    OUTCOME = "outcome", mark("Outcomes of offences")
    DISPOSAL = "disposal", mark("What courts decided")


class FileKind(Labelled):
    """What a submission holds."""

    OFFENCES = "offences", mark("Offences recorded")
    OUTCOMES = "outcomes", mark("What became of them")
    COURTS = "courts", mark("What courts decided")


class MethodKind(Labelled):
    """What a method counts."""

    OFFENCES = "offences", mark("Offences recorded")
    OUTCOMES = "outcomes", mark("What became of them")
    COURTS = "courts", mark("What courts decided")
    COHORTS = "cohorts", mark("Re-offending")


class Basis(Labelled):
    """Of which offences an outcome is counted."""

    OF_RECORDED = "of_recorded", mark("Of the offences recorded in the period")
    IN_PERIOD = "in_period", mark("Given in the period, whenever the offence was recorded")


class CountUnit(Labelled):
    """What a number of a method is a number of."""

    OFFENCES = "offences", mark("Offences")
    PERSONS = "persons", mark("Persons, by their principal offence")


class SubmissionState(Labelled):
    """How far a submission has come."""

    RECEIVED = "received", mark("Received"), "yellow"
    CHECKED = "checked", mark("Checked, with the authority"), "blue"
    ACCEPTED = "accepted", mark("Accepted"), "green"
    REPLACED = "replaced", mark("Replaced"), "grey"
    WITHDRAWN = "withdrawn", mark("Withdrawn"), "grey"


class Warned(Labelled):
    """What a file was asked about and kept all the same."""

    FAR = "far", mark("More than half above or below the same quarter a year before"), "yellow"


# What is expected of each kind of authority, for each quarter.
EXPECTED = {AuthorityKind.POLICE: (FileKind.OFFENCES, FileKind.OUTCOMES), AuthorityKind.COURTS: (FileKind.COURTS,)}
CODES_OF = {FileKind.OUTCOMES: CodeKind.OUTCOME, FileKind.COURTS: CodeKind.DISPOSAL}
QUARTERS = 4
# Instead of a second person, in years that were published before two were asked for.
ALONE = "one-person"
LIVE = (SubmissionState.RECEIVED, SubmissionState.CHECKED, SubmissionState.ACCEPTED)
