"""A locked file comes in pieces: each again, none in another's place; and it opens with its person's key."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest

from leeward.foundation.vault.errors import FileTaken, NotGranted, WrapMalformed
from leeward.victim.locker import pieces
from leeward.victim.locker.errors import (
    AnnouncementRefused,
    FileLost,
    FileUnknown,
    ItemUnknown,
    NoRoom,
    PieceMissing,
    PieceRefused,
    SendingUnknown,
)
from leeward.victim.locker.models import Item, Part
from leeward.victim.locker.operations.entries import open_item
from leeward.victim.locker.operations.files import erase_files
from leeward.victim.locker.operations.lockers import forget_unfinished
from leeward.victim.locker.operations.opening import open_own, open_view, read_own_piece, read_view_piece
from leeward.victim.locker.queries.files import files_of
from leeward.victim.locker.queries.lockers import limits
from leeward.victim.locker.rules.custody import CustodyKind
from leeward.victim.locker.rules.keeping import MIB, Limits, PartKind, PartState
from leeward.victim.locker.rules.lwf1 import open_part
from leeward.victim.locker.rules.sending import (
    Facts,
    FileKind,
    Original,
    Want,
    read_announcement,
)
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.locker.keeper import Keeper
from tests.victim.locker.sealing import Device, digest, picture

pytestmark = pytest.mark.django_db

COPY, VIEW = PartKind.COPY, PartKind.VIEW


@pytest.fixture
def item(keeper: Keeper) -> uuid.UUID:
    return keeper.add()


def own(device: Device) -> bytes:
    """What its person gets, as their browser puts it together."""
    at: dict[str, Any] = {"bearer": device.keeper.bearer, "item": device.item, "generation": device.generation}
    found = open_own(**at, now=NOW)
    sealed = b"".join(read_own_piece(**at, number=number) for number in range(1, found.pieces + 1))
    return open_part(sealed, key=found.key)


def test_a_file_of_several_pieces_comes_and_opens_again(keeper: Keeper, item: uuid.UUID) -> None:
    content = b"0123456789abcdef" * (9 * MIB // 16)
    device = Device(keeper, item, {"copy": content})
    assert device.begin() == Want(part=COPY, piece=1)
    assert device.send("copy", 1) == Want(part=COPY, piece=2)
    assert device.begin() == Want(part=COPY, piece=2)  # the line was lost: it goes on
    assert device.send("copy", 2) == Want(part=COPY, piece=3)
    assert not files_of(Item.objects.get(reference=item), open_item(keeper.bearer, item, now=NOW))  # not whole yet
    with pytest.raises(FileUnknown):
        own(device)
    assert device.send("copy", 3) is None
    assert device.send("copy", 3) is None  # its answer was lost
    assert device.begin() is None
    assert own(device) == content
    assert device.pieces("copy")[0] == pieces.get(part=Part.objects.get().reference, number=1)
    assert content[:64] not in device.sealed["copy"]
    [*_, event] = keeper.read(item).custody
    assert (event.kind, event.digest, event.who) == (CustodyKind.FILED, digest(content), "person")


def test_a_picture_has_a_copy_and_a_view_and_what_its_original_was(keeper: Keeper, item: uuid.UUID) -> None:
    device = picture(keeper, item).send_all()
    [file] = files_of(Item.objects.get(reference=item), open_item(keeper.bearer, item, now=NOW))
    assert (file.kind, file.size, file.sha256) == (FileKind.COVERED, 12, digest(b"covered copy"))
    assert file.original == Original(sha256=digest(b"original"))
    assert own(device) == b"covered copy"
    whole = Device(keeper, item, {"copy": b"mail"}).send_all()
    assert whole.generation == device.generation + 1
    assert (own(whole), own(device)) == (b"mail", b"covered copy")


@pytest.mark.parametrize(
    "harm",
    ["out of order", "another part", "changed", "cut", "too long", "of another file", "empty"],
)
def test_a_piece_that_is_not_the_wanted_one_is_refused_and_that_one_is_asked_for(
    keeper: Keeper, item: uuid.UUID, harm: str
) -> None:
    device = picture(keeper, item, copy=b"x" * (5 * MIB))
    other = picture(keeper, keeper.add(), copy=b"x" * (5 * MIB))
    device.begin()
    device.send("copy", 1)
    second = device.pieces("copy")[1]
    wrong: dict[str, tuple[str, int, bytes | None]] = {
        "out of order": ("copy", 1, None),
        "another part": ("view", 1, None),
        "changed": ("copy", 2, second[:-1] + bytes([second[-1] ^ 1])),
        "cut": ("copy", 2, second[:-16]),
        "too long": ("copy", 2, second + b"x"),
        "of another file": ("copy", 2, other.pieces("copy")[1]),
        "empty": ("copy", 2, b""),
    }
    with pytest.raises(PieceRefused) as refused:
        device.send(*wrong[harm])
    assert (refused.value.part, refused.value.piece) == ("copy", 2)
    assert device.send("copy", 2) == Want(part=VIEW, piece=1)
    assert device.send("view", 1) is None
    assert own(device) == b"x" * (5 * MIB)


def test_what_is_no_locked_file_is_never_kept(keeper: Keeper, item: uuid.UUID) -> None:
    device = Device(keeper, item, {"copy": b"in the clear"})
    device.sealed["copy"] = b"\xff\xd8\xff" + device.sealed["copy"][3:]  # announced like that, too
    device.begin()
    with pytest.raises(PieceRefused):
        device.send("copy", 1)
    assert pieces.size(part=Part.objects.get().reference) == 0


def part(**changes: Any) -> dict[str, Any]:
    return {"name": "copy", "size": 4, "sha256": "a" * 64, "bytes": 65568, "pieces": ["b" * 64]} | changes


WHOLE = {"generation": 1, "wrapped": "", "vouched": "", "kind": "whole", "original": None, "parts": [part()]}
SHOWN = [part(), part(name="view")]
ORIGINAL = {"sha256": "a" * 64, "pdq": ""}
LARGEST = 50 * MIB


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": []},
        {"parts": SHOWN},
        {"kind": "film"},
        {"original": ORIGINAL},
        {"kind": "picture", "original": ORIGINAL, "parts": SHOWN},  # what devices said before they asked
        {"kind": "covered"},
        {"kind": "covered", "parts": SHOWN},
        {"kind": "covered", "original": ORIGINAL},
        {"kind": "uncovered", "original": ORIGINAL},
        {"kind": "uncovered", "parts": SHOWN},
        {"kind": "alone", "original": ORIGINAL, "parts": SHOWN},
        {"kind": "alone", "parts": SHOWN},
        {"kind": "alone", "original": ORIGINAL | {"pdq": "c" * 64}},
        {"parts": [part(size=0)]},
        {"parts": [part(size=LARGEST + 1)]},
        {"parts": [part(size=65536)]},
        {"parts": [part(bytes=65567)]},
        {"parts": [part(pieces=[])]},
        {"parts": [part(pieces=["b" * 64] * 2)]},
        {"parts": [part(pieces=["b" * 63])]},
        {"parts": [part(sha256="")]},
        {"parts": [part(sha256="A" * 64)]},
        {"generation": "x"},
        {"ending": "longer"},
        {"ending": "a b"},
        {"clock": -1},
        {"clock": 10**12},
    ],
    ids=str,
)
def test_an_announcement_that_no_device_of_ours_makes_is_refused(changes: dict[str, Any]) -> None:
    assert read_announcement(json.dumps(WHOLE), limits=Limits()).parts[0].size == 4
    with pytest.raises(AnnouncementRefused):
        read_announcement(json.dumps(WHOLE | changes), limits=Limits())
    with pytest.raises(AnnouncementRefused):
        read_announcement("{" + " " * 20_000, limits=Limits())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "covered", "original": ORIGINAL, "parts": SHOWN}, ("covered", True, True)),
        ({"kind": "uncovered", "original": ORIGINAL, "parts": SHOWN}, ("uncovered", True, True)),
        ({"kind": "uncovered"}, ("uncovered", False, True)),
        ({"kind": "alone", "original": ORIGINAL}, ("alone", True, False)),
        ({"kind": "alone"}, ("alone", False, False)),
    ],
    ids=str,
)
def test_a_picture_is_named_by_what_its_person_did_and_said(
    changes: dict[str, Any], told: tuple[str, bool, bool]
) -> None:
    """`told`: its kind, whether every browser can show it, and whether others may ever have it."""
    found = read_announcement(json.dumps(WHOLE | changes), limits=Limits())
    facts = Facts(kind=found.kind, part=found.parts[0], original=found.original)
    assert (facts.kind.value, facts.is_jpeg, facts.kind.is_shared) == told


def test_a_picture_from_before_devices_asked_keeps_its_word_as_far_as_is_known() -> None:
    """It was called covered, whether a box was drawn over it or not."""
    before = Facts.from_text(json.dumps({"kind": "picture", "part": part(), "original": ORIGINAL}))
    assert (before.kind.label, before.is_jpeg, before.kind.is_shared) == (
        "A picture, covered or kept as it was",
        True,
        True,
    )


def test_a_clock_is_kept_where_it_is_more_than_a_day_off() -> None:
    def shown(off: timedelta) -> Any:
        said = WHOLE | {"clock": int((NOW + off).timestamp())}
        return read_announcement(json.dumps(said), limits=Limits()).wrong_clock(now=NOW)

    day, second = timedelta(days=1), timedelta(seconds=1)
    assert [shown(off) for off in (day, -day)] == [None, None]
    assert [shown(off) for off in (day + second, -day - second)] == [NOW + day + second, NOW - day - second]
    assert read_announcement(json.dumps(WHOLE), limits=Limits()).wrong_clock(now=NOW) is None


def test_a_malformed_wrap_a_used_generation_and_another_announcement_are_refused(
    keeper: Keeper, item: uuid.UUID
) -> None:
    device = Device(keeper, item, {"copy": b"mail"})
    with pytest.raises(WrapMalformed):
        device.begin(wrapped="AAAA")
    with pytest.raises(AnnouncementRefused):
        device.begin(wrapped="not base64!")
    assert not Part.objects.exists()
    device.send_all()
    late = Device(keeper, item, {"copy": b"other"})
    late.generation = device.generation
    with pytest.raises(AnnouncementRefused):
        late.begin()
    with pytest.raises(FileTaken):
        late.begin(generation=device.generation + 5)
    with pytest.raises(SendingUnknown):
        Device(keeper, item, {"copy": b"never begun"}).send("copy", 1)


def test_the_limits_of_the_nation_hold(keeper: Keeper, item: uuid.UUID, settings: Any) -> None:
    settings.LEEWARD_LOCKER_LIMITS = Limits(file_bytes=1000, locker_bytes=140_000)
    with pytest.raises(AnnouncementRefused):
        Device(keeper, item, {"copy": bytes(1001)}).begin()
    Device(keeper, item, {"copy": bytes(1000)}).send_all()
    Device(keeper, keeper.add(), {"copy": bytes(1000)}).send_all()
    with pytest.raises(NoRoom):
        Device(keeper, item, {"copy": bytes(1000)}).begin()
    assert limits().locker_bytes == 140_000


def test_what_was_begun_and_left_goes_with_the_next_or_after_a_day(keeper: Keeper, item: uuid.UUID) -> None:
    first = picture(keeper, item, copy=b"x" * (5 * MIB))
    first.begin()
    first.send("copy", 1)
    left = Part.objects.get(kind=COPY).reference
    second = picture(keeper, item)
    second.begin()
    assert not Part.objects.filter(reference=left).exists()
    with pytest.raises(SendingUnknown):
        first.send("copy", 2)
    assert forget_unfinished(now=NOW + timedelta(hours=22), limit=10) == 0
    assert forget_unfinished(now=NOW + timedelta(hours=25), limit=10) == 2
    with pytest.raises(SendingUnknown):
        second.send("copy", 1)
    third = picture(keeper, item).send_all()
    assert forget_unfinished(now=NOW + timedelta(days=9), limit=10) == 0
    assert own(third) == b"covered copy"


def test_nobody_else_sends_to_or_reads_from_an_entry(keeper: Keeper, item: uuid.UUID) -> None:
    device = picture(keeper, item).send_all()
    stranger = Keeper().begin()
    for act in (
        lambda: plan_for(stranger, item),
        lambda: open_own(bearer=stranger.bearer, item=item, generation=device.generation, now=NOW),
        lambda: read_own_piece(bearer=stranger.bearer, item=item, generation=device.generation, number=1),
    ):
        with pytest.raises(ItemUnknown):
            act()
    with pytest.raises(PieceMissing):
        read_own_piece(bearer=keeper.bearer, item=item, generation=device.generation, number=2)


def plan_for(keeper: Keeper, item: uuid.UUID) -> Device:
    return Device(keeper, item, {"copy": b"x"})


def test_a_key_that_does_not_open_is_found_at_the_first_opening(keeper: Keeper, item: uuid.UUID) -> None:
    device = Device(keeper, item, {"copy": b"mail"})
    device.grant = device.grant[0], bytes(32)
    device.send_all()
    with pytest.raises(FileLost):
        open_own(bearer=keeper.bearer, item=item, generation=device.generation, now=NOW)
    assert not Part.objects.exists()
    assert own(Device(keeper, item, {"copy": b"mail"}).send_all()) == b"mail"


def test_a_team_opens_the_view_alone_while_it_is_shown_and_the_chain_says_so(
    keeper: Keeper, item: uuid.UUID, sam: Worker
) -> None:
    device = picture(keeper, item).send_all()
    later = {"generation": device.generation, "team": "helpline"}
    opening = {**later, "keyring": sam.keyring, "by": sam.actor, "now": NOW}
    with pytest.raises(NotGranted):
        open_view(item, **opening)
    with pytest.raises(NotGranted):
        read_view_piece(item, **later, number=1, now=NOW)
    keeper.show(item)
    found = open_view(item, **opening)
    sealed = read_view_piece(item, **later, number=1, now=NOW)
    assert open_part(sealed, key=found.key) == b"to look at"
    assert keeper.read(item).custody[-1].who == "team:helpline"
    assert found.key != open_own(bearer=keeper.bearer, item=item, generation=device.generation, now=NOW).key
    added = picture(keeper, item).send_all()  # after it was shown: not shown
    with pytest.raises(FileUnknown):
        open_view(item, **opening | {"generation": added.generation})
    keeper.hide(item)
    with pytest.raises(NotGranted):
        read_view_piece(item, **later, number=1, now=NOW)


def test_an_erased_file_is_gone_with_its_pieces(
    keeper: Keeper, item: uuid.UUID, django_capture_on_commit_callbacks: Any
) -> None:
    device = picture(keeper, item).send_all()
    references = list(Part.objects.values_list("reference", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        erase_files(bearer=keeper.bearer, item=item, generation=device.generation, now=NOW)
    assert not Part.objects.exists()
    assert [pieces.size(part=reference) for reference in references] == [0, 0]
    with pytest.raises(FileUnknown):
        own(device)


def test_no_name_no_type_and_no_digest_of_a_file_stands_in_clear(keeper: Keeper, item: uuid.UUID) -> None:
    picture(keeper, item).send_all()
    rows = [str(value) for row in Part.objects.values() for value in row.values()]
    assert not any(digest(b"covered copy") in row or digest(b"original") in row for row in rows)
    assert {row.state for row in Part.objects.all()} == {PartState.KEPT}
    assert {row.pieces for row in Part.objects.all()} == {1}
