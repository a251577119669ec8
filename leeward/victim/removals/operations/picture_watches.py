"""Her yes to being told where platforms find the pictures that she protects: kept, and taken back."""

import secrets
import uuid
from datetime import datetime

from django.conf import settings

from leeward.foundation.vault.errors import ServiceUnknown
from leeward.foundation.vault.operations import seal_to, service_grantee
from leeward.foundation.vault.rules.grants import Service
from leeward.foundation.vault.service_boxes import ServiceBoxes
from leeward.victim.removals.models import PictureWatch, Report, place
from leeward.victim.removals.rules.matches import PictureLink, next_look


def may_watch_pictures() -> bool:
    """Whether there is a monitor, to which alone the link between pictures and report can be sealed."""
    try:
        service_grantee(Service.MONITOR)
    except ServiceUnknown:
        return False
    return True


def watch_pictures(*, report: Report, submission: uuid.UUID | None, now: datetime) -> None:
    """Keep her yes, for a locked report; the same yes again changes nothing, and without pictures there is none."""
    if submission is None or not may_watch_pictures() or PictureWatch.objects.filter(report=report).exists():
        return
    row = PictureWatch(report=report, agreed_at=now, next_look_at=plan_look(now))
    row.link = seal_to(service_grantee(Service.MONITOR), PictureLink.to(submission).to_text(), place=link_place(row))
    row.save()


def stop_watching_pictures(*, report: Report) -> None:
    """Forget what joins her pictures to a locked report. What was asked for already stays asked for."""
    PictureWatch.objects.filter(report=report).delete()


def link_place(row: PictureWatch) -> str:
    """Where a sealed link belongs."""
    return place("picture-watch", "link", row.report.reference)


# What a new key of the monitor is to be given, besides the watched addresses.
LINKS = ServiceBoxes(service=Service.MONITOR, rows=PictureWatch.objects.all, column="link", place_of=link_place)


def plan_look(now: datetime) -> datetime:
    """When a watch is looked at next."""
    return next_look(now=now, draw=secrets.SystemRandom().random(), pace=settings.LEEWARD_CLOCK_PACE)
