"""Somebody with a locker, what they write into it, and a made-up device that draws keys of files."""

import hmac
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import keep_holding, make_victim_key
from leeward.foundation.vault.rules.files import Adoption
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.victim.locker import pieces
from leeward.victim.locker.models import Item, Part
from leeward.victim.locker.operations.entries import add_entry, change_entry, open_item
from leeward.victim.locker.operations.files import adopt_key, plan_key
from leeward.victim.locker.operations.lockers import begin_under_code
from leeward.victim.locker.operations.showing import hide_item, show_item
from leeward.victim.locker.queries.items import ItemView, read_item
from leeward.victim.locker.rules.entries import Entry, EntryKind
from leeward.victim.locker.rules.keeping import PartKind, PartState
from leeward.victim.locker.rules.sending import Announced, Facts, FileKind
from leeward.victim.portal.rules.visits import Bearer
from tests.victim.helpline.conftest import NOW

ENTRY = Entry(
    words="He wrote that everybody will see it.",
    kind=EntryKind.THREAT,
    on=date(2026, 11, 22),
    at="23:40",
    platform="Chatter",
    handle="@no.name",
    address="https://chatter.example/p/1",
    suspects="Someone from school",
    witnesses="My sister",
    told="My sister, on Monday",
    effect="I did not sleep.",
    captured="The same night",
    device="My own phone",
)


def device(plan: Adoption) -> tuple[bytes, bytes]:
    """Draw a key as a person's own device does; returns its wrap and its mark."""
    key, public = secrets.token_bytes(32), plan.grantee.public_key
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    wrapped = b"\x01" + suite.encrypt(key, X25519PublicKey.from_public_bytes(public), info=plan.info)
    for_marks = HKDFExpand(algorithm=hashes.SHA256(), length=32, info=b"vouch").derive(key)
    return wrapped, hmac.digest(for_marks, plan.info + public, "sha256")


@dataclass
class Keeper:
    """One person, the key of their code, and what is under it."""

    key: PrivateKey = field(default_factory=make_victim_key)
    bearer: Bearer = field(init=False)

    def __post_init__(self) -> None:
        self.bearer = Bearer(look_up="00000000", key=self.key, holds={"submission": uuid.uuid4()})

    def begin(self, *, now: datetime = NOW) -> "Keeper":
        """Begin a locker under a code that leads to something already."""
        content = {name: str(reference) for name, reference in self.bearer.holds.items()}
        keep_holding(key=self.key, content=content, expires_on=now.date() + timedelta(days=90), now=now)
        self.bearer = begin_under_code(bearer=self.bearer, now=now)
        return self

    def add(self, entry: Entry = ENTRY, *, now: datetime = NOW) -> uuid.UUID:
        reference = uuid.uuid4()
        add_entry(bearer=self.bearer, entry=entry, reference=reference, now=now)
        return reference

    def change(self, item: uuid.UUID, entry: Entry, *, now: datetime = NOW) -> None:
        change_entry(bearer=self.bearer, item=item, entry=entry, now=now)

    def read(self, item: uuid.UUID, *, now: datetime = NOW) -> ItemView:
        return read_item(self.bearer, item, now=now)

    def show(self, item: uuid.UUID, team: str = "helpline", *, days: int = 7, now: datetime = NOW) -> None:
        until = local_day(now) + timedelta(days=days)
        show_item(bearer=self.bearer, item=item, team=team, until=until, now=now)

    def hide(self, item: uuid.UUID, team: str = "helpline", *, now: datetime = NOW) -> None:
        hide_item(bearer=self.bearer, item=item, team=team, now=now)

    def send(
        self,
        item: uuid.UUID,
        *,
        now: datetime = NOW,
        state: PartState = PartState.KEPT,
        spoilt: bool = False,
    ) -> uuid.UUID:
        """Send a file of one piece with an entry, as a device would; `spoilt`: under a key that nobody has."""
        plan = plan_key(bearer=self.bearer, item=item)
        wrapped, vouched = device(plan)
        if spoilt:
            vouched = bytes(32)
        adopt_key(bearer=self.bearer, item=item, generation=plan.generation, wrapped=wrapped, vouched=vouched, now=now)
        row = Item.objects.get(reference=item)
        begun = self.bearer.by.clock(now) if state is PartState.SENDING else None
        part, said = uuid.uuid4(), Announced(name=PartKind.COPY, size=4, sha256="0" * 64, bytes=18, pieces=("0" * 64,))
        told = Facts(kind=FileKind.WHOLE, part=said).to_text()
        Part.objects.create(
            reference=part,
            item=row,
            kind=PartKind.COPY,
            state=state,
            generation=plan.generation,
            pieces=1,
            begun_at=begun,
            facts=Part.box(open_item(self.bearer, item, now=now), "facts", part, told),
        )
        pieces.put(part=part, number=1, piece=b"sealed on a device")
        return part
