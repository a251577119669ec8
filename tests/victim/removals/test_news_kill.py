"""The notifier, the courier and the sweep, killed at any point: nobody is told twice in a day, and no news is lost."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.depth import times
from tests.foundation.outbox.killing import Killer
from tests.victim.removals.conftest import NOW
from tests.victim.removals.news_people import post_office

pytestmark = pytest.mark.postgresql(alone=True)

PEOPLE, ROUNDS = 24, times(8, deep=20)
STEPS = ("mail", "rcpt", "data", "taken")
# Prepares a database of its own, then lets one child after the other work: starting afresh for each costs a second.
ROOT = Path(__file__).parents[3]
MOTHER = """
import json, os, sys, uuid
from datetime import datetime

import django
django.setup()

from django.db import connections
from leeward.foundation.audit.operations import verify_chain
from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import send_due
from leeward.foundation.vault.operations import found_services, make_victim_key, open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.file.models import SafeWay
from leeward.victim.removals.models import Report
from leeward.victim.file.operations.news import collect_news, note_news, tell_due
from leeward.victim.removals.operations.reports import begin_report, file_report, save_contact, save_story
from leeward.victim.file.rules.news import EVERY_DAY, NewsChoice, SafeHours
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.story import Story
from leeward.victim.removals.rules.reports import Path, Source
from tests.readers import open_door

now, by, her = datetime.fromisoformat(sys.argv[1]), Actor.system(), Actor.person()
found_services(by=by, now=now)
open_door("desk", now=now)
always = SafeHours(begin=0, until=24, days=EVERY_DAY, zone="UTC")
for number in range(int(sys.argv[2])):
    opened = begin_report(reference=uuid.uuid4(), key=make_victim_key(), path=Path.ONLINE, source=Source.WEB,
                          language="en", by=her, now=now)
    save_story(opened=opened, story=Story(), by=her, now=now)
    choice = NewsChoice(hours=always, language="en")
    contact = Contact(way=ContactWay.EMAIL, email=f"p{number}@mail.example", news=choice)
    save_contact(opened=opened, contact=contact, by=her, now=now)
    file_report(opened=opened, by=her, now=now)
for report in Report.objects.values_list("file", flat=True):
    note_news(report, by=by, now=now)
notifier, courier = open_service(Service.NOTIFIER), open_service(Service.COURIER)
connections.close_all()
print("ready", flush=True)


def tell():
    rows = [[row.told_at is not None, str(row.parcel or ""), row.news_at is not None, row.stopped_at is not None]
            for row in SafeWay.objects.order_by("id")]
    parcels = [[str(row.public_id), row.state] for row in Parcel.objects.order_by("id")]
    print(json.dumps({"rows": rows, "parcels": parcels, "chain": verify_chain()}), flush=True)


for line in sys.stdin:
    if not line.strip():  # meant for a child that was killed before it had read it
        continue
    child = os.fork()
    if child == 0:
        os.read(0, 1)  # until the one that may kill us knows us
        if line.startswith("report"):
            tell()
        else:
            at = datetime.fromisoformat(line.strip())
            tell_due(now=at, limit=100, notifier=notifier)
            send_due(now=at, limit=100, courier=courier)
            collect_news(now=at, limit=100)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@pytest.mark.database  # its own processes touch it
def test_killed_at_any_point_nobody_is_told_twice_and_nobody_is_forgotten(tmp_path: Path, database: str) -> None:
    chance = random.Random(20261124)
    killer = Killer()
    with post_office(on=killer.note) as post:
        from django.conf import settings  # as the office has set it

        environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "leeward.config.settings",
            "LEEWARD_ENV": "demo",
            "LEEWARD_DATA": str(tmp_path),
            "DATABASE_URL": database,
            "LEEWARD_SMTP_URL": f"smtp://127.0.0.1:{settings.LEEWARD_MAIL_SERVER.port}",
        }
        with subprocess.Popen(
            [sys.executable, "-c", MOTHER, NOW.isoformat(), str(PEOPLE)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        ) as mother:
            assert mother.stdin
            assert mother.stdout
            assert mother.stdout.readline() == "ready\n"
            for number in range(ROUNDS + 2):
                is_calm = number >= ROUNDS  # the last two finish the work and look at what was left behind
                # Within one day: whoever was told must not be told again, whatever was killed.
                mother.stdin.write(f"{(NOW + timedelta(hours=number)).isoformat()}\n")
                killer.victim = os.pidfd_open(int(mother.stdout.readline()))
                at_a_step = chance.random() < 0.6
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
            os.close(os.pidfd_open(int(mother.stdout.readline())))
            mother.stdin.write("\n")
            told = json.loads(mother.stdout.readline())
            assert mother.stdout.readline() == "ended\n"
            mother.stdin.close()
        taken = Counter(to for to, _mail in post.taken)
        received = set(post.ids())
    assert set(taken.values()) == {1}  # nobody twice
    unsure = [parcel for parcel, state in told["parcels"] if state == "unsure"]
    sent = [parcel for parcel, state in told["parcels"] if state == "sent"]
    assert len(told["parcels"]) == PEOPLE  # one was written for each, and one only
    assert len(sent) + len(unsure) == PEOPLE
    assert set(sent) <= received
    assert len(taken) >= PEOPLE - len(unsure)  # who is not told has a parcel of which nobody knows
    assert [row for row in told["rows"] if row != [True, "", False, False]] == []  # nothing is left half done
    assert killer.kills >= ROUNDS // 5  # once all are told, nothing is left to be killed at
    assert len(unsure) <= killer.kills
