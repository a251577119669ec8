"""The real monitor, killed with the page half read: nothing half is written, and the next one follows it up."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import LEEWARD
from tests.foundation.reach.conftest import Server, answer

pytestmark = pytest.mark.postgresql(alone=True)

SECONDS = 60
# Prepares a database with one request that is due, then tells how it stands and makes it due again when asked.
ROOT = Path(__file__).parents[3]
MOTHER = """
import json, sys, uuid
import django
django.setup()
from django.db import connections
from django.utils import timezone
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import found_services, make_victim_key
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.reports import add_items, begin_report, file_report
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.rules.reports import Item, Path, Source
from leeward.victim.removals.rules.states import Step
from django.db import transaction
from leeward.foundation.counters.models import Counter
from tests.readers import open_door

now, by = timezone.now(), Actor.operator()
found_services(by=by, now=now)
open_door("desk", now=now)
opened = begin_report(
    reference=uuid.uuid4(), key=make_victim_key(), path=Path.ONLINE, source=Source.WEB, language="en", by=by, now=now
)
add_items(opened=opened, items=[Item(url=sys.argv[1])], by=by, now=now)
file_report(opened=opened, by=by, now=now)
with transaction.atomic():
    row = locked_request()
    for step in (Step.QUEUED, Step.SENT):
        take_step(row, step=step, by=by, now=now)
Request.objects.update(next_check_at=now)
connections.close_all()
print("ready", flush=True)
for line in sys.stdin:
    if line.startswith("due"):
        Counter.objects.all().delete()
        Request.objects.update(next_check_at=timezone.now())
    row = Request.objects.get()
    events = list(row.events.order_by("ordinal").values_list("step", flat=True))
    is_leased = row.next_check_at is not None and row.next_check_at > timezone.now()
    print(json.dumps([row.state, row.last_signal, row.checks.count(), events, is_leased]), flush=True)
    connections.close_all()
"""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


def ask(mother: subprocess.Popen[str], word: str) -> list[object]:
    assert mother.stdin
    mother.stdin.write(f"{word}\n")
    mother.stdin.flush()
    assert mother.stdout
    found: list[object] = json.loads(mother.stdout.readline())
    return found


@pytest.mark.database  # its own processes touch it
def test_a_monitor_killed_amid_a_page_is_followed_up(tmp_path: Path, database: str, server: Server) -> None:
    reading, killed = threading.Event(), threading.Event()

    def begin(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n<title>A po")
        reading.set()
        killed.wait(SECONDS)

    def say_gone(connection: socket.socket, request: bytes) -> None:
        reading.set()
        answer(status="410 Gone")(connection, request)

    server.answers["/p/1"] = begin
    environment = {
        "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "leeward.config.settings", "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(tmp_path),
        "DATABASE_URL": database,
    }  # fmt: skip
    url = f"http://127.0.0.1:{server.port}/p/1"
    watch = [str(LEEWARD), "monitor", "--pause", "0.1"]
    with subprocess.Popen(
        [sys.executable, "-c", MOTHER, url],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as mother:
        assert mother.stdout
        assert mother.stdout.readline() == "ready\n"
        with subprocess.Popen(watch, env=environment, start_new_session=True) as monitor:
            assert reading.wait(SECONDS)
            os.killpg(monitor.pid, signal.SIGKILL)
        killed.set()
        assert ask(mother, "tell") == ["sent", None, 0, ["queued", "sent"], True]
        ask(mother, "due")
        reading.clear()
        server.answers["/p/1"] = say_gone
        with subprocess.Popen(watch, env=environment, start_new_session=True) as monitor:
            assert reading.wait(SECONDS)
            monitor.terminate()  # it ends the look that it has begun
            assert monitor.wait(SECONDS) == 0
        assert ask(mother, "tell")[:4] == ["gone", "gone", 1, ["queued", "sent", "seen_gone"]]
        assert mother.stdin
        mother.stdin.close()
    assert server.paths.count("/p/1") == 2
