"""What the restricted register refuses.

RegisterError (a Refusal of the work surface: `reason` is what a page says)
├── RegisterOff      no legal basis is in force: there is nothing here
├── BasisUnknown     there is no such legal basis or agency
├── EntryUnknown     there is no such entry, or its keys are destroyed
├── CheckUnknown     there is no such check, or none that this agency may see
├── LinkUnknown      a link leads nowhere
├── NotYours         a second person, or another agency, has to do this
└── StepImpossible   it does not fit where the entry or the check stands
"""

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal


class RegisterError(Refusal):
    """Something about the register could not be done."""


class RegisterOff(RegisterError, Absent):
    """No legal basis is in force."""


class BasisUnknown(RegisterError, Absent):
    """There is no such legal basis or agency."""


class EntryUnknown(RegisterError, Absent):
    """There is no such entry, or nobody can open it any more."""


class CheckUnknown(RegisterError, Absent):
    """There is no such check, or none that this agency may see."""


class LinkUnknown(RegisterError):
    """The link leads nowhere."""


class NotYours(RegisterError):
    """Somebody else has to do this."""

    reason = mark(
        "Somebody else decides this: a person of another agency than the one that prepared the check or asks for it, "
        "and for a legal basis a person other than the one who wrote it."
    )


class StepImpossible(RegisterError):
    """It does not fit where this stands."""

    reason = mark("This does not fit where it stands now. Look at it again.")


class RegisterMistake(Labelled):
    """What can be wrong with a value here, beside what can be wrong with any."""

    NAME_TAKEN = "name_taken", mark("This name is known already. Enter another one")
    ORDER_OF_DAYS = "order_of_days", mark("The end lies before the beginning. Correct one of the two days")
    NO_MAILBOX = "no_mailbox", mark("Enter the mailbox to which its answers are announced")
    NO_OFFENCE = "no_offence", mark("Enter at least one code of an offence, one on each line")
    CODE = (
        "code",
        mark("%(about)s is no code: enter letters, numbers, full stops, slashes and hyphens, at most 20"),
    )
    SHAPE = "shape", mark("Write a 9 for each number and an A for each letter, such as 999999-9999")
    NONE_CHOSEN = "none_chosen", mark("Choose at least one")
    NOT_FINAL = (
        "not_final",
        mark(
            "Only a final conviction is entered. Wait until no appeal is possible any more, and enter the day on which "
            "it became final"
        ),
    )
    FINAL_FIRST = "final_first", mark("It cannot have become final before the judgment. Correct one of the two days")
    NOT_COVERED = "not_covered", mark("The legal basis does not cover this: %(about)s. Nothing may be entered for it")
    UNDER_AGE = (
        "under_age",
        mark("This person was under 18 when it happened. Nobody is entered for what they did as a child"),
    )
    ENDS_FIRST = "ends_first", mark("It would end before it starts. Correct the day on which the order or duty ends")
    NEEDS_END = "needs_end", mark("Enter the day on which the order or duty ends: by the law the entry ends with it")
    STARTS_FIRST = "starts_first", mark("It starts before the conviction became final. Correct one of the two days")
    OVER = "over", mark("It would have ended on %(about)s. What is over is not entered")
    ALIASES = "aliases", mark("Enter at most %(about)s other names")
    NO_NAME = "no_name", mark("Enter a name that has letters")
    NUMBER = (
        "number",
        mark("This is no official number: it has the shape %(about)s, and its last signs must fit. Compare it again"),
    )
    NO_NUMBERS = "no_numbers", mark("The legal basis knows no official number. Enter the name and the birth date")
    ONE_WAY = (
        "one_way",
        mark("Enter the name and the birth date, or the official number alone. Parts are not searched for"),
    )
    NO_PURPOSE = "no_purpose", mark("Choose a purpose that the legal basis names. Without one nobody asks the register")
    NOT_ENTITLED = "not_entitled", mark("The legal basis does not let this kind of authority ask")
    ONESELF = (
        "oneself",
        mark(
            "Nobody asks the register about themselves in this way, and nobody prepares a check of their own name. "
            "Whoever wants to know what is held about them writes by post"
        ),
    )
    OWN_AGENCY = "own_agency", mark("Your own agency asks. A registrar of another agency has to prepare this")
    NO_TEXT = "no_text", mark("Write what is told, and no more than the purpose needs")
    NOTHING_FOUND = (
        "nothing_found",
        mark("No entry matches exactly: there is nothing to tell. Choose the other answer"),
    )
    TEST_FAILED = (
        "test_failed",
        mark("It is told only if all four tests are passed. Choose the other answer, or look at the tests again"),
    )
    END_NEEDED = "end_needed", mark("Enter until when it can be read, at most 90 days from today")
    NOT_NAMED = (
        "not_named",
        mark("This is not the name of who may read it. Enter it as it stands in the request"),
    )
    NAMES_SPENT = (
        "names_spent",
        mark("Too many wrong names were entered. Nobody can sign here any more: the request has to be made again"),
    )
    UNSIGNED = "unsigned", mark("Tick the box if you give this undertaking. Without it the answer does not open")
