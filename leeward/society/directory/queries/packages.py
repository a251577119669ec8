"""The published directory as a data package: the same entries make the same bytes, and memory does not grow with them.

Each table is first written to a file beside the package, so that a service and its parts are read once and together.
"""

import csv
import hashlib
import json
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Max, QuerySet

from leeward.society.directory.errors import PackageUnsettled
from leeward.society.directory.models import Revision, Service, Taxonomy, Term
from leeward.society.directory.queries.packed import pack_entries
from leeward.society.directory.queries.records import published_locations, published_organizations
from leeward.society.directory.rules.packing import Packed
from leeward.society.directory.rules.tables import (
    BY_NAME,
    DESCRIPTOR,
    LOCATION,
    ORGANIZATION,
    SERVICE,
    TABLES,
    TAXONOMY,
    TERM,
    describe_package,
)

AT_ONCE = 200
TRIES = 3
# A zip file's oldest time: the bytes say nothing of when they were made.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
ZIP_RIGHTS = 0o644 << 16
STAMP_LENGTH = 32
FORM = "1"  # raised when the same entries make other bytes

type Counts = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Written:
    """How many lines each table got, by its name."""

    lines: Counts


def count_published_services() -> int:
    """How many services a package would hold."""
    return Service.objects.published().count()


def package_stamp() -> str:
    """A name of what a package would say now: another one after every change of an entry."""
    last = Revision.objects.aggregate(last=Max("pk"))["last"]
    moment = Service.objects.aggregate(last=Max("modified_at"))["last"]
    said = (FORM, last, moment, settings.LEEWARD_NATION, settings.LEEWARD_OPEN_DATA_LICENCE, settings.LANGUAGE_CODE)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:STAMP_LENGTH]


def write_zip(to: BinaryIO, *, progress: Callable[[int], None] = lambda _done: None) -> Written:
    """Write the package as a zip file. `progress` hears how many services were written.

    Raises PackageUnsettled where the entries change faster than they can be read.
    """
    with tempfile.TemporaryDirectory(prefix="leeward-package-") as folder:
        written = write_folder(Path(folder), progress=progress)
        with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as package:
            for name in (DESCRIPTOR, *(table.file for table in TABLES)):
                about = zipfile.ZipInfo(name, date_time=ZIP_TIME)
                about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, ZIP_RIGHTS
                about.file_size = (Path(folder) / name).stat().st_size
                with (Path(folder) / name).open("rb") as source, package.open(about, "w") as target:
                    shutil.copyfileobj(source, target)
    return written


def write_folder(folder: Path, *, progress: Callable[[int], None] = lambda _done: None) -> Written:
    """Write the package's files into a folder. Raises PackageUnsettled."""
    for _try in range(TRIES):
        writer = _Writer(folder)
        if writer.write(progress):
            about = describe_package(
                nation=settings.LEEWARD_NATION,
                licence=settings.LEEWARD_OPEN_DATA_LICENCE,
                language=settings.LANGUAGE_CODE,
            )
            text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
            (folder / DESCRIPTOR).write_text(text, encoding="utf-8")
            return Written(lines=dict(writer.counts))
    raise PackageUnsettled


class _Writer:
    """Writes the tables of one package, and remembers whether every id that is named is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._write: dict[str, Callable[[Iterable[str]], object]] = {}
        self.counts: Counter[str] = Counter({table.name: 0 for table in TABLES})
        self._named: dict[str, set[str]] = {"organization": set(), "location": set()}
        self._there: dict[str, set[str]] = {"organization": set(), "location": set()}

    def write(self, progress: Callable[[int], None]) -> bool:
        """Write everything; whether nothing is named that is not there (something changed while it was read)."""
        with ExitStack() as files:
            for table in TABLES:
                file = files.enter_context((self._folder / table.file).open("w", encoding="utf-8", newline=""))
                self._write[table.name] = csv.writer(file, lineterminator="\r\n").writerow
                self._write[table.name](table.header)
            for name, rows in _published().items():
                for keys in _parts(rows):
                    for _record, lines in pack_entries(BY_NAME[name], keys):
                        self._add(lines)
                    if name == SERVICE.name:
                        progress(len(keys))
        return all(named <= self._there[kind] for kind, named in self._named.items())

    def _add(self, lines: Iterable[Packed]) -> None:
        for table, cells in lines:
            self._write[table.name](cells)
            self.counts[table.name] += 1
            if table.name in self._there:
                self._there[table.name].add(cells[0])
            for column, cell in zip(table.columns, cells, strict=True):
                if column.refers in self._named and cell:
                    self._named[column.refers].add(cell)


def _published() -> dict[str, QuerySet[Any]]:
    """What a package holds, by its tables."""
    return {
        SERVICE.name: Service.objects.published(),
        LOCATION.name: published_locations(),
        ORGANIZATION.name: published_organizations(),
        TAXONOMY.name: Taxonomy.objects.all(),
        TERM.name: Term.objects.all(),
    }


def _parts(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """The keys of all rows in the order of their ids, in parts; what is added meanwhile moves nothing."""
    last = UUID(int=0)
    while True:
        some = rows.filter(public_id__gt=last).order_by("public_id").values_list("public_id", "pk")[:AT_ONCE]
        pairs = cast("list[tuple[UUID, int]]", list(some))
        if not pairs:
            return
        yield [key for _identity, key in pairs]
        last = pairs[-1][0]
