"""Tables of the strategy: the map, the forum, the plan, the registers, and the history of all of them."""

from leeward.policy.strategy.models.addresses import CalendarAddress
from leeward.policy.strategy.models.forum import Attendance, Decision, Meeting, Member
from leeward.policy.strategy.models.mapping import Scoping, Stakeholder
from leeward.policy.strategy.models.plan import Action, Milestone, Objective, StatusEntry, Strategy
from leeward.policy.strategy.models.registers import Agreement, Reminder, Standard

__all__ = [
    "Action",
    "Agreement",
    "Attendance",
    "CalendarAddress",
    "Decision",
    "Meeting",
    "Member",
    "Milestone",
    "Objective",
    "Reminder",
    "Scoping",
    "Stakeholder",
    "Standard",
    "StatusEntry",
    "Strategy",
]
