"""Taking entries out: a pack is whole for a stranger, says nobody's name, and is the same however long it takes."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.checking.drawing import check_page
from leeward.foundation.checking.rules.bags import opened_bag
from leeward.foundation.checking.rules.packs import Trust, Verdict, check_pack
from leeward.foundation.notary.operations import found_log, seal
from leeward.foundation.notary.queries import log_keys
from leeward.foundation.signing.models import SignedRecord
from leeward.foundation.signing.operations.keys import found_signer
from leeward.foundation.signing.operations.signing import sign_due, sign_lists
from leeward.foundation.signing.queries import list_at, trusted_keys
from leeward.foundation.stamps.operations import stamp_hour
from leeward.victim.locker.errors import ItemUnknown
from leeward.victim.locker.operations.packs import Pack, ask_for_pack, make_pack
from leeward.victim.locker.rules.custody import CustodyKind
from leeward.victim.locker.rules.packing import Chosen
from tests.victim.helpline.conftest import NOW
from tests.victim.locker.keeper import ENTRY, Keeper

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def nation(keeper: Keeper, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A nation with a signer and a public log, whose keys are quick to make, beside what a keeper needs."""
    del keeper
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_URL = tmp_path / "proof", "https://leeward.example"
    monkeypatch.setattr("leeward.foundation.signing.operations.keys.KEY_BITS", 2048)
    found_signer(by=Actor.operator(), now=NOW)
    found_log(by=Actor.operator(), now=NOW)


def read(pack: Pack) -> dict[str, bytes]:
    with opened_bag(io.BytesIO(pack.content)) as bag:
        return {path: bag.read(path) for path in bag.paths}


def ask(pack: Pack, *, keys: bool = True) -> list[tuple[Verdict, str]]:
    trust = Trust(
        now=NOW + 2 * DAY,
        keys=trusted_keys() if keys else None,
        lists=list_at,
        log_keys=log_keys() if keys else (),
        checker_sha256=check_page().sha256,
    )
    with opened_bag(io.BytesIO(pack.content)) as bag:
        return [(line.verdict, line.words) for line in check_pack(bag, trust)]


@pytest.mark.usefixtures("nation")
def test_a_stranger_finds_it_whole_signed_and_as_old_as_it_is(keeper: Keeper) -> None:
    item = keeper.add()
    other = keeper.add(replace(ENTRY, words="=1+1 He came to the door. جاء إلى الباب"))
    keeper.change(item, replace(ENTRY, words="Changed."), now=NOW)
    stamp_hour(now=NOW + HOUR)
    stamp_hour(now=NOW + DAY)
    seal(now=NOW + DAY)
    now = NOW + DAY + HOUR
    chosen = ask_for_pack(bearer=keeper.bearer, items=[other, item], now=now)
    assert not make_pack(bearer=keeper.bearer, chosen=chosen, now=now).is_signed
    sign_lists(now=NOW + DAY + HOUR)
    sign_due(now=now, limit=10)
    pack = make_pack(bearer=keeper.bearer, chosen=chosen, now=now)
    assert pack.is_signed
    said = ask(pack)
    assert Verdict.BROKEN not in {verdict for verdict, _ in said}, said
    told = "\n".join(words for _verdict, words in said)
    assert "Signed by" in told
    assert "The public log holds the tree" in told
    # Two entries, of which the second has two versions, and an event each for that it was taken out just now.
    proven = json.loads(read(pack)["times/proofs.json"])
    assert len(proven["things"]) == 3 + 3
    assert len(proven["waiting"]) == 2
    files = read(pack)
    assert json.loads(files["data/words/001-1.json"])["words"].startswith("=1+1")
    listed = json.loads(files["data/items.json"])
    assert [len(each["versions"]) for each in listed] == [1, 2]
    rows = list(csv.DictReader(io.StringIO(files["data/custody.csv"].decode())))
    assert [row["kind"] for row in rows] == ["added", "taken_out", "added", "version", "taken_out"]
    assert "He came" not in files["data/custody.csv"].decode()
    assert files["data/index.pdf"].startswith(b"%PDF")
    assert str(item).encode() not in b"".join(files.values())  # nothing in it names the entry of our tables


@pytest.mark.usefixtures("nation")
def test_what_happens_meanwhile_changes_nothing_of_what_was_asked_for(keeper: Keeper) -> None:
    item = keeper.add()
    chosen = ask_for_pack(bearer=keeper.bearer, items=[item], now=NOW)
    sign_due(now=NOW, limit=10)
    keeper.change(item, replace(ENTRY, words="Later."), now=NOW + HOUR)
    keeper.show(item, now=NOW + HOUR)
    kept = Chosen.from_text(chosen.to_text())
    with override("ar"):  # the page that asks for it may be read in another language by then
        pack = make_pack(bearer=keeper.bearer, chosen=kept, now=NOW + 2 * HOUR)
    assert pack.is_signed
    assert b"Later." not in b"".join(read(pack).values())
    assert [event.kind for event in keeper.read(item, now=NOW + HOUR).custody].count(CustodyKind.TAKEN_OUT) == 1
    unsigned = make_pack(bearer=keeper.bearer, chosen=replace(kept, language="ar"), now=NOW + HOUR)
    assert not unsigned.is_signed  # it is of another pack
    assert not make_pack(bearer=keeper.bearer, chosen=replace(kept, number="NOTHING2"), now=NOW).is_signed
    assert Verdict.BROKEN not in {verdict for verdict, _words in ask(unsigned, keys=False)}


@pytest.mark.usefixtures("nation")
def test_the_signers_tables_tell_nothing_of_whose_it_is(keeper: Keeper) -> None:
    item = keeper.add()
    ask_for_pack(bearer=keeper.bearer, items=[item], now=NOW)
    [record] = SignedRecord.objects.all()
    assert (record.asked_by, record.title) == ("system", "Pages")
    assert set(json.loads(record.subject)) == {"manifest"}
    told = json.dumps(list(AuditEvent.objects.filter(verb="signing.asked").values()), default=str)
    assert str(item) not in told
    assert keeper.bearer.look_up not in told.replace('"00000000-', "")


def test_nobody_takes_out_what_is_not_theirs(keeper: Keeper) -> None:
    with pytest.raises(ItemUnknown):
        ask_for_pack(bearer=Keeper().begin().bearer, items=[keeper.add()], now=NOW)
    assert not SignedRecord.objects.exists()
