"""What outcomes refuse, by name, each with words that say what is wrong and how to mend it.

OutcomesError
├── AuthorityUnknown    no such authority, or not the reader's own
├── CodesUnknown        no such list of codes
├── MapUnknown          no such map of an authority's own file
├── LinkUnknown         a link that leads nowhere (any more)
├── NoMethod            nothing is counted before its method is published and its codes are switched on
├── NotLooked           its authority has not looked at its own figures yet, and the days for that are not over
├── NothingToPrint      no authority has handed in the whole year
├── PrintingUnknown     no such draft of a year, and none that was printed
├── ListsMalformed      a file of code lists or methods is not as it should be
├── SubmissionUnknown   no such submission, or another authority's
├── CohortUnknown       no such cohort
└── CohortEnded         its rows are gone: it was accepted, taken back or destroyed
"""

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal


class CountAllowed(Labelled):
    """What stands in a line of counts; what was sent is something else."""

    PERSONS = (
        "persons",
        mark("This file has columns that seem to be about persons: %(about)s. Send counts only."),
    )
    AUTHORITY = "authority", mark("Enter the code of your own authority: %(about)s")
    START = "start", mark("A period is a quarter: this one begins on %(about)s. Others overlap or leave a gap.")
    END = "end", mark("A period is a quarter: this one ends on %(about)s. Others overlap or leave a gap.")
    EARLY = "early", mark("Enter a day from %(about)s on: the period has to be over")
    FUTURE = "future", mark("Enter today or a day that is over")
    CODE = "code", mark("This code is not in the list that is in use; the nearest is: %(about)s")
    BASIS = "basis", mark("Enter one of: %(about)s")
    NEGATIVE = "negative", mark("Enter 0 or a larger number. To correct an earlier file, send a new one")
    FRACTION = "fraction", mark("Enter a whole number, without a fraction")
    THOUSANDS = "thousands", mark("Enter the number without a thousands separator: %(about)s")
    ONCE = "once", mark("Line %(about)s has a number for the same period and codes. Keep one of them.")
    GIVEN = "given", mark("This period has already been handed in. To replace it, say why below.")
    ONE_DAY = "one_day", mark("Line %(about)s has a different day for the same period. A period has one as_of.")
    OFFENCES_FIRST = "offences_first", mark("Hand in the offences recorded in this period first")
    SUM = (
        "sum",
        mark(
            "The outcomes of the offences recorded, with those that have none yet, must add up to all of them: "
            "%(about)s"
        ),
    )


class MapAllowed(Labelled):
    """What stands in the first line of an authority's own file; what was sent is something else."""

    HEAD = (
        "head",
        mark("Enter the first line of the file: 2 to %(about)s columns, each with a name of at most 80 signs"),
    )
    TWICE = "twice", mark("These columns stand twice: %(about)s. Give each a name of its own.")
    UNKNOWN = (
        "unknown",
        mark("The map does not know these columns: %(about)s. Take them out, or ask for a new map."),
    )
    MISSING = (
        "missing",
        mark("The map names these columns, and the file lacks them: %(about)s. Put them back, or ask for a new map."),
    )
    AS_OF = "as_of", mark("No column says as of which day the file was made. Enter that day below.")


class OutcomesMistake(Labelled):
    """What is wrong with what somebody entered."""

    REASON = "reason", mark("Say why: everybody can read it beside the figures")
    CHECKED = (
        "checked",
        mark("Enter the day on which it was compared with its source: today, or a day that is over"),
    )
    VERSION = "version", mark("Say what this version changes: it is shown to anybody who compares two years")
    CODE = "code", mark("Enter small letters, digits and hyphens, such as outer-isles-police")
    LACKS = "lacks", mark("Name the column that is: %(about)s")
    MAPPED_TWICE = "mapped_twice", mark("Another column already is this one: %(about)s")
    MIXED = (
        "mixed",
        mark(
            "This was counted in two ways, which may not stand in one table: %(about)s. Ask for those quarters again, "
            "or withdraw them."
        ),
    )
    TAKEN = "taken", mark("Another authority already has this")
    OWN = "own", mark("You prepared this year. Ask another analyst to look at it and to sign it off.")
    WAITS = "waits", mark("A draft of this year already waits. Sign it off, or throw it away, first.")
    MOVED = (
        "moved",
        mark("What was accepted has changed since this draft was made. Throw it away, and make a new one."),
    )


class OutcomesError(Refusal):
    """The family of errors that this app raises; `reason` is what a page says."""


class AuthorityUnknown(OutcomesError, Absent):
    """Raised alike for what is absent and for what is not the reader's own."""

    reason = mark("There is no such authority.")


class SubmissionUnknown(OutcomesError, Absent):
    """Raised alike for what is absent and for another authority's."""

    reason = mark("There is no such submission.")


class CodesUnknown(OutcomesError, Absent):
    """It is not there."""

    reason = mark("There is no such list of codes.")


class MapUnknown(OutcomesError, Absent):
    """It is not there."""

    reason = mark("There is no such map.")


class LinkUnknown(OutcomesError, Absent):
    """It leads nowhere, or not any more."""

    reason = mark("This link opens nothing.")


class NoMethod(OutcomesError):
    """Something that counting needs is not there yet."""

    reason = mark("Nothing can be handed in yet: an analyst must first publish a method and switch on the codes.")


class NotLooked(OutcomesError):
    """The right of reply comes first."""

    reason = mark("Its authority has five days to look at its own figures. Wait until it says that it has.")


class NothingToPrint(OutcomesError):
    """There is no whole year of anybody."""

    reason = mark("No authority has handed in the whole year yet. A year is printed when it is complete.")


class PrintingUnknown(OutcomesError, Absent):
    """It is not there."""

    reason = mark("There is no such year.")


class ListsMalformed(OutcomesError):
    """A file of lists or methods is not as it should be; `problems` are places with what is wrong there."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{place}: {text}" for place, text in problems))
        self.problems = problems


class CohortMistake(Labelled):
    """What is wrong with a file of a cohort as a whole."""

    EARLY = "early", mark("Enter a day from %(about)s on: before that the quarter was not over")
    OLDER = "older", mark("The accepted file was made as of %(about)s: enter a later day, or leave it as it is")
    WAITS = "waits", mark("A file for this quarter is already waiting. Accept it or take it back first.")
    KNOWN = "known", mark("This same file was already accepted")
    OTHER_KEY = (
        "other_key",
        mark("Earlier files had a different key, and files with two keys do not mix. If the key is new, tick the box."),
    )


class CohortUnknown(OutcomesError, Absent):
    """It is not there."""

    reason = mark("There is no such cohort.")


class CohortEnded(OutcomesError):
    """Its rows are gone."""

    reason = mark("This file was already accepted, taken back or destroyed. Look at its page again.")
