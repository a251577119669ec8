"""What can go wrong with orders.

CourtsError (a Refusal of the work surface: `reason` is what a page says)
├── OrderUnknown      there is none, or nothing of it that this reader may see
├── CourtUnknown      there is no such court
├── TypeUnknown       there is no order type of this code
├── DraftGone         what was typed is recorded already, or was thrown away
├── StepImpossible    what should be noted does not fit where the target or order stands
├── SameOfficer       who recorded an order from paper cannot be the one who confirms it
├── NotConfirmed      an order from paper is served only after the court has confirmed it
├── SheetUnknown      there is no such sheet, or it is another court's
├── ListUnknown       there is no such list of hashes of this order
├── SameOfficerOfList whoever brought a list of hashes cannot be the one who confirms it
├── NamesNoCopies     this type of order names no copies, so no hashes hang on it
├── OrderDoesNotStand hashes hang only on an order that stands
├── TooManyLists      an order has as many lists as it may have
├── NoMailbox         no mailbox of the company is known, so nobody can write to it
├── AlreadyRevoked    it was revoked before, and that is said once
└── MandateNeeded     the desk may send nothing for it without the person's yes
TypesMalformed        a file of order types cannot be read: `problems` says where
"""

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal


class CourtsError(Refusal):
    """Something about orders could not be done."""


class OrderUnknown(CourtsError, Absent):
    """There is no such order, or nothing of it that this reader may see."""


class CourtUnknown(CourtsError, Absent):
    """There is no such court."""


class TypeUnknown(CourtsError, Absent):
    """There is no order type of this code."""


class DraftGone(CourtsError):
    """What was typed is not here any more."""

    reason = mark("What you typed here is recorded already, or was thrown away. Look for the order in the list.")


class StepImpossible(CourtsError):
    """It does not fit where the target stands."""

    reason = mark("This is not possible as the order stands now. Look at the order again.")


class SameOfficer(CourtsError):
    """Whoever recorded an order from paper cannot confirm it."""

    reason = mark("You recorded this order yourself. A second officer calls the court and confirms it.")


class NotConfirmed(CourtsError):
    """It is served only after a second officer has confirmed it with the court."""

    reason = mark(
        "This order was copied from paper. It is served once a second officer has confirmed it with the court."
    )


class NoMailbox(CourtsError):
    """No mailbox of the company is known."""

    reason = mark("We do not know a mailbox of this company. Add one among its channels, or serve the order on paper.")


class AlreadyRevoked(CourtsError):
    """It was revoked before."""

    reason = mark("This order was already revoked.")


class SheetUnknown(CourtsError, Absent):
    """There is no such sheet, or it is another court's."""


class ListUnknown(CourtsError, Absent):
    """There is no such list of hashes of this order."""


class SameOfficerOfList(CourtsError):
    """Whoever brought a list of hashes cannot confirm it."""

    reason = mark("You brought this list yourself. A second officer answers for the person shown.")


class NamesNoCopies(CourtsError):
    """This type of order names no copies."""

    reason = mark("Such an order names no copies, so no hashes can hang on it. Record an order that does.")


class OrderDoesNotStand(CourtsError):
    """Hashes hang only on an order that stands."""

    reason = mark("Hashes hang only on an order that stands. Look at how this one stands now.")


class TooManyLists(CourtsError):
    """An order has as many lists as it may have."""

    reason = mark("This order has as many lists as it may have. Withdraw one that is not needed, or tell the operator.")


class TypesMalformed(Exception):
    """A file of order types cannot be read. `problems` are places with what is wrong there."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{place}: {text}" for place, text in problems))


class CourtsMistake(Labelled):
    """What can be wrong with a value here, beside what can be wrong with any."""

    COMPLY_BEFORE = "comply_before", mark("Enter a day after the one on which the order was issued (%(about)s)")
    SERVED_BEFORE = "served_before", mark("The order was issued on %(about)s. It cannot have been served before")
    FUTURE = "future", mark("This is in the future. Enter the day on which it happened")
    PAIR = "pair", mark("This type of order cannot ask that of this addressee. It can ask: %(about)s")
    TYPE_OFF = "type_off", mark("Orders of this type are not in use here yet. An order officer switches a type on")
    NOT_IN_FORCE = "not_in_force", mark("The law behind this type comes into force on %(about)s. Choose another type")
    TERRITORY = "territory", mark("%(about)s is not a country code. Use two letters, such as GB, or * for everywhere")
    ELSEWHERE = (
        "elsewhere",
        mark("These addresses belong to another company: %(about)s. Choose that company, or leave the company empty"),
    )
    ADDRESS = "address", mark("This is not a web address: %(about)s. Start with https:// and enter one on each line")
    ITEMS = "items", mark("Enter at least one address, each on a line of its own")
    DEVICE = "device", mark("Say what it is about: the device, the account or the copies")
    TWICE = (
        "twice",
        mark(
            "Order %(about)s already has this file number, type and addressee. Vary that order, or correct the number"
        ),
    )
    ECLI = "ecli", mark("An ECLI looks like ECLI:NL:HR:2024:123. Correct it, or leave it empty")
    PERSON = "person", mark("Say who the order is against")
    LANGUAGE = "language", mark("Choose one of the languages in which notices are written")
    COURT = "court", mark("Choose the court that issued it")
    DESK = (
        "desk",
        mark("Nobody at the removal desk can open this at the moment, so it cannot write to sites. Try again later"),
    )
    NAME_TAKEN = "name_taken", mark("There is already a court with this name")
    COMMENCEMENT = (
        "commencement",
        mark("Nobody has checked when this law comes into force, so orders of this type stay off"),
    )
    NO_DOOR = (
        "no_door",
        mark("They have no account and no key here, so they cannot read it at a door. Serve it in another way"),
    )
    WEEK_FUTURE = "week_future", mark("This is in the future, or longer ago than sheets are kept")
    OFFENCE = "offence", mark("Enter a code of at most %(about)s letters and digits, with a digit in it: never a name")
    TOLD_DAYS = "told_days", mark("Enter the number of days, and only if the person was told")
    EARLIER = (
        "earlier",
        mark("Earlier files cover these weeks too: %(about)s. Say whether this file replaces them"),
    )


class SheetAllowed(Labelled):
    """What a column of a file of convictions may hold."""

    COURT = "court", mark("Enter the name of a court that you may report for: %(about)s")
    WEEK = "week", mark("Enter a week such as 2026-W40, never a day")
    WEEK_FAR = "week_far", mark("Enter a week that has begun, and at most %(about)s years ago")
    OFFENCE = "offence", mark("Enter a code of at most %(about)s letters and digits, with a digit in it: never a name")
    ONE_OF = "one_of", mark("Enter one of these, or nothing where it is not known: %(about)s")
    TOLD = "told", mark("Enter a whole number of days from 0 to %(about)s, no, or nothing where it is not known")
    TYPE = "type", mark("Enter the code of a type that exists in this court’s law, such as %(about)s")
    STATE = "state", mark("Enter one of these: %(about)s")
    REFUSAL = "refusal", mark("Enter a refusal with its reason: %(about)s")


class HashAllowed(Labelled):
    """What a column of a list of hashes may hold."""

    TYPE = "type", mark("Enter a type of hash that platforms know, such as %(about)s")
    HASH = "hash", mark("Enter %(about)s hexadecimal digits: 0 to 9 and a to f")
    VARIANT = "variant", mark("Enter one of these: %(about)s")
    QUALITY = "quality", mark("Enter a whole number from 0 to %(about)s")
    NO_QUALITY = "no_quality", mark("Leave this empty: only a PDQ hash has a quality")
    LOW = "low", mark("Leave this line out: below a quality of %(about)s a hash matches by chance")
    PLAIN = "plain", mark("Leave this line out: such a picture has nothing in it, and would match by chance")
    TWICE = "twice", mark("Leave this line out: the same hash stands above")
