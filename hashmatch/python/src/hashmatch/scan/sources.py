"""Finds what is to be scanned, in folders and buckets of any kind, as a stream in a fixed order.

Of a listing no more than one folder is ever in memory. The order is a total one, so that a listing that was cut off can
be taken up behind the last item that is known. For a bucket with hundreds of millions of names in a single folder give
the names in a text file (kind `list`), which is read line by line.
"""

import glob
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import fsspec
import pyarrow
import pyarrow.parquet as parquet

from hashmatch.errors import ScanSourceError
from hashmatch.scan.settings import Columns, Kind, Settings

ARCHIVE_FILE = "archive.json"
PARQUET_ENDINGS = (".parquet", ".pq", ".parq")
HIDDEN_STARTS = (".", "_")  # by convention no data: _SUCCESS, _metadata, .part.tmp
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}

FileSystem: TypeAlias = Any  # fsspec has no types
Key: TypeAlias = tuple[Any, ...]


class Item(NamedTuple):
    """One thing to scan: a picture, some row groups of a Parquet file, or a shard of an archive.

    `path` is relative to the source, unless the source is a list. `place` is the line of a list, the first row group
    or the number of an archive's shard; `end` the row group behind the last one (0: the file's footer was unreadable).
    """

    path: str
    place: int = 0
    end: int = 0
    first_row: int = 0
    size: int = 1  # how many things: rows of hashes, or the one file


@dataclass(frozen=True, slots=True)
class Opened:
    """A file system and where in it the source is; `prefix` in front of an item's path is what a person can use.

    `pattern` says which files below the root are meant, where the source is a pattern such as `s3://bucket/2026-*/*`.
    """

    system: FileSystem
    root: str
    prefix: str
    pattern: str | None = None

    def locate(self, item: Item) -> str:
        """Where the file system has an item."""
        return f"{self.root}/{item.path}" if item.path else self.root

    def name(self, item: Item) -> str:
        """What the results call an item; names that are no text are given with their odd bytes written out."""
        name = f"{self.prefix}/{item.path}" if item.path else self.prefix
        return name.encode("utf-8", "backslashreplace").decode()


def open_source(url: str) -> Opened:
    """The file system of a path or URL."""
    try:
        # A cache of listings would keep the names of a whole bucket in memory.
        system, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except ImportError as error:
        scheme = url.partition("://")[0]
        package = PACKAGES.get(scheme, getattr(error, "name", None) or "a package of its own")
        raise ScanSourceError(f"To read {scheme}:// the package {package} is needed: pip install {package}.") from error
    except ValueError as error:
        raise ScanSourceError(f"{url} is no address that can be read here: {error}.") from error
    root, url = root.rstrip("/") or "/", url.rstrip("/") or "/"
    if glob.has_magic(root):
        plain = list(itertools.takewhile(lambda part: not glob.has_magic(part), root.split("/")))
        cut = root.count("/") + 1 - len(plain)
        return Opened(system, "/".join(plain) or "/", url.rsplit("/", cut)[0], root)
    return Opened(system, root, url)


def find_kind(url: str) -> Kind:
    """What a source is made of, by its name and its first file."""
    opened = open_source(url)
    if opened.pattern is not None:
        return Kind.HASHES
    try:
        if not opened.system.exists(opened.root):
            raise ScanSourceError(f"There is nothing at {url}.")
        if not opened.system.isdir(opened.root):
            return Kind.HASHES if opened.root.endswith(PARQUET_ENDINGS) else Kind.FILES
        if opened.system.exists(f"{opened.root}/{ARCHIVE_FILE}"):
            return Kind.ARCHIVE
        first = next((path for path in walk(opened) if not is_hidden(path)), "")
    except OSError as error:
        raise unreadable(url, error) from error
    return Kind.HASHES if first.endswith(PARQUET_ENDINGS) else Kind.FILES


def list_items(settings: Settings, *, after: Item | None = None) -> Iterator[Item]:
    """All items of a source in their order; only those behind `after` if it is given."""
    opened = open_source(settings.source)
    listing = {
        Kind.FILES: list_files,
        Kind.LIST: list_named,
        Kind.HASHES: list_row_groups,
        Kind.ARCHIVE: list_archive,
    }[settings.kind]
    try:
        yield from listing(opened, settings, after)
    except OSError as error:
        raise unreadable(settings.source, error) from error


def unreadable(url: str, error: OSError) -> ScanSourceError:
    """The error for a source that cannot be listed."""
    return ScanSourceError(f"{url} cannot be read: {error.strerror or error}.")


def make_groups(items: Iterator[Item], most: int) -> Iterator[tuple[Item, ...]]:
    """Items that follow each other in groups of up to `most` things; one that is larger has a group of its own."""
    group: list[Item] = []
    size = 0
    for item in items:
        if group and size + item.size > most:
            yield tuple(group)
            group, size = [], 0
        group.append(item)
        size += item.size
    if group:
        yield tuple(group)


def path_key(path: str) -> Key:
    """A key that sorts paths as `walk` finds them: the files of a folder, then its folders."""
    *folders, name = path.split("/")
    return (*((1, folder) for folder in folders), (0, name))


def walk(opened: Opened, since: Key = ()) -> Iterator[str]:
    """The files of a source, relative to it, folder by folder, from the one with the key `since` on."""
    if opened.system.isdir(opened.root):
        yield from walk_folder(opened, "", (), since)
    elif opened.system.exists(opened.root):
        yield ""
    else:
        raise ScanSourceError(f"There is nothing at {opened.prefix}.")


def walk_folder(opened: Opened, folder: str, above: Key, since: Key) -> Iterator[str]:
    """The files within one folder."""
    files, folders = [], []
    for found in opened.system.ls(f"{opened.root}/{folder}" if folder else opened.root, detail=True):
        name = found["name"].rstrip("/").rpartition("/")[2]
        if found["type"] == "directory":
            folders.append(name)
        elif name and (found["type"] == "file" or found.get("islink")):  # a pipe would block whoever reads it
            files.append(name)
    start = f"{folder}/" if folder else ""
    yield from (start + name for name in sorted(files) if (*above, (0, name)) >= since)
    for name in sorted(folders):
        inner = (*above, (1, name))
        if inner >= since[: len(inner)]:
            yield from walk_folder(opened, start + name, inner, since)


def list_files(opened: Opened, _: Settings, after: Item | None) -> Iterator[Item]:
    """Every file."""
    since = () if after is None else path_key(after.path)
    yield from (Item(path) for path in walk(opened, since) if path_key(path) > since)


def list_named(opened: Opened, _: Settings, after: Item | None) -> Iterator[Item]:
    """The files that a text file names, one a line."""
    with opened.system.open(opened.root, "rb") as stream:
        for number, line in enumerate(stream):
            name = line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
            if name and (after is None or number > after.place):
                yield Item(name, place=number)


def list_row_groups(opened: Opened, settings: Settings, after: Item | None) -> Iterator[Item]:
    """The row groups of all Parquet files, neighbours together up to the size of a shard."""
    since = () if after is None else (path_key(after.path), after.place)
    if after is None:
        check_column(opened, settings.columns)
    for path in find_parquet(opened, since[0] if since else ()):
        for item in split_file(opened, path, settings.items_per_shard):
            if (path_key(path), item.place) > since:
                yield item


def find_parquet(opened: Opened, since: Key = ()) -> Iterator[str]:
    """The Parquet files of a folder or a pattern, from the one with the key `since` on."""
    if opened.pattern is not None:
        found = (path.removeprefix(opened.root).lstrip("/") for path in opened.system.glob(opened.pattern))
        yield from (path for path in sorted(found, key=path_key) if path_key(path) >= since)
        return
    for path in walk(opened, since):
        if path == "" or (path.endswith(PARQUET_ENDINGS) and not is_hidden(path)):
            yield path


def is_hidden(path: str) -> bool:
    """Whether a file is by convention no data."""
    return path.rpartition("/")[2].startswith(HIDDEN_STARTS)


def split_file(opened: Opened, path: str, most: int) -> Iterator[Item]:
    """One Parquet file as items of whole row groups; an unreadable one is one item, for the worker to say so."""
    try:
        with opened.system.open(opened.locate(Item(path)), "rb") as stream:
            described = parquet.ParquetFile(stream)
            rows = [described.metadata.row_group(number).num_rows for number in range(described.num_row_groups)]
    except (pyarrow.ArrowException, OSError):
        yield Item(path)
        return
    first_row = 0
    for group in make_groups((Item(path, place, size=size) for place, size in enumerate(rows)), most):
        size = sum(one.size for one in group)
        yield Item(path, group[0].place, group[-1].place + 1, first_row, size)
        first_row += size


def check_column(opened: Opened, columns: Columns) -> None:
    """Refuse a source whose first readable file has no hashes."""
    for path in find_parquet(opened):
        try:
            with opened.system.open(opened.locate(Item(path)), "rb") as stream:
                names = parquet.ParquetFile(stream).schema_arrow.names
        except (pyarrow.ArrowException, OSError):
            continue
        if columns.hash not in names:
            raise ScanSourceError(
                f"{opened.name(Item(path))} has no column {columns.hash!r}, but {', '.join(names) or 'none at all'}. "
                "Name the one that holds the hashes with --column."
            )
        return


def list_archive(opened: Opened, _: Settings, after: Item | None) -> Iterator[Item]:
    """The shards of an archive."""
    try:
        described = json.loads(Path(opened.root, ARCHIVE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScanSourceError(f"{opened.prefix} is no archive that can be read: {error}.") from error
    for number, shard in enumerate(described["shards"]):
        if after is None or number > after.place:
            yield Item(shard["name"], place=number, size=shard["rows"])
