"""Opens a data package: a zip file or a folder, never unpacked to where it says, with limits on all that it holds."""

import json
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from leeward.society.directory.rules.tables import BY_NAME, DESCRIPTOR, TABLES, Table, table_of
from leeward.society.directory.rules.unpacking import Fault
from leeward.society.directory.schemas.csv_files import Unreadable

FILES_MOST = 200
FILE_BYTES_MOST = 1 << 30
BYTES_MOST = 2 << 30
# Tables of text pack to a tenth or so; what packs to less than a two-hundredth was made to fill a disk.
RATIO_MOST = 200
RATIO_FROM_BYTES = 10_000_000
DESCRIPTOR_BYTES_MOST = 2_000_000
ENCRYPTED = 0x1


@dataclass(frozen=True, kw_only=True)
class Package:
    """The files of a package by their tables, those that are passed over, and how each is opened."""

    path: Path
    files: Mapping[str, str]  # the table's name: the file's name in the package
    passed_over: tuple[str, ...] = ()
    folder: str = ""  # where in the zip file they lie
    notes: tuple[str, ...] = field(default=())

    @contextmanager
    def open(self, table: Table) -> Iterator[IO[bytes]]:
        """A table's file, to read. Raises Unreadable for one that is damaged."""
        name = self.files[table.name]
        try:
            with _opened(self.path, self.folder + name) as source:
                yield source
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise _refused(name, f"It is damaged ({error}).", "Get the package again.") from error


def open_package(path: Path) -> Package:
    """Look into a package. Raises Unreadable, and OSError where the file itself cannot be read."""
    sizes, folder = _listed_folder(path) if path.is_dir() else _listed_zip(path)
    names, notes = _described(path, folder, sizes)
    files: dict[str, str] = {}
    passed = []
    for name in sorted(sizes):
        if name == DESCRIPTOR:
            continue
        table = names.get(name) or table_of(name)
        if table is None:
            passed.append(name)
        elif table.name in files:
            what = f"Both {files[table.name]} and {name} are tables of the same kind."
            raise _refused(name, what, "Put them into one file.")
        else:
            files[table.name] = name
    if not files:
        wanted = ", ".join(table.file for table in TABLES[:3])
        raise _refused(path.name, "None of the standard's tables is in it.", f"It should hold {wanted} and so on.")
    return Package(path=path, files=files, passed_over=tuple(passed), folder=folder, notes=notes)


def _listed_folder(path: Path) -> tuple[dict[str, int], str]:
    sizes = {}
    for each in path.iterdir():
        about = each.lstat()
        if stat.S_ISREG(about.st_mode) and each.suffix.lower() in (".csv", ".json"):
            sizes[each.name] = about.st_size
    _check_sizes(path.name, sizes)
    return sizes, ""


def _listed_zip(path: Path) -> tuple[dict[str, int], str]:
    try:
        with zipfile.ZipFile(path) as package:
            members = [member for member in package.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        what = "This is neither a zip file nor a folder."
        raise _refused(path.name, what, "Give the package as it was downloaded, or a folder with its files.") from error
    if len(members) > FILES_MOST:
        raise _refused(path.name, f"It holds {len(members):,} files.", f"A package has at most {FILES_MOST}.")
    members = [member for member in members if not member.filename.startswith("__MACOSX/")]
    sizes: dict[str, int] = {}
    folders = set()
    for member in members:
        place = PurePosixPath(member.filename)
        if place.suffix.lower() not in (".csv", ".json"):
            continue
        if member.flag_bits & ENCRYPTED:
            raise _refused(member.filename, "It is locked with a password.", "Make the package without one.")
        is_big = member.file_size > RATIO_FROM_BYTES
        if is_big and member.file_size > RATIO_MOST * max(1, member.compress_size):
            what = f"It would become {member.file_size:,} bytes from {member.compress_size:,}."
            raise _refused(member.filename, what, "No table of services packs so small; it is not taken in.")
        if place.name in sizes:
            raise _refused(member.filename, "There are two files of this name.", "Leave one of them out.")
        sizes[place.name] = member.file_size
        folders.add(member.filename.removesuffix(place.name))
    if len(folders) > 1:
        raise _refused(path.name, "Its files lie in several folders.", "Put them all into one.")
    _check_sizes(path.name, sizes)
    return sizes, next(iter(folders), "")


def _check_sizes(name: str, sizes: Mapping[str, int]) -> None:
    for file, size in sizes.items():
        if size > FILE_BYTES_MOST:
            raise _refused(file, f"It has {size:,} bytes.", f"Split it: a file has at most {FILE_BYTES_MOST:,}.")
    if sum(sizes.values()) > BYTES_MOST:
        raise _refused(name, f"Its files have {sum(sizes.values()):,} bytes.", f"At most {BYTES_MOST:,} are read.")


def _described(path: Path, folder: str, sizes: Mapping[str, int]) -> tuple[dict[str, Table], tuple[str, ...]]:
    """Which file is which table, as the package's descriptor says."""
    if DESCRIPTOR not in sizes:
        return {}, (f"There is no {DESCRIPTOR}; each file is taken for what its name says.",)
    if sizes[DESCRIPTOR] > DESCRIPTOR_BYTES_MOST:
        raise _refused(DESCRIPTOR, f"It has {sizes[DESCRIPTOR]:,} bytes.", "Only the columns belong there, no data.")
    try:
        with _opened(path, folder + DESCRIPTOR) as source:
            about: Any = json.loads(source.read(DESCRIPTOR_BYTES_MOST + 1))
    except (ValueError, RecursionError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _refused(DESCRIPTOR, f"This is no JSON ({error}).", "Mend it, or take it out of the package.") from error
    resources = about.get("resources") if isinstance(about, dict) else None
    if not isinstance(resources, list) or not all(isinstance(one, dict) for one in resources):
        raise _refused(DESCRIPTOR, "It has no list of resources.", "Mend it, or take it out of the package.")
    names: dict[str, Table] = {}
    for resource in cast("list[dict[str, object]]", resources):
        table, file = BY_NAME.get(str(resource.get("name", ""))), resource.get("path")
        if table is None or not isinstance(file, str):
            continue
        if PurePosixPath(file).name != file or "\\" in file:
            raise _refused(DESCRIPTOR, f"{file[:80]!r} is no file of the package.", "Name a file that lies beside it.")
        if file in sizes:
            names[file] = table
    return names, ()


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    if path.is_dir():
        with (path / name).open("rb") as source:
            yield source
        return
    with zipfile.ZipFile(path) as package, package.open(name) as source:
        yield source


def _refused(file: str, what: str, how: str) -> Unreadable:
    return Unreadable(Fault(file=file, what=what, how=how))
