"""What can go wrong with holds.

HoldsError (a Refusal of the work surface: `reason` is what a page says)
├── HoldUnknown     there is no such hold, or no such record that this reader may see
├── SamePerson      whoever asked for a hold cannot be the one who confirms it
├── AskedAlready    somebody has asked for this record, and a second person has not answered yet
├── HoldOver        the hold was lifted, or its day is over
└── RecordHeld      the record is held, so nobody erases it
HoldsMistake        what can be wrong with a value, in words
"""

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal


class HoldsError(Refusal):
    """Something about a hold could not be done."""


class HoldUnknown(HoldsError, Absent):
    """There is no such hold, or no such record that this reader may see."""


class SamePerson(HoldsError):
    """Whoever asked for a hold cannot confirm it."""

    reason = mark("You asked for this hold yourself. A second person confirms it.")


class AskedAlready(HoldsError):
    """Somebody has asked for this record before."""

    reason = mark("Somebody has asked for a hold on this record. A second person confirms it or lets it go.")


class HoldOver(HoldsError):
    """It was lifted, or its day is over."""

    reason = mark("This hold is over. Ask for a new one if the record must still be kept.")


class RecordHeld(HoldsError):
    """The record is held."""

    reason = mark("This record is under a legal hold, so it cannot be erased. Lift the hold first.")


class HoldsMistake(Labelled):
    """What can be wrong with a value here, beside what can be wrong with any."""

    PAST = "past", mark("Enter a day after today")
    FAR = "far", mark("Enter a day within %(about)s days. Ask again before it is over, if you must")
