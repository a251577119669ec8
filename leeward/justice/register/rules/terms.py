"""The words of the register: agencies, purposes, duties, states, steps."""

from datetime import timedelta

from leeward.foundation.labels import Labelled, mark

CLOCK_DAYS = 28  # guidance to the English and Welsh disclosure scheme
RELEASE_DAYS_MOST = 90
CHECK_KEPT = timedelta(days=6 * 365 + 2)
REQUEST_KEPT = CHECK_KEPT
AGE = 18
ALIASES_MOST = 5


class AgencyKind(Labelled):
    """What an agency does with the register."""

    REGISTRY = "registry", mark("Keeps the register: its registrars enter and prepare")
    DISCLOSURE = "disclosure", mark("Decides what is told: its disclosure officers")
    POLICE = "police", mark("Police")
    PROBATION = "probation", mark("Probation")
    COURT = "court", mark("Court")
    CHILDREN = "children", mark("Protection of children")
    CLEARANCE = "clearance", mark("Clears people for work with children or adults at risk")


KEEPERS = frozenset({AgencyKind.REGISTRY, AgencyKind.DISCLOSURE})
ASKERS = tuple(kind for kind in AgencyKind if kind not in KEEPERS)


class Purpose(Labelled):
    """What a check may be for, where the legal basis names it."""

    SAFETY = "safety", mark("Safety of a named person")
    CHILD = "child", mark("Protection of a child")
    WORK = "work", mark("Work with children or adults at risk")
    SUPERVISION = "supervision", mark("Supervision of the person")


class Duty(Labelled):
    """What puts somebody on the register besides a final conviction."""

    ORDER = "order", mark("A court’s order to be entered")
    NOTIFY = "notify", mark("A duty to notify")


class EndRule(Labelled):
    """When an entry ends by the legal basis."""

    FIXED = "fixed", mark("So many months after it starts")
    WITH_DUTY = "with_duty", mark("With the order or duty, and never later than so many months after it starts")


class NumberCheck(Labelled):
    """How the last signs of an official number are checked."""

    NONE = "none", mark("By its shape alone")
    LUHN = "luhn", mark("By its last number (Luhn)")
    MOD97 = "mod97", mark("By its last two numbers (ISO 7064, 97-10)")


class EntryState(Labelled):
    """Where an entry stands."""

    IN_FORCE = "in_force", mark("In force"), "blue"
    SUSPENDED = "suspended", mark("Suspended: an appeal is heard"), "yellow"
    ENDED = "ended", mark("Ended: its keys are destroyed"), "grey"


class EntryStep(Labelled):
    """What happens to an entry."""

    ENTERED = "entered", mark("Entered")
    SUSPENDED = "suspended", mark("Suspended: an appeal is heard")
    RESUMED = "resumed", mark("The conviction stands after the appeal")
    CORRECTED = "corrected", mark("Corrected")
    REVIEWED = "reviewed", mark("Reviewed: it stays")
    ACQUITTED = "acquitted", mark("Ended: acquitted, or the conviction was quashed")
    MISTAKE = "mistake", mark("Ended: it should not have been entered")
    RAN_OUT = "ran_out", mark("Ended: its time is over")
    BASIS_OVER = "basis_over", mark("Ended: its legal basis is over")


ENDINGS = frozenset({EntryStep.ACQUITTED, EntryStep.MISTAKE, EntryStep.RAN_OUT, EntryStep.BASIS_OVER})
# What a registrar may note where an entry stands; the sweep notes the other two ends.
NEXT = {
    EntryState.IN_FORCE: (EntryStep.SUSPENDED, EntryStep.REVIEWED, EntryStep.ACQUITTED, EntryStep.MISTAKE),
    EntryState.SUSPENDED: (EntryStep.RESUMED, EntryStep.ACQUITTED, EntryStep.MISTAKE),
    EntryState.ENDED: (),
}
# After these, what was told of an entry is taken back too: it should not have been there.
UNDONE = frozenset({EntryStep.ACQUITTED, EntryStep.MISTAKE})
AFTER = {
    EntryStep.SUSPENDED: EntryState.SUSPENDED,
    EntryStep.RESUMED: EntryState.IN_FORCE,
    **dict.fromkeys(ENDINGS, EntryState.ENDED),
}


class CheckState(Labelled):
    """Where a check stands."""

    ASKED = "asked", mark("Asked"), "yellow"
    PREPARED = "prepared", mark("With the second agency"), "blue"
    TOLD = "told", mark("Answer given"), "green"
    NOTHING = "nothing", mark("Nothing to tell"), "grey"
    CLOSED = "closed", mark("Closed: its legal basis ended"), "grey"


OPEN = frozenset({CheckState.ASKED, CheckState.PREPARED})
DECIDED = frozenset({CheckState.TOLD, CheckState.NOTHING})


class Four(Labelled):
    """The four tests of a disclosure, after the guidance to multi-agency public protection in England and Wales."""

    LAWFUL = "lawful", mark("Lawful: the statute allows telling this, to them, for this purpose")
    NECESSARY = "necessary", mark("Necessary: the purpose cannot be met without it")
    PROPORTIONATE = "proportionate", mark("Proportionate: it tells no more than that")
    REASONABLE = "reasonable", mark("Reasonable: what it does to everybody concerned was weighed")


class LetterKind(Labelled):
    """What somebody asks by post about what is held of themselves."""

    ACCESS = "access", mark("What is held about me?")
    CORRECTION = "correction", mark("Something is wrong")
    REVIEW = "review", mark("Should I still be in it?")


class LookFor(Labelled):
    """Why a registrar opens an entry without a check."""

    COURT = "court", mark("A court’s notice: appeal, acquittal, end")
    REVIEW = "review", mark("Its review is due")
    LETTER = "letter", mark("A letter of the person entered")
