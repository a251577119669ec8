"""The worker's command: sends what is due, ends when it is told to, and says what it lacks."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections

from leeward.foundation.outbox.management.commands import courier as command
from leeward.foundation.outbox.operations import find_parcel, send_due
from leeward.foundation.outbox.rules.parcels import Stage
from leeward.foundation.vault.operations import ServiceKeys
from tests.foundation.outbox.conftest import NOW, MailHandler, a_mail, post

pytestmark = pytest.mark.postgresql


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_courier_sends_until_it_is_stopped_and_finishes_what_it_has_in_hand(
    number: signal.Signals, transactional_db: None, mail: MailHandler, courier: ServiceKeys
) -> None:
    first, second = post(a_mail()), post(a_mail())
    mail.on = lambda step: os.kill(os.getpid(), number) if step == "data" else None
    call_command("courier", pause=0.01)
    assert mail.ids() == [str(first)]
    assert find_parcel(first).state is Stage.SENT
    assert find_parcel(second).state is Stage.WAITING


def test_a_database_that_is_away_ends_a_round_and_not_the_courier(
    transactional_db: None,
    mail: MailHandler,
    courier: ServiceKeys,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    parcel = post(a_mail())
    failures = iter([OperationalError("disk full")])
    original = command.send_due

    def sometimes(**named: Any) -> int:
        for error in failures:
            raise error
        return original(**named)

    monkeypatch.setattr(command, "send_due", sometimes)
    monkeypatch.setattr(logging.getLogger("leeward"), "propagate", True)
    mail.on = lambda step: os.kill(os.getpid(), signal.SIGTERM) if step == "data" else None
    call_command("courier", pause=0.01)
    assert find_parcel(parcel).state is Stage.SENT
    assert "a round was left: OperationalError" in caplog.text


def test_two_couriers_at_once_send_each_parcel_once(
    transactional_db: None, mail: MailHandler, courier: ServiceKeys
) -> None:
    posted = [post(a_mail()) for _ in range(16)]
    together = threading.Barrier(2)

    def send() -> int:
        together.wait()
        try:
            return send_due(now=NOW, limit=100, courier=courier)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        tried = [future.result() for future in [pool.submit(send), pool.submit(send)]]
    assert sum(tried) == len(posted)
    assert sorted(mail.ids()) == sorted(map(str, posted))
    assert {find_parcel(parcel).state for parcel in posted} == {Stage.SENT}


@pytest.mark.django_db
def test_without_its_key_the_courier_does_not_start(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "nowhere"
    with pytest.raises(CommandError, match="courier"):
        call_command("courier")
