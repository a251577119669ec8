"""Taking entries out: a pack is whole for a stranger, says nobody's name, and is the same however long it takes."""

import csv
import io
import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import bagit
import pytest
from django.db import transaction
from django.utils.translation import override

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.checking.drawing import check_page
from leeward.foundation.checking.rules.bags import opened_bag, write_archive
from leeward.foundation.checking.rules.packs import Trust, Verdict, check_pack
from leeward.foundation.notary.operations import found_log, seal
from leeward.foundation.notary.queries import log_keys
from leeward.foundation.signing.models import SignedRecord
from leeward.foundation.signing.operations.keys import found_signer
from leeward.foundation.signing.operations.signing import sign_due, sign_lists
from leeward.foundation.signing.queries import list_at, trusted_keys
from leeward.foundation.stamps.operations import stamp_hour
from leeward.victim.locker.errors import FileUnknown, ItemUnknown, WitnessUnknown
from leeward.victim.locker.operations.files import erase_files
from leeward.victim.locker.operations.packs import Pack, ask_for_pack, list_to_put_in, make_pack
from leeward.victim.locker.rules.custody import CustodyKind
from leeward.victim.locker.rules.packing import Chosen
from leeward.victim.locker.rules.witness import COLUMNS
from leeward.victim.portal.holders import read_witness
from leeward.victim.portal.rules.witness import Witness
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.observing import CLOSED, ERASED, NOT_ASKED, NOT_YET, OF_ANOTHER
from leeward.victim.removals.operations.reports import erase_report, stop_desk
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.rules.beginning import REPORT
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.checks import Verdict as Look
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.reports import Path as ReportPath
from leeward.victim.removals.rules.states import Step
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW
from tests.victim.locker.keeper import ENTRY, Keeper
from tests.victim.locker.sealing import Device, alone, digest, picture, uncovered

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MACHINE = Actor.system()
FINISH = Path(__file__).with_name("finish.mjs")


@pytest.fixture
def nation(keeper: Keeper, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A nation with a signer and a public log, whose keys are quick to make, beside what a keeper needs."""
    del keeper
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_URL = tmp_path / "proof", "https://leeward.example"
    monkeypatch.setattr("leeward.foundation.signing.operations.keys.KEY_BITS", 2048)
    found_signer(by=Actor.operator(), now=NOW)
    found_log(by=Actor.operator(), now=NOW)


def read(content: bytes) -> dict[str, bytes]:
    with opened_bag(io.BytesIO(content)) as bag:
        return {path: bag.read(path) for path in bag.paths}


def ask(content: bytes, *, keys: bool = True) -> list[tuple[Verdict, str]]:
    return [(verdict, words) for verdict, words, _path in check(content, keys=keys)]


def check(content: bytes, *, keys: bool = True) -> list[tuple[Verdict, str, str]]:
    trust = Trust(
        now=NOW + 2 * DAY,
        keys=trusted_keys() if keys else None,
        lists=list_at,
        log_keys=log_keys() if keys else (),
        checker_sha256=check_page().sha256,
    )
    with opened_bag(io.BytesIO(content)) as bag:
        return [(line.verdict, line.words, line.path) for line in check_pack(bag, trust)]


def signed(keeper: Keeper, chosen: Chosen, *, now: Any) -> Pack:
    sign_lists(now=now)
    sign_due(now=now, limit=10)
    return make_pack(bearer=keeper.bearer, chosen=chosen, now=now)


def put_in(pack: Pack, contents: Mapping[str, bytes], folder: Path) -> bytes:
    """Finish a pack by the page's own script, under Node: `contents` of its exhibits by their paths."""
    archive, written = folder / "unfinished.zip", folder / "pages.zip"
    archive.write_bytes(pack.content)
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    subprocess.run(["node", FINISH, archive, folder, written], check=True, timeout=60)
    return written.read_bytes()


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
    pack = signed(keeper, chosen, now=now)
    assert pack.is_signed
    said = ask(pack.content)
    assert Verdict.BROKEN not in {verdict for verdict, _ in said}, said
    told = "\n".join(words for _verdict, words in said)
    assert "Signed by" in told
    assert "The public log holds the tree" in told
    # Two entries, of which the second has two versions, and an event each for that it was taken out just now. That the
    # time is proven is an event too, of which nothing is stamped.
    proven = json.loads(read(pack.content)["times/proofs.json"])
    assert len(proven["things"]) == 3 + 3
    assert len(proven["waiting"]) == 2
    files = read(pack.content)
    assert json.loads(files["data/words/001-1.json"])["words"].startswith("=1+1")
    listed = json.loads(files["data/items.json"])
    assert [len(each["versions"]) for each in listed] == [1, 2]
    rows = list(csv.DictReader(io.StringIO(files["data/custody.csv"].decode())))
    assert [row["kind"] for row in rows] == [
        *("added", "stamped", "taken_out"),
        *("added", "version", "stamped", "taken_out"),
    ]
    assert "He came" not in files["data/custody.csv"].decode()
    assert files["data/index.pdf"].startswith(b"%PDF")
    assert str(item).encode() not in b"".join(files.values())  # nothing in it names the entry of our tables


@pytest.mark.usefixtures("nation")
@pytest.mark.filterwarnings("ignore:'count' is passed as positional argument:DeprecationWarning")  # bagit's own
def test_files_that_go_along_are_exhibits_which_the_device_puts_in(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn = "leeward.victim.locker.documents.make_document"
    monkeypatch.setattr(drawn, lambda page, **_more: page.encode())  # read what the index says, drawn elsewhere
    item, other = keeper.add(), keeper.add()
    mail = Device(keeper, other, {"copy": b"From: no.name"}, clock=1_500_000_000).send_all()
    left = picture(keeper, other, copy=b"stays at home").send_all()
    stamp_hour(now=NOW + HOUR)
    late = picture(keeper, item, copy=b"covered copy").send_all(now=NOW + 2 * HOUR)
    now, files = NOW + 3 * HOUR, [(item, late.generation), (other, mail.generation)]
    chosen = ask_for_pack(bearer=keeper.bearer, items=[other, item], files=files, now=now)
    pack = signed(keeper, chosen, now=now)
    assert pack.is_signed
    for content in (b"covered copy", b"From: no.name"):
        assert content not in pack.content
    to_put_in = list_to_put_in(bearer=keeper.bearer, chosen=chosen, now=now)
    paths = [each.exhibit.path for each in to_put_in]
    assert paths == ["exhibits/001.eml", "exhibits/002.eml"]
    assert [(each.ordinal, each.has_stamp) for each in to_put_in] == [(2, True), (1, False)]

    # Before they are put in, the bag is none.
    missing = [(path, words) for verdict, words, path in check(pack.content) if verdict is Verdict.BROKEN]
    assert missing == [(f"data/{path}", "is missing") for path in paths]
    contents = {
        f"data/{path}": content for path, content in zip(paths, (b"From: no.name", b"covered copy"), strict=True)
    }
    whole = put_in(pack, contents, tmp_path)
    assert not [words for verdict, words in ask(whole) if verdict is Verdict.BROKEN]
    assert [(verdict, path) for verdict, _words, path in check(whole) if path.startswith("data/exhibits/")] == [
        (Verdict.HOLDS, "data/exhibits/001.eml"),
        (Verdict.UNCHECKED, "data/exhibits/002.eml"),
    ]
    subprocess.run(["unzip", "-q", tmp_path / "pages.zip", "-d", tmp_path], check=True)
    assert bagit.Bag(str(tmp_path / "pages")).is_valid()
    subprocess.run(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=tmp_path / "pages", check=True)

    # One changed byte, one more file, one less: each is named.
    made = read(whole)
    for changed in (
        {**made, "data/exhibits/002.eml": b"covered copx"},
        {**made, "data/exhibits/003.eml": b"stays at home"},
        {path: content for path, content in made.items() if path != "data/exhibits/001.eml"},
    ):
        [harmed] = {path for path in changed.keys() | made.keys() if changed.get(path) != made.get(path)}
        lines = check(write_archive(changed, on=NOW.date()))
        assert {path for verdict, _words, path in lines if verdict is Verdict.BROKEN} == {harmed}

    [first, second] = json.loads(made["data/items.json"])
    [exhibit] = first["exhibits"]
    assert (exhibit["exhibit"], exhibit["file"], exhibit["sha256"]) == (1, paths[0], digest(b"From: no.name"))
    assert (exhibit["device_clock"], exhibit["original"]) == ("2017-07-14T02:40:00Z", None)
    assert second["exhibits"][0]["original"]["sha256"] == digest(b"original")
    line = made["data/custody/001.jsonl"].splitlines()[exhibit["event"] - 1]
    assert json.loads(line)["digest"] == exhibit["sha256"]
    index = made["data/index.pdf"].decode()
    for told in (*paths, digest(b"covered copy"), digest(b"original"), "It showed 14 July 2017"):
        assert told in index
    assert digest(b"stays at home") not in index
    assert b"stays at home" not in whole
    assert digest(b"stays at home") in made["data/custody/001.jsonl"].decode()  # that there was one shows
    rows = csv.DictReader(io.StringIO(made["data/custody.csv"].decode()))
    taken = [(row["about"], row["digest"]) for row in rows if row["kind"] == "taken_out" and row["entry"] == "1"]
    assert taken == [("pack", ""), (f"file:{mail.generation}", exhibit["sha256"])]

    erase_files(bearer=keeper.bearer, item=other, generation=left.generation, now=now)
    assert make_pack(bearer=keeper.bearer, chosen=chosen, now=now).is_signed
    erase_files(bearer=keeper.bearer, item=item, generation=late.generation, now=now)
    with pytest.raises(FileUnknown):
        make_pack(bearer=keeper.bearer, chosen=chosen, now=now)


def looked(teller: Teller, signal: Signal, reason: CheckReason, *, at: datetime, by: Actor = MACHINE) -> None:
    """Note a look at the first address of a report, by the machine or by somebody at the desk."""
    row = Request.objects.get(report__reference=teller.file, ordinal=1)
    status = None if reason is CheckReason.PERSON else 200 if signal is Signal.UP else 404
    look = Look(signal=signal, reason=reason)
    note_check(reference=row.reference, verdict=look, status=status, by=by, now=at)


def stepped(teller: Teller, step: Step, code: str, *, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        row = locked_request(report__reference=teller.file, ordinal=1)
        take_step(row, step=step, by=by, now=at, code=code)


@pytest.mark.usefixtures("nation")
def test_a_picture_that_is_for_its_person_alone_goes_into_no_pack(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leeward.victim.locker.documents.make_document", lambda page, **_more: page.encode())
    item = keeper.add()
    seen, hers = uncovered(keeper, item).send_all(), alone(keeper, item).send_all()
    for files in ([(item, hers.generation)], [(item, seen.generation), (item, hers.generation)]):
        with pytest.raises(FileUnknown):
            ask_for_pack(bearer=keeper.bearer, items=[item], files=files, now=NOW)
    assert CustodyKind.TAKEN_OUT not in {each.kind for each in keeper.read(item).custody}
    chosen = ask_for_pack(bearer=keeper.bearer, items=[item], files=[(item, seen.generation)], now=NOW)
    forged = replace(chosen, items=(replace(chosen.items[0], files=(hers.generation,)),))
    for make in (make_pack, list_to_put_in):
        with pytest.raises(FileUnknown):
            make(bearer=keeper.bearer, chosen=forged, now=NOW)
    made = read(signed(keeper, chosen, now=NOW).content)
    [told] = json.loads(made["data/items.json"])
    assert [each["kind"] for each in told["exhibits"]] == ["uncovered"]
    assert "An uncovered picture," in made["data/index.pdf"].decode()


@pytest.mark.usefixtures("nation")
def test_what_we_saw_ourselves_goes_along_where_the_person_ticks_it(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = "leeward.victim.locker.documents.make_document"
    monkeypatch.setattr(drawn, lambda page, **_more: page.encode())  # read what the index says, drawn elsewhere
    item, teller = keeper.add(replace(ENTRY, address="")), Teller(key=keeper.key)
    teller.report()
    keeper.bearer = keeper.bearer.holding(REPORT, teller.file)
    site, dee = Actor(kind=ActorKind.PLATFORM, id="site"), Actor(kind=ActorKind.STAFF, id="dee")
    stepped(teller, Step.SENT, "platform", by=MACHINE, at=NOW + HOUR)
    looked(teller, Signal.UP, CheckReason.FIRST_LOOK, at=NOW + 2 * HOUR)
    stepped(teller, Step.DECIDED_REMOVED, Outcome.REMOVED, by=site, at=NOW + 3 * HOUR)
    looked(teller, Signal.GONE, CheckReason.STATUS, at=NOW + 4 * HOUR)
    looked(teller, Signal.UP, CheckReason.PERSON, at=NOW + 5 * HOUR, by=dee)
    now, url = NOW + 6 * HOUR, "https://chatter.example/p/1"
    unasked = ask_for_pack(bearer=keeper.bearer, items=[item], now=now)
    plain = read(make_pack(bearer=keeper.bearer, chosen=unasked, now=now).content)
    assert "data/monitor.csv" not in plain
    assert not [path for path, content in plain.items() if url.encode() in content]

    chosen = ask_for_pack(bearer=keeper.bearer, items=[item], places=[1], now=now)
    # A look that began before is noted late: it changes nothing of what was asked for.
    looked(teller, Signal.GONE, CheckReason.PERSON, at=NOW + HOUR, by=dee)
    pack = signed(keeper, Chosen.from_text(chosen.to_text()), now=now)
    assert pack.is_signed
    files = read(pack.content)
    assert list(csv.reader(io.StringIO(files["data/monitor.csv"].decode()))) == [
        list(COLUMNS),
        ["1", url, "2026-11-24T14:00:00Z", "looked", "machine", "up", "first_look", "200"],
        ["1", url, "2026-11-24T15:00:00Z", "answered", "site", "removed", "", ""],
        ["1", url, "2026-11-24T16:00:00Z", "looked", "machine", "gone", "status", "404"],
        ["1", url, "2026-11-24T17:00:00Z", "looked", "staff", "back", "person", ""],
    ]
    assert b"dee" not in files["data/monitor.csv"]
    assert f"SHA-256 {digest(files['data/monitor.csv'])}" in files["data/index.pdf"].decode()
    assert Verdict.BROKEN not in {verdict for verdict, _words in ask(pack.content)}
    changed = files | {"data/monitor.csv": files["data/monitor.csv"].replace(b"gone", b"goin")}
    lines = check(write_archive(changed, on=NOW.date()))
    assert [path for verdict, _words, path in lines if verdict is Verdict.BROKEN] == ["data/monitor.csv"]

    for places in ([7], [1, 7]):
        with pytest.raises(WitnessUnknown):
            ask_for_pack(bearer=keeper.bearer, items=[item], places=places, now=now)
    with pytest.raises(WitnessUnknown):
        make_pack(bearer=keeper.bearer, chosen=replace(chosen, watched=chosen.watched * 2), now=now)
    erase_report(reference=teller.file, by=Actor.person(), now=now)
    with pytest.raises(WitnessUnknown):
        make_pack(bearer=keeper.bearer, chosen=chosen, now=now)
    assert read_witness(keeper.bearer, now) == Witness(note=ERASED)


def test_where_nothing_was_seen_one_sentence_says_why(keeper: Keeper) -> None:
    assert read_witness(keeper.bearer, NOW) == Witness(note=NOT_ASKED)
    teller, other = Teller(key=keeper.key), Teller(key=keeper.key)
    teller.report()
    bearer = keeper.bearer.holding(REPORT, teller.file)
    assert read_witness(bearer, NOW) == Witness(note=NOT_YET)
    looked(teller, Signal.UP, CheckReason.FIRST_LOOK, at=NOW)
    assert [each.number for each in read_witness(bearer, NOW).places] == [1]
    stop_desk(opened=teller.open_report(), by=Actor.person(), now=NOW)
    stopped = read_witness(bearer, NOW)
    assert (stopped.note, len(stopped.places)) == (CLOSED, 1)
    other.report(path=ReportPath.FOUND)
    looked(other, Signal.UP, CheckReason.FIRST_LOOK, at=NOW)
    assert read_witness(keeper.bearer.holding(REPORT, other.file), NOW) == Witness(note=OF_ANOTHER)


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
    assert b"Later." not in b"".join(read(pack.content).values())
    assert [event.kind for event in keeper.read(item, now=NOW + HOUR).custody].count(CustodyKind.TAKEN_OUT) == 1
    unsigned = make_pack(bearer=keeper.bearer, chosen=replace(kept, language="ar"), now=NOW + HOUR)
    assert not unsigned.is_signed  # it is of another pack
    assert not make_pack(bearer=keeper.bearer, chosen=replace(kept, number="NOTHING2"), now=NOW).is_signed
    assert Verdict.BROKEN not in {verdict for verdict, _words in ask(unsigned.content, keys=False)}


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
