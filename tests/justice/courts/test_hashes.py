"""Hashes from seized devices: what the police's command writes is taken in, two officers, and the platforms' door."""

import random
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hashmatch.cli import main
from hashmatch.hashes import PdqHash
from hashmatch.pdq import hash_pixels
from hashmatch.variants import MATCH_DISTANCE
from PIL import Image

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.lines import Allowed, LinesRefused
from leeward.foundation.vault.models import Grant
from leeward.industry.bank.models import Entry, Submission, Withdrawal
from leeward.industry.bank.operations import (
    admit_platform,
    deny_hashes,
    expire_submissions,
    import_hashes,
    open_submission,
    publish_pending,
)
from leeward.industry.bank.rules import (
    AbuseKind,
    EntryStatus,
    HashType,
    ListedHash,
    MediaKind,
    NewHash,
    NewPicture,
    Tier,
)
from leeward.justice.courts.errors import (
    HashAllowed,
    ListUnknown,
    NamesNoCopies,
    OrderDoesNotStand,
    SameOfficerOfList,
    StepImpossible,
)
from leeward.justice.courts.models import HashList, Order, TargetEvent
from leeward.justice.courts.operations.hashes import add_hashes, answer_hashes, renew_hashes, withdraw_hashes
from leeward.justice.courts.operations.retention import KEPT, end_orders, forget_orders
from leeward.justice.courts.operations.serving import note_happening
from leeward.justice.courts.operations.turning import revoke_order, stay_order
from leeward.justice.courts.rules.hashes import COLUMNS, Asked, ListState, read_hashes, write_hashes
from leeward.justice.courts.rules.terms import Happening, Way
from leeward.justice.courts.rules.types import OrderType
from tests.foundation.accounts.people import at, come_in
from tests.justice.courts.conftest import KIND, Hall, Staff
from tests.victim.removals.conftest import NOW, OPERATOR, Company

pytestmark = pytest.mark.django_db
HEAD = ",".join(COLUMNS)


def pixels(seed: int, *, size: int = 320) -> Any:
    """A picture made by code, with something in it."""
    made = np.random.default_rng(seed)
    coarse = Image.fromarray(made.integers(0, 255, (12, 12, 3), dtype=np.uint8))
    return np.asarray(coarse.resize((size, size), Image.Resampling.BICUBIC))


def some(number: int) -> NewHash:
    """A hash that can be of a picture: half of its bits are set."""
    bits = random.Random(number).sample(range(256), 128)  # the same each time
    return NewHash(hash_type=HashType.PDQ, value=f"{sum(1 << bit for bit in bits):064x}", quality=90)


def row(number: int = 1, **changes: str) -> str:
    one = some(number)
    cells = {"hash_type": "pdq", "hash": one.value, "variant": "upright", "quality": "90"}
    return ",".join((cells | changes).values())


@pytest.fixture
def seized(hall: Hall) -> str:
    """An order about copies, which stands."""
    return hall.record(pair="person/delete_copies", person="Quentin Planted", about="A planted phone")


def bring(hall: Hall, number: str, *hashes: NewHash, now: Any = NOW) -> uuid.UUID:
    return add_hashes(number=number, hashes=hashes or [some(1)], by=hall.officer.by, now=now)


def answer(who: Staff, number: str, reference: uuid.UUID, said: Asked = Asked.AGREES, *, now: Any = NOW) -> Any:
    return answer_hashes(number=number, reference=reference, answer=said, keyring=who.keyring, by=who.by, now=now)


def door(company: Company, *, now: Any) -> dict[str, Any]:
    """What the platform's door gives from its beginning, by hash."""
    publish_pending(now=now)
    sent = {"Authorization": f"Bearer {company.issued.fetch_key}"}
    entries = Client().get("/api/v1/hashes", {"limit": "500"}, headers=sent).json()["entries"]
    return {each["hash"]: each for each in entries}


def matches(company: Company, upload: Any, *, now: Any) -> list[dict[str, Any]]:
    """What an upload at this platform matches among what its door gave, as its own index would find."""
    asked = hash_pixels(upload).hash
    found = door(company, now=now)
    return [
        each
        for value, each in found.items()
        if each["hash_type"] == "pdq" and asked.distance(PdqHash.from_hex(value)) <= MATCH_DISTANCE
    ]


def test_what_the_police_write_matches_at_a_platform_after_the_second_yes_and_not_after_revocation(
    hall: Hall, seized: str, chatter: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOW)
    admit_platform(partner=chatter.issued.partner, by=OPERATOR, now=NOW)
    device = tmp_path / "device"
    device.mkdir()
    for seed in (1, 2):
        Image.fromarray(pixels(seed)).save(device / f"private-{seed}.png")
    made = CliRunner().invoke(main, ["list", "--to", str(tmp_path / "lists"), "--workers", "1", str(device)])
    assert made.exit_code == 0, made.output
    text = (tmp_path / "lists" / "hashes-1.csv").read_text()
    hashes = read_hashes(text)
    assert write_hashes(hashes) == text
    assert len(hashes) == 6
    upload = pixels(1, size=200)
    reference = bring(hall, seized, *hashes)
    assert not matches(chatter, upload, now=NOW)
    assert not Submission.objects.exists()
    done = answer(hall.second, seized, reference)
    assert (done.held, done.left_out) == (6, 0)
    [match] = matches(chatter, upload, now=NOW)
    assert match["tier"] == Tier.VERIFIED.value
    revoke_order(number=seized, words="It was quashed.", by=hall.clerk.by, now=NOW + timedelta(hours=1))
    at(monkeypatch, NOW + timedelta(hours=1))
    assert not [each for each in matches(chatter, upload, now=NOW + timedelta(hours=1)) if each["status"] == "active"]
    assert Entry.objects.filter(canary_for=None, status=EntryStatus.ACTIVE.value).count() == 0
    assert Withdrawal.objects.count() == 6  # told as any withdrawal is, each with a day by which it is answered
    assert HashList.objects.get().state is ListState.WITHDRAWN


@pytest.mark.postgresql
def test_two_officers_are_needed_and_both_stand_in_the_trail(hall: Hall, seized: str) -> None:
    reference = bring(hall, seized)
    with pytest.raises(SameOfficerOfList):
        answer(hall.officer, seized, reference)
    with pytest.raises(IntegrityError), transaction.atomic():
        HashList.objects.update(state=ListState.HELD, hashes="", confirmed_by=hall.officer.user.reference)
    with pytest.raises(ListUnknown):
        answer(hall.second, seized, uuid.uuid4())
    answer(hall.second, seized, reference, Asked.NOT_FOUND)
    one = HashList.objects.get()
    assert (one.answer, one.hashes) == (Asked.NOT_FOUND, "")
    assert not Grant.objects.filter(file=reference).exists()
    with pytest.raises(StepImpossible):
        answer(hall.second, seized, reference)
    told = {each.verb: each.actor_id for each in AuditEvent.objects.filter(verb__startswith="courts.hashes")}
    assert told == {
        "courts.hashes_added": hall.officer.user.reference,
        "courts.hashes_confirmed": hall.second.user.reference,
    }
    assert some(1).value not in str(list(AuditEvent.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize("said", [Asked.DECLINES, Asked.UNSURE])
def test_nothing_is_kept_where_the_person_says_no_or_somebody_may_be_under_18(
    hall: Hall, seized: str, said: Asked
) -> None:
    reference = bring(hall, seized)
    assert answer(hall.second, seized, reference, said) is None
    assert not HashList.objects.exists()
    assert not Submission.objects.exists()
    assert not Grant.objects.filter(file=reference).exists()


def test_hashes_hang_only_on_an_order_that_stands_and_names_copies(
    hall: Hall, seized: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = bring(hall, seized)
    stay_order(number=seized, by=hall.clerk.by, now=NOW)
    with pytest.raises(OrderDoesNotStand):
        bring(hall, seized)
    with pytest.raises(OrderDoesNotStand):
        answer(hall.second, seized, reference)
    paper = hall.record(by=hall.officer, file_number="K 99/2026")
    with pytest.raises(OrderDoesNotStand):
        bring(hall, paper)
    other = hall.record(file_number="K 98/2026", pair="person/delete_copies", person="Q", about="B")
    monkeypatch.setattr(OrderType, "names_copies", False)
    with pytest.raises(NamesNoCopies):
        bring(hall, other)


def test_a_list_that_waits_goes_with_the_order_and_one_in_the_bank_can_be_taken_back_alone(
    hall: Hall, seized: str
) -> None:
    one, two = bring(hall, seized), bring(hall, seized, some(2), some(3))
    answer(hall.second, seized, two)
    three = bring(hall, seized, some(3), some(4))
    answer(hall.second, seized, three, now=NOW + timedelta(minutes=1))
    withdraw_hashes(number=seized, reference=two, by=hall.officer.by, now=NOW)
    withdraw_hashes(number=seized, reference=two, by=hall.officer.by, now=NOW)
    # Of two lists that held the same hash, the other one vouches for it from its own day on.
    kept = Entry.objects.get(value=some(3).value)
    assert (kept.status, kept.tier, kept.confirmed_at) == ("active", "verified", NOW + timedelta(minutes=1))
    assert not Entry.objects.filter(value=some(2).value, status="active").exists()
    revoke_order(number=seized, words="It was quashed.", by=hall.clerk.by, now=NOW)
    assert not HashList.objects.filter(reference=one).exists()
    assert not Entry.objects.filter(status="active").exists()


def test_what_a_person_protects_stays_hers_when_the_order_goes_and_is_verified_no_more(hall: Hall, seized: str) -> None:
    hers = NewPicture(kind=MediaKind.IMAGE, hashes=(some(1),))
    open_submission(reference=uuid.uuid4(), pictures=[hers], abuse_kind=AbuseKind.SHARED, by=hall.clerk.by, now=NOW)
    listed = ListedHash(line=2, new=some(5), tier=Tier.VERIFIED)
    import_hashes(run=uuid.uuid4(), rows=[listed], now=NOW - timedelta(days=1))
    reference = bring(hall, seized, some(1), some(5))
    answer(hall.second, seized, reference)
    assert Entry.objects.get(value=some(1).value).tier == Tier.VERIFIED.value
    revoke_order(number=seized, words="It was quashed.", by=hall.clerk.by, now=NOW)
    assert dict(Entry.objects.values_list("value", "tier")) == {some(1).value: "submitted", some(5).value: "verified"}
    assert set(Entry.objects.values_list("status", flat=True)) == {"active"}


def test_only_what_somebody_can_have_seen_is_verified(hall: Hall, seized: str) -> None:
    turned = replace(some(2), variant="rot90")
    answer(hall.second, seized, bring(hall, seized, some(1), turned))
    found = {value: (variant, tier) for value, variant, tier in Entry.objects.values_list("value", "variant", "tier")}
    assert found == {some(1).value: ("upright", "verified"), turned.value: ("rot90", "submitted")}


def test_what_everybody_shares_is_left_out_and_a_file_is_counted_once(hall: Hall, seized: str) -> None:
    deny_hashes(hashes=[(HashType.PDQ, some(1).value)], by=OPERATOR, now=NOW)
    done = answer(hall.second, seized, bring(hall, seized, some(1), some(2)))
    assert (done.held, done.left_out) == (1, 1)


def test_a_successor_takes_the_lists_over_and_the_end_of_all_ends_them(hall: Hall, seized: str) -> None:
    reference = bring(hall, seized)
    answer(hall.second, seized, reference)
    again = hall.record(
        pair="person/delete_copies", person="Quentin Planted", about="Two phones", follows=seized, now=NOW
    )
    assert HashList.objects.get().order.number == again
    assert Entry.objects.get().status == EntryStatus.ACTIVE.value
    year = NOW + timedelta(days=366)
    assert renew_hashes(now=year, limit=10) == 1
    assert renew_hashes(now=year, limit=10) == 0
    assert expire_submissions(now=NOW + timedelta(days=800)) == 0
    order = Order.objects.get(number=again)
    target = order.targets.get()
    hall.serve(again, way=Way.EMAIL)
    note_happening(number=again, ordinal=target.ordinal, kind=Happening.ENDED, at=NOW, by=hall.officer.by, now=NOW)
    assert TargetEvent.objects.filter(kind="ended").exists()
    end_orders(now=NOW + timedelta(days=2), limit=10)
    assert HashList.objects.get().state is ListState.WITHDRAWN
    assert not Entry.objects.filter(status="active").exists()
    forget_orders(now=NOW + timedelta(days=3) + KEPT, limit=10)
    assert not HashList.objects.exists()


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([row(hash_type="phash")], (2, "hash_type", HashAllowed.TYPE)),
        ([row(hash="ab")], (2, "hash", HashAllowed.HASH)),
        ([row(hash="g" * 64)], (2, "hash", HashAllowed.HASH)),
        ([row(hash="٣" * 64)], (2, "hash", HashAllowed.HASH)),
        ([row(variant="sideways")], (2, "variant", HashAllowed.VARIANT)),
        ([row(quality="")], (2, "quality", HashAllowed.QUALITY)),
        ([row(quality="101")], (2, "quality", HashAllowed.QUALITY)),
        ([row(quality="49")], (2, "quality", HashAllowed.LOW)),
        ([row(hash="0" * 64)], (2, "hash", HashAllowed.PLAIN)),
        ([row(hash_type="sha256")], (2, "quality", HashAllowed.NO_QUALITY)),
        (
            [row(), row(2), row().upper().replace("PDQ", "pdq").replace("UPRIGHT", "upright")],
            (4, "hash", HashAllowed.TWICE),
        ),
        ([row() + ",=cmd()"], (2, "", Allowed.CELLS)),
        (['"pdq'], (1, "", Allowed.CSV)),
        ([row(hash="a" * 140_000)], (1, "", Allowed.CSV)),
        ([], (1, "", Allowed.LINES)),
        ([row()] * 2_001, (1, "", Allowed.LINES)),
    ],
)
def test_each_line_that_is_wrong_is_named(lines: list[str], fault: tuple[int, str, object]) -> None:
    with pytest.raises(LinesRefused) as refused:
        read_hashes("\n".join((HEAD, *lines)))
    [first, *_] = refused.value.faults
    assert (first.line, first.column, first.allowed) == fault


def test_pages_of_two_officers(hall: Hall, seized: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    one, two = come_in("olga"), come_in("otto")
    add = reverse("courts:hashes-add", args=[seized])
    text = "\n".join((HEAD, row(1), row(2)))
    stopped = one.post(add, {"ages": "unsure", "lines": text})
    assert "Somebody may be under 18: stop here" in stopped.content.decode()
    assert some(1).value not in stopped.content.decode()
    unsaid = one.post(add, {"lines": text, "keep": "1"})
    assert unsaid.status_code == 400
    wrong = one.post(add, {"ages": "adults", "lines": f"{text}\n{row(quality='3')}", "keep": "1"}).content.decode()
    assert "Line 4, quality" in wrong
    tried = one.post(add, {"ages": "adults", "file": SimpleUploadedFile("x.csv", text.encode(), "text/csv")})
    assert "Nothing is kept yet" in tried.content.decode()
    assert not HashList.objects.exists()
    assert one.post(add, {"ages": "adults", "lines": text, "keep": "1"}).status_code == 303
    reference = HashList.objects.get().reference
    page = reverse("courts:hashes", args=[seized, reference])
    assert one.get(page).status_code == 409
    assert "Answer for the person shown" not in one.get(reverse("courts:order", args=[seized])).content.decode()
    assert "Answer for the person shown" in two.get("/staff/").content.decode()
    assert come_in("cleo").get(page).status_code == 403
    assert two.post(page, {"answer": "agrees"}).status_code == 303
    told = two.get(reverse("courts:order", args=[seized])).content.decode()
    assert "In the bank" in told
    assert two.post(reverse("courts:hashes-withdraw", args=[seized, reference])).status_code == 303
    assert "Withdrawn" in two.get(reverse("courts:order", args=[seized])).content.decode()
    again = bring(hall, seized, some(3))
    gone = two.post(reverse("courts:hashes", args=[seized, again]), {"answer": "unsure"})
    assert "stop here" in gone.content.decode()
    assert not HashList.objects.filter(reference=again).exists()


def test_the_made_up_type_names_copies() -> None:
    assert KIND.names_copies
