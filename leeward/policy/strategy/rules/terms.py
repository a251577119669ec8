"""The words that entries of the strategy are described in, and how long each may be."""

from leeward.foundation.labels import Labelled, mark

REFERENCE_LENGTH = 64
CODE_LENGTH = 16
# A nation's strategy, not a company's task list: more than this is another kind of tool, and no page would show it.
ACTIONS_MOST = 500
STAKEHOLDERS_MOST = 1_000
MINUTES_MOST = 24 * 60


class Sector(Labelled):
    """To which part of society an organisation belongs."""

    POLICE = "police", mark("Police")
    PROSECUTORS = "prosecutors", mark("Prosecutors")
    COURTS = "courts", mark("Courts")
    GOVERNMENT = "government", mark("Government")
    REGULATOR = "regulator", mark("Regulator")
    NGO = "ngo", mark("Non-governmental organisation")
    HEALTH = "health", mark("Health")
    ACADEMIA = "academia", mark("Academia")
    INDUSTRY = "industry", mark("Industry")
    MEDIA = "media", mark("Media")


class Level(Labelled):
    """How much: of capacity, influence or interest. `unknown` is an answer, and is not the same as little."""

    UNKNOWN = "unknown", mark("Not known")
    LOW = "low", mark("Little")
    SOME = "some", mark("Some")
    HIGH = "high", mark("Much")


class Presence(Labelled):
    """Whether a member of the forum was at a meeting."""

    PRESENT = "present", mark("Present")
    APOLOGIES = "apologies", mark("Sent apologies")
    ABSENT = "absent", mark("Absent")


class MeetingState(Labelled):
    """What became of a meeting."""

    PLANNED = "planned", mark("Planned"), "blue"
    HELD = "held", mark("Held"), "green"
    CANCELLED = "cancelled", mark("Cancelled"), "grey"


class Status(Labelled):
    """How an action stands, by its owner's word. Whether it is late follows from its dates."""

    NOT_STARTED = "not_started", mark("Not started"), "grey"
    UNDER_WAY = "under_way", mark("Under way"), "blue"
    BLOCKED = "blocked", mark("Blocked"), "red"
    DONE = "done", mark("Done"), "green"
    DROPPED = "dropped", mark("Dropped"), "purple"


ENDED = frozenset({Status.DONE, Status.DROPPED})


class EntryKind(Labelled):
    """Which kind of entry the history and the trail speak of."""

    STAKEHOLDER = "strategy_stakeholder", mark("Organisation")
    SCOPING = "strategy_scoping", mark("Scoping exercise")
    MEMBER = "strategy_member", mark("Seat in the forum")
    MEETING = "strategy_meeting", mark("Meeting")
    DECISION = "strategy_decision", mark("Decision")
    STRATEGY = "strategy_strategy", mark("Strategy")
    OBJECTIVE = "strategy_objective", mark("Objective")
    ACTION = "strategy_action", mark("Action")
    MILESTONE = "strategy_milestone", mark("Milestone")
    STANDARD = "strategy_standard", mark("Standard")
    AGREEMENT = "strategy_agreement", mark("Agreement")
    CALENDAR = "strategy_calendar", mark("Calendar address")


class StrategyVerb(Labelled):
    """What was done to an entry, as the history and the trail keep it."""

    ADDED = "strategy.added", mark("added")
    CHANGED = "strategy.changed", mark("changed")
    STATUS = "strategy.status", mark("its status changed")
    REMOVED = "strategy.removed", mark("taken out")
    HELD = "strategy.held", mark("held")
    CANCELLED = "strategy.cancelled", mark("cancelled")
    PUBLISHED = "strategy.published", mark("published")
    REVOKED = "strategy.revoked", mark("revoked")
    REMINDED = "strategy.reminded", mark("its keeper was reminded")
