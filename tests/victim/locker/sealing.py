"""What a device does that locks a file, by the Python side of the format."""

import base64
import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leeward.foundation.vault.rules.files import compartment_binding
from leeward.foundation.vault.rules.grants import Compartment
from leeward.foundation.vault.rules.wraps import vouch, wrap
from leeward.victim.locker.operations.files import plan_key
from leeward.victim.locker.operations.sending import Sent, begin_file, take_piece
from leeward.victim.locker.queries.lockers import limits
from leeward.victim.locker.rules.keeping import PIECE_BYTES, PartKind
from leeward.victim.locker.rules.lwf1 import part_key, seal_part
from leeward.victim.locker.rules.sending import Announcement, Want, read_announcement
from tests.victim.helpline.conftest import NOW
from tests.victim.locker.keeper import Keeper


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Device:
    """One file, locked for one entry: `contents` by part; `kind`: else a covered picture, or a file as it is."""

    keeper: Keeper
    item: uuid.UUID
    contents: Mapping[str, bytes]
    original: Mapping[str, str] | None = None
    clock: int = 0
    kind: str = ""
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def __post_init__(self) -> None:
        plan = plan_key(bearer=self.keeper.bearer, item=self.item)
        self.generation = plan.generation
        binding = compartment_binding(file=self.item, compartment=Compartment.EVIDENCE, generation=plan.generation)
        self.grant = (
            wrap(self.key, to=plan.grantee, binding=binding),
            vouch(self.key, grantee=plan.grantee, binding=binding),
        )
        self.sealed = {
            name: seal_part(content, key=part_key(self.key, name)) for name, content in self.contents.items()
        }

    def pieces(self, name: str) -> list[bytes]:
        sealed = self.sealed[name]
        return [sealed[start : start + PIECE_BYTES] for start in range(0, len(sealed), PIECE_BYTES)]

    def says(self, **changes: Any) -> dict[str, Any]:
        """What it announces, as the page sends it."""
        wrapped, vouched = (base64.b64encode(part).decode() for part in self.grant)
        parts = [
            {
                "name": name,
                "size": len(content),
                "sha256": digest(content) if name == "copy" else "",
                "bytes": len(self.sealed[name]),
                "pieces": [digest(piece) for piece in self.pieces(name)],
            }
            for name, content in self.contents.items()
        ]
        kind = self.kind or ("covered" if "view" in self.contents else "whole")
        said = {"generation": self.generation, "wrapped": wrapped, "vouched": vouched, "kind": kind}
        told = {"original": self.original, "ending": "eml", "clock": self.clock, "parts": parts}
        return said | told | changes

    def announces(self, **changes: Any) -> Announcement:
        return read_announcement(json.dumps(self.says(**changes)), limits=limits())

    def begin(self, *, now: datetime = NOW, **changes: Any) -> Want | None:
        bearer = self.keeper.bearer
        return begin_file(bearer=bearer, item=self.item, announced=self.announces(**changes), now=now)

    def send(self, part: str, piece: int, content: bytes | None = None, *, now: datetime = NOW) -> Want | None:
        """Send one piece, or something else in its place."""
        found = self.pieces(part)[piece - 1] if content is None else content
        want = Want(part=PartKind(part), piece=piece)
        sent = Sent(generation=self.generation, want=want, content=found)
        return take_piece(bearer=self.keeper.bearer, item=self.item, sent=sent, now=now)

    def send_all(self, *, now: datetime = NOW) -> "Device":
        want = self.begin(now=now)
        while want:
            want = self.send(want.part, want.piece, now=now)
        return self


def picture(keeper: Keeper, item: uuid.UUID, *, copy: bytes = b"covered copy", view: bytes = b"to look at") -> Device:
    """A covered picture and the copy to look at."""
    return Device(keeper, item, {"copy": copy, "view": view}, original={"sha256": digest(b"original"), "pdq": ""})


def uncovered(keeper: Keeper, item: uuid.UUID) -> Device:
    """A picture without a box, of which its person says that nothing intimate can be seen."""
    contents = {"copy": b"uncovered copy", "view": b"to look at"}
    return Device(keeper, item, contents, original={"sha256": digest(b"original"), "pdq": ""}, kind="uncovered")


def alone(keeper: Keeper, item: uuid.UUID) -> Device:
    """A picture without a box, of which its person says that something intimate can be seen."""
    original = {"sha256": digest(b"original"), "pdq": ""}
    return Device(keeper, item, {"copy": b"for nobody else"}, original=original, kind="alone")
