"""The words of training, and its limits."""

from datetime import timedelta

from leeward.foundation.labels import Labelled, mark

CODE_LENGTH, NAME_LENGTH, WORDS_LENGTH, SOURCE_LENGTH = 40, 200, 1_000, 100
STAFF_NUMBER_LENGTH = 40
# Over this, a second person has to agree to an exemption. Exemptions of one person with fewer free days between them
# than a week has, so less than a working week with its weekend, are counted together.
EXEMPT_ALONE = timedelta(days=180)
EXEMPT_APART = timedelta(days=7)
EXEMPT_MOST = timedelta(days=730)
# Two versions that everybody must know within this time: the author is asked whether one would do.
MATERIAL_APART = timedelta(days=30)
LINK_LASTS = timedelta(days=60)
# Within this time an author says what a change outside means for the courses.
ANSWER_WITHIN = timedelta(days=30)


class EmployerKind(Labelled):
    """What an employer is."""

    POLICE = "police", mark("Police")
    PROSECUTION = "prosecution", mark("Prosecution")
    COURT = "court", mark("Court")
    PROBATION = "probation", mark("Probation")
    PRISON = "prison", mark("Prison")
    HELPLINE = "helpline", mark("Helpline")
    SUPPORT = "support", mark("Victim support")
    SOCIAL = "social", mark("Social care")
    HEALTH = "health", mark("Health care")
    OTHER = "other", mark("Other")


class JobRole(Labelled):
    """What somebody's post is, as far as training asks."""

    FIRST_RESPONDER = "first_responder", mark("First responder")
    CALL_HANDLER = "call_handler", mark("Call handler")
    INVESTIGATOR = "investigator", mark("Investigator")
    SUPERVISOR = "supervisor", mark("Supervisor")
    PROSECUTOR = "prosecutor", mark("Prosecutor")
    COURT_STAFF = "court_staff", mark("Judge or court staff")
    PROBATION = "probation", mark("Probation")
    PRISON = "prison", mark("Prison")
    HELPLINE = "helpline", mark("Helpline")
    VICTIM_SUPPORT = "victim_support", mark("Victim support")
    SOCIAL_CARE = "social_care", mark("Social care")
    OCCUPATIONAL_HEALTH = "occupational_health", mark("Occupational health")
    HEALTH = "health", mark("Health care")
    OTHER = "other", mark("Other")


# Posts of sworn officers; who answers calls is often no officer.
OFFICERS = frozenset({JobRole.FIRST_RESPONDER, JobRole.INVESTIGATOR, JobRole.SUPERVISOR})


class CourseKind(Labelled):
    """How a course is passed."""

    LESSON = "lesson", mark("Lesson with questions")
    BRIEFING = "briefing", mark("Briefing, read and confirmed")


class Result(Labelled):
    """How a course ended for somebody. `completed` counts where a course asks no questions."""

    PASSED = "passed", mark("Passed"), "green"
    FAILED = "failed", mark("Not passed"), "red"
    COMPLETED = "completed", mark("Completed"), "blue"


class Source(Labelled):
    """From where a completion came."""

    LESSON = "lesson", mark("Taken here")
    CLASSROOM = "classroom", mark("Classroom day")
    UPLOAD = "upload", mark("List of the employer")
    MACHINE = "machine", mark("The employer’s learning system")


class StatementState(Labelled):
    """Where something stands that an employer's learning system said."""

    COUNTED = "counted", mark("Counted"), "green"
    COLLECTED = "collected", mark("Kept until all parts of the package are done"), "blue"
    UNKNOWN = "unknown", mark("Not in the roster"), "yellow"
    WAIVED = "waived", mark("Waived there: waits for you"), "yellow"
    CONTRADICTED = "contradicted", mark("Contradicted, not counted"), "red"
    DROPPED = "dropped", mark("Dropped by you"), "grey"
    VOIDED = "voided", mark("Withdrawn by the system"), "grey"
    VOIDING = "voiding", mark("Withdraws another one"), "grey"


UNDECIDED = (StatementState.UNKNOWN, StatementState.WAIVED)


class Contradiction(Labelled):
    """Why something that was said cannot be so."""

    SCORE = "score", mark("Passed, but with a score below what the course asks for")
    NO_SUCCESS = "no_success", mark("Passed, but not a success")
    FUTURE = "future", mark("It is in the future")
    EARLY = "early", mark("Before this version was published")


class TriggerKind(Labelled):
    """What changed, so that a course may have to say something else."""

    LAW = "law", mark("Law")
    SERVICE = "service", mark("A service that the course names")
    TREND = "trend", mark("Trends")
    TURN = "turn", mark("Wrong turns in a first call")


class TriggerAnswer(Labelled):
    """What a change means for the courses."""

    NO_CHANGE = "no_change", mark("Nothing changes"), "grey"
    SMALL = "small", mark("A small change"), "blue"
    MATERIAL = "material", mark("Mandatory briefing"), "orange"


class ExemptReason(Labelled):
    """Why somebody is exempt. No word about anybody's health or family is kept."""

    LEAVE = "leave", mark("Long leave")
    SECONDED = "seconded", mark("Works elsewhere for a time")
    NO_DUTY = "no_duty", mark("Has no duty for which this is needed")
    ENDING = "ending", mark("Leaves soon")


class DueState(Labelled):
    """Where somebody stands under a requirement on a day. In date are those who are up to date or due soon."""

    EXEMPT = "exempt", mark("Exempt"), "grey"
    UP_TO_DATE = "up_to_date", mark("Up to date"), "green"
    DUE_SOON = "due_soon", mark("Due soon"), "yellow"
    OVERDUE = "overdue", mark("Overdue"), "orange"
    LAPSED = "lapsed", mark("Lapsed"), "red"


IN_DATE = frozenset({DueState.UP_TO_DATE, DueState.DUE_SOON})


def counts_as_pass(result: Result, kind: CourseKind) -> bool:
    """Whether a completion counts: a briefing has no questions, so to have read it is enough."""
    return result is Result.PASSED or (result is Result.COMPLETED and kind is CourseKind.BRIEFING)
