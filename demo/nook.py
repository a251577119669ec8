"""Nook, a made-up platform of three people: it has no list of hashes and checks its uploads blind.

One of its two pictures is protected by somebody, the other by nobody. Both are drawn here and show nothing.
"""

import hashlib
import io
import uuid
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageDraw

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.operations import open_submission, publish_pending
from leeward.industry.bank.rules import AbuseKind, HashType, MediaKind, NewHash, NewPicture
from leeward.industry.exchange.snapshots import found_snapshots

NAME, FOLDER = "Nook", "nook"
CLIENT = "hashmatch blind; it is never given the list, and learns of each picture whether it is known"
KNOWN, UNKNOWN = "known.png", "unknown.png"


def found_uploads(home: Path, *, now: datetime) -> None:
    """Put the two pictures among the platform's uploads, and protect the one; safe to call again."""
    by, posts = Actor.operator(), home / "posts"
    found_snapshots(by=by, now=now)
    if posts.exists():
        return
    known = _draw("teal", "a made-up picture that somebody protected")
    _protect(known, now=now)
    posts.mkdir(parents=True)
    (posts / KNOWN).write_bytes(known)
    (posts / UNKNOWN).write_bytes(_draw("sienna", "a made-up picture that nobody protected"))


def _protect(content: bytes, *, now: datetime) -> None:
    digests = {
        HashType.SHA256: hashlib.sha256(content).hexdigest(),
        HashType.MD5: hashlib.md5(content, usedforsecurity=False).hexdigest(),
    }
    hashes = tuple(NewHash(hash_type=kind, value=value) for kind, value in digests.items())
    open_submission(
        reference=uuid.uuid4(),
        pictures=[NewPicture(kind=MediaKind.IMAGE, hashes=hashes)],
        abuse_kind=AbuseKind.NOT_SURE,
        by=Actor.person(),
        now=now,
    )
    publish_pending(now=now)


def _draw(colour: str, words: str) -> bytes:
    image, content = Image.new("RGB", (480, 320), colour), io.BytesIO()
    ImageDraw.Draw(image).text((24, 150), words, fill="white", font_size=20)
    image.save(content, "PNG")
    return content.getvalue()
