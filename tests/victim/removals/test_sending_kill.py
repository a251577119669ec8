"""The desk, killed amid sending many notices: each request goes out once or still waits, and parcels match notices."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.depth import times
from tests.victim.removals.conftest import NOW

pytestmark = pytest.mark.postgresql(alone=True)

REPORTS, PLATFORMS, ROUNDS = times(4, deep=20), 3, times(4, deep=16)
# Prepares a database of its own, then lets one child after the other send: starting afresh for each costs a second.
ROOT = Path(__file__).parents[3]
MOTHER = """
import json, os, sys, uuid
from datetime import datetime

import django
django.setup()

from django.db import connections
from leeward.foundation.audit.operations import verify_chain
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.vault.operations import found_services, make_victim_key
from leeward.industry.platforms.operations import (
    add_channel, add_domain, create_platform, describe_platform, keyring_for_key,
)
from leeward.industry.platforms.rules import ChannelKind, NewChannel, NewDomain, Profile, Rung
from leeward.victim.removals.models import Notice, Report, Request
from leeward.victim.removals.operations import notices
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import (
    add_items, begin_report, file_report, open_report, save_consents, save_story,
)
from leeward.victim.file.rules.story import Story
from leeward.victim.removals.rules.reports import Consents, Item, Path, Source
from tests.readers import open_door, reader_of

now, by = datetime.fromisoformat(sys.argv[1]), Actor.operator()
reports, platforms = int(sys.argv[2]), int(sys.argv[3])
found_services(by=by, now=now)
keyring, robin = open_door("desk", now=now), Actor(kind=ActorKind.STAFF, id=reader_of("desk"))
for number in range(platforms):
    issued = create_platform(name=f"P{number}", by=by, now=now)
    partner = issued.partner
    keyring_for_key(issued.fetch_key, now=now)
    add_domain(partner=partner, domain=NewDomain(host=f"p{number}.example"), by=by, now=now)
    kind, address = [(ChannelKind.EMAIL, f"a@p{number}.example"), (ChannelKind.XARF, "x@p.example"),
                     (ChannelKind.INBOX, "")][number % 3]
    channel = NewChannel(kind=kind, rung=Rung.PLATFORM, address=address, language="en")
    add_channel(partner=partner, channel=channel, by=by, now=now)
    describe_platform(partner=partner, profile=Profile(language="en", policy_clause="Rules, 4"), by=by, now=now)
for number in range(reports):
    opened = begin_report(reference=uuid.uuid4(), key=make_victim_key(), path=Path.ONLINE, source=Source.WEB,
                          language="en", by=by, now=now)
    save_story(opened=opened, story=Story(words="w"), by=by, now=now)
    save_consents(opened=opened, consents=Consents(notices=True), by=by, now=now)
    items = [Item(url=f"https://p{each}.example/{number}") for each in range(platforms)]
    add_items(opened=opened, items=items, by=by, now=now)
    file_report(opened=opened, by=by, now=now)
connections.close_all()
print("ready", flush=True)


def post_and_say(**parcel):
    post(**parcel)
    print("posted", flush=True)  # the moment at which a parcel could outlive its notice


post, notices.post_parcel = notices.post_parcel, post_and_say


def send_everything():
    for reference in Report.objects.order_by("id").values_list("reference", flat=True):
        opened = open_report(reference=reference, keyring=keyring, by=robin, now=now)
        for plan in plan_notices(opened=opened, signer="Robin Vale", now=now):
            send_notice(opened=opened, plan=plan, by=robin, now=now)
            print("sent", flush=True)


def tell():
    requests = [[str(row.reference), row.state, str(row.notice.reference) if row.notice else "",
                 [str(each.reference) for each in row.notices.all()],
                 row.events.filter(step="queued").count()] for row in Request.objects.all()]
    made = [[str(row.reference), str(row.parcel or ""), row.channel, row.requests.count()]
               for row in Notice.objects.all()]
    parcels = [str(row.public_id) for row in Parcel.objects.all()]
    print(json.dumps({"requests": requests, "notices": made, "parcels": parcels, "chain": verify_chain()}),
          flush=True)


for line in sys.stdin:
    if not line.strip():  # meant for a child that was killed before it had read it
        continue
    child = os.fork()
    if child == 0:
        os.read(0, 1)  # until the one that may kill us knows us
        tell() if line.startswith("report") else send_everything()
        print("ended", flush=True)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("over", flush=True)
"""


class Mother:
    """The process that prepares everything, and starts one sender after the other."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin
        assert process.stdout
        self.write, self.read = process.stdin, process.stdout

    def start(self, word: str) -> int:
        self.write.write(f"{word}\n")
        child = os.pidfd_open(int(self.read.readline()))
        self.write.write("\n")
        return child

    def until_over(self) -> list[str]:
        lines = []
        while (line := self.read.readline().strip()) != "over":
            assert line, "the process has ended"
            lines.append(line)
        return lines

    def tell(self) -> dict[str, Any]:
        os.close(self.start("report"))
        found: dict[str, Any] = json.loads(self.until_over()[0])
        return found

    def send(self, *, kill_after: int | None, pause: float) -> bool:
        """Let a child send; kill it a moment after it has sent so many. Whether it was killed."""
        child = self.start("send")
        seen = 0
        while kill_after is not None and seen < kill_after:
            line = self.read.readline().strip()
            if line not in ("sent", "posted"):
                assert line in ("ended", "over")
                if line == "ended":
                    self.until_over()
                os.close(child)
                return False
            seen += 1
        if kill_after is not None:
            time.sleep(pause)  # a moment of its own choice inside of what comes next
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(child, signal.SIGKILL)
        lines = self.until_over()
        os.close(child)
        return "ended" not in lines


def check(told: dict[str, Any]) -> int:
    """What must hold at every moment; returns how many requests have gone out."""
    gone = 0
    by_courier = {notice for notice, parcel, _channel, _count in told["notices"] if parcel}
    assert by_courier == set(told["parcels"])
    assert all(notice == parcel for notice, parcel, _channel, _count in told["notices"] if parcel)
    assert all(parcel or channel == "inbox" for _notice, parcel, channel, _count in told["notices"])
    assert [notice for notice, _parcel, _channel, count in told["notices"] if count != 1] == []
    for _reference, state, notice, notices, queued in told["requests"]:
        if state == "prepared":
            assert (notice, notices, queued) == ("", [], 0)
        else:
            assert state in ("sending", "sent")
            assert notices == [notice]
            assert queued == 1
            gone += 1
    assert gone == len(told["notices"])
    return gone


@pytest.mark.database  # its own processes touch it
def test_killed_at_any_point_everything_is_sent_once_or_still_waits(tmp_path: Path, database: str) -> None:
    chance = random.Random(20261124)
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "leeward.config.settings",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(tmp_path),
        "DATABASE_URL": database,
    }
    kills = 0
    with subprocess.Popen(
        [sys.executable, "-c", MOTHER, NOW.isoformat(), str(REPORTS), str(PLATFORMS)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        mother = Mother(process)
        assert mother.read.readline() == "ready\n"
        gone = [0]
        for _round in range(ROUNDS):
            killed = mother.send(kill_after=chance.randint(0, 4), pause=chance.choice([0, 0, 0.002, 0.01, 0.03]))
            kills += killed
            gone.append(check(mother.tell()))
        assert not mother.send(kill_after=None, pause=0)
        told = mother.tell()
        mother.write.close()
    assert gone == sorted(gone)
    assert kills >= ROUNDS // 3
    assert check(told) == len(told["requests"]) == REPORTS * PLATFORMS
