"""Entries: written down once, changed into versions, erased with their keys, kept as long as their person chose."""

import hashlib
import uuid
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from leeward.foundation.audit.rules import Actor
from leeward.foundation.stamps.models import Waiting
from leeward.foundation.stamps.rules.commitments import commit
from leeward.foundation.vault.errors import FileTaken, NotGranted, WrapMalformed
from leeward.foundation.vault.models import AccessCode, Grant, Holding
from leeward.foundation.vault.operations import open_file
from leeward.victim.locker import pieces
from leeward.victim.locker.errors import ItemUnknown, LockerFull, LockerUnknown
from leeward.victim.locker.models import Custody, Item, Locker, Part, Version
from leeward.victim.locker.operations import entries
from leeward.victim.locker.operations.entries import erase_item
from leeward.victim.locker.operations.files import adopt_key, drop_unsound, erase_files
from leeward.victim.locker.operations.lockers import (
    ERRAND,
    begin_under_code,
    begin_with_new_code,
    forget_lockers,
    forget_unfinished,
    keep_for,
    note_visit,
)
from leeward.victim.locker.queries.items import list_items
from leeward.victim.locker.queries.lockers import keyring_of, read_keeping
from leeward.victim.locker.rules.custody import CustodyKind, Event, head_of
from leeward.victim.locker.rules.entries import Entry, Writer
from leeward.victim.locker.rules.keeping import Limits, PartState
from leeward.victim.portal.errors import TokenBroken
from leeward.victim.portal.operations import change_code, erase_all, find_hers, make_change_token
from leeward.victim.portal.operations.tokens import make_begin_token
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW
from tests.victim.locker.keeper import ENTRY, Keeper

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_is_written_down_is_read_again_with_where_it_comes_from(keeper: Keeper) -> None:
    reference = uuid.uuid4()
    for _ in range(2):  # a button pressed twice
        entries.add_entry(bearer=keeper.bearer, entry=ENTRY, reference=reference, now=NOW)
    assert Item.objects.count() == 1
    view = keeper.read(reference)
    assert (view.ordinal, view.entry, view.shown_to) == (1, ENTRY, ())
    [version] = view.versions
    assert (version.written.at, version.written.writer) == (NOW, Writer.PERSON)
    [event] = view.custody
    assert (event.kind, event.who, event.about) == (CustodyKind.ADDED, "person", "version:1")
    assert (event.at, event.digest) == (NOW, version.written.digest)


def test_a_change_is_a_version_and_the_same_again_is_none(keeper: Keeper) -> None:
    item = keeper.add(now=NOW)
    changed = replace(ENTRY, words="Once more, and worse.")
    keeper.change(item, changed, now=NOW + DAY)
    keeper.change(item, changed, now=NOW + 2 * DAY)
    view = keeper.read(item)
    assert [(each.ordinal, each.entry) for each in view.versions] == [(1, ENTRY), (2, changed)]
    assert [(each.kind, each.about) for each in view.custody] == [
        (CustodyKind.ADDED, "version:1"),
        (CustodyKind.VERSION, "version:2"),
    ]
    [line] = list_items(keeper.bearer, now=NOW)
    assert (line.entry, line.written_at) == (changed, NOW + DAY)


def test_who_types_for_somebody_is_named_as_that(keeper: Keeper) -> None:
    item, sam = keeper.add(), "sam"
    keeper.bearer = replace(keeper.bearer, typist=sam)
    keeper.change(item, replace(ENTRY, words="As she said on the phone."))
    view = keeper.read(item)
    assert (view.versions[-1].written.writer, view.custody[-1].who) == (Writer.TYPIST, "typist")
    assert sam not in "".join(row.unbox(entries.open_item(keeper.bearer, item, now=NOW), "event") for row in events())


def events() -> list[Custody]:
    return list(Custody.objects.all())


def test_a_clock_that_was_set_back_breaks_no_chain(keeper: Keeper) -> None:
    item = keeper.add(now=NOW)
    keeper.change(item, replace(ENTRY, words="Later, by a wrong clock."), now=NOW - DAY)
    assert [each.at for each in keeper.read(item).custody] == [NOW, NOW]


def test_entries_are_numbered_and_never_anew(keeper: Keeper) -> None:
    first, second = keeper.add(), keeper.add()
    for _ in range(2):
        erase_item(bearer=keeper.bearer, item=first, now=NOW)
    third = keeper.add()
    assert [line.reference for line in list_items(keeper.bearer, now=NOW)] == [third, second]
    assert [line.ordinal for line in list_items(keeper.bearer, now=NOW)] == [3, 2]


def test_a_full_locker_says_so(keeper: Keeper, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LEEWARD_LOCKER_LIMITS = Limits(items=2)
    item = keeper.add()
    keeper.add()
    with pytest.raises(LockerFull, match="2"):
        keeper.add()
    monkeypatch.setattr(entries, "MOST_VERSIONS", 1)
    with pytest.raises(LockerFull, match="1"):
        keeper.change(item, replace(ENTRY, words="One too many."))


def test_nobody_reads_or_changes_what_is_somebody_elses(keeper: Keeper, house: Standing) -> None:
    item, other = keeper.add(), Keeper().begin()
    for act in (
        lambda: other.read(item),
        lambda: other.change(item, Entry(words="x")),
        lambda: other.show(item),
        lambda: other.hide(item),
        lambda: other.send(item),
    ):
        with pytest.raises(ItemUnknown):
            act()
    erase_item(bearer=other.bearer, item=item, now=NOW)
    with pytest.raises(LockerUnknown):
        Keeper().read(item)
    assert keeper.read(item).entry == ENTRY


# --- commitments ------------------------------------------------------------------------------------------------------


def test_each_version_and_each_head_has_a_commitment_that_only_its_salt_finds(keeper: Keeper) -> None:
    item = keeper.add()
    keeper.change(item, replace(ENTRY, words="Changed."), now=NOW + DAY)
    keeper.show(item, now=NOW + DAY)
    view = keeper.read(item)
    opened = entries.open_item(keeper.bearer, item, now=NOW)
    texts = {Event.from_text(text).number: text for text in (row.unbox(opened, "event") for row in events())}
    made = {
        commit(salt=bytes.fromhex(w.salt), digest=w.digest, size=w.size, at=w.at)
        for w in (each.written for each in view.versions)
    } | {
        commit(salt=bytes.fromhex(each.salt), digest=head_of(texts[each.number]), size=each.number, at=each.at)
        for each in view.custody
    }
    assert len(made) == 2 + 3
    assert {bytes.fromhex(row.commitment) for row in Waiting.objects.all()} == made
    assert [field.name for field in Waiting._meta.get_fields()] == ["id", "commitment"]
    erase_item(bearer=keeper.bearer, item=item, now=NOW)
    assert Waiting.objects.count() == len(made)
    unsalted = hashlib.sha256(bytes.fromhex(view.versions[0].written.digest)).digest()
    assert not Waiting.objects.filter(commitment=unsalted.hex()).exists()


# --- begin, keep, end -------------------------------------------------------------------------------------------------


def begin_new(keeper: Keeper, *, errand: str = ERRAND) -> Keeper:
    token = make_begin_token(errand=errand, now=NOW).token
    for _ in range(2):
        keeper.bearer = begin_with_new_code(token=token, now=NOW)
    keeper.key = keeper.bearer.key
    return keeper


def test_a_locker_begins_under_a_new_code_or_under_one_that_is_there(house: Standing) -> None:
    fresh = begin_new(Keeper())
    assert fresh.read(fresh.add()).entry == ENTRY
    kept = Keeper().begin()
    assert begin_under_code(bearer=kept.bearer, now=NOW) == kept.bearer
    assert find_hers(kept.bearer).holds == kept.bearer.holds
    assert set(kept.bearer.holds) == {"submission", "locker"}
    assert Locker.objects.count() == 2


def test_without_the_answer_that_all_are_adults_nothing_begins(house: Standing) -> None:
    for errand in ("", "locker"):
        with pytest.raises(TokenBroken):
            begin_new(Keeper(), errand=errand)
    assert (Locker.objects.count(), AccessCode.objects.count()) == (0, 0)


def test_it_is_kept_as_long_as_its_person_chose_and_longer_at_each_visit(house: Standing) -> None:
    keeper = begin_new(Keeper())
    code = AccessCode.objects.get(look_up=keeper.bearer.look_up)

    def ends() -> tuple[date, date, date]:
        code.refresh_from_db()
        return Locker.objects.get().expires_on, code.expires_on, Holding.objects.get().expires_on

    assert ends()[0] == date(2028, 12, 1)
    keep_for(bearer=keeper.bearer, years=10, now=NOW)
    assert ends()[0] == date(2036, 12, 1)
    note_visit(bearer=keeper.bearer, now=NOW + 40 * DAY)
    locker, code_ends, holding = ends()
    assert locker == date(2037, 2, 1)
    assert min(code_ends, holding) >= locker
    # A new code lives as long, and a fresh two years of pictures take nothing away.
    token = make_change_token(bearer=keeper.bearer, now=NOW).token
    keeper.bearer = change_code(bearer=keeper.bearer, token=token, now=NOW)
    code = AccessCode.objects.get()
    assert ends() == (locker, code_ends, holding)
    keep_for(bearer=keeper.bearer, years=1, now=NOW)
    keeping = read_keeping(keeper.bearer, now=NOW)
    assert keeping is not None
    assert (keeping.years, keeping.expires_on) == (1, date(2027, 12, 1))
    assert ends()[1:] == (code_ends, holding)


def test_when_its_time_is_over_it_is_erased_like_everything_else(
    keeper: Keeper, django_capture_on_commit_callbacks: Any
) -> None:
    item = keeper.add()
    part = keeper.send(item)
    keeper.show(item)
    last = Locker.objects.get().expires_on
    at_end = NOW.replace(year=last.year, month=last.month, day=last.day)
    assert forget_lockers(now=at_end - DAY, limit=10) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_lockers(now=at_end, limit=10) == 1
    assert [model.objects.count() for model in (Locker, Item, Version, Custody, Part)] == [0] * 5
    assert not Grant.objects.filter(file=item).exists()
    assert pieces.size(part=part) == 0
    assert forget_lockers(now=at_end, limit=10) == 0
    assert read_keeping(keeper.bearer, now=at_end) is None
    assert begin_under_code(bearer=keeper.bearer, now=at_end).holds.keys() == keeper.bearer.holds.keys()


def test_erasing_everything_erases_the_locker_with_its_keys_first(
    keeper: Keeper, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    item = keeper.add()
    keeper.send(item)
    kept = open_file(file=item, keyring=keyring_of(keeper.bearer), by=Actor.person(), now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            erase_all(bearer=replace(keeper.bearer, holds=without_pictures(keeper)), now=NOW)
    assert [model.objects.count() for model in (Locker, Item, Version, Custody, Part, Holding)] == [0] * 6
    assert not Grant.objects.filter(file=item).exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / pieces.MARK]
    with pytest.raises(NotGranted):
        open_file(file=kept.file, keyring=keyring_of(keeper.bearer), by=Actor.person(), now=NOW)
    assert Waiting.objects.count() == 2


def without_pictures(keeper: Keeper) -> dict[str, uuid.UUID]:
    return {"locker": keeper.bearer.holds["locker"]}


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_that_was_never_finished_goes_after_a_day(
    keeper: Keeper, django_capture_on_commit_callbacks: Any
) -> None:
    item = keeper.add()
    kept, sending = keeper.send(item), keeper.send(item, state=PartState.SENDING)
    assert forget_unfinished(now=NOW + DAY - timedelta(hours=1), limit=10) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_unfinished(now=NOW + DAY, limit=10) == 1
    assert [row.reference for row in Part.objects.all()] == [kept]
    assert (pieces.size(part=kept) > 0, pieces.size(part=sending)) == (True, 0)


def test_a_file_whose_key_does_not_open_is_found_and_asked_for_again(
    keeper: Keeper, django_capture_on_commit_callbacks: Any
) -> None:
    item = keeper.add()
    whole, spoilt = keeper.send(item), keeper.send(item, spoilt=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert drop_unsound(bearer=keeper.bearer, item=item, now=NOW)
    assert not drop_unsound(bearer=keeper.bearer, item=item, now=NOW)
    assert [row.reference for row in Part.objects.all()] == [whole]
    assert pieces.size(part=spoilt) == 0
    assert [(each.kind, each.who, each.about) for each in keeper.read(item).custody[1:]] == [
        (CustodyKind.ERASED, "machine", "unreadable:copy")
    ]
    again = keeper.send(item)
    assert Part.objects.get(reference=again).generation == 2
    assert not drop_unsound(bearer=keeper.bearer, item=item, now=NOW)


def test_a_file_is_erased_with_its_key_and_the_words_stay(
    keeper: Keeper, django_capture_on_commit_callbacks: Any
) -> None:
    item = keeper.add()
    first, second = keeper.send(item), keeper.send(item)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            erase_files(bearer=keeper.bearer, item=item, generation=1, now=NOW)
    assert [row.reference for row in Part.objects.all()] == [second]
    assert not Grant.objects.filter(file=item, compartment="evidence", generation=1).exists()
    assert pieces.size(part=first) == 0
    view = keeper.read(item)
    assert (view.entry, [each.kind for each in view.custody]) == (ENTRY, [CustodyKind.ADDED, CustodyKind.ERASED])


def test_a_key_of_the_wrong_form_or_that_came_too_late_is_refused(keeper: Keeper) -> None:
    item = keeper.add()
    with pytest.raises(WrapMalformed):
        adopt_key(bearer=keeper.bearer, item=item, generation=1, wrapped=b"x", vouched=b"y", now=NOW)
    keeper.send(item)
    with pytest.raises(FileTaken):
        adopt_key(bearer=keeper.bearer, item=item, generation=1, wrapped=wrap(keeper), vouched=bytes(32), now=NOW)


def wrap(keeper: Keeper) -> bytes:
    [row] = Grant.objects.filter(compartment="evidence")
    return bytes(row.wrapped)
