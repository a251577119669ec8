"""Reports and requests to which things happen at chosen times."""

import itertools
from datetime import UTC, date, datetime, timedelta

from leeward.industry.platforms.models import Platform
from leeward.victim.file.models import File
from leeward.victim.removals.models import Report, Request, RequestEvent
from leeward.victim.removals.rules.states import Step

DAY = timedelta(days=1)


NUMBERS = itertools.count(1)


def at(day: int, hour: int = 0) -> datetime:
    """So many days after the first of March."""
    return datetime(2026, 3, 1, hour, tzinfo=UTC) + day * DAY


def a_platform(name: str, *, is_listed: bool = True) -> Platform:
    return Platform.objects.create(name=name, created_at=at(0), is_listed=is_listed)


def a_report(*, filed: datetime, agreed: bool = True) -> Report:
    return Report.objects.create(
        file=File.objects.create(language="en", expires_on=date(2028, 1, 1)),
        state="open",
        path="online",
        source="web",
        begun_at=filed,
        filed_at=filed,
        statistics_agreed_at=filed if agreed else None,
    )


def an_item(report: Report, platform: Platform | None = None, *, sent: datetime, **fields: object) -> Request:
    values = {"state": "sent", "kind": "url", "band": "green", "own_due_at": sent, "opened_at": sent, **fields}
    return Request.objects.create(report=report, ordinal=next(NUMBERS), platform=platform, first_sent_at=sent, **values)


def happened(
    item: Request, step: Step, when: datetime, *, code: str = "", voids: RequestEvent | None = None
) -> RequestEvent:
    return RequestEvent.objects.create(
        request=item,
        step=step.value,
        at=when,
        noted_at=when,
        before="sent",
        after="sent",
        actor_kind="staff",
        code=code,
        voids=voids,
    )
