"""The words that entries of the strategy are described in, and how long each may be."""

from enum import StrEnum

REFERENCE_LENGTH = 64
CODE_LENGTH = 16
# A nation's strategy, not a company's task list: more than this is another kind of tool, and no page would show it.
ACTIONS_MOST = 500
STAKEHOLDERS_MOST = 1_000
MINUTES_MOST = 24 * 60


class Sector(StrEnum):
    """To which part of society an organisation belongs."""

    POLICE = "police"
    PROSECUTORS = "prosecutors"
    COURTS = "courts"
    GOVERNMENT = "government"
    REGULATOR = "regulator"
    NGO = "ngo"
    HEALTH = "health"
    ACADEMIA = "academia"
    INDUSTRY = "industry"
    MEDIA = "media"


class Level(StrEnum):
    """How much: of capacity, influence or interest. `unknown` is an answer, and is not the same as little."""

    UNKNOWN = "unknown"
    LOW = "low"
    SOME = "some"
    HIGH = "high"


class Presence(StrEnum):
    """Whether a member of the forum was at a meeting."""

    PRESENT = "present"
    APOLOGIES = "apologies"
    ABSENT = "absent"


class MeetingState(StrEnum):
    """What became of a meeting."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Status(StrEnum):
    """How an action stands, by its owner's word. Whether it is late follows from its dates."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"


ENDED = frozenset({Status.DONE, Status.DROPPED})


class Kind(StrEnum):
    """Which kind of entry the history speaks of."""

    STAKEHOLDER = "stakeholder"
    SCOPING = "scoping"
    MEMBER = "member"
    MEETING = "meeting"
    DECISION = "decision"
    STRATEGY = "strategy"
    OBJECTIVE = "objective"
    ACTION = "action"
    MILESTONE = "milestone"
    STANDARD = "standard"
    AGREEMENT = "agreement"
    CALENDAR = "calendar"


class ChangeVerb(StrEnum):
    """What was done to an entry."""

    ADDED = "added"
    CHANGED = "changed"
    STATUS = "status"
    REMOVED = "removed"
    HELD = "held"
    CANCELLED = "cancelled"
    PUBLISHED = "published"
    REVOKED = "revoked"
    REMINDED = "reminded"
