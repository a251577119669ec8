"""What passed between the desk and one platform about a request: nothing of what the desk or the person did besides."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.vault.operations import holders_of, open_files
from leeward.foundation.vault.rules.grants import GranteeKind
from leeward.industry.platforms.rules import team_name
from leeward.victim.removals.errors import RequestUnknown
from leeward.victim.removals.models import Appeal, Notice, Request, RequestEvent
from leeward.victim.removals.queries.packets import read_content
from leeward.victim.removals.queries.platforms import visible_requests
from leeward.victim.removals.queries.reports import (
    DecisionView,
    EventView,
    read_decision,
    read_events,
)
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.notices import NoticeContent
from leeward.victim.removals.rules.notices.composing import AT_THE_PLATFORM
from leeward.victim.removals.rules.states import RequestState, Step

ARRIVALS = frozenset({Step.SENT, Step.COMPLETED})
# What the desk saw is told where it changes how the request stands; a look that changes nothing is the desk's own.
LOOKS = {Step.SEEN_GONE: RequestState.GONE, Step.SEEN_UP: RequestState.STILL_UP}
TOLD = frozenset(
    {
        Step.ACKNOWLEDGED,
        Step.FOUND_INCOMPLETE,
        Step.DECIDED_REMOVED,
        Step.DECIDED_KEPT,
        Step.APPEALED,
        Step.APPEAL_UPHELD,
        Step.APPEAL_REVERSED,
        Step.RESTORED,
        Step.CLOSED,
        Step.WITHDRAWN,
    }
)


@dataclass(frozen=True, kw_only=True)
class Passed:
    """The events between the two, oldest first, with the platform's reasons; `may_hear`: who asks may hear an appeal.

    What the person or the uploader wrote is not among it. `desk_decided_at`: when the desk settled what uploaders said.
    `decisions` also holds those that wait for a second person. `notices` are those that came to this platform, by
    their references; what the keys do not open of one is UNREAD.
    """

    events: tuple[EventView, ...]
    decisions: tuple[DecisionView, ...]
    desk_decided_at: frozenset[datetime]
    notices: Mapping[uuid.UUID, NoticeContent]
    may_hear: bool


def read_passed(side: AtPlatform, reference: uuid.UUID, *, now: datetime) -> Passed:
    """Read what passed about one request of this side. Raises RequestUnknown for an absent one and for another's."""
    row = visible_requests(side).select_related("platform").filter(reference=reference).first()
    if row is None:
        raise RequestUnknown
    own = {each.pk: each for each in _own_notices(row, side)}
    packets = open_files([each.reference for each in own.values()], side.keyring, by=side.actor, now=now) if own else {}
    rows = list(_between(row.events.order_by("at", "ordinal", "id"), own=own, side=side))
    opened = {each.pk: packets.get(each.reference) for each in own.values()}
    return Passed(
        events=read_events(rows, notices={each.pk: each.reference for each in own.values()}),
        decisions=tuple(
            read_decision(each, opened.get(each.notice_id or 0))
            for each in row.decisions.filter(notice__in=own).order_by("decided_at", "id")
        ),
        desk_decided_at=frozenset(
            each.decided_at for each in row.appeals.filter(side=Appeal.Side.UPLOADER) if each.decided_at is not None
        ),
        notices={each.reference: read_content(each, opened[each.pk]) for each in own.values()},
        may_hear=may_hear(row, side=side),
    )


def may_hear(row: Request, *, side: AtPlatform) -> bool:
    """Whether this side may hear an appeal: not who decided it before, where a colleague could."""
    last = row.decisions.order_by("-decided_at", "-id").first()
    if not side.is_person or last is None or last.decided_by != side.actor.id or row.platform is None:
        return True
    people = [name for kind, name in holders_of(team_name(row.platform.public_id)) if kind is GranteeKind.USER]
    return len(people) <= 1


def _own_notices(row: Request, side: AtPlatform) -> Iterable[Notice]:
    """The notices that came to whoever asks; by a link, that link's alone."""
    notices = row.notices.filter(platform_id=side.platform_id).order_by("made_at", "id")
    return notices.filter(reference=side.notice) if side.notice else notices


def _between(rows: Iterable[RequestEvent], *, own: Mapping[int, Notice], side: AtPlatform) -> Iterator[RequestEvent]:
    """The events that this side may know: what happened while the last notice was one of its own."""
    every = list(rows)
    voided = {row.voids_id for row in every if row.voids_id}
    sent_to_it = {pk for pk, each in own.items() if side.notice or each.rung in AT_THE_PLATFORM}
    is_with_it = False
    for row in every:
        if row.step in ARRIVALS:
            is_with_it = row.notice_id in own
        if is_with_it and row.pk not in voided and _is_told(row, sent_to_it):
            yield row


def _is_told(row: RequestEvent, sent_to_it: Collection[int]) -> bool:
    if row.step in ARRIVALS:
        return row.notice_id in sent_to_it
    return row.step in TOLD or (row.after is LOOKS.get(row.step) and row.before is not row.after)
