"""What a scan was asked for; whatever of it changes the results is kept with them."""

from dataclasses import dataclass
from typing import Any

from hashmatch.older import StrEnum
from hashmatch.variants import MATCH_DISTANCE

DEFAULT_LIMIT = 1_000
PICTURES_PER_SHARD = 2_048
HASHES_PER_SHARD = 1 << 20
DEFAULT_COLUMN, DEFAULT_ID_COLUMN, DEFAULT_QUALITY_COLUMN = "pdq", "id", "quality"


class Kind(StrEnum):
    """What a source is made of."""

    FILES = "files"  # a folder or bucket of pictures and videos
    LIST = "list"  # a text file that names one of them a line
    HASHES = "hashes"  # Parquet files
    ARCHIVE = "archive"  # saved indexes, made by `hashmatch archive add`


class Format(StrEnum):
    """How results are written."""

    PARQUET = "parquet"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns of Parquet files; only the first must be there."""

    hash: str = DEFAULT_COLUMN
    id: str = DEFAULT_ID_COLUMN
    quality: str = DEFAULT_QUALITY_COLUMN


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything on which the results of a scan depend, but for the bank."""

    source: str
    kind: Kind
    distance: int = MATCH_DISTANCE
    limit: int = DEFAULT_LIMIT  # the most matches of one item; in an archive, of one new hash in one shard
    columns: Columns = Columns()
    format: Format = Format.PARQUET
    shard_size: int | None = None  # items of one shard; None: what suits the kind

    @property
    def items_per_shard(self) -> int:
        """The most items of one shard."""
        if self.shard_size is not None:
            return self.shard_size
        return {Kind.HASHES: HASHES_PER_SHARD, Kind.ARCHIVE: 1}.get(self.kind, PICTURES_PER_SHARD)

    def to_json(self) -> dict[str, Any]:
        """The settings as JSON values, by which a second run is known to be of the same scan."""
        return {
            "source": self.source,
            "kind": self.kind.value,
            "distance": self.distance,
            "limit": self.limit,
            "columns": [self.columns.hash, self.columns.id, self.columns.quality],
            "format": self.format.value,
            "items_per_shard": self.items_per_shard,
        }
