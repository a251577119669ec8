"""What the first bytes of a file say: whether it is a video, and whether its container promises more than is there."""

import io
import struct
from collections.abc import Callable
from typing import BinaryIO

HEADER_BYTES = 400
TRANSPORT_PACKET = 188
STILL_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
OLD_QUICKTIME_BOXES = (b"moov", b"mdat", b"wide")
MATROSKA = b"\x1a\x45\xdf\xa3"
MATROSKA_SEGMENT = b"\x18\x53\x80\x67"
VIDEO_STARTS = (
    MATROSKA,  # WebM too
    b"OggS",
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG programme stream
    b"\x00\x00\x01\xb3",  # MPEG video
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # Windows Media
)
# A fragmented file has two boxes for every few seconds; nobody needs more than a day of them.
MOST_BOXES = 100_000


def is_video(header: bytes) -> bool:
    """Whether a file's first bytes (at least `HEADER_BYTES` of them, if it has so many) are those of a video."""
    if header[4:8] == b"ftyp":
        return header[8:12] not in STILL_BRANDS
    if header[4:8] in OLD_QUICKTIME_BOXES:
        return True
    if header.startswith(b"RIFF"):
        return header[8:12] == b"AVI "
    if header[:1] == header[TRANSPORT_PACKET : TRANSPORT_PACKET + 1] == b"G":
        return header[2 * TRANSPORT_PACKET : 2 * TRANSPORT_PACKET + 1] == b"G"
    return header.startswith(VIDEO_STARTS)


def count_missing_bytes(stream: BinaryIO) -> int:
    """How many bytes a file that was cut short lacks by its own account; 0 where it lacks none or does not say.

    MP4, QuickTime, Matroska, WebM and AVI say how long they are. The stream's position is left at the start.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    header = stream.read(HEADER_BYTES)
    measure: Callable[[BinaryIO, bytes], int] | None = None
    if header.startswith(MATROSKA):
        measure = matroska_end
    elif header.startswith(b"RIFF"):
        measure = riff_end
    elif header[4:8] in (b"ftyp", *OLD_QUICKTIME_BOXES):
        measure = boxes_end
    missing = 0 if measure is None else measure(stream, header) - size
    stream.seek(0)
    return max(0, missing)


def boxes_end(stream: BinaryIO, _header: bytes) -> int:
    """Where the last of an MP4 file's top boxes ends (ISO 14496-12, section 4.2)."""
    end = 0
    for _ in range(MOST_BOXES):
        stream.seek(end)
        head = stream.read(16)
        if len(head) < 8 or not head[4:8].isalnum():
            break
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length < 8:  # 0 means: up to the end of the file
            break
        end += length
    return end


def matroska_end(_stream: BinaryIO, header: bytes) -> int:
    """Where the segment of a Matroska file ends; 0 where it was written without a length, as live streams are."""
    at = header.find(MATROSKA_SEGMENT)
    if at < 0 or at + 12 > len(header) or header[at + 4] == 0:
        return 0
    at += len(MATROSKA_SEGMENT)
    width = 9 - header[at].bit_length()
    mask = (1 << 7 * width) - 1
    length = int.from_bytes(header[at : at + width], "big") & mask
    return 0 if length == mask else at + width + length


def riff_end(_stream: BinaryIO, header: bytes) -> int:
    """Where an AVI file's first part ends."""
    return 8 + int(struct.unpack_from("<I", header, 4)[0])
