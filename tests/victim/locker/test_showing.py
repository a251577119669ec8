"""What is shown opens, what is hidden does not: whatever was done before, the keys and the pages say the same."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import end_of_day, local_day
from leeward.foundation.vault.errors import CompartmentClosed, NotGranted
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import open_file, sweep_grants
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.locker.errors import EndRefused, FileUnknown, ItemUnknown
from leeward.victim.locker.models import Item, Part, Version
from leeward.victim.locker.operations.entries import erase_item
from leeward.victim.locker.operations.files import erase_files
from leeward.victim.locker.operations.opening import open_view, read_view_piece
from leeward.victim.locker.operations.showing import hide_all, open_shown
from leeward.victim.locker.queries.items import ItemView, list_shown
from leeward.victim.locker.rules.custody import CustodyKind
from leeward.victim.locker.rules.sending import FileKind
from tests.depth import times
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.locker.keeper import ENTRY, Keeper
from tests.victim.locker.sealing import alone, picture

pytestmark = pytest.mark.django_db
STORY, EVIDENCE = Compartment.STORY, Compartment.EVIDENCE
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_A_WEEK = local_day(NOW) + 7 * DAY


def open_as(worker: Worker, item: uuid.UUID, *, team: str = "helpline", now: datetime = NOW) -> ItemView:
    return open_shown(item, team=team, keyring=worker.keyring, by=worker.actor, now=now)


def opens(keyring: Keyring, item: uuid.UUID, *, now: datetime = NOW) -> set[Compartment]:
    """In which compartments of an entry this ring opens the newest key."""
    found = set()
    for compartment in (STORY, EVIDENCE):
        try:
            opened = open_file(file=item, keyring=keyring, by=Actor.system(), now=now)
            opened.key_of(compartment, opened.current_generation(compartment))
        except (NotGranted, CompartmentClosed):
            continue
        found.add(compartment)
    return found


def test_a_team_reads_what_is_shown_to_it_and_until_when(keeper: Keeper, sam: Worker, dee: Worker) -> None:
    item, other = keeper.add(), keeper.add()
    for nothing in (item, other):
        with pytest.raises(NotGranted):
            open_as(sam, nothing)
    keeper.show(item)
    assert open_as(sam, item).entry == ENTRY
    [line] = list_shown([item, other], team="helpline", now=NOW)
    assert (line.reference, line.ordinal, line.until) == (item, 1, end_of_day(IN_A_WEEK))
    assert list_shown([item, other], team="desk", now=NOW) == ()
    for worker, what, now in ((dee, item, NOW), (sam, other, NOW), (sam, item, end_of_day(IN_A_WEEK))):
        with pytest.raises(NotGranted):
            open_as(worker, what, now=now)
    with pytest.raises(ItemUnknown):
        open_as(sam, uuid.uuid4())
    assert list_shown([item], team="helpline", now=end_of_day(IN_A_WEEK)) == ()
    [shown] = keeper.read(item).shown_to
    assert (shown.team, shown.until) == ("helpline", end_of_day(IN_A_WEEK))
    keeper.show(item, days=14)
    assert [each.until for each in keeper.read(item).shown_to] == [end_of_day(IN_A_WEEK + 7 * DAY)]
    assert open_as(sam, item, now=end_of_day(IN_A_WEEK)).entry == ENTRY


def test_what_was_hidden_opens_for_nobody_but_its_person(keeper: Keeper, sam: Worker) -> None:
    item = keeper.add()
    keeper.show(item)
    kept = open_file(file=item, keyring=sam.keyring, by=sam.actor, now=NOW)
    old_key = kept.key_of(STORY, 1)
    for _ in range(2):
        keeper.hide(item)
    with pytest.raises(NotGranted):
        open_as(sam, item)
    changed = replace(ENTRY, words="After it was hidden.")
    keeper.change(item, changed)
    # A key that somebody kept opens nothing that is written later.
    kept.take_key(old_key, compartment=STORY, generation=1)
    newest = Version.objects.get(item__reference=item, ordinal=2)
    with pytest.raises(CompartmentClosed):
        newest.unbox(kept, "written")
    assert keeper.read(item).entry == changed
    keeper.show(item)
    assert [each.entry for each in open_as(sam, item).versions] == [ENTRY, changed]


def test_its_files_are_shown_and_hidden_with_it(keeper: Keeper, sam: Worker) -> None:
    item = keeper.add()
    keeper.send(item)
    keeper.show(item)
    theirs = open_file(file=item, keyring=sam.keyring, by=sam.actor, now=NOW)
    assert theirs.generations(EVIDENCE) == (1,)
    # One that is sent while it is shown is not shown before its person says so.
    keeper.send(item)
    assert open_file(file=item, keyring=sam.keyring, by=sam.actor, now=NOW).generations(EVIDENCE) == (1,)
    keeper.show(item)
    assert open_file(file=item, keyring=sam.keyring, by=sam.actor, now=NOW).generations(EVIDENCE) == (1, 2)
    keeper.hide(item)
    assert not Grant.objects.filter(file=item, grantee_kind="team").exists()


def test_no_team_gets_a_key_of_a_picture_that_is_for_its_person_alone(keeper: Keeper, sam: Worker) -> None:
    item = keeper.add()
    covered, hers = picture(keeper, item).send_all(), alone(keeper, item).send_all()
    begun = alone(keeper, item)
    begun.begin()  # it is still being sent
    for days in (7, 14):  # also where the end is changed
        keeper.show(item, days=days)
        theirs = open_file(file=item, keyring=sam.keyring, by=sam.actor, now=NOW)
        assert theirs.generations(EVIDENCE) == (covered.generation,)
        assert [each.generation for each in open_as(sam, item).files] == [covered.generation]
    at: dict[str, Any] = {"generation": hers.generation, "team": "helpline", "now": NOW}
    with pytest.raises(FileUnknown):
        open_view(item, keyring=sam.keyring, by=sam.actor, **at)
    with pytest.raises(FileUnknown):
        read_view_piece(item, number=1, **at)
    assert [each.kind for each in keeper.read(item).files] == [FileKind.COVERED, FileKind.ALONE]
    keeper.hide(item)
    only = keeper.add()
    alone(keeper, only).send_all()
    keeper.show(only)
    assert open_as(sam, only).files == ()
    assert EVIDENCE not in opens(sam.keyring, only)


def test_a_file_that_nobody_can_open_keeps_no_entry_from_being_shown_and_hidden(keeper: Keeper, sam: Worker) -> None:
    item = keeper.add()
    keeper.send(item, spoilt=True)
    keeper.show(item)
    assert open_as(sam, item).entry == ENTRY
    assert Part.objects.count() == 0
    keeper.send(item, spoilt=True)
    keeper.hide(item)
    with pytest.raises(NotGranted):
        open_as(sam, item)


def test_an_end_in_the_past_or_after_a_year_is_refused(keeper: Keeper) -> None:
    item = keeper.add()
    for days in (-1, 367):
        with pytest.raises(EndRefused):
            keeper.show(item, days=days)
    assert keeper.read(item).shown_to == ()


def test_the_chain_says_who_could_see_it_and_which_team_did_once_a_day(
    keeper: Keeper, sam: Worker, lee: Worker
) -> None:
    item = keeper.add()
    keeper.show(item)
    for worker, later in ((sam, HOUR), (sam, 2 * HOUR), (lee, 3 * HOUR), (sam, DAY)):
        open_as(worker, item, now=NOW + later)
    keeper.hide(item, now=NOW + 2 * DAY)
    told = [(each.kind, each.who, each.about) for each in keeper.read(item).custody]
    assert told == [
        (CustodyKind.ADDED, "person", "version:1"),
        (CustodyKind.SHOWN, "person", "team:helpline"),
        (CustodyKind.OPENED, "team:helpline", ""),
        (CustodyKind.OPENED, "team:helpline", ""),
        (CustodyKind.HIDDEN, "person", "team:helpline"),
    ]
    assert [each.until for each in keeper.read(item).custody if each.until] == [IN_A_WEEK]


def test_who_stops_a_team_hides_everything_from_it(keeper: Keeper, sam: Worker, dee: Worker) -> None:
    first, second, third = keeper.add(), keeper.add(), keeper.add()
    for item, team in ((first, "helpline"), (second, "helpline"), (second, "desk"), (third, "desk")):
        keeper.show(item, team)
    for _ in range(2):
        hide_all(keeper.bearer, "helpline", NOW)
    for item in (first, second):
        with pytest.raises(NotGranted):
            open_as(sam, item)
    assert [open_as(dee, item, team="desk").entry for item in (second, third)] == [ENTRY, ENTRY]
    hide_all(Keeper().bearer, "helpline", NOW)  # somebody without a locker


# --- by chance --------------------------------------------------------------------------------------------------------


@dataclass
class World:
    """Two people with lockers and two teams, and what was done to each entry, each act drawn by chance."""

    random: random.Random
    workers: dict[str, Worker]
    keepers: list[Keeper]
    now: datetime = NOW
    words: dict[uuid.UUID, str] = field(default_factory=dict)
    owner: dict[uuid.UUID, Keeper] = field(default_factory=dict)
    shown: dict[tuple[uuid.UUID, str], datetime] = field(default_factory=dict)
    opened: dict[uuid.UUID, set[tuple[str, object]]] = field(default_factory=dict)

    def act(self) -> None:
        acts: list[Callable[[], None]] = [self.add, self.change, self.show, self.show, self.hide, self.erase]
        acts += [self.send, self.wait, self.look, self.look, self.drop]
        self.random.choice(acts)()

    def any(self) -> uuid.UUID | None:
        return self.random.choice(sorted(self.words)) if self.words else None

    def add(self) -> None:
        keeper = self.random.choice(self.keepers)
        words = f"words {self.random.random()}"
        item = keeper.add(replace(ENTRY, words=words), now=self.now)
        self.words[item], self.owner[item], self.opened[item] = words, keeper, set()

    def change(self) -> None:
        if item := self.any():
            self.words[item] = f"words {self.random.random()}"
            self.owner[item].change(item, replace(ENTRY, words=self.words[item]), now=self.now)

    def show(self) -> None:
        if item := self.any():
            team, days = self.random.choice(sorted(self.workers)), self.random.randint(0, 9)
            self.owner[item].show(item, team, days=days, now=self.now)
            self.shown[item, team] = end_of_day(local_day(self.now) + days * DAY)

    def hide(self) -> None:
        if item := self.any():
            team = self.random.choice(sorted(self.workers))
            self.owner[item].hide(item, team, now=self.now)
            self.shown.pop((item, team), None)

    def erase(self) -> None:
        if (item := self.any()) and self.random.random() < 0.3:
            erase_item(bearer=self.owner.pop(item).bearer, item=item, now=self.now)
            del self.words[item], self.opened[item]

    def send(self) -> None:
        if item := self.any():
            self.owner[item].send(item, now=self.now, spoilt=self.random.random() < 0.2)

    def drop(self) -> None:
        parts = list(Part.objects.select_related("item"))
        if parts:
            part = self.random.choice(parts)
            keeper, item = self.owner[part.item.reference], part.item.reference
            erase_files(bearer=keeper.bearer, item=item, generation=part.generation, now=self.now)

    def wait(self) -> None:
        self.now += timedelta(hours=self.random.randint(1, 60))
        if self.random.random() < 0.5:
            sweep_grants(now=self.now, limit=1000)

    def look(self) -> None:
        if item := self.any():
            team = self.random.choice(sorted(self.workers))
            try:
                open_as(self.workers[team], item, team=team, now=self.now)
            except NotGranted:
                return
            self.opened[item].add((f"team:{team}", local_day(self.now)))

    def check(self) -> None:
        assert set(Item.objects.values_list("reference", flat=True)) == set(self.words)
        for item, words in self.words.items():
            view = self.owner[item].read(item, now=self.now)  # which verifies the chain
            assert view.entry.words == words
            live = {team for (of, team), until in self.shown.items() if of == item and until > self.now}
            assert {each.team for each in view.shown_to} == live
            looked = {(each.who, local_day(each.at)) for each in view.custody if each.kind is CustodyKind.OPENED}
            assert looked == self.opened[item]
            for team, worker in self.workers.items():
                listed = list_shown([item], team=team, now=self.now)
                assert bool(listed) == (team in live)
                assert (STORY in opens(worker.keyring, item, now=self.now)) == (team in live)
                if team not in live:
                    assert opens(worker.keyring, item, now=self.now) == set()
        assert set(Grant.objects.values_list("file", flat=True)) == set(self.words)


@pytest.mark.parametrize("seed", range(times(3, deep=60)))
def test_after_any_shows_hides_and_erasures_the_keys_are_what_was_said(
    house: Standing, sam: Worker, dee: Worker, seed: int
) -> None:
    keepers = [Keeper().begin(), Keeper().begin()]
    world = World(random=random.Random(seed), workers={"helpline": sam, "desk": dee}, keepers=keepers)
    for number in range(times(40, deep=120)):
        world.act()
        if number % 5 == 4:
            world.check()
    world.check()
