"""Two rounds at once ask each owner once, the same wish twice at once is one, and a killed round is made up for."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections

from leeward.foundation.outbox.models import Parcel
from leeward.foundation.vault.operations import found_services
from leeward.society.directory.models import OwnerLink, Proposal, Service
from leeward.society.directory.operations.freshness import remind_owners
from leeward.society.directory.operations.proposing import propose_change, report_mistake
from leeward.society.directory.rules.freshness import MistakeKind
from leeward.society.directory.rules.proposals import OwnerChange
from tests.society.directory.factories import BY, NOW, TODAY, make_organization, make_service

pytestmark = [pytest.mark.usefixtures("transactional_db", "courier"), pytest.mark.postgresql]

OWNERS = 12
# A round in a process of its own, which dies for good after it has posted so many mails, before the last is committed.
DYING = """
import os, sys
import django
django.setup()
from datetime import datetime
from leeward.society.directory.operations import freshness
posted, really = 0, freshness.post_parcel
def post(**values):
    global posted
    really(**values)
    posted += 1
    if posted == int(sys.argv[1]):
        os._exit(9)
freshness.post_parcel = post
freshness.remind_owners(now=datetime.fromisoformat(sys.argv[2]), limit=100)
"""


@pytest.fixture
def courier(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    found_services(by=BY, now=NOW)


def stale(count: int) -> None:
    organization = make_organization()
    for number in range(count):
        make_service(
            name=f"Service {number}",
            organization_id=organization.id,
            assured_date=TODAY - timedelta(days=100),
            owner_email=f"owner-{number}@harbour.example",
        )


def both(act: Callable[[], Any]) -> list[Any]:
    """The same twice at once, on a connection of its own each."""
    together = threading.Barrier(2, timeout=60)

    def run() -> Any:
        together.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return [future.result() for future in [pool.submit(run), pool.submit(run)]]


def test_two_rounds_at_once_ask_each_owner_once() -> None:
    stale(OWNERS)
    assert sum(both(lambda: remind_owners(now=NOW, limit=100))) == OWNERS
    assert Parcel.objects.count() == OwnerLink.objects.count() == OWNERS


def test_the_same_wish_twice_at_once_is_one() -> None:
    service = make_service()
    both(lambda: propose_change(service_id=service.id, change=OwnerChange(alert="Closed"), now=NOW))
    both(lambda: report_mistake(service_id=service.id, kind=MistakeKind.PHONE, words="Nobody answers", now=NOW))
    assert sorted(Proposal.objects.values_list("kind", flat=True)) == ["change", "mistake"]


def test_a_round_that_is_killed_has_asked_whom_it_marked_and_nobody_else() -> None:
    stale(OWNERS)
    connection.close()  # the child writes to the same database
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "leeward.config.settings",
        "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(django_settings.ENVIRONMENT.data),
        "LEEWARD_SERVICE_KEYS": str(django_settings.LEEWARD_SERVICE_KEYS),
        "DATABASE_URL": database_url(),
    }
    child = subprocess.run(
        [sys.executable, "-c", DYING, "5", NOW.isoformat()], env=environment, check=False, capture_output=True
    )
    assert child.returncode == 9, child.stderr.decode()
    assert Parcel.objects.count() == Service.objects.exclude(reminded_at=None).count() == OwnerLink.objects.count() == 4
    assert remind_owners(now=NOW, limit=100) == OWNERS - 4
    assert Parcel.objects.count() == OWNERS


def database_url() -> str:
    """The address of the database that this test uses."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
