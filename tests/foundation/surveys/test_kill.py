"""A teller that is killed at any statement begins again: nothing is lost, doubled or left readable."""

from pathlib import Path

import pytest

from tests.dying import tell_of
from tests.foundation.surveys.asked import OVER

pytestmark = pytest.mark.postgresql

PEOPLE = 40
# Fills the urn of a wave; then one child after the other tells, each killed at its n-th step, until one ends.
MOTHER = """
import json, os, sys
from datetime import datetime

import django
django.setup()

from django.db import connection, connections
from leeward.foundation.surveys.models import Box, Invitation, Printed, Wave, WaveFile
from leeward.foundation.surveys.operations.planning import draw_codes
from leeward.foundation.surveys.operations.urns import put_answer, tell_due
from leeward.foundation.vault.operations import found_services, open_service
from leeward.foundation.vault.rules.grants import Service
from tests.dying import child, die_at, wait_for_the_dead
from tests.foundation.surveys.asked import NOW, PLAN, PLANNER, opened

over, people = datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])
found_services(by=PLANNER, now=NOW)
wave = opened(plan=PLAN | {"margins": {}})
for code in draw_codes(code=wave.code, number=people, by=PLANNER, now=NOW):
    put_answer(wave=wave, sent={"age": "old", "ever": "no", "times": 7}, code=code, now=NOW)
teller = open_service(Service.TELLER)


def state():
    row = Wave.objects.get()
    counts = [table.objects.count() for table in (Box, Invitation, WaveFile)]
    found = [*counts, row.people, Printed.objects.count() > 0, row.printed_at is not None, row.emptied_at is not None]
    connections.close_all()
    return found


before, number, seen = state(), 0, []
while True:
    number += 1
    connections.close_all()
    ended = os.waitstatus_to_exitcode(child(lambda: die_at(number, lambda: tell_due(teller=teller, now=over))))
    wait_for_the_dead()
    after = state()
    seen.append([ended, *after])
    if after != before:  # one step is done: the next one is killed from its first statement on
        before, number = after, 0
    if ended == 0:
        break
print(json.dumps({"problems": [], "status": ended, "seen": seen}), flush=True)
"""


@pytest.mark.database  # its own processes touch it
def test_killed_at_any_statement_the_urn_is_whole_or_emptied(tmp_path: Path, database: str) -> None:
    seen = tell_of(MOTHER, OVER.isoformat(), str(PEOPLE), data=tmp_path, database=database)["seen"]
    full = [PEOPLE, PEOPLE, 0, 0, False, False, False]
    emptied = [0, 0, 1, PEOPLE, False, False, True]
    printed = [0, 0, 1, PEOPLE, True, True, True]
    states = [each[1:] for each in seen]
    assert {tuple(each) for each in states} == {tuple(each) for each in (full, emptied, printed)}
    assert states == sorted(states, key=[full, emptied, printed].index)  # a step is never undone
    killed = [each for each in seen if each[0] == -9]
    assert len([each for each in killed if each[1:] == full]) > 8
    assert len([each for each in killed if each[1:] == emptied]) > 4
    assert seen[-1] == [0, *printed]
    for file in tmp_path.glob("*.sqlite3*"):
        content = file.read_bytes()
        assert b'"ever":"no"' not in content
        assert b'"ever": "no"' not in content
