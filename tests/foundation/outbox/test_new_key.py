"""A worker's key is exchanged while parcels wait: nothing is lost, and in the end the old one is gone."""

import json
import secrets
import threading
import uuid
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import send_due
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.outbox.rules.parcels import Stage, Trouble, pack_content
from leeward.foundation.vault.errors import SealBroken, SealRefused, ServiceKeyInUse, ServiceKeyMissing
from leeward.foundation.vault.models import Grant, ServiceKey
from leeward.foundation.vault.operations import (
    Resealed,
    ServiceKeys,
    count_sealed_to_older,
    found_services,
    make_file,
    make_victim_key,
    open_file,
    open_sealed,
    open_service,
    reseal_service,
    retire_service_keys,
    rotate_service,
    seal_to,
    service_grantee,
    service_rotation,
    services,
)
from leeward.foundation.vault.rules.grants import Compartment, Keyring, Service
from leeward.foundation.vault.rules.texts import pad, write_box
from leeward.foundation.vault.rules.wraps import wrap
from tests.foundation.outbox.conftest import NOW, SYSTEM, MailHandler, a_mail, post

pytestmark = pytest.mark.postgresql

COURIER = Service.COURIER
WEEK = NOW + timedelta(days=7)


def rotate() -> bool:
    return rotate_service(service=COURIER, by=SYSTEM, now=NOW)


def reseal() -> Resealed:
    return reseal_service(service=COURIER, by=SYSTEM, now=NOW)


def retire() -> int:
    return retire_service_keys(service=COURIER, by=SYSTEM, now=NOW)


def starts() -> list[str]:
    """How the boxes begin: which key they name."""
    return sorted(sealed.rpartition(".")[0] for sealed in Parcel.objects.values_list("sealed", flat=True))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "service-keys").iterdir() if path.name.startswith("courier"))


def unnamed(parcel: uuid.UUID) -> None:
    """A parcel as it was sealed before boxes named their key."""
    raw = pad(pack_content(a_mail()).encode())
    box = write_box(wrap(raw, to=service_grantee(COURIER), binding={"box": sealed_place(parcel)}))
    Parcel.objects.filter(public_id=parcel).update(sealed=box)


def test_the_whole_way(courier: ServiceKeys, mail: MailHandler, tmp_path: Path) -> None:
    before = [post(a_mail()) for _ in range(3)]
    unnamed(before[0])
    assert starts() == ["lwb1", "lws1.courier.1", "lws1.courier.1"]
    assert rotate()
    assert files(tmp_path) == ["courier-2.key", "courier.key"]
    assert {(tmp_path / "service-keys" / name).stat().st_mode & 0o077 for name in files(tmp_path)} == {0}
    between = post(a_mail())
    assert starts() == ["lwb1", "lws1.courier.1", "lws1.courier.1", "lws1.courier.2"]
    assert count_sealed_to_older(COURIER) == 3
    with pytest.raises(ServiceKeyInUse, match="3 sealed texts or grants") as refused:
        retire()
    assert refused.value.left == 3
    assert files(tmp_path) == ["courier-2.key", "courier.key"]
    assert reseal() == Resealed(moved=3, damaged=0, left=0)
    assert starts() == ["lws1.courier.2"] * 4
    assert reseal() == Resealed(moved=0, damaged=0, left=0)
    assert retire() == 1
    assert retire() == 0
    assert files(tmp_path) == ["courier-2.key"]
    # The worker that was opened before all this goes on; so does one that starts now, with the new key alone.
    assert send_due(now=NOW, limit=2, courier=courier) == 2
    assert send_due(now=NOW, limit=2, courier=open_service(COURIER)) == 2
    assert {find_parcel(parcel).state for parcel in [*before, between]} == {Stage.SENT}
    assert len(mail.taken) == 4
    verbs = AuditEvent.objects.filter(verb__startswith="vault.service_", subject_kind="service")
    assert [(line.verb, json.loads(line.facts)) for line in verbs.order_by("verb")] == [
        ("vault.service_keys_ended", {"keys": 1}),
        ("vault.service_resealed", {"boxes": 3, "generation": 2}),
        ("vault.service_rotated", {"generation": 2}),
    ]


def test_a_worker_that_runs_opens_what_is_sealed_to_either_key(courier: ServiceKeys, mail: MailHandler) -> None:
    old = post(a_mail())
    assert rotate()
    new = post(a_mail())
    assert send_due(now=NOW, limit=5, courier=courier) == 2
    assert {find_parcel(parcel).state for parcel in (old, new)} == {Stage.SENT}
    assert len(mail.taken) == 2
    assert retire() == 1  # delivered parcels are wiped: nothing had to be sealed anew


def test_a_rotation_that_is_not_ended_goes_on_instead_of_another(courier: ServiceKeys, tmp_path: Path) -> None:
    post(a_mail())
    assert rotate()
    assert not rotate()
    assert service_grantee(COURIER).generation == 2
    reseal()
    assert not rotate()
    retire()
    assert rotate()
    reseal()
    retire()
    assert files(tmp_path) == ["courier-3.key"]
    assert starts() == ["lws1.courier.3"]
    # Only one service is concerned at a time.
    assert service_grantee(Service.MONITOR).generation == 1


def test_a_key_that_a_kill_left_on_the_disk_is_the_next_one(courier: ServiceKeys) -> None:
    left = services.make_key_file(COURIER, generation=2)
    assert rotate()
    assert open_service(COURIER).present == left


def test_an_emptied_database_takes_up_the_newest_key(courier: ServiceKeys) -> None:
    rotate()
    newest = open_service(COURIER).present
    ServiceKey.objects.all().delete()
    found_services(by=SYSTEM, now=NOW)
    assert open_service(COURIER).present == newest


def test_without_the_workers_folder_nothing_is_changed(courier: ServiceKeys, settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "the-web-servers"
    for act in (rotate, reseal, retire):
        with pytest.raises(ServiceKeyMissing):
            act()
    assert ServiceKey.objects.filter(service="courier").count() == 1
    assert not (tmp_path / "the-web-servers").exists()


def test_a_worker_without_the_new_file_stops_and_the_parcel_waits(
    courier: ServiceKeys, mail: MailHandler, tmp_path: Path
) -> None:
    rotate()
    parcel = post(a_mail())
    (tmp_path / "service-keys" / "courier-2.key").rename(tmp_path / "elsewhere")
    with pytest.raises(ServiceKeyMissing):
        send_due(now=NOW, limit=5, courier=courier)
    found = find_parcel(parcel)
    assert (found.state, found.attempts, found.trouble) == (Stage.WAITING, 0, Trouble.NONE)
    with pytest.raises(CommandError, match="courier"):
        call_command("courier")
    (tmp_path / "elsewhere").rename(tmp_path / "service-keys" / "courier-2.key")
    assert send_due(now=NOW + timedelta(minutes=1), limit=5, courier=courier) == 1
    assert find_parcel(parcel).state is Stage.SENT
    assert len(mail.taken) == 1


def test_damaged_boxes_hold_nothing_back_and_stay_for_people(courier: ServiceKeys, mail: MailHandler) -> None:
    first, second = post(a_mail()), post(a_mail())
    Parcel.objects.filter(public_id=first).update(sealed=Parcel.objects.get(public_id=second).sealed)  # moved: dead
    rotate()
    assert reseal() == Resealed(moved=1, damaged=1, left=0)
    assert retire() == 1
    assert starts() == ["lws1.courier.1", "lws1.courier.2"]
    send_due(now=NOW, limit=5, courier=open_service(COURIER))
    assert find_parcel(second).state is Stage.SENT
    assert (find_parcel(first).state, find_parcel(first).trouble) == (Stage.FAILED, Trouble.CONTENT_BROKEN)


def test_a_box_that_names_a_key_that_never_was_is_broken(courier: ServiceKeys) -> None:
    box = seal_to(courier.grantee, "x", place="p")
    assert open_sealed(courier, box, place="p") == "x"
    for named in ("lws1.courier.7.", "lws1.courier.2."):
        with pytest.raises(SealBroken):
            open_sealed(courier, box.replace("lws1.courier.1.", named), place="p")
    with pytest.raises(SealBroken):  # one service's box, said to be another's
        open_sealed(open_service(Service.MONITOR), box.replace("courier", "monitor"), place="p")


def test_grants_to_a_worker_move_too(courier: ServiceKeys) -> None:
    file = uuid.uuid4()
    her = make_victim_key()
    opened = make_file(file=file, grants={Compartment.CONTACT: [courier.grantee, her.grantee]}, by=SYSTEM, now=NOW)
    words = opened.seal("a safe hour", compartment=Compartment.CONTACT, place="p")
    rotate()
    with pytest.raises(ServiceKeyInUse, match="1 sealed"):
        retire()
    assert reseal() == Resealed(moved=1, damaged=0, left=0)
    assert retire() == 1
    ring = Keyring(open_service(COURIER).present)
    again = open_file(file=file, keyring=ring, by=SYSTEM, now=NOW)
    assert again.unseal(words, compartment=Compartment.CONTACT, place="p") == "a safe hour"
    assert set(Grant.objects.filter(grantee_kind="service").values_list("grantee_generation", flat=True)) == {2}


def test_many_boxes_are_told_of_in_batches(courier: ServiceKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_rotation, "BOXES_AT_ONCE", 2)
    for _ in range(5):
        post(a_mail())
    rotate()
    told: list[int] = []
    assert reseal_service(service=COURIER, by=SYSTEM, now=NOW, tell=told.append).moved == 5
    assert told == [2, 4, 5]


def test_the_commands_say_what_they_did(courier: ServiceKeys) -> None:
    for _ in range(2):
        post(a_mail())

    def told(name: str) -> list[str]:
        out = StringIO()
        call_command(name, "courier", stderr=out)
        return out.getvalue().splitlines()

    assert told("retire_service_key") == ["The courier has no older key."]
    first = told("rotate_service_key")
    assert first[0] == "Key 2 of the courier is new: all that comes is sealed to it."
    assert first[1] == "sealed anew: 2 of 2"
    assert first[2] == "Nothing needs an older key any more. `leeward retire-service-key courier` deletes them."
    assert told("rotate_service_key")[0].startswith("Key 2 of the courier is there already")
    assert told("retire_service_key")[0].startswith("Older keys of the courier that are gone now: 1.")


def test_the_commands_refuse_by_name_and_number(courier: ServiceKeys) -> None:
    post(a_mail())
    rotate()
    with pytest.raises(CommandError, match=r"^1 sealed texts.*leeward rotate-service-key courier"):
        call_command("retire_service_key", "courier")


def test_no_other_column_takes_a_box_for_a_worker(courier: ServiceKeys) -> None:
    parcel = post(a_mail())
    foreign = seal_to(service_grantee(Service.MONITOR), "x", place="p")
    with pytest.raises(SealRefused, match="service_boxes"):
        Parcel.objects.filter(public_id=parcel).update(sealed=foreign)
    with pytest.raises(SealRefused):
        Parcel.objects.filter(public_id=parcel).update(sealed=foreign.replace("monitor", "nobody"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
def test_a_rotation_waits_for_whoever_is_sealing(transactional_db: None, courier: ServiceKeys) -> None:
    """Somebody has read the present key and not yet kept what they sealed to it: that box must not be overlooked."""
    rotated = threading.Event()
    seen: list[int] = []

    def rotate_beside() -> None:
        try:
            rotate()
            seen.append(count_sealed_to_older(COURIER))
        finally:
            rotated.set()
            connection.close()

    with transaction.atomic():
        service_grantee(COURIER)
        beside = threading.Thread(target=rotate_beside)
        beside.start()
        with connection.cursor() as cursor:
            waiting = 0
            while not waiting and not rotated.is_set():
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                (waiting,) = cursor.fetchone()
        post(a_mail())
    beside.join()
    assert seen == [1]
    assert service_grantee(COURIER).generation == 2


@pytest.mark.skipif(not connection.features.has_select_for_update_skip_locked, reason="no single row is locked here")
def test_a_parcel_in_somebodys_hands_is_left_for_the_next_time(transactional_db: None, courier: ServiceKeys) -> None:
    held, _other = post(a_mail()), post(a_mail())
    rotate()
    results: list[Resealed] = []

    def beside() -> None:
        try:
            results.append(reseal())
        finally:
            connection.close()

    with transaction.atomic():
        Parcel.objects.select_for_update().get(public_id=held)
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()
    assert results == [Resealed(moved=1, damaged=0, left=1)]
    assert reseal() == Resealed(moved=1, damaged=0, left=0)


def test_a_key_is_on_the_disk_before_anything_is_sealed_to_it(
    courier: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, f"No space left on device {secrets.token_hex(2)}")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        rotate()
    assert service_grantee(COURIER).generation == 1
