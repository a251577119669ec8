"""Takes notices back that have not left: when she withdraws a place or her yes, when a request ends, at erasure."""

from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.operations import recall_parcel
from leeward.victim.removals.models import Notice, NoticeState, Report, Request
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.rules.states import RequestState, Step

# Of a notice that failed the outbox keeps the words for another try; of an unsure one somebody may say: send it again.
UNSENT = (NoticeState.QUEUED, NoticeState.FAILED, NoticeState.UNSURE)


def recall_notices(report: Report, *, by: Actor, now: datetime, about: Request | None = None) -> None:
    """Take back every notice of a locked report that has not left, or those about one request; in a transaction.

    A notice leaves whole or not at all: the requests beside that one wait again, and the desk writes a new notice.
    """
    notices = report.notices.select_for_update().filter(state__in=UNSENT).order_by("id")
    if about is not None:
        notices = notices.filter(requests=about)
    for notice in notices:
        if _has_stayed(notice, by=by, now=now) and notice.state != NoticeState.UNSURE:
            take_back(notice, by=by, now=now)


def take_back(notice: Notice, *, by: Actor, now: datetime) -> None:
    """Note that a locked notice will not leave; its requests wait again."""
    notice.state = NoticeState.RECALLED
    notice.save(update_fields=["state"])
    for row in notice.requests.filter(state=RequestState.SENDING, notice=notice):
        request = locked_request(pk=row.pk)
        # What arrived before is what the platform has, and may still answer.
        request.notice = request.notices.filter(state=NoticeState.SENT).order_by("-sent_at", "-id").first() or notice
        take_step(request, step=Step.RECALLED, by=by, now=now, code=notice.channel, notice=notice)


def _has_stayed(notice: Notice, *, by: Actor, now: datetime) -> bool:
    """Return whether it has certainly not left. One that is carried by hand has not until its sending is noted."""
    if notice.parcel is None:
        return True
    try:
        return recall_parcel(parcel=notice.parcel, by=by, now=now)
    except ParcelUnknown:  # forgotten by the outbox, so there is nothing left to send
        return True
