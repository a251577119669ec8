"""What probes found wrong, for editors."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models

from leeward.society.directory.models import Probe
from leeward.society.directory.rules.freshness import ProbeTrouble


@dataclass(frozen=True, kw_only=True)
class ProbeView:
    """What the last look found. `about` is the number or address; `failures` counts looks in a row with trouble."""

    service_id: UUID
    name: str
    trouble: ProbeTrouble
    about: str
    failures: int
    probed_at: datetime


def find_probe(service_id: UUID) -> ProbeView | None:
    """The last look at one service; None where there was none."""
    row = Probe.objects.select_related("service").filter(service__public_id=service_id).first()
    return _view(row) if row else None


def list_troubled(*, limit: int = 50, offset: int = 0) -> tuple[ProbeView, ...]:
    """The services in which the last look found trouble, those that had it longest first."""
    rows = _troubled().order_by("-failures", "service__name", "pk")[offset : offset + limit]
    return tuple(map(_view, rows))


def count_troubled() -> int:
    """How many services have trouble."""
    return _troubled().count()


def _troubled() -> models.QuerySet[Probe]:
    rows = Probe.objects.select_related("service").filter(service__withdrawn_at__isnull=True)
    return rows.exclude(trouble=ProbeTrouble.NONE.value)


def _view(row: Probe) -> ProbeView:
    return ProbeView(
        service_id=row.service.public_id,
        name=row.service.name,
        trouble=ProbeTrouble(row.trouble),
        about=row.about,
        failures=row.failures,
        probed_at=row.probed_at,
    )
