"""What a thief of the files would read in them."""

from pathlib import Path as FilePath

from django.db import connection

from leeward.industry.bank.rules import HashType, MediaKind, NewHash, NewPicture
from tests.victim.portal.conftest import fake_hash


def pictures_of(number: int) -> list[NewPicture]:
    hashes = tuple(
        NewHash(hash_type=HashType.PDQ, value=fake_hash(f"{number}/{variant}"), variant=variant, quality=97)
        for variant in ("upright", "rot90")
    )
    return [NewPicture(kind=MediaKind.IMAGE, hashes=hashes)]


def plain(value: object) -> str:
    """References as both databases write them, without strokes."""
    return str(value).replace("-", "")


def sqlite_files() -> dict[str, bytes]:
    name = str(connection.settings_dict["NAME"])
    return {end: FilePath(name + end).read_bytes() for end in ("", "-wal") if FilePath(name + end).exists()}
