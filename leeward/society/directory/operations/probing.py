"""Looks whether an entry's web addresses answer and its numbers can be right, and writes down what is worst.

The entry itself is never changed by this: a person looks first.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from leeward.foundation.reach.errors import AddressRefused, CertificateRefused, ReachRefused
from leeward.foundation.reach.network import NETWORK, Network
from leeward.foundation.reach.operations import fetch, take_turn
from leeward.foundation.reach.rules.limits import Limits, Pace
from leeward.society.directory.errors import EntryUnknown
from leeward.society.directory.models import Probe, Service
from leeward.society.directory.rules.freshness import ProbeTrouble
from leeward.society.directory.rules.probing import (
    Finding,
    answer_trouble,
    phone_findings,
    web_addresses,
    worst_of,
)
from leeward.society.directory.rules.records import ServiceStatus

# That it answers is all that is wanted: no body is read, whatever it is.
LIMITS = Limits(seconds=15.0, body_bytes=1, media=frozenset({"application/x-nothing"}))
PACE = Pace(interval=timedelta(seconds=1))
TURNS_MOST, TURN_SECONDS = 120, 0.5
FAILURES_MOST = 30_000


def due_services(*, now: datetime, older_than: timedelta, limit: int) -> tuple[UUID, ...]:
    """The services that were not looked at since, the longest wait first; so one goes on where another stopped."""
    rows = Service.objects.filter(withdrawn_at__isnull=True).exclude(status=ServiceStatus.DEFUNCT.value)
    due = rows.filter(Q(probe__isnull=True) | Q(probe__probed_at__lte=now - older_than))
    ordered = due.order_by(F("probe__probed_at").asc(nulls_first=True), "pk")
    return tuple(ordered.values_list("public_id", flat=True)[:limit])


def probe_service(
    *, service_id: UUID, now: datetime, network: Network = NETWORK, wait: Callable[[float], None] = time.sleep
) -> ProbeTrouble:
    """Look at one service's addresses and numbers, and write down what is worst. Raises EntryUnknown.

    Nothing is written before all has been looked at, so that a stop in the middle leaves what stood there.
    """
    row = Service.objects.whole().filter(public_id=service_id).first()
    if row is None:
        raise EntryUnknown
    record = row.as_record()
    findings = [
        *phone_findings(record, region=settings.LEEWARD_JURISDICTION),
        *(Finding(trouble=_look(url, network=network, wait=wait), about=url) for url in web_addresses(record)),
    ]
    worst = worst_of(findings)
    with transaction.atomic():
        before = Probe.objects.select_for_update().filter(service=row).first()
        failures = min((before.failures if before else 0) + 1, FAILURES_MOST) if worst.trouble else 0
        Probe.objects.update_or_create(
            service=row,
            defaults={
                "probed_at": now,
                "trouble": worst.trouble.value,
                "about": worst.about,
                "failures": failures,
            },
        )
    return worst.trouble


def _look(url: str, *, network: Network, wait: Callable[[float], None]) -> ProbeTrouble:
    """One question to an address that the service itself has given.

    The site's robots.txt, which is for programs that gather pages, is not asked: a site that is gone would look like
    one that wants no programs.
    """
    try:
        for _turn in range(TURNS_MOST):
            if take_turn(url, pace=PACE):
                break
            wait(TURN_SECONDS)
        fetched = fetch(url, limits=LIMITS, network=network)
    except AddressRefused:
        return ProbeTrouble.REFUSED
    except CertificateRefused:
        return ProbeTrouble.INSECURE
    except ReachRefused:
        return ProbeTrouble.NO_ANSWER
    return answer_trouble(asked=url, final=fetched.final_url, status=fetched.status)
