"""Reads the only thing that leaves a person's device: a short list of hashes, field by field, anything else refused."""

import json
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hashmatch.variants import CROPS, FRAME, MINIMUM_QUALITY, MOST_KEPT_FRAMES, MOST_SENT_FRAMES, TURNS

from leeward.industry.bank.rules import HashType, MediaKind, NewHash, NewPicture
from leeward.victim.portal.errors import NothingToSend, OlderHasher, PayloadRefused
from leeward.victim.portal.rules.likely import find_unlikely, is_possible

SPEC = "leeward-hashes:1"
# The whole body of a sending. A test builds the largest one that the other limits allow, which is a little under it.
LONGEST_TEXT = 64_000
# In one sending, where a video counts as two; a person may send more afterwards. With its family of 19 hashes each,
# that is 570 perceptual hashes.
MOST_PICTURES = 30
WEIGHT = {MediaKind.IMAGE: 1, MediaKind.VIDEO: 2}
WAYS_OF_READING = {
    MediaKind.IMAGE: ("native", "wasm", "bytes"),
    MediaKind.VIDEO: ("webcodecs", "element", "bytes"),
}
BYTES_ONLY = "bytes"
UPRIGHT = TURNS[0]
VARIANTS = {MediaKind.IMAGE: (*TURNS, *CROPS), MediaKind.VIDEO: (FRAME,)}
FILE_HASH_TYPE = {MediaKind.IMAGE: HashType.MD5, MediaKind.VIDEO: HashType.VIDEO_MD5}
PICTURE_FIELDS = ("kind", "path", "approx", "md5", "sha256", "pdq")
LOWER_HEX = re.compile(r"[0-9a-f]+")


def read_payload(text: str) -> tuple[NewPicture, ...]:
    """Read the hasher's JSON text. Raises PayloadRefused (with the place) or NothingToSend."""
    return read_pictures(read_json(text))


def read_json(text: str) -> Any:
    """Parse JSON as strictly as it is written: no key twice, no NaN, no depths. Raises PayloadRefused."""
    if len(text) > LONGEST_TEXT:
        raise PayloadRefused(f"The text is longer than {LONGEST_TEXT} characters. Send fewer pictures at a time.")
    try:
        return json.loads(
            text, object_pairs_hook=_unique_keys, parse_constant=_refuse_constant, parse_float=_refuse_float
        )
    except RecursionError as error:
        raise PayloadRefused("The text is nested too deeply. Copy the whole text of the hasher again.") from error
    except ValueError as error:
        if isinstance(error, PayloadRefused):
            raise
        raise PayloadRefused("The text is not whole JSON. Copy the whole text of the hasher again.") from error


def read_pictures(value: object) -> tuple[NewPicture, ...]:
    """Read the parsed payload. Raises PayloadRefused or NothingToSend."""
    found = read_fields(value, "hashes", ("spec", "pictures"))
    if found["spec"] != SPEC:
        raise PayloadRefused(f'hashes.spec must be "{SPEC}". Load the page again, or get the offline file again.')
    pictures = found["pictures"]
    if not isinstance(pictures, list):
        raise PayloadRefused("hashes.pictures must be a list.")
    if not pictures:
        raise NothingToSend
    too_many = PayloadRefused(
        f"hashes.pictures must hold at most {MOST_PICTURES} pictures, where a video counts as two. "
        "Send the others afterwards."
    )
    if len(pictures) > MOST_PICTURES:
        raise too_many
    read = tuple(_read_picture(picture, f"hashes.pictures[{at}]") for at, picture in enumerate(pictures))
    if sum(WEIGHT[picture.kind] for picture in read) > MOST_PICTURES:
        raise too_many
    return read


def read_fields(value: object, where: str, names: tuple[str, ...]) -> dict[str, Any]:
    """An object with exactly these fields. Raises PayloadRefused, naming the field that is too many or missing."""
    if not isinstance(value, dict):
        raise PayloadRefused(f"{where} must be an object.")
    for name in value:
        if name not in names:
            raise PayloadRefused(f"{where} has the unknown field {name[:40]!a}. Leave it out.")
    for name in names:
        if name not in value:
            raise PayloadRefused(f'{where} lacks the field "{name}".')
    return value


def read_numbers(value: object, where: str) -> tuple[int, ...]:
    """A list of whole numbers. Raises PayloadRefused."""
    if not isinstance(value, list) or not all(type(number) is int for number in value):
        raise PayloadRefused(f"{where} must be a list of whole numbers.")
    return tuple(value)


def _read_picture(value: object, where: str) -> NewPicture:
    found = read_fields(value, where, PICTURE_FIELDS)
    kind = MediaKind(_read_choice(found["kind"], f"{where}.kind", tuple(MediaKind)))
    path = _read_choice(found["path"], f"{where}.path", WAYS_OF_READING[kind])
    if not isinstance(found["approx"], bool):
        raise PayloadRefused(f"{where}.approx must be true or false.")
    perceptual = _read_perceptual(found["pdq"], f"{where}.pdq", kind)
    if (path == BYTES_ONLY) != (not perceptual):
        raise PayloadRefused(f'{where}.path must be "{BYTES_ONLY}" where pdq is empty, and only there.')
    if kind is MediaKind.IMAGE and perceptual and perceptual[0].variant != UPRIGHT:
        raise PayloadRefused(f'{where}.pdq must begin with "{UPRIGHT}".')
    file_hashes = (
        NewHash(hash_type=FILE_HASH_TYPE[kind], value=_read_hex(found["md5"], f"{where}.md5", 32)),
        NewHash(hash_type=HashType.SHA256, value=_read_hex(found["sha256"], f"{where}.sha256", 64)),
    )
    return NewPicture(kind=kind, hashes=(*perceptual, *file_hashes))


def _read_perceptual(value: object, where: str, kind: MediaKind) -> tuple[NewHash, ...]:
    if kind is MediaKind.VIDEO and isinstance(value, list) and MOST_SENT_FRAMES < len(value) <= MOST_KEPT_FRAMES:
        raise OlderHasher(where, most=MOST_SENT_FRAMES)
    if not isinstance(value, list) or len(value) > MOST_SENT_FRAMES:
        raise PayloadRefused(f"{where} must be a list of at most {MOST_SENT_FRAMES} hashes.")
    hashes = tuple(_read_member(member, f"{where}[{at}]", kind) for at, member in enumerate(value))
    keys = [new.variant if kind is MediaKind.IMAGE else new.value for new in hashes]
    if len(set(keys)) != len(keys):
        raise PayloadRefused(f"{where} has an entry twice.")
    places = [VARIANTS[kind].index(new.variant) for new in hashes]
    for at, (first, second) in enumerate(pairwise(places), start=1):
        if second < first:
            raise PayloadRefused(f"{where}[{at}] must come before the one before it.")
    unlikely = find_unlikely([(new.variant, new.value) for new in hashes])
    if unlikely is not None:
        raise PayloadRefused(f"{where}[{unlikely}] cannot be of the same {kind} as the others. Choose the file again.")
    return hashes


def _read_member(value: object, where: str, kind: MediaKind) -> NewHash:
    if not isinstance(value, list) or len(value) != 3:
        raise PayloadRefused(f"{where} must be [variant, hash, quality].")
    quality = value[2]
    if type(quality) is not int or not MINIMUM_QUALITY <= quality <= 100:  # True is an int too, but not a quality
        raise PayloadRefused(f"{where}[2] must be a whole number from {MINIMUM_QUALITY} to 100.")
    return NewHash(
        hash_type=HashType.PDQ,
        value=_read_hex(value[1], f"{where}[1]", 64),
        variant=_read_choice(value[0], f"{where}[0]", VARIANTS[kind]),
        quality=quality,
    )


def _read_choice(value: object, where: str, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise PayloadRefused(f"{where} must be one of {', '.join(allowed)}.")
    return value


def _read_hex(value: object, where: str, digits: int) -> str:
    if not isinstance(value, str) or len(value) != digits or LOWER_HEX.fullmatch(value) is None:
        raise PayloadRefused(f"{where} must be {digits} of the characters 0-9 and a-f.")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise PayloadRefused("The text has a field twice.")
    return found


def _refuse_constant(name: str) -> None:
    raise PayloadRefused(f"{name} is not a number that we take.")


def _refuse_float(_text: str) -> None:
    raise PayloadRefused("Numbers must be whole.")


# --- text pasted by hand --------------------------------------------------------------------------------------------

PDQ_DIGITS = 64
LINE_READERS: dict[int, Callable[[str], tuple[NewHash, ...]]] = {
    PDQ_DIGITS: lambda value: (NewHash(hash_type=HashType.PDQ, value=value),),
    32: lambda value: (NewHash(hash_type=HashType.MD5, value=value),),
}


def read_pasted(text: str) -> tuple[NewPicture, ...]:
    """Read the offline hasher's JSON text, or one bare hash a line (PDQ: 64 characters, MD5: 32), each one picture.

    Raises PayloadRefused, naming the line, or NothingToSend.
    """
    stripped = text.strip().lstrip("\ufeff")
    if not stripped:
        raise NothingToSend
    if stripped.startswith(("{", "[")):
        return read_payload(stripped)
    if len(stripped) > LONGEST_TEXT:
        raise PayloadRefused(f"The text is longer than {LONGEST_TEXT} characters.")
    typed = enumerate(stripped.splitlines(), start=1)
    lines = [(number, line.strip().lower()) for number, line in typed if line.strip()]
    if len(lines) > MOST_PICTURES:
        raise PayloadRefused(f"There are more than {MOST_PICTURES} lines. Send fewer at a time.")
    return tuple(_read_line(line, number) for number, line in lines)


def _read_line(line: str, number: int) -> NewPicture:
    reader = LINE_READERS.get(len(line))
    if reader is None or LOWER_HEX.fullmatch(line) is None:
        raise PayloadRefused(f"Line {number} is not a hash: a hash has 64 or 32 of the characters 0-9 and a-f.")
    if len(line) == PDQ_DIGITS and not is_possible(line):
        raise PayloadRefused(f"Line {number} is not the hash of a picture. Copy it again.")
    return NewPicture(kind=MediaKind.IMAGE, hashes=reader(line))
