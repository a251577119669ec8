"""A courier killed at any point sends nothing twice and loses nothing."""

import json
import os
import random
import subprocess
import sys
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from leeward.foundation.outbox.rules.servers import MailServer
from tests.depth import times
from tests.foundation.outbox.conftest import NOW, SENDER, MailHandler
from tests.foundation.outbox.killing import Killer

pytestmark = pytest.mark.postgresql(alone=True)

MAILS = times(40, deep=120)
ROUNDS = times(9, deep=100)
STEPS = ("mail", "rcpt", "data", "taken")
# Prepares a database of its own, then lets one child after the other send: starting afresh for each costs a second.
MOTHER = """
import json, os, sys
from datetime import datetime
from uuid import UUID

import django
django.setup()

from django.db import connections
from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import post_parcel, send_due
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, Stage
from leeward.foundation.vault.operations import found_services, open_service
from leeward.foundation.vault.rules.grants import Service

now = datetime.fromisoformat(sys.argv[1])
found_services(by=Actor.system(), now=now)
for parcel in sys.argv[2].split(","):
    content = EmailContent(to="abuse@platform.example", subject="Notice", text="Please remove this.")
    post_parcel(parcel=UUID(parcel), kind=ParcelKind.EMAIL, content=content, due_at=now, by=Actor.system(), now=now)
courier = open_service(Service.COURIER)
connections.close_all()
print("ready", flush=True)

for line in sys.stdin:
    if line.startswith("report"):
        stages = {stage: [str(row.public_id) for row in Parcel.objects.filter(state=stage)] for stage in Stage}
        print(json.dumps(stages), flush=True)
        connections.close_all()
        continue
    if not line.strip():  # meant for a child that was killed before it had read it
        continue
    child = os.fork()
    if child == 0:
        os.read(0, 1)  # until the one that may kill us knows us
        send_due(now=datetime.fromisoformat(line.strip()), limit=100, courier=courier)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@pytest.mark.database  # its own processes touch it
def test_killed_at_any_point_nothing_is_sent_twice_and_nothing_is_lost(
    mailbox: tuple[MailHandler, MailServer], tmp_path: Path, database: str
) -> None:
    handler, server = mailbox
    chance = random.Random(20260504)
    posted = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(MAILS)]
    environment = {
        "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "leeward.config.settings", "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(tmp_path),
        "DATABASE_URL": database, "LEEWARD_SMTP_URL": f"smtp://127.0.0.1:{server.port}", "LEEWARD_MAIL_FROM": SENDER,
    }  # fmt: skip
    killer = Killer()
    handler.on = killer.note
    with subprocess.Popen(
        [sys.executable, "-c", MOTHER, NOW.isoformat(), ",".join(posted)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as mother:  # fmt: skip
        assert mother.stdin
        assert mother.stdout
        assert mother.stdout.readline() == "ready\n"
        for number in range(ROUNDS + 2):
            is_calm = number >= ROUNDS  # the last two finish the work and look at what was left behind
            mother.stdin.write(f"{(NOW + timedelta(hours=number)).isoformat()}\n")
            killer.victim = os.pidfd_open(int(mother.stdout.readline()))
            at_a_step = chance.random() < 0.7
            killer.step = chance.choice(STEPS) if at_a_step and not is_calm else ""
            killer.left, killer.pause = chance.randint(1, 2), chance.choice([0, 0.0005, 0.002, 0.006])
            mother.stdin.write("\n")
            if not at_a_step and not is_calm:
                killer.strike_after(chance.uniform(0.001, 0.04))
            assert mother.stdout.readline() == "ended\n"
            for timer in killer.timers:
                timer.join()
            killer.timers.clear()
            os.close(killer.victim)
        mother.stdin.write("report\n")
        report = json.loads(mother.stdout.readline())
        mother.stdin.close()
    sent, unsure = set(report["sent"]), set(report["unsure"])
    assert sent | unsure == set(posted)
    assert not sent & unsure
    assert report["waiting"] == report["sending"] == report["failed"] == []
    delivered = Counter(handler.ids())
    assert set(delivered.values()) == {1}  # none twice
    assert sent <= set(delivered)  # what is said to be sent did arrive
    assert set(posted) - set(delivered) <= unsure  # and what did not arrive is shown to people
    assert killer.kills >= ROUNDS // 3
    assert 0 < len(unsure) <= killer.kills  # each kill leaves at most the one in hand
