"""Made-up files for the made-up locker: a capture drawn by code and covered, and a mail, locked as on a device."""

import base64
import hashlib
import io
import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from PIL import Image, ImageDraw

from leeward.foundation.vault.rules.files import compartment_binding
from leeward.foundation.vault.rules.grants import Compartment
from leeward.foundation.vault.rules.seals import KEY_BYTES
from leeward.foundation.vault.rules.wraps import vouch, wrap
from leeward.victim.locker.operations.files import plan_key
from leeward.victim.locker.operations.sending import Sent, begin_file, take_piece
from leeward.victim.locker.queries.lockers import limits
from leeward.victim.locker.rules.keeping import PIECE_BYTES, PartKind
from leeward.victim.locker.rules.lwf1 import part_key, seal_part
from leeward.victim.locker.rules.sending import read_announcement
from leeward.victim.portal.rules.visits import Bearer

SIZE = (720, 960)
LINES = (
    (60, "Why do you not answer?"),
    (180, "Everybody at work will see it."),
    (300, "Meet me on Sunday."),
)
COVERED = (60, 430, 460, 860)
CLOCK_BEHIND = timedelta(days=2000)
MAIL = (
    b"From: old.harbour.light@post.example\r\nTo: me@post.example\r\nSubject: Last word\r\n\r\n"
    b"Send the money by Friday, or everybody sees it.\r\n"
)


def draw_capture() -> bytes:
    """A chat in which somebody threatens, with a black box where a picture was: a JPEG."""
    picture = Image.new("RGB", SIZE, "#e9eef0")
    pen = ImageDraw.Draw(picture)
    for top, words in LINES:
        pen.rounded_rectangle((40, top, 560, top + 90), radius=20, fill="#ffffff")
        pen.text((70, top + 28), words, fill="#1b1f24", font_size=30)
    pen.rectangle(COVERED, fill="#000000")
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=90)
    return written.getvalue()


def add_capture(*, bearer: Bearer, item: uuid.UUID, now: datetime) -> None:
    """Lock the capture for an entry and send it: a covered picture, and the copy to look at."""
    content, original = draw_capture(), {"sha256": _digest(b"the made-up picture itself"), "pdq": ""}
    contents = {PartKind.COPY: content, PartKind.VIEW: content}
    _send(bearer, item, contents, now=now, kind="covered", original=original, ending="jpg")


def add_mail(*, bearer: Bearer, item: uuid.UUID, now: datetime) -> None:
    """Lock a mail for an entry and send it, from a device whose clock is years behind."""
    clock = int((now - CLOCK_BEHIND).timestamp())
    _send(bearer, item, {PartKind.COPY: MAIL}, now=now, kind="whole", original=None, ending="eml", clock=clock)


def _send(
    bearer: Bearer, item: uuid.UUID, contents: Mapping[PartKind, bytes], *, now: datetime, **described: object
) -> None:
    """Draw a key, lock each part under it, and send the pieces, as a person's own device does."""
    plan, key = plan_key(bearer=bearer, item=item), secrets.token_bytes(KEY_BYTES)
    binding = compartment_binding(file=item, compartment=Compartment.EVIDENCE, generation=plan.generation)
    grant = wrap(key, to=plan.grantee, binding=binding), vouch(key, grantee=plan.grantee, binding=binding)
    sealed = {kind: seal_part(content, key=part_key(key, kind.value)) for kind, content in contents.items()}
    wrapped, vouched = (base64.b64encode(part).decode() for part in grant)
    said = {
        "generation": plan.generation,
        "wrapped": wrapped,
        "vouched": vouched,
        **described,
        "parts": [
            {
                "name": kind.value,
                "size": len(contents[kind]),
                "sha256": _digest(contents[kind]) if kind is PartKind.COPY else "",
                "bytes": len(whole),
                "pieces": [_digest(piece) for piece in _pieces(whole)],
            }
            for kind, whole in sealed.items()
        ],
    }
    announced = read_announcement(json.dumps(said), limits=limits())
    want = begin_file(bearer=bearer, item=item, announced=announced, now=now)
    while want is not None:
        piece = _pieces(sealed[want.part])[want.piece - 1]
        sent = Sent(generation=plan.generation, want=want, content=piece)
        want = take_piece(bearer=bearer, item=item, sent=sent, now=now)


def _pieces(sealed: bytes) -> list[bytes]:
    return [sealed[start : start + PIECE_BYTES] for start in range(0, len(sealed), PIECE_BYTES)]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
