"""The one store of pieces: another folder takes no file in, and what is erased beside it is not believed to be."""

import io
import os
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leeward.config.checks import check_store
from leeward.config.sweeps import do_round
from leeward.foundation.audit.models import AuditEvent
from leeward.victim.locker import pieces
from leeward.victim.locker.errors import StoreMismatch
from leeward.victim.locker.models import Item, Locker, Part, PendingDeletion, Store
from leeward.victim.locker.operations.entries import erase_item
from leeward.victim.locker.operations.lockers import forget_lockers
from leeward.victim.locker.operations.store import delete_pending, hold_store
from leeward.victim.locker.rules.keeping import PartState
from tests.victim.helpline.conftest import NOW
from tests.victim.locker.keeper import Keeper
from tests.victim.locker.sealing import picture

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
AWAY = "erased files deleted"


def told() -> list[str]:
    """What `leeward check` says of the store."""
    return [message.msg for message in check_store(databases=["default"])]


def files(folder: Path) -> list[Path]:
    return list(folder.rglob("*.piece"))


@pytest.fixture
def other(settings: Any, folder: Path, tmp_path: Path) -> Path:
    """Another folder, which an account with a data folder of its own would take for the store."""
    hold_store()
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "other"
    return tmp_path / "other"


def test_the_first_use_names_the_store_and_each_later_one_finds_the_same(folder: Path) -> None:
    (unnamed,) = told()
    assert f"is not named yet; it will be {folder}" in unnamed
    for _ in range(2):
        hold_store()
    assert Store.objects.get().mark == pieces.read_mark()
    assert (folder / pieces.MARK).stat().st_mode & 0o077 == 0
    assert told() == []


def test_the_mark_alone_is_taken_where_the_database_had_to_begin_anew() -> None:
    hold_store()
    mark = pieces.read_mark()
    Store.objects.all().delete()
    hold_store()
    assert (Store.objects.get().mark, pieces.read_mark()) == (mark, mark)


@pytest.mark.parametrize("state", ["no folder", "no mark", "a broken mark", "another mark"])
def test_a_web_process_that_sees_another_folder_takes_nothing_in(keeper: Keeper, other: Path, state: str) -> None:
    if state != "no folder":
        other.mkdir()
    if state == "another mark":
        pieces.make_mark()
    elif state == "a broken mark":
        (other / pieces.MARK).write_text("half", encoding="ascii")
    found = pieces.read_mark()
    item = keeper.add()
    with pytest.raises(StoreMismatch) as refused:
        picture(keeper, item).begin()
    said = str(refused.value)
    assert f"store {Store.objects.get().mark}" in said
    assert str(other) in said
    assert (f"is store {found}." if found else "has no mark.") in said
    assert "LEEWARD_LOCKER_PIECES" in said
    assert not Part.objects.exists()
    (warning,) = told()
    assert warning.startswith(said.split(" Let ")[0])


def test_a_folder_that_goes_away_while_a_file_is_sent_gets_none_of_it(
    keeper: Keeper, settings: Any, tmp_path: Path
) -> None:
    device = picture(keeper, keeper.add())
    device.begin()
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "other"
    with pytest.raises(StoreMismatch):
        device.send("copy", 1)
    assert not (tmp_path / "other").exists()


def test_erasing_takes_the_key_at_once_and_the_pieces_once_the_store_is_there(
    keeper: Keeper, settings: Any, folder: Path, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    """Nobody is kept from erasing. What was not deleted is known, told, and deleted later."""
    picture(keeper, item := keeper.add()).send_all()
    before = files(folder)
    assert len(before) == 2
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "other"
    with django_capture_on_commit_callbacks(execute=True):
        erase_item(bearer=keeper.bearer, item=item, now=NOW)
    assert not Item.objects.exists()
    assert (files(folder), PendingDeletion.objects.count()) == (before, 2)
    with pytest.raises(StoreMismatch):
        delete_pending(limit=10)
    assert PendingDeletion.objects.count() == 2
    (warning,) = told()
    assert "2 erased files wait to be deleted" in warning
    settings.LEEWARD_LOCKER_PIECES = folder
    assert delete_pending(limit=10) == 2
    assert (files(folder), PendingDeletion.objects.count(), told()) == ([], 0, [])
    assert delete_pending(limit=10) == 0


def test_a_worker_with_a_folder_of_its_own_names_the_sweep_that_fails(
    keeper: Keeper, settings: Any, folder: Path, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    picture(keeper, keeper.add()).send_all()
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "other"
    Locker.objects.update(expires_on=timezone.now().date())
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_lockers(now=timezone.now(), limit=10) == 1
    done = do_round(timezone.now())
    assert done.broken == {AWAY: "StoreMismatch"}
    assert len(files(folder)) == 2
    settings.LEEWARD_LOCKER_PIECES = folder
    assert do_round(timezone.now()).done[AWAY] == 2
    assert files(folder) == []


def test_what_this_account_may_not_delete_waits_and_keeps_nothing_else_from_being_deleted(
    keeper: Keeper, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_store()
    refused, other = (keeper.send(keeper.add()) for _ in range(2))
    Part.objects.all().delete()
    PendingDeletion.objects.bulk_create(PendingDeletion(part=part) for part in (refused, other))
    unlink = os.unlink

    def refuse(path: Any, *args: Any, **options: Any) -> None:
        if files(folder / refused.hex[:2] / refused.hex) and os.fspath(path).endswith("00001.piece"):
            where = options.get("dir_fd")
            inside = str(Path(f"/proc/self/fd/{where}").readlink() if where is not None else Path(path).parent)
            if inside.endswith(refused.hex):
                raise PermissionError(13, "Permission denied")
        unlink(path, *args, **options)

    monkeypatch.setattr("os.unlink", refuse)
    with pytest.raises(PermissionError):
        delete_pending(limit=10)
    assert [row.part for row in PendingDeletion.objects.all()] == [refused]
    assert (pieces.size(part=refused) > 0, pieces.size(part=other)) == (True, 0)


def test_a_folder_of_an_older_day_is_taken_as_it_is_and_one_without_its_files_is_refused(
    keeper: Keeper, settings: Any, folder: Path, tmp_path: Path
) -> None:
    part = keeper.send(keeper.add())
    assert (Store.objects.count(), pieces.read_mark()) == (0, None)
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "other"
    with pytest.raises(StoreMismatch, match="has none of them"):
        hold_store()
    assert (Store.objects.count(), (tmp_path / "other").exists()) == (0, False)
    assert "has none of them" in told()[0]
    settings.LEEWARD_LOCKER_PIECES = folder
    hold_store()
    assert pieces.size(part=part) > 0
    assert told() == []


def test_check_counts_what_the_store_and_the_database_lack_of_each_other(keeper: Keeper, folder: Path) -> None:
    hold_store()
    lost, kept, unnamed = (keeper.send(keeper.add()) for _ in range(3))
    keeper.send(keeper.add(), state=PartState.SENDING)
    assert told() == []
    pieces.delete(part=lost)
    Part.objects.filter(reference=unnamed).delete()
    pieces.put(part=uuid.uuid4(), number=1, piece=b"of another database")
    lacking, loose = told()
    assert lacking.startswith("1 files that the database names are not whole")
    assert "does not name 2 files" in loose
    assert not any(part.hex[:8] in text for part in (lost, kept, unnamed) for text in (lacking, loose))
    Part.objects.filter(reference=kept).update(pieces=2)
    assert told()[0].startswith("2 files that")


def test_what_check_says_to_run_deletes_what_no_database_names_and_nothing_else(
    keeper: Keeper, settings: Any, folder: Path, tmp_path: Path
) -> None:
    hold_store()
    kept, unnamed = (keeper.send(keeper.add()) for _ in range(2))
    Part.objects.filter(reference=unnamed).delete()
    pieces.put(part=uuid.uuid4(), number=1, piece=b"of a newer day")
    before = files(folder)
    (message,) = check_store(databases=["default"])
    found = re.search(r"`leeward ([a-z-]+) (\d+)`", str(message.hint))
    assert found
    name, count = found[1].replace("-", "_"), found[2]
    for other in ("1", "3"):
        with pytest.raises(CommandError, match="There are 2 files"):
            call_command(name, other)
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "other"
    with pytest.raises(CommandError, match="The locker's store is missing"):
        call_command(name, count)
    settings.LEEWARD_LOCKER_PIECES = folder
    assert files(folder) == before
    assert (PendingDeletion.objects.count(), AuditEvent.objects.filter(verb="locker.unnamed_deleted").count()) == (0, 0)
    said = io.StringIO()
    call_command(name, count, stdout=said)
    assert said.getvalue() == "2 files deleted.\n"
    assert [path.parent.name for path in files(folder)] == [kept.hex]
    assert told() == []
    assert not PendingDeletion.objects.exists()
    assert AuditEvent.objects.filter(verb="locker.unnamed_deleted").count() == 1


def test_a_folder_that_is_given_to_a_group_stays_the_groups(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o2770)
    hold_store()
    pieces.put(part=uuid.uuid4(), number=1, piece=b"sealed")
    assert {path.stat().st_mode & 0o7777 for path in folder.rglob("*") if path.is_dir()} == {0o2770}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o660}
