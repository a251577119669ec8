"""A signer killed at any step begins again without losing, doubling or leaking anything."""

from pathlib import Path

import pytest

from tests.depth import DAY, times
from tests.dying import tell_of

pytestmark = pytest.mark.postgresql(alone=True)

# Every step is died at in a deep run; else each eleventh one, and others tomorrow.
STRIDE = times(11, deep=1)
FIRST = DAY.toordinal() % STRIDE + 1
# Lets one child after the other give the signer a new key, believe no older one, sign all anew and sign the list; kills
# each at a later step: before each statement, before and after each commit, and around each change of a file.
MOTHER = """
import json, os, sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import django
django.setup()

from django.conf import settings
from django.db import connection, connections
from leeward.foundation.audit.rules import Actor
from leeward.foundation.kept import Kept
from leeward.foundation.signing.models import Signature, SignedRecord, WaitingRecord
from leeward.foundation.signing.operations import keys
from leeward.foundation.signing.operations.asking import ask_for_signature
from leeward.foundation.signing.operations.signing import sign_due, sign_lists
from leeward.foundation.signing.queries import list_at, trusted_keys
from leeward.foundation.signing.rules.terms import State
from leeward.foundation.signing.rules.verifying import verify
from tests.dying import child, die_at, wait_for_the_dead


@dataclass(frozen=True)
class Claims(Kept):
    words: str


keys.KEY_BITS = 2048  # quick to draw
now, by = datetime.fromisoformat("2026-05-04T12:00:00+00:00"), Actor.operator()
keys.found_signer(by=by, now=now)
for number in range(2):
    ask_for_signature(kind="test", about=f"https://x.example/{number}", title="Made up", subject=Claims("made up"),
                      valid_from=now, by=by, now=now)
connections.close_all()


def whole_way():
    keys.rotate_signer(withdrawn="It was stolen.", by=by, now=now)
    sign_due(now=now, limit=10)
    sign_lists(now=now)


def trouble():
    # Each record waits, or has one token under a key that is believed: none is lost, none is there twice.
    for record in SignedRecord.objects.all():
        tokens = Signature.objects.filter(record=record, key__withdrawn_at=None).count()
        waits = WaitingRecord.objects.filter(record=record).count()
        if tokens + waits != 1:
            return f"record {record.pk}: {tokens} tokens, {waits} waiting"
    keys.open_signer()
    return ""


def unfinished():
    trusted = trusted_keys()
    found = [verify(each.token, keys=trusted, lists=list_at, now=now).state
             for each in Signature.objects.filter(key__withdrawn_at=None)]
    files = [path.name for path in Path(settings.LEEWARD_SERVICE_KEYS).iterdir() if path.name.endswith(".pem")]
    present = keys.present_key().generation
    whole = found == [State.VALID] * 2 and files == [f"signer-{present}.pem"]
    return "" if whole else f"{found} {files} under {present}"


stride = int(sys.argv[2])
problems, kills, target = [], 0, int(sys.argv[1]) - stride
while not problems:
    target += stride
    status = child(lambda: die_at(target, whole_way))
    wait_for_the_dead()
    problems += [f"killed at {target}: {said}" for said in [trouble()] if said]
    if os.WIFSIGNALED(status):
        kills += 1
        connections.close_all()
        if child(whole_way) != 0:
            problems.append(f"killed at {target}: the next one did not end")
    problems += [f"after {target}: {said}" for said in [unfinished()] if said]
    connections.close_all()
    if not os.WIFSIGNALED(status):
        break
print(json.dumps({"problems": problems, "kills": kills, "status": status}), flush=True)
"""


@pytest.mark.database  # its own processes touch it
@pytest.mark.slow
def test_killed_at_every_step_the_signer_loses_and_doubles_nothing(tmp_path: Path, database: str) -> None:
    report = tell_of(MOTHER, str(FIRST), str(STRIDE), data=tmp_path, database=database)
    assert report["kills"] > 30 // STRIDE
