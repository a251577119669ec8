"""Maps of authorities' own files: the one that counts, and those before it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.rows import read_row
from leeward.justice.outcomes.errors import MapUnknown
from leeward.justice.outcomes.models import Code, CodeList, HeaderMap
from leeward.justice.outcomes.queries.codes import codes_in_use
from leeward.justice.outcomes.rules.files import COLUMNS
from leeward.justice.outcomes.rules.maps import HeaderMap as Map
from leeward.justice.outcomes.rules.terms import CODES_OF, CodeKind, FileKind

# Of one kind of file, so many versions are shown.
SHOWN_MOST = 20


@dataclass(frozen=True, kw_only=True)
class MapLine:
    """One version. `offence_list`, `code_list`: the names of the lists that its codes follow, "" for those in use."""

    reference: uuid.UUID
    kind: FileKind
    version: int
    map: Map
    offence_list: str
    code_list: str
    made_at: datetime

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Their columns with ours, in the order of ours; then those that are not read."""
        ours = [(self.map.columns[name], name) for name in COLUMNS[self.kind] if name in self.map.columns]
        return [*ours, *((name, "") for name in self.map.skipped)]


def list_maps(authority: uuid.UUID) -> dict[FileKind, list[MapLine]]:
    """Every version of an authority's maps by kind of file, the newest first."""
    found: dict[FileKind, list[MapLine]] = {}
    rows = HeaderMap.objects.filter(authority__public_id=authority).select_related("offence_list", "code_list")
    for row in rows.order_by("kind", "-version"):
        found.setdefault(row.kind, []).append(map_line(row))
    return {kind: lines[:SHOWN_MOST] for kind, lines in found.items()}


def newest_map(authority: uuid.UUID, kind: FileKind) -> MapLine | None:
    """The map by which an authority's own file is read now; None where there is none."""
    rows = HeaderMap.objects.filter(authority__public_id=authority, kind=kind)
    row = rows.select_related("offence_list", "code_list").order_by("-version").first()
    return map_line(row) if row else None


def map_line(row: HeaderMap) -> MapLine:
    """A row as pages show it."""
    return read_row(
        MapLine,
        row,
        map=Map(columns=row.columns, skipped=row.skipped, basis=row.basis or None, called=row.called),
        offence_list=_name(row.offence_list),
        code_list=_name(row.code_list),
    )


def codes_under(map_id: uuid.UUID | None, kind: FileKind) -> tuple[Mapping[str, Code], Mapping[str, Code]]:
    """The codes of offences, and of outcomes or disposals, that a file follows under a map, else those in use.

    Raises MapUnknown.
    """
    row = HeaderMap.objects.filter(public_id=map_id).first() if map_id else None
    if map_id and row is None:
        raise MapUnknown
    offences = _codes(row.offence_list_id if row else None, CodeKind.OFFENCE)
    return offences, _codes(row.code_list_id if row else None, CODES_OF[kind]) if kind in CODES_OF else {}


def lists_to_follow(kind: CodeKind) -> list[tuple[str, str]]:
    """The lists that somebody has compared with their source, which a map may name: value and name."""
    rows = CodeList.objects.filter(kind=kind, checked_on__isnull=False).order_by("jurisdiction", "-version")
    return [(str(row.public_id), _name(row)) for row in rows]


def _codes(code_list: int | None, kind: CodeKind) -> Mapping[str, Code]:
    if code_list is None:
        return codes_in_use(kind)
    return {row.code: row for row in Code.objects.filter(code_list=code_list)}


def _name(row: CodeList | None) -> str:
    return f"{row.jurisdiction}, {row.version}" if row else ""
