"""Reads editions, their files and the calendar of a shelf."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date

from django.db.models import QuerySet

from leeward.foundation.editions import records
from leeward.foundation.editions.errors import EditionUnknown
from leeward.foundation.editions.models import Edition, EditionFile, Planned
from leeward.foundation.editions.shelves import Shelf
from leeward.foundation.rows import read_row

SHOWN_MOST = 200
SUMS_FILE = "sha256sums.txt"
DRAFT = Edition.WAITS


def all_editions(shelf: str) -> tuple[records.Edition, ...]:
    """Return the published editions of a shelf, the newest first, without files."""
    rows = published_rows(shelf)[:SHOWN_MOST]
    newest = rows[0].name if rows else ""
    return tuple(_edition(row, newest=newest) for row in rows.select_related("replaces"))


def edition_rows(shelf: str) -> QuerySet[Edition]:
    """Return all editions of a shelf, drafts and what was thrown away too, as rows of a list for staff."""
    return Edition.objects.filter(shelf=shelf)


def published_rows(shelf: str) -> QuerySet[Edition]:
    """Return the published editions of a shelf, the newest first."""
    return edition_rows(shelf).filter(signed_at__isnull=False).order_by("-signed_at", "-pk")


def edition_lines(rows: Iterable[Edition]) -> tuple[records.Edition, ...]:
    """Return rows of a list as editions, without files."""
    return tuple(_edition(row) for row in rows)


def drafts(shelf: str) -> tuple[records.Edition, ...]:
    """Return the drafts that wait for a second person, for staff."""
    rows = edition_rows(shelf).filter(DRAFT).order_by("-drafted_at", "-pk")
    return tuple(map(_whole, rows))


def find_edition(shelf: str, name: str) -> records.Edition:
    """Return one published edition with its files. Raises EditionUnknown, for drafts too."""
    return _found(published_rows(shelf).filter(name=name), name, newest=newest_name(shelf))


def find_for_staff(shelf: str, name: str) -> records.Edition:
    """Return one edition with its files, wherever it stands. Raises EditionUnknown."""
    return _found(edition_rows(shelf).filter(name=name), name, newest=newest_name(shelf))


def find_draft(shelf: str, name: str) -> records.Edition:
    """Return one draft with its files, for staff. Raises EditionUnknown."""
    return _found(edition_rows(shelf).filter(DRAFT, name=name), name)


def newest_name(shelf: str) -> str:
    """Return the name of the newest published edition; "" before the first."""
    row = published_rows(shelf).first()
    return row.name if row else ""


def read_file(shelf: str, edition: str, name: str) -> tuple[records.File, bytes]:
    """Return a file of a published edition, and its bytes. Raises EditionUnknown, for drafts too."""
    return _read(published_rows(shelf), edition, name)


def read_draft_file(shelf: str, edition: str, name: str) -> tuple[records.File, bytes]:
    """Return a file of a draft, for staff, and its bytes. Raises EditionUnknown."""
    return _read(edition_rows(shelf).filter(DRAFT), edition, name)


def editions_with(shelf: str, sha256: str) -> tuple[tuple[records.Edition, str], ...]:
    """Return the published editions with a file of this digest, and its name; a list of digests is one too."""
    signed = published_rows(shelf).select_related("replaces")
    found = [(row, SUMS_FILE) for row in signed.filter(sha256=sha256)]
    files = EditionFile.objects.filter(sha256=sha256, edition__in=signed).defer("content")
    found += [(file.edition, file.name) for file in files.select_related("edition__replaces")]
    newest = newest_name(shelf)
    return tuple((_edition(row, newest=newest), name) for row, name in found[:SHOWN_MOST])


def planned(shelf: str, *, today: date) -> tuple[records.Planned, ...]:
    """Return the calendar from today on, the next first."""
    return planned_lines(planned_rows(shelf, today=today).order_by("on")[:SHOWN_MOST])


def planned_rows(shelf: str, *, today: date) -> QuerySet[Planned]:
    """Return the days of the calendar from today on for which nothing has come out, as rows of a list."""
    return Planned.objects.filter(shelf=shelf, on__gte=today, edition=None)


def calendar_days(shelf: Shelf, *, today: date) -> tuple[records.CalendarDay, ...]:
    """Return what came out and what is to come, the next first, with what the shelf's room publishes by itself."""
    found = [_calendar_day(row) for row in Planned.objects.filter(shelf=shelf.code, edition=None)]
    found += [_released_day(shelf, row) for row in published_rows(shelf.code)[:SHOWN_MOST]]
    if shelf.schedule:
        found += shelf.schedule(today)
    return tuple(sorted(found, key=lambda each: (each.on, each.code)))


def release_day(shelf: Shelf, name: str) -> records.CalendarDay:
    """Return when a published edition was due, and when it came out. Raises EditionUnknown."""
    row = published_rows(shelf.code).filter(name=name).first()
    if row is None:
        raise EditionUnknown(name)
    return _released_day(shelf, row)


def _released_day(shelf: Shelf, row: Edition) -> records.CalendarDay:
    assert row.signed_at is not None  # noqa: S101  # narrows the type
    announced = row.planned.order_by("on").first()
    return records.CalendarDay(
        code=row.name,
        title=row.title,
        due_on=announced.on if announced else None,
        announced_on=announced.announced_on if announced else None,
        out_on=row.signed_at.astimezone(UTC).date(),
        address=shelf.url("release", row.name),
    )


def _calendar_day(row: Planned) -> records.CalendarDay:
    code = f"planned-{row.on.isoformat()}"
    return records.CalendarDay(code=code, title=row.title, note=row.note, due_on=row.on, announced_on=row.announced_on)


def planned_lines(rows: Iterable[Planned]) -> tuple[records.Planned, ...]:
    """Return rows of a list as days of the calendar."""
    return tuple(read_row(records.Planned, row) for row in rows)


def _read(editions: QuerySet[Edition], edition: str, name: str) -> tuple[records.File, bytes]:
    row = EditionFile.objects.filter(edition__in=editions.filter(name=edition), name=name).first()
    if row is None:
        raise EditionUnknown(f"{edition}/{name}")
    return read_row(records.File, row), bytes(row.content)


def _found(rows: QuerySet[Edition], name: str, *, newest: str = "") -> records.Edition:
    row = rows.first()
    if row is None:
        raise EditionUnknown(name)
    return _whole(row, newest=newest if row.signed_at else "")


def _whole(row: Edition, *, newest: str = "") -> records.Edition:
    return replace(
        _edition(row, newest=newest),
        files=tuple(read_row(records.File, file) for file in row.files.defer("content").order_by("pk")),
        errata=tuple(read_row(records.Erratum, each) for each in row.errata.order_by("pk")),
        early=tuple(read_row(records.EarlySight, each) for each in row.early.order_by("pk")),
    )


def _edition(row: Edition, *, newest: str = "") -> records.Edition:
    """Return an edition without files, errata and early sight."""
    return read_row(
        records.Edition,
        row,
        replaces=row.replaces.name if row.replaces else "",
        replaced_by=newest if newest and newest != row.name else "",
        files=(),
        errata=(),
        early=(),
    )
