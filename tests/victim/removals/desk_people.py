"""What people at the desk do for the tests of removals: send what waits, and note what platforms answered."""

import uuid

from django.test import Client

from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import (
    OpenReport,
    open_report,
)
from leeward.victim.removals.rules.decisions import Answer, Outcome, Reasons, RefusalReason
from tests.victim.removals.conftest import NOW, Filed, Worker

REMOVED = Answer(outcome=Outcome.REMOVED, reasons=Reasons())


REFUSED = Answer(
    outcome=Outcome.REFUSED, reasons=Reasons(facts="A holiday picture.", refusal=RefusalReason.NOT_INTIMATE)
)


def at_desk(filed: Filed, worker: Worker) -> OpenReport:
    return open_report(reference=filed.reference, keyring=worker.keyring, by=worker.actor, now=NOW, reason="work")


def send_all(filed: Filed, worker: Worker) -> list[uuid.UUID]:
    opened = at_desk(filed, worker)
    plans = plan_notices(opened=opened, signer="Robin Vale", now=NOW)
    return [send_notice(opened=opened, plan=plan, by=worker.actor, now=NOW) for plan in plans]


def only_request(filed: Filed) -> Request:
    return Request.objects.get(report__reference=filed.reference)


def send_ticked(client: Client, url: str, ticks: list[str]) -> str:
    """Send the selected notices, press until nothing of it waits, and read what became of it."""
    answer = client.post(url, {"plan": ticks})
    assert answer.status_code == 303
    return finish_sending(client, answer.headers["Location"])


def finish_sending(client: Client, batch: str) -> str:
    """Press on a sending's page until nothing waits."""
    while "data-leeward-go-on" in (text := client.get(batch).content.decode()):
        assert client.post(batch).status_code == 303
    return text
