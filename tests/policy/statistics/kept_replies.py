"""Replies of platforms by where they stand, for tests of whatever hands them in or settles them."""

from leeward.policy.statistics.queries.replies import reply_lines, reply_rows
from leeward.policy.statistics.rules.replies import Reply, ReplyState


def waiting_replies() -> tuple[Reply, ...]:
    return _in_state(ReplyState.WAITING)


def shown_replies() -> tuple[Reply, ...]:
    return _in_state(ReplyState.SHOWN)


def _in_state(state: ReplyState) -> tuple[Reply, ...]:
    return reply_lines(reply_rows().filter(state=state).select_related("platform"))
