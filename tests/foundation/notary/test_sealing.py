"""Sealing: a leaf stands or falls with what it is about, gets one number for good, and no other history is signed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.errors import KeyMissing, LeafRefused, LogForked, LogMismatch, NoKeyLost
from leeward.foundation.notary.figures import read_delays
from leeward.foundation.notary.keys import kept_path, key_path
from leeward.foundation.notary.models import Checkpoint, CheckpointToken, Content, Cosignature, FullTile, Leaf, LogKey
from leeward.foundation.notary.operations import (
    enter,
    found_log,
    keep_cosignature,
    keep_token,
    open_keys,
    replace_lost_keys,
    retire_keys,
    rotate_key,
    seal,
)
from leeward.foundation.notary.queries import (
    log_keys,
    prove_leaf,
    read_changes,
    read_content,
    read_days,
    read_head,
    read_proof_of_day,
)
from leeward.foundation.notary.rules.leaves import digest_of
from leeward.foundation.notary.rules.notes import VerifierKey, read_checkpoint
from leeward.foundation.notary.rules.verifying import Verified, verify_log
from tests.dying import tell_of
from tests.foundation.notary.served import fetch
from tests.protected_rows import lift, restore

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
BY = Actor.operator()


@pytest.fixture(autouse=True)
def log(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_URL = tmp_path / "keys", "https://leeward.example"
    assert found_log(by=BY, now=NOW)


@pytest.fixture
def unlocked() -> Iterator[None]:
    """What somebody with every right on the database could do."""
    lift()
    yield
    connection.check_constraints()  # what waits for the end of the transaction would hold the tables
    restore()


def publish(*names: str, now: datetime = NOW) -> None:
    for name in names:
        enter(kind="thing", name=name, content=name.encode(), now=now)


def whole(kept: str = "") -> Verified:
    return verify_log(fetch, keys=log_keys(), kept=kept)


def kept_text() -> str:
    return kept_path().read_text(encoding="utf-8")


@pytest.mark.postgresql
def test_what_is_published_gets_its_number_and_can_be_verified() -> None:
    assert not found_log(by=BY, now=NOW)
    assert whole().checkpoint.size == 0
    publish("a", "b")
    publish("earlier", now=NOW - timedelta(days=1))
    assert (seal(now=NOW), seal(now=NOW)) == (3, 0)
    first = kept_text()
    assert [(each.name, each.on.isoformat()) for each in whole().leaves] == [
        ("earlier", "2026-11-27"), ("a", "2026-11-28"), ("b", "2026-11-28"),
    ]  # fmt: skip
    assert whole().leaves[1].sha256 == digest_of(b"a")
    assert read_content(1) == ("application/json", b"a")
    publish("c", now=NOW - timedelta(days=9))
    assert seal(now=NOW) == 1
    assert [each.name for each in whole(kept=first).leaves] == ["earlier", "a", "b", "c"]
    assert whole().checkpoint.origin == "leeward.example/notary"
    for index in range(4):
        proof = prove_leaf(index)
        assert proof.steps[-1].above == proof.head.root


def test_a_leaf_goes_with_the_transaction_that_it_was_written_in() -> None:
    with transaction.atomic():
        publish("never")
        transaction.set_rollback(True)
    assert seal(now=NOW) == 0
    with pytest.raises(LeafRefused):
        enter(kind="A thing", name="a", content=b"", now=NOW)


def test_tiles_of_many_leaves_are_filled_step_by_step() -> None:
    """Sealed in many rounds, each of which is to leave tiles that the next one goes on from."""
    publish(*(f"{number:03}" for number in range(300)))
    kept, sealed = kept_text(), 0
    for limit in (1, 254, 1, 1, 43):
        sealed += seal(now=NOW, limit=limit)
        assert whole(kept=kept).checkpoint.size == sealed
        kept = kept_text()
    assert FullTile.objects.count() == 1
    assert sealed == 300


@pytest.mark.postgresql
def test_the_database_refuses_to_change_the_log() -> None:
    publish("a")
    seal(now=NOW)
    publish("waits")
    rotate_key(by=BY, now=NOW)
    retire_keys(by=BY, now=NOW)
    keep_token(size=1, token=b"of an authority", stamped_at=NOW)
    keep_cosignature(size=1, witness="a key", line="a line", seen_at=NOW)
    changes: list[Any] = [
        lambda: Leaf.objects.filter(name="a").update(name="b"),
        lambda: Leaf.objects.filter(name="a").update(sequence=7),
        lambda: Leaf.objects.filter(name="waits").update(name="b"),
        lambda: Leaf.objects.filter(name="waits").update(sequence=0, sealed_at=NOW),
        lambda: Leaf.objects.filter(name="waits").update(sequence=3),
        lambda: Checkpoint.objects.update(note=""),
        lambda: LogKey.objects.filter(number=2).update(name="x"),
        lambda: LogKey.objects.filter(number=1).update(retired_at=None),
        lambda: Content.objects.update(content=b""),
        lambda: CheckpointToken.objects.update(stamped_at=NOW - timedelta(days=9)),
        lambda: Cosignature.objects.update(line=""),
        *(
            lambda table=table: connection.cursor().execute(f"DELETE FROM {table}")  # noqa: S608
            for table in (
                "notary_leaf",
                "notary_checkpoint",
                "notary_logkey",
                "notary_checkpointtoken",
                "notary_cosignature",
            )
        ),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert whole().checkpoint.size == 3


def test_a_changed_leaf_stops_the_sealer_and_is_seen_by_anybody(unlocked: None) -> None:
    publish("a", "b")
    seal(now=NOW)
    Leaf.objects.filter(name="a").update(sha256="0" * 64)
    with pytest.raises(LogMismatch, match="do not give the root"):
        whole()
    publish("c")
    with pytest.raises(LogForked, match="Nothing is signed"):
        seal(now=NOW)
    assert read_head().size == 2  # type: ignore[union-attr]


@pytest.mark.postgresql
def test_an_older_back_up_is_noticed_before_a_second_history_is_signed(unlocked: None) -> None:
    publish("a")
    seal(now=NOW)
    publish("lost")
    seal(now=NOW)
    signed = kept_text()
    with connection.cursor() as cursor:  # the back-up of before
        for table, which in (("notary_content", "leaf_id IN (SELECT id FROM notary_leaf WHERE name = 'lost')"),
                             ("notary_leaf", "name = 'lost'"), ("notary_checkpoint", "size = 2")):  # fmt: skip
            cursor.execute(f"DELETE FROM {table} WHERE {which}")  # noqa: S608
    publish("other")
    with pytest.raises(LogForked, match="has signed a log of 2 leaves"):
        seal(now=NOW)
    assert (read_head().size, kept_text()) == (1, signed)  # type: ignore[union-attr]


def test_keys_change_with_an_overlap_and_the_old_public_half_stays_known() -> None:
    publish("a")
    seal(now=NOW)
    old = kept_text()
    [first] = log_keys()
    second = VerifierKey.read(rotate_key(by=BY, now=NOW))
    for key in (first, second):  # signed anew by the act that made the second one
        assert read_checkpoint(kept_text(), [key]).size == 2
    publish("b")
    seal(now=NOW)
    for key in (first, second):
        assert read_checkpoint(kept_text(), [key]).size == 3
    assert (retire_keys(by=BY, now=NOW), retire_keys(by=BY, now=NOW)) == (1, 0)
    with pytest.raises(LogMismatch, match="not signed by"):
        read_checkpoint(kept_text(), [first])
    assert verify_log(fetch, keys=[second]).checkpoint.size == 4
    assert verify_log(fetch, keys=[first], kept=old).keys == (second,)
    key_path(1).unlink()
    publish("c")
    seal(now=NOW)
    assert read_checkpoint(kept_text(), [second]).size == 5
    assert whole(kept=old).checkpoint.size == 5
    assert log_keys() == (second, first)
    begins, ends = (each.change for each in read_changes())
    assert (begins.number, begins.signs, begins.ends) == (1, (second, first), ())
    assert (ends.number, ends.signs, ends.ends) == (3, (second,), (first,))
    with pytest.raises(LeafRefused, match="by the act that changes them"):
        enter(kind="key", name="from leaf 9", content=b"", now=NOW)


def test_a_key_that_is_lost_is_replaced_and_nobody_is_told_that_it_signed(tmp_path: Path) -> None:
    publish("a")
    seal(now=NOW)
    [first] = log_keys()
    with pytest.raises(NoKeyLost):
        replace_lost_keys(by=BY, now=NOW)
    key_path(1).unlink()
    with pytest.raises(KeyMissing, match="lost for good"):
        rotate_key(by=BY, now=NOW)
    second = VerifierKey.read(replace_lost_keys(by=BY, now=NOW))
    publish("b")
    seal(now=NOW)
    with pytest.raises(LogMismatch, match="with --key"):
        verify_log(fetch, keys=[first])
    assert verify_log(fetch, keys=[second]).ends == {second: None, first: 1}
    assert retire_keys(by=BY, now=NOW) == 0


def test_a_key_that_was_retired_before_the_log_told_such_things_is_ended_when_asked_again(unlocked: None) -> None:
    """A log of an earlier release: its second key has no leaf, and its first one is retired."""
    publish("a")
    seal(now=NOW)
    [first] = log_keys()
    second = VerifierKey.read(rotate_key(by=BY, now=NOW))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM notary_content WHERE leaf_id IN (SELECT id FROM notary_leaf WHERE kind = 'key')")
        cursor.execute("DELETE FROM notary_leaf WHERE kind = 'key'")
        cursor.execute("DELETE FROM notary_checkpoint WHERE size = 2")
    kept_path().unlink()
    LogKey.objects.filter(number=1).update(retired_at=NOW)
    publish("b")
    seal(now=NOW)
    assert whole().checkpoint.size == 2
    assert (retire_keys(by=BY, now=NOW), retire_keys(by=BY, now=NOW)) == (1, 0)
    assert verify_log(fetch, keys=[second]).ends == {second: None, first: 2}
    assert LogKey.objects.get(number=1).retired_at == NOW


@pytest.mark.postgresql
def test_no_leaf_claims_a_day_before_the_last_stamped_checkpoint() -> None:
    publish("a")
    seal(now=NOW)
    Leaf.objects.create(kind="thing", name="put in by hand", on="2024-01-01", sha256="0" * 64, entered_at=NOW)
    assert keep_token(size=1, token=b"of an authority", stamped_at=NOW)
    assert not keep_token(size=1, token=b"another", stamped_at=NOW)
    with pytest.raises(LeafRefused, match="claims the day 2026-11-26, but the log was stamped without it"):
        publish("late", now=NOW - timedelta(days=2))
    publish("b", now=NOW - timedelta(days=1))
    publish("c")
    assert (seal(now=NOW), seal(now=NOW)) == (2, 0)  # and what was put in by hand waits for ever
    assert [each.name for each in whole().leaves] == ["a", "b", "c"]
    assert read_delays(now=NOW).waiting == 1


def test_what_is_proven_of_days_is_told() -> None:
    assert read_days().stamped_at is None
    publish("a", now=NOW - timedelta(days=9))
    publish("b")
    seal(now=NOW)
    assert (read_days().unproven, read_days().open_since) == (2, date(2026, 11, 19))
    keep_token(size=2, token=b"of an authority", stamped_at=NOW)
    assert (read_days().unproven, read_days().open_since, read_days().stamped_size) == (1, None, 2)
    publish("c")
    seal(now=NOW)
    assert (read_days().unproven, read_days().open_since) == (2, date(2026, 11, 28))
    assert [read_proof_of_day(number).is_proven for number in range(3)] == [False, True, False]


def test_without_the_worker_s_folder_nothing_is_sealed_and_all_is_read(settings: Any, tmp_path: Path) -> None:
    """The web process has no key: it enters leaves and serves the log."""
    publish("a")
    seal(now=NOW)
    private = key_path(1).read_text(encoding="utf-8")
    assert key_path(1).stat().st_mode & 0o777 == 0o600
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "nowhere"
    publish("b")
    with pytest.raises(KeyMissing):
        seal(now=NOW)
    assert whole().checkpoint.size == 1
    assert private not in str([*LogKey.objects.values(), *Checkpoint.objects.values()])
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "another"
    key_path(1).parent.mkdir()
    key_path(1).write_text(private.replace(private[-8:-4], "AAAA"), encoding="utf-8")
    with pytest.raises((KeyMissing, LogMismatch)):
        open_keys()


def test_how_long_leaves_wait_is_told() -> None:
    assert read_delays(now=NOW).median_hours is None
    publish("a", "b", now=NOW)
    seal(now=NOW + timedelta(hours=1), limit=1)
    seal(now=NOW + timedelta(hours=4))
    publish("c", now=NOW)
    soon, late = read_delays(now=NOW + timedelta(minutes=50)), read_delays(now=NOW + timedelta(hours=50))
    assert (soon.is_late, soon.open_days, soon.waiting) == (False, 0, 1)
    assert (late.is_late, late.open_days, late.oldest_at, late.leaves) == (True, 2, NOW, 2)
    assert (late.median_hours, late.longest_hours) == (2.5, 4.0)


# Seals again and again, each time killed one step later: before each statement, before and after each commit, and
# around each change of a file. After every kill it looks whether a number has changed, and lets another one end it.
MOTHER = """
import json, os, sys
from datetime import datetime

import django
django.setup()

from django.db import connection, connections
from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.keys import kept_path
from leeward.foundation.notary.models import Checkpoint, Leaf
from leeward.foundation.notary.operations import enter, found_log, seal
from leeward.foundation.notary.queries import log_keys, tree_of
from leeward.foundation.notary.rules.notes import read_checkpoint
from tests.dying import child, die_at

now = datetime.fromisoformat(sys.argv[1])
found_log(by=Actor.operator(), now=now)
for number in range(250):
    enter(kind="thing", name=f"first {number}", content=b"", now=now)
seal(now=now)


def numbers():
    return dict(Leaf.objects.filter(sequence__isnull=False).values_list("name", "sequence"))


problems, kills, target, entered = [], 0, 0, 250
while not problems:
    target += 1
    for _ in range(2):
        enter(kind="thing", name=f"thing {entered}", content=b"", now=now)
        entered += 1
    before = numbers()
    connections.close_all()
    status = child(lambda: die_at(target, lambda: seal(now=now), files=("fsync", "replace")))
    if os.WIFSIGNALED(status):
        kills += 1
        connections.close_all()
        if child(lambda: seal(now=now)) != 0:
            problems.append(f"step {target}: the next one did not end")
    after = numbers()
    if not before.items() <= after.items():
        problems.append(f"step {target}: renumbered")
    if sorted(after.values()) != list(range(entered)):
        problems.append(f"step {target}: {len(after)} numbers of {entered}")
    for row in Checkpoint.objects.all()[:3] if target % 10 else Checkpoint.objects.all():
        point = read_checkpoint(row.note, log_keys())
        if (point.size, point.root) != (row.size, tree_of(row.size).root):
            problems.append(f"step {target}: checkpoint {row.size}")
    if read_checkpoint(kept_path().read_text(), log_keys()).size != entered:
        problems.append(f"step {target}: the kept checkpoint is behind")
    connections.close_all()
    if not os.WIFSIGNALED(status):
        break
print(json.dumps({"problems": problems, "kills": kills, "status": status, "leaves": entered}), flush=True)
"""


@pytest.mark.database  # its own processes touch it
@pytest.mark.django_db(transaction=False)
@pytest.mark.postgresql(alone=True)
def test_killed_at_every_step_no_leaf_is_lost_doubled_or_renumbered(tmp_path: Path, database: str) -> None:
    told = tell_of(MOTHER, NOW.isoformat(), data=tmp_path, database=database)
    assert told["kills"] >= 10
    assert told["leaves"] > 256  # a tile was filled on the way


# Makes another key and retires the one before, again and again, each time killed one step later. After every kill the
# sealer goes on, and whoever knows the first key alone still follows the log to its newest checkpoint.
KEEPER = """
import json, os, sys
from datetime import datetime

import django
django.setup()

from django.db import connections
from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.keys import kept_path
from leeward.foundation.notary.models import LogKey
from leeward.foundation.notary.operations import enter, found_log, retire_keys, rotate_key, seal
from leeward.foundation.notary.queries import log_keys
from leeward.foundation.notary.rules.verifying import verify_log
from tests.dying import child, die_at
from tests.foundation.notary.served import fetch

now, by = datetime.fromisoformat(sys.argv[1]), Actor.operator()
found_log(by=by, now=now)
[first] = log_keys()
problems, kills, status = [], 0, 0
for act in (rotate_key, retire_keys):
    target = 0
    while not problems:
        target += 1
        enter(kind="thing", name=f"{act.__name__} {target}", content=b"", now=now)
        connections.close_all()
        status = child(lambda: die_at(target, lambda: act(by=by, now=now), files=("link", "fsync", "replace")))
        connections.close_all()
        if child(lambda: seal(now=now)) != 0:
            problems.append(f"{act.__name__} {target}: the sealer did not go on")
        found = verify_log(fetch, keys=[first], kept=kept_path().read_text())
        signing = {row.verifier for row in LogKey.objects.filter(retired_at__isnull=True)}
        if set(found.keys) != signing or found.note != fetch("checkpoint").decode():
            problems.append(f"{act.__name__} {target}: other keys sign than the log says")
        if not os.WIFSIGNALED(status):
            break
        kills += 1
        rotate_key(by=by, now=now)  # so that the next one has something to retire
print(json.dumps({"problems": problems, "kills": kills, "status": status, "keys": len(log_keys())}), flush=True)
"""


@pytest.mark.database
@pytest.mark.django_db(transaction=False)
@pytest.mark.postgresql(alone=True)
def test_killed_at_every_step_of_a_change_of_keys_the_log_can_be_followed(tmp_path: Path, database: str) -> None:
    told = tell_of(KEEPER, NOW.isoformat(), data=tmp_path, database=database)
    assert told["kills"] >= 20
