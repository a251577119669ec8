"""A locker's rows tell a thief neither what it says nor whose else it is; what was moved does not open."""

import uuid
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from leeward.foundation.audit.rules import to_the_hour
from leeward.foundation.days import end_of_day, local_day
from leeward.foundation.stamps.models import Waiting
from leeward.foundation.vault.errors import CompartmentClosed, SealBroken
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import OpenFile, make_victim_key, team_grantee
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.vault.rules.keys import derive_pair
from leeward.victim.locker.models import Custody, Item, Locker, Part, Version
from leeward.victim.locker.operations.entries import erase_item, open_item
from leeward.victim.locker.operations.files import erase_files
from leeward.victim.locker.operations.lockers import keep_for
from leeward.victim.locker.operations.showing import open_shown
from leeward.victim.locker.queries.lockers import key_of
from leeward.victim.locker.rules.entries import Entry
from leeward.victim.locker.rules.keeping import PartState
from tests.standing import Standing
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.locker.keeper import ENTRY, Keeper

pytestmark = pytest.mark.django_db
AT = NOW + timedelta(minutes=21, seconds=7, microseconds=345)
TABLES = (Locker, Item, Version, Custody, Part, Waiting)
# What is shorter than this is a code or a number, and says nothing by being equal.
SHORTEST = 12
PLANTED = "zqlocker"


def planted() -> Entry:
    """An entry with a word of its own in every field that takes words."""
    words = {each.name: f"{PLANTED}-{each.name}" for each in fields(Entry) if each.type is str or each.type == "str"}
    return replace(ENTRY, **words, on=date(2026, 11, 22))


def test_of_what_its_person_did_every_row_tells_the_hour(keeper: Keeper) -> None:
    item = keeper.add(now=AT)
    keeper.change(item, replace(ENTRY, words="Changed."), now=AT)
    keeper.send(item, now=AT, state=PartState.SENDING)
    keeper.send(item, now=AT)
    keeper.show(item, now=AT)
    keeper.hide(item, now=AT)
    keeper.show(item, "desk", now=AT)
    keep_for(bearer=keeper.bearer, years=5, now=AT)
    erase_files(bearer=keeper.bearer, item=item, generation=1, now=AT)
    ends = end_of_day(local_day(AT) + timedelta(days=7))
    told = [
        (f"{model.__name__}.{column}", value)
        for model in (*TABLES, Grant)
        for row in model.objects.values()
        for column, value in row.items()
        if isinstance(value, datetime)
    ]
    assert [(name, at) for name, at in told if at not in (to_the_hour(at), ends)] == []
    assert len(told) > 5


def values_of(rows: Iterator[models.Model]) -> set[bytes]:
    """Every value by which two rows could be joined, as bytes; references without their strokes."""
    found: set[bytes] = set()
    for row in rows:
        for field in row._meta.local_fields:
            value = getattr(row, field.attname)
            if isinstance(value, uuid.UUID):
                found.add(value.hex.encode())
            elif isinstance(value, bytes | memoryview):
                found |= {bytes(value), bytes(value).hex().encode()}
            elif isinstance(value, str | int):
                found.add(str(value).replace("-", "").encode())
    return {value for value in found if len(value) >= SHORTEST}


def test_no_value_joins_a_locker_to_anything_else_of_its_person(house: Standing, sam: Worker, dee: Worker) -> None:
    keeper, teller = Keeper(), Teller()
    teller.key = keeper.key
    teller.come()
    teller.report()
    keeper.begin()
    item = keeper.add()
    keeper.send(item)
    for team in ("helpline", "desk"):
        keeper.show(item, team)
    open_shown(item, team="helpline", keyring=sam.keyring, by=sam.actor, now=NOW)
    of_locker = [row for model in TABLES for row in model.objects.all()]
    of_locker += list(Grant.objects.filter(file=item))
    others = [
        row
        for model in apps.get_models()
        if model._meta.label.partition(".")[0] in ("vault", "file", "helpline", "removals", "bank", "portal", "audit")
        for row in model._default_manager.all()
        if not (isinstance(row, Grant) and row.file == item)
    ]
    assert len(of_locker) > 10
    assert len(others) > 20
    teams = {team_grantee(team).public_key for team in ("helpline", "desk")}
    shared = values_of(iter(of_locker)) & values_of(iter(others))
    assert shared - teams - {key.hex().encode() for key in teams} == set()
    # It can fail: what is one person's by design has one key, and is found.
    file = [row for row in others if isinstance(row, Grant) and row.file == teller.file]
    rest = [row for row in others if isinstance(row, Grant) and row.file != teller.file]
    assert keeper.key.grantee.public_key in values_of(iter(file)) & values_of(iter(rest))


def test_nothing_that_is_public_or_a_secret_of_the_web_gives_a_lockers_key(house: Standing) -> None:
    keeper = Keeper().begin()
    key, hers = key_of(keeper.bearer), keeper.key.grantee
    assert key.private != keeper.key.private
    assert key_of(keeper.bearer) == key
    guesses = [hers.id, hers.public_key.hex(), keeper.bearer.look_up, str(keeper.bearer.holds["locker"])]
    guesses += [settings.SECRET_KEY, settings.LEEWARD_CODE_PEPPER, settings.LEEWARD_INDEX_KEY]
    for guess in guesses:
        made = derive_pair(guess.ljust(43, "x"), purpose="locker", kind=key.grantee.kind)
        assert made.private != key.private
    assert key_of(Keeper(key=make_victim_key()).bearer).private != key.private


def test_no_word_of_an_entry_stands_in_any_row(keeper: Keeper, sam: Worker) -> None:
    item = keeper.add(planted())
    keeper.change(item, replace(planted(), words=f"{PLANTED}-changed"))
    keeper.show(item)
    open_shown(item, team="helpline", keyring=sam.keyring, by=sam.actor, now=NOW)
    stored = "\n".join(
        bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        for model in apps.get_models()
        for row in model._default_manager.values_list()
        for value in row
    )
    assert PLANTED not in stored
    assert str(item) in stored
    erase_item(bearer=keeper.bearer, item=item, now=NOW)
    assert Grant.objects.filter(file=item).count() == 0


# --- what is moved does not open --------------------------------------------------------------------------------------


def cells_of(keeper: Keeper, items: list[uuid.UUID]) -> Iterator[tuple[str, str, OpenFile, models.Model]]:
    for item in items:
        opened = open_item(keeper.bearer, item, now=NOW)
        for model in (Version, Custody, Part):
            for row in model.objects.filter(item__reference=item):
                for field in model._meta.local_fields:
                    if isinstance(field, SealedField):
                        yield f"{model.__name__}.{field.name}", getattr(row, field.name), opened, row


def test_each_sealed_text_opens_in_its_own_place_and_in_no_other(keeper: Keeper, house: Standing) -> None:
    other = Keeper().begin()
    cells = []
    for one in (keeper, other):
        items = [one.add(), one.add()]
        one.change(items[0], replace(ENTRY, words="Changed."))
        part = Part.objects.get(reference=one.send(items[0]))
        part.facts = Part.box(open_item(one.bearer, items[0], now=NOW), "facts", part.reference, "facts")
        part.save()
        cells += list(cells_of(one, items))
    sealed = {
        f"{model.__name__}.{field.name}"
        for model in TABLES
        for field in model._meta.local_fields
        if isinstance(field, SealedField)
    }
    assert {name for name, *_ in cells} == sealed
    for (name, _text, opened, row), (_name, text, *_more) in permutations(cells, 2):
        setattr(row, name.partition(".")[2], text)
        with pytest.raises((SealBroken, CompartmentClosed)):
            row.unbox(opened, name.partition(".")[2])  # type: ignore[attr-defined]
    for name, text, opened, row in cells:
        setattr(row, name.partition(".")[2], text)
        assert row.unbox(opened, name.partition(".")[2])  # type: ignore[attr-defined]


def test_the_code_of_another_thing_of_theirs_opens_nothing_of_it(keeper: Keeper) -> None:
    item = keeper.add()
    assert not Grant.objects.filter(file=item, grantee_id=keeper.key.grantee.id).exists()
    assert len(Keyring(key_of(keeper.bearer))) == 1
