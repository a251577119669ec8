"""Addresses that are gone and come back, and what the monitor saw there."""

from datetime import timedelta

from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import open_report
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.decisions import Answer, Outcome, Reasons
from tests.victim.removals.conftest import NOW, Filed, Worker

URL = "https://chatter.example/p/1"


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


REMOVED = Answer(outcome=Outcome.REMOVED, reasons=Reasons())


GONE = Verdict(signal=Signal.GONE, reason=CheckReason.STATUS)


BACK = Verdict(signal=Signal.UP, reason=CheckReason.SAME_PAGE)


def send_all(filed: Filed, worker: Worker) -> None:
    opened = open_report(reference=filed.reference, keyring=worker.keyring, by=worker.actor, now=NOW)
    for plan in plan_notices(opened=opened, signer="Robin Vale", now=NOW):
        send_notice(opened=opened, plan=plan, by=worker.actor, now=NOW)


def saw(row: Request, verdict: Verdict, worker: Worker, *, days: int) -> None:
    note_check(reference=row.reference, verdict=verdict, status=200, by=worker.actor, now=NOW + days * DAY)


def gone(filed: Filed, worker: Worker, side: AtPlatform | None = None) -> Request:
    """The report's one request, sent under the American law, said to be removed, and gone."""
    Request.objects.update(regime_code="us-tida", regime_version=1)
    send_all(filed, worker)
    row = Request.objects.get(report__reference=filed.reference)
    if side:
        decide(side=side, references=[row.reference], answer=REMOVED, now=NOW + HOUR)
    saw(row, GONE, worker, days=1)
    row.refresh_from_db()
    assert row.state == "gone"
    return row


def child_of(row: Request) -> Request:
    return Request.objects.get(parent__followed_as=row.root, closed_at__isnull=True)
