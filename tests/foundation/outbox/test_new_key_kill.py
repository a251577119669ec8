"""A rotation killed at any step loses no parcel, and the next one ends it."""

from pathlib import Path

import pytest

from tests.depth import DAY, times
from tests.dying import tell_of
from tests.foundation.outbox.conftest import NOW

pytestmark = pytest.mark.postgresql(alone=True)

PARCELS = 2
# Every step is died at in a deep run; else each fifteenth one, and others tomorrow.
STRIDE = times(15, deep=1)
FIRST = DAY.toordinal() % STRIDE + 1
# Lets one child after the other rotate, and kills each at a later step than the one before: before each statement,
# before and after each commit, and around each change of a file. After every kill and every rescue it looks at
# everything again.
MOTHER = """
import json, os, sys, uuid
from datetime import datetime
from pathlib import Path

import django
django.setup()

from django.conf import settings
from django.db import connection, connections
from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, unpack_content
from leeward.foundation.vault.models import ServiceKey
from leeward.foundation.vault.operations import (
    found_services, open_sealed, open_service, reseal_service, retire_service_keys, rotate_service, seal_to,
)
from leeward.foundation.vault.rules.grants import Service
from tests.dying import child, die_at, wait_for_the_dead

now, by, courier = datetime.fromisoformat(sys.argv[1]), Actor.operator(), Service.COURIER
found_services(by=by, now=now)
for number in range(int(sys.argv[2])):
    content = EmailContent(to=f"{number}@platform.example", subject="Notice", text="Please remove this.")
    post_parcel(parcel=uuid.uuid4(), kind=ParcelKind.EMAIL, content=content, due_at=now, by=by, now=now)
connections.close_all()


def whole_way():
    rotate_service(service=courier, by=by, now=now)
    reseal_service(service=courier, by=by, now=now)
    retire_service_keys(service=courier, by=by, now=now)


def look():
    keys = open_service(courier)
    readers = sorted(
        unpack_content(open_sealed(keys, row.sealed, place=sealed_place(row.public_id)), kind=ParcelKind.EMAIL).to
        for row in Parcel.objects.all()
    )
    assert open_sealed(keys, seal_to(keys.grantee, "new", place="p"), place="p") == "new"
    return readers


stride = int(sys.argv[4])
problems, kills, target, generation = [], 0, int(sys.argv[3]) - stride, 1
wanted = look()
connections.close_all()
while True:
    target += stride
    status = child(lambda: die_at(target, whole_way))
    try:
        wait_for_the_dead()
        if look() != wanted:
            problems.append(f"after the kill at step {target}: lost")
        if os.WIFSIGNALED(status):
            kills += 1
            connections.close_all()
            if child(whole_way) != 0:
                problems.append(f"after the kill at step {target}: the next one did not end")
        folder = Path(settings.LEEWARD_SERVICE_KEYS)
        present = ServiceKey.objects.get(service="courier", retired_at__isnull=True).generation
        starts = {row.sealed.rpartition(".")[0] for row in Parcel.objects.all()}
        files = sorted(path.name for path in folder.iterdir() if "courier" in path.name)
        # A draft that a kill has left is no key of ours: nothing reads it, nothing was sealed to it.
        if [name for name in files if name.endswith(".key")] != [f"courier-{present}.key"]:
            problems.append(f"step {target}: {files} beside key {present}")
        if starts != {f"lws1.courier.{present}"} or look() != wanted or present <= generation:
            problems.append(f"step {target}: {starts} under key {present}")
        generation = present
    except Exception as error:
        problems.append(f"step {target}: {error!r}")
    connections.close_all()
    if not os.WIFSIGNALED(status) or problems:
        break
print(json.dumps({"problems": problems, "kills": kills, "last": generation, "status": status}), flush=True)
"""


@pytest.mark.database  # its own processes touch it
@pytest.mark.slow
def test_killed_at_every_step_no_parcel_is_lost_and_the_next_rotation_ends_it(tmp_path: Path, database: str) -> None:
    told = (NOW.isoformat(), str(PARCELS), str(FIRST), str(STRIDE))
    report = tell_of(MOTHER, *told, data=tmp_path, database=database)
    assert report["kills"] > 30 // STRIDE
