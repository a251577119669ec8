"""The six kinds of help, and what came of each: what she says stands beside what the worker says, never under it."""

from leeward.foundation.labels import Labelled, mark


class HelpKind(Labelled):
    """What she can ask for."""

    LAW = "law", mark("Know the law")
    REMOVAL = "removal", mark("Have it removed")
    PROTECT = "protect", mark("Protect and prevent")
    EMOTIONAL = "emotional", mark("Somebody to talk to")
    POLICE = "police", mark("Police and courts")
    REFERRAL = "referral", mark("Another service")


class HelpState(Labelled):
    """Where one thing that she asked for stands."""

    ASKED = "asked", mark("Asked"), "yellow"
    OFFERED = "offered", mark("Offered"), "blue"
    GIVEN = "given", mark("Given"), "green"
    NOT_POSSIBLE = "not_possible", mark("Not possible"), "grey"
    NOT_IN_LAW = "not_in_law", mark("Not in the law"), "grey"  # counted, so that the gap is seen
    NOT_WANTED = "not_wanted", mark("Not wanted any more"), "grey"


class Met(Labelled):
    """Whether she got what she asked for, as she says."""

    YES = "yes", mark("Yes")
    PARTLY = "partly", mark("Partly")
    NO = "no", mark("No")
    SKIPPED = "skipped", mark("Not said")


HELP_ENDED = frozenset({HelpState.GIVEN, HelpState.NOT_POSSIBLE, HelpState.NOT_IN_LAW, HelpState.NOT_WANTED})
