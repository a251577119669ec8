"""What training refuses, by name, each with words that say what is wrong and how to mend it.

TrainingError
├── EmployerUnknown     no such employer, or not the reader's own
├── LearnerUnknown      no such learner, or another employer's
├── CourseUnknown       no such course
├── RequirementUnknown  no such requirement
├── UploadUnknown       no such file, or it was kept or forgotten already
├── UploadChanged       the roster was changed since the file was tried
├── RosterEndsMany      the roster would end more than a tenth of the people, and nobody said that this is right
├── ExemptionUnknown    no such exemption, or it has its answer
├── OwnExemption        the second person is the first one
├── CompletionUnknown   no such completion, or it was taken back before
├── TriggerUnknown      no such change to answer, or it has its answer
├── PackageUnknown      no such package
├── KeyUnknown          no such key of this employer's systems
├── StatementUnknown    no such statement, or it has its answer
├── StatementRefused    an xAPI statement that is none; `where` and `what` say why
├── StatementConflict   another statement with the same id is known
├── ReminderRefused     nobody is reminded now; `why` says why
├── LinkUnknown         a link that leads nowhere (any more)
├── NoPass              a certificate needs a full pass that still counts
└── AlreadyCertified    there is a certificate for this pass
"""

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal
from leeward.justice.training.rules.reminders import NotReminded


class RosterAllowed(Labelled):
    """What stands in a line of a roster; what was sent is something else."""

    NUMBER = "number", mark("Enter a staff number of at most %(about)s characters")
    ONCE = "once", mark("This staff number or address is already in line %(about)s")
    NAME = "name", mark("Enter a name of at most %(about)s characters")
    MAILBOX = "mailbox", mark("Enter a work address, such as name@example.com, or nothing")
    DOMAIN = "domain", mark("Enter an address of your own organisation: they end in %(about)s")
    ROLE = "role", mark("Enter one of the roles; the nearest is: %(about)s")
    TEAM = "team", mark("Enter a team of at most %(about)s characters, or nothing")
    LEFT = "left", mark("Enter a day that is not before started_on, or nothing")


class CompletionAllowed(Labelled):
    """What stands in a line of a list of completions; what was sent is something else."""

    PERSON = "person", mark("Nobody in your roster has this staff number. Load the roster first.")
    COURSE = "course", mark("Enter the code of a course; the nearest is: %(about)s")
    VERSION = "version", mark("Enter the number of a published version, from 1 to %(about)s")
    EARLY = "early", mark("Enter a day from %(about)s on, when this version was published")
    FUTURE = "future", mark("Enter today or a day that is over")
    RESULT = "result", mark("Enter one of: %(about)s")
    SCORE = "score", mark("Enter a number from 0 to 1, such as 0.85, or nothing")
    SOURCE = "source", mark("Enter at most %(about)s characters, or nothing")


class TrainingMistake(Labelled):
    """What is wrong with what somebody entered."""

    NOBODY = "nobody", mark("Nobody in your roster has these staff numbers: %(about)s")
    EARLY = "early", mark("This version was published on %(about)s, after that day")
    TOO_LONG = "too_long", mark("Choose a last day within two years")
    NO_WINDOW = "no_window", mark("Enter the first and the last day of the weeks, such as 09-01 and 11-30")
    NO_ROLE = "no_role", mark("Choose at least one role")
    NO_LESSON = "no_lesson", mark("No lesson with this name and the next version is installed here")
    WHY_NEEDED = "why_needed", mark("Say what changed and why: learners read it")
    MATERIAL_TWICE = (
        "material_twice",
        mark("Another version that everybody must know came on %(about)s. If both are needed, tick the box."),
    )
    NOT_YOURS = "not_yours", mark("This is not the address that your employer gave for you. Leave the box empty.")
    PACKAGE = "package", mark("This package cannot be shelved. %(about)s")
    PACKAGE_TWICE = "package_twice", mark("This package is on the shelf already, or another one with the same unit")
    NO_SERVICE = "no_service", mark("Enter the address of a service of our directory")
    NO_REVIEWER = (
        "no_reviewer",
        mark("A briefing names the people with lived experience who reviewed it: name at least one"),
    )
    KNOWN = "known", mark("There is already an employer with this name")
    MEMBER_TAKEN = "member_taken", mark("This member of the network is already another employer")


class TrainingError(Refusal):
    """The family of errors that this app raises; `reason` is what a page says."""


class EmployerUnknown(TrainingError, Absent):
    """Raised alike for what is absent and for what is not the reader's own."""

    reason = mark("There is no such employer.")


class LearnerUnknown(TrainingError, Absent):
    """Raised alike for what is absent and for another employer's."""

    reason = mark("There is nobody like this in your roster.")


class CourseUnknown(TrainingError, Absent):
    """It is not there."""

    reason = mark("There is no such course.")


class RequirementUnknown(TrainingError, Absent):
    """It is not there."""

    reason = mark("There is no such requirement.")


class UploadUnknown(TrainingError):
    """It was kept or forgotten, or never was."""

    reason = mark("This file was kept already, or was forgotten after a day. Look at who is trained, or send it again.")


class UploadChanged(TrainingError):
    """The lines would change something else now."""

    reason = mark("Your roster was changed since you sent this file. Look again at what it would change.")


class RosterEndsMany(TrainingError):
    """More than a tenth would end."""

    reason = mark("This would end more than a tenth of your people. If that is right, tick the box.")


class ExemptionUnknown(TrainingError, Absent):
    """It is not there, or it has its answer."""

    reason = mark("There is no such exemption, or it already has its answer.")


class OwnExemption(TrainingError):
    """A second person is needed."""

    reason = mark(
        "Somebody else has to agree to this exemption: with those that it joins, it lasts longer than 180 days."
    )


class CompletionUnknown(TrainingError, Absent):
    """It is not there, or it was taken back before."""

    reason = mark("There is no such completion, or it was taken back before.")


class TriggerUnknown(TrainingError, Absent):
    """It is not there, or it has its answer."""

    reason = mark("There is no such change, or it already has its answer.")


class PackageUnknown(TrainingError, Absent):
    """It is not there."""

    reason = mark("There is no such package.")


class KeyUnknown(TrainingError, Absent):
    """It is not there, or another employer's."""

    reason = mark("There is no such key.")


class StatementUnknown(TrainingError, Absent):
    """It is not there, or nothing is to be decided of it any more."""

    reason = mark("There is nothing to decide here any more.")


class StatementRefused(TrainingError):
    """It is no statement as the standard has them. Machines read this: `where` it is wrong, and `what` is."""

    def __init__(self, where: str, what: str) -> None:
        self.where, self.what = where, what
        super().__init__(f"{where} {what}.")


class StatementConflict(TrainingError):
    """A statement of this id is known, and says something else."""

    def __init__(self, statement: object) -> None:
        super().__init__(f"Another statement with the id {statement} is known.")


class ReminderRefused(TrainingError):
    """Nobody is reminded now."""

    def __init__(self, why: NotReminded) -> None:
        self.why, self.reason = why, why.label
        super().__init__()


class LinkUnknown(TrainingError, Absent):
    """It leads nowhere, or not any more."""

    reason = mark("This link does not open anything.")


class NoPass(TrainingError):
    """Nothing that could be certified."""

    reason = mark("A certificate needs a full pass that is still in date.")


class AlreadyCertified(TrainingError):
    """There is one for this pass."""

    reason = mark("There is already a certificate for this pass.")
