"""What a device announces of a file that it has locked, and which piece of it is wanted next."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.victim.locker.errors import AnnouncementRefused
from leeward.victim.locker.rules.keeping import PIECE_BYTES, Limits, PartKind
from leeward.victim.locker.rules.lwf1 import sealed_size

LONGEST_ANNOUNCEMENT = 16_000
# A picture of 1,600 pixels; staff look at nothing larger.
VIEW_BYTES = 4_000_000
# A device whose clock differs by more: what it says of times is not to be relied on, and that is kept with the file.
CLOCK_MAY_DIFFER = timedelta(days=1)
LATEST_CLOCK = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
HASH = re.compile(r"[0-9a-f]{64}")
ENDING = re.compile(r"[a-z0-9]{0,5}")


class FileKind(Labelled):
    """What was locked, named by what its person did and said. Nobody looks at a picture to judge it.

    `PICTURE` was kept before devices asked, and is never announced again. Of an `UNCOVERED` one its person says that
    nothing intimate can be seen; of one that is `ALONE`, that something can.
    """

    PICTURE = "picture", mark("A picture, covered or kept as it was")
    COVERED = "covered", mark("A covered picture")
    UNCOVERED = "uncovered", mark("An uncovered picture")
    ALONE = "alone", mark("An uncovered picture, for you alone")
    WHOLE = "whole", mark("A file as it is")

    @property
    def is_shared(self) -> bool:
        """Whether a team, or whoever is given a pack, may ever have it."""
        return self is not FileKind.ALONE


_SHOWN = (PartKind.COPY, PartKind.VIEW)
_KEPT = (PartKind.COPY,)
# The parts of each kind, and whether it has an original: none has what no browser could write anew as a JPEG.
SHAPES: Mapping[FileKind, frozenset[tuple[tuple[PartKind, ...], bool]]] = MappingProxyType(
    {
        FileKind.COVERED: frozenset({(_SHOWN, True)}),
        FileKind.UNCOVERED: frozenset({(_SHOWN, True), (_KEPT, False)}),
        FileKind.ALONE: frozenset({(_KEPT, True), (_KEPT, False)}),
        FileKind.WHOLE: frozenset({(_KEPT, False)}),
    }
)


@dataclass(frozen=True, kw_only=True)
class Original:
    """The picture that was written anew as a JPEG, and stays on the device: its SHA-256, and its PDQ or ""."""

    sha256: str
    pdq: str = ""


@dataclass(frozen=True, kw_only=True)
class Announced:
    """One locked part. `size` and `sha256` ("" for a view) are of what is in it, `bytes` and `pieces` of it as sent."""

    name: PartKind
    size: int
    sha256: str
    bytes: int
    pieces: tuple[str, ...]

    @property
    def lengths(self) -> tuple[int, ...]:
        """How long each piece is."""
        return tuple(min(PIECE_BYTES, self.bytes - start) for start in range(0, self.bytes, PIECE_BYTES))


@dataclass(frozen=True, kw_only=True)
class Announcement(Kept):
    """All that a device says of a file before it sends the first piece. `wrapped` and `vouched` are base64.

    `ending`: of the file's name, at most five letters and digits; the name itself stays on the device. `clock`: the
    device's own, in seconds since 1970; 0 where it does not say. `challenge` and `proof`: of the small sum that the
    page did meanwhile.
    """

    generation: int
    wrapped: str
    vouched: str
    kind: FileKind
    original: Original | None = None
    ending: str = ""
    clock: int = 0
    challenge: str = ""
    proof: str = ""
    parts: tuple[Announced, ...]

    def wrong_clock(self, *, now: datetime) -> datetime | None:
        """What the device's clock shows, where that is more than a day off; else None."""
        shown = datetime.fromtimestamp(self.clock, UTC)
        return shown if self.clock and abs(shown - now) > CLOCK_MAY_DIFFER else None

    @property
    def grant(self) -> tuple[bytes, bytes]:
        """The wrap of the file's key, and its mark. Raises AnnouncementRefused."""
        try:
            return base64.b64decode(self.wrapped, validate=True), base64.b64decode(self.vouched, validate=True)
        except binascii.Error as error:
            raise AnnouncementRefused("The wrap and its mark must be base64.") from error


@dataclass(frozen=True, kw_only=True)
class Facts(Kept):
    """What is sealed with a part's row. `wrong_clock`: what the device's clock showed, where it was over a day off."""

    kind: FileKind
    part: Announced
    original: Original | None = None
    ending: str = ""
    wrong_clock: datetime | None = None

    @property
    def is_jpeg(self) -> bool:
        """Whether the device wrote it anew, so that every browser can show it."""
        return self.original is not None


@dataclass(frozen=True, kw_only=True)
class Want:
    """The piece that is wanted next; `piece` counts from 1."""

    part: PartKind
    piece: int


def read_announcement(text: str, *, limits: Limits) -> Announcement:
    """Read what a device announces. Raises AnnouncementRefused, which says what is wrong."""
    if len(text) > LONGEST_ANNOUNCEMENT:
        raise AnnouncementRefused("It is longer than any announcement.")
    try:
        found = Announcement.from_text(text)
    except ValueError as error:
        raise AnnouncementRefused("It is not whole.") from error
    shape = tuple(part.name for part in found.parts), found.original is not None
    if shape not in SHAPES.get(found.kind, frozenset()):
        raise AnnouncementRefused("Its parts and its original are not those of its kind.")
    if found.original and found.original.pdq and not found.kind.is_shared:
        raise AnnouncementRefused(
            "A picture for its owner alone has no PDQ: a team that reads its entry could read it."
        )
    if found.original and not (
        _is_hash(found.original.sha256) and (_is_hash(found.original.pdq) or not found.original.pdq)
    ):
        raise AnnouncementRefused("The original has a SHA-256, and a PDQ or none.")
    if ENDING.fullmatch(found.ending) is None:
        raise AnnouncementRefused("The ending of a name has at most five letters and digits.")
    if not 0 <= found.clock <= LATEST_CLOCK:
        raise AnnouncementRefused("A clock says seconds since 1970.")
    for part in found.parts:
        _check_part(part, most=VIEW_BYTES if part.name is PartKind.VIEW else limits.file_bytes)
    return found


def _check_part(part: Announced, *, most: int) -> None:
    if not 0 < part.size <= most:
        raise AnnouncementRefused(f"This part may have {most} bytes.")
    if part.bytes != sealed_size(part.size) or len(part.pieces) != len(part.lengths):
        raise AnnouncementRefused("Its size, its locked size and the number of its pieces do not fit each other.")
    if not all(map(_is_hash, part.pieces)) or not (
        _is_hash(part.sha256) or (part.name is PartKind.VIEW and not part.sha256)
    ):
        raise AnnouncementRefused("Each piece and each copy has a SHA-256.")


def next_piece(parts: Sequence[tuple[Announced, int]]) -> Want | None:
    """Which piece is wanted next of these parts, of which so many bytes are here; None where all is."""
    for part, here in parts:
        if here < part.bytes:
            return Want(part=part.name, piece=here // PIECE_BYTES + 1)
    return None


def _is_hash(text: str) -> bool:
    return HASH.fullmatch(text) is not None
