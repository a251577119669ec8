"""What a look at a statement's address says, and when to look again."""

from datetime import datetime, timedelta

from leeward.industry.declarations.rules.terms import TROUBLES_THAT_COUNT, LinkTrouble

LOOKED_AGAIN_AFTER = timedelta(days=7)
LOOKED_AGAIN_AFTER_TROUBLE = timedelta(days=1)
OK, REDIRECT, SERVER_ERROR = 200, 300, 500
GONE = frozenset({404, 410})
CLOSED = frozenset({401, 402, 403, 405, 406, 407, 429, 451})


def trouble_of(status: int) -> LinkTrouble:
    """What an answer's status says of a page that everybody should be able to read."""
    if OK <= status < REDIRECT:
        return LinkTrouble.NONE
    if status in GONE:
        return LinkTrouble.NOT_FOUND
    if status in CLOSED:
        return LinkTrouble.CLOSED
    return LinkTrouble.SERVER_ERROR if status >= SERVER_ERROR else LinkTrouble.NOT_FOUND


def next_look(trouble: LinkTrouble, *, now: datetime) -> datetime:
    """When to look again: every week, every day while something is wrong."""
    return now + (LOOKED_AGAIN_AFTER_TROUBLE if trouble in TROUBLES_THAT_COUNT else LOOKED_AGAIN_AFTER)
