"""Finds services. Nothing of a search is kept, nor written anywhere.

The full-text index gives the rows that have all words and facets, the rest is plain SQL for both databases.

The order: national crisis lines; what is near; what the whole nation can use by phone or online; what is there for
the area that one asks from (in no order of distance, since places that must not be found are among it); what is far.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from leeward.foundation.days import local_day
from leeward.society.directory.models import Service
from leeward.society.directory.queries.asking import ask
from leeward.society.directory.queries.showing import Group, ServiceView, view_services
from leeward.society.directory.rules.finding import LOCAL, NATIONAL, NATIONAL_CRISIS, FacetKind
from leeward.society.directory.rules.freshness import HIDDEN_AFTER
from leeward.society.directory.rules.places import METRES_A_DEGREE, NEAR_METRES, Spot, degrees_around
from leeward.society.directory.rules.records import Access, Way
from leeward.society.directory.rules.words import Asked, facet

PER_PAGE_MOST = 100
COUNTED_MOST = 1_000
PAGES_MOST = 100
# What is near is asked for ring by ring, and so is what is far: mostly the first few rings are enough.
NEAR_RINGS_METRES = (1_500.0, 5_000.0, float(NEAR_METRES))
RINGS_METRES = (50_000.0, 100_000.0, 200_000.0)


@dataclass(frozen=True, kw_only=True)
class Search:
    """What somebody looks for. All that is named must be met; of several needs, people or ways any one.

    `needs` and `people` are codes of terms; `language` is what is spoken there; `age` in whole years;
    `within_metres` counts only with a `spot`; `area_code` asks for those that name this area as theirs,
    `is_national` for those that everybody in the nation can use from afar.
    """

    words: str = ""
    needs: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    language: str = ""
    access: tuple[Access, ...] = ()
    is_free: bool = False
    is_confidential: bool = False
    is_open_now: bool = False
    age: int | None = None
    spot: Spot | None = None
    within_metres: float | None = None
    area_code: str = ""
    is_national: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of what was found. `total` stops at 1,000 (`is_counted` says whether it is the whole count).

    `has_all_words` is False where nothing had all of the words, and those with some of them are shown.
    """

    services: tuple[ServiceView, ...]
    total: int
    page: int
    pages: int
    is_counted: bool = True
    has_all_words: bool = True
    corrected: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = field(default=())
    contexts: tuple[str, ...] = ()


def search_services(search: Search, *, language: str, now: datetime, page: int = 1, per_page: int = 20) -> Found:
    """A page of the services that fit, in the reader's `language`. A page beyond the last one is empty."""
    per_page = max(1, min(per_page, PER_PAGE_MOST))
    page = max(1, min(page, PAGES_MOST))
    asked = ask(search.words, language=language)
    if asked.ignored and not asked.groups:  # not one word is known: everything is no answer to it
        return Found(services=(), total=0, page=1, pages=0, ignored=asked.ignored)
    text = _Text(asked, _facets(search))
    has_all = True
    total = _count(search, text, now=now)
    if not total and len(asked.groups) > 1:
        text, has_all = _Text(asked, _facets(search), any_group=True), False
        total = _count(search, text, now=now)
        has_all = not total
    rows = _page(search, text, now=now, limit=per_page, offset=(page - 1) * per_page) if total else []
    kept = {row.pk: row for row in Service.objects.whole().filter(pk__in=[pk for pk, _group in rows])}
    services = view_services(
        [kept[pk] for pk, _group in rows if pk in kept],
        language=language,
        now=now,
        spot=search.spot,
        groups=dict(rows),
    )
    return Found(
        services=services,
        total=min(total, COUNTED_MOST),
        is_counted=total <= COUNTED_MOST,
        page=page,
        pages=min(PAGES_MOST, -(-min(total, COUNTED_MOST) // per_page)),
        has_all_words=has_all,
        corrected=asked.corrected,
        ignored=asked.ignored,
        contexts=asked.contexts,
    )


def find_ids(search: Search, *, language: str, now: datetime, limit: int) -> list[int]:
    """The rows of the services that fit, in their order: for other queries of this app, which load what they need."""
    text = _Text(ask(search.words, language=language), _facets(search))
    return [pk for pk, _group in _page(search, text, now=now, limit=limit, offset=0)]


class _Text:
    """The part of a search that the full-text index answers, in the words of the database at hand."""

    def __init__(self, asked: Asked, facets: Sequence[tuple[str, ...]], *, any_group: bool = False) -> None:
        groups = [_either(_all(words) for words in group) for group in asked.groups]
        if any_group:
            groups = [_either(groups)]
        self.words = _all_of(groups)
        self._parts = [*groups, *(_one_of(some) for some in facets)]

    def query(self, facets: Sequence[tuple[str, ...]] = (), without: Sequence[str] = ()) -> str:
        """The whole query, with more facets of which one each must be there, and some that must not be."""
        wanted = _all_of([*self._parts, *(_one_of(some) for some in facets)])
        if not without:
            return wanted
        return f"({wanted} & !{_one_of(without)})" if _is_postgresql() else f"({wanted} NOT {_one_of(without)})"


def _facets(search: Search) -> list[tuple[str, ...]]:
    """Groups of facets, of each of which one must be there."""
    groups = [
        tuple(facet(FacetKind.NEED, code) for code in search.needs),
        tuple(facet(FacetKind.PEOPLE, code) for code in search.people),
        tuple(facet(FacetKind.WAY, way) for way in search.ways),
        *((facet(FacetKind.ACCESS, kind),) for kind in search.access),
    ]
    if search.language:
        groups.append((facet(FacetKind.LANGUAGE, search.language.partition("-")[0]),))
    if search.is_national:
        groups.append(_tier(NATIONAL_CRISIS, NATIONAL))
    if search.area_code:
        groups.append((facet(FacetKind.AREA, search.area_code),))
    if search.is_free:
        groups.append((facet(FacetKind.FREE, "yes"),))
    if search.is_confidential:
        groups.append((facet(FacetKind.CONFIDENTIAL, "yes"),))
    return [group for group in groups if group]


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _quoted(word: str) -> str:
    """A word as both databases take it literally; it holds letters and digits alone."""
    return f"'{word}'" if _is_postgresql() else f'"{word}"'


def _all(words: Sequence[str]) -> str:
    return _all_of([_quoted(word) for word in words])


def _one_of(words: Sequence[str]) -> str:
    return _either(_quoted(word) for word in words)


def _all_of(parts: Sequence[str]) -> str:
    joined = (" & " if _is_postgresql() else " AND ").join(parts)
    return f"({joined})" if len(parts) > 1 else joined


def _either(parts: Any) -> str:
    made = list(dict.fromkeys(parts))
    joined = (" | " if _is_postgresql() else " OR ").join(made)
    return f"({joined})" if len(made) > 1 else joined


@dataclass(frozen=True, kw_only=True)
class _Stage:
    """One group of the order: what its rows have, and by what they are ordered."""

    group: Group
    # Of each of these groups of facets one must be there.
    facets: tuple[tuple[str, ...], ...] = ()
    # Facets that must not be there.
    without: tuple[str, ...] = ()
    # Further than the first and at most the second many metres away.
    ring: tuple[float, float] | None = None
    # What is nearer than this stands in an earlier group.
    beyond: float | None = None
    # Crisis lines stand in an earlier group; asked of the rows, which are few here, and not of the index of words.
    is_after_crisis: bool = False

    def can_have(self, within: float | None) -> bool:
        """Whether anything of it can lie within so many metres (None: everything counts)."""
        nearest = self.beyond if self.ring is None else self.ring[0]
        return within is None or nearest is None or nearest < within


def _tier(*tiers: int) -> tuple[str, ...]:
    return tuple(facet(FacetKind.TIER, str(tier)) for tier in tiers)


CRISIS = _Stage(group=Group.CRISIS, facets=(_tier(NATIONAL_CRISIS),))


def _stages(spot: Spot | None) -> Iterator[_Stage]:
    """The groups in their order. A page is often filled by the first few, so the others are not even asked for."""
    yield CRISIS
    if spot is None:
        yield _Stage(group=Group.NATIONAL, facets=(_tier(NATIONAL),))
        yield _Stage(group=Group.OTHER, facets=(_tier(LOCAL),))
        return
    area = (facet(FacetKind.AREA, spot.area_code),) if spot.area_code else ()
    inner = -1.0
    for outer in NEAR_RINGS_METRES:
        yield _Stage(group=Group.NEAR, is_after_crisis=True, ring=(inner, outer))
        inner = outer
    yield _Stage(group=Group.NATIONAL, facets=(_tier(NATIONAL),), beyond=NEAR_METRES)
    if area:
        # In no order of distance: places that must not be found are among these.
        yield _Stage(group=Group.AREA, facets=(_tier(LOCAL), area), beyond=NEAR_METRES)
    for outer in RINGS_METRES:
        yield _Stage(group=Group.FAR, facets=(_tier(LOCAL),), without=area, ring=(inner, outer))
        inner = outer
    yield _Stage(group=Group.OTHER, facets=(_tier(LOCAL),), without=area, beyond=inner)


@dataclass(frozen=True, kw_only=True)
class _Near:
    """A statement for the rows with a point somewhere, and its values."""

    statement: str
    values: list[Any]


@dataclass(frozen=True, kw_only=True)
class _Sql:
    """Pieces of one statement, and the values of each, in the order in which their places stand in it."""

    tables: str
    table_values: tuple[Any, ...]
    where: str
    where_values: tuple[Any, ...]
    rank: str


def _pieces(search: Search, query: str, *, words: str = "", near: _Near | None = None, now: datetime) -> _Sql:
    """The statement's pieces. With `near`, of the rows there alone: their nearest points are then `n`."""
    rank, tables, table_values = "", "directory_searchrow r", list[Any]()
    where, values = ["r.assured_date > %s"], [_oldest(now)]
    if query and _is_postgresql():
        # What is looked for, facets and all; and its words alone, by which the rows are ordered.
        tables += " CROSS JOIN to_tsquery('simple', %s) q CROSS JOIN to_tsquery('simple', %s) w"
        table_values = [query, words]
        where.append("r.document @@ q")
        rank = "ts_rank('{0, 0.2, 0.5, 1}', r.document, w) DESC, " if words else ""
    elif query:
        where.append("directory_searchtext MATCH %s")
        values.append(query)
        rank = "bm25(directory_searchtext, 10.0, 5.0, 2.0, 0.0), " if words else ""
    if _is_postgresql():
        tables += f" JOIN ({near.statement}) n ON n.row_id = r.service_id" if near else ""
    else:
        # SQLite joins in the order of CROSS JOIN: the rows themselves are long, so they are read last.
        first = ["directory_searchtext t"] if query else []
        first += [f"({near.statement}) n"] if near else []
        tables = " CROSS JOIN ".join([*first, tables])
        where += ["r.service_id = t.rowid"] if query else []
        where += ["n.row_id = t.rowid" if query else "n.row_id = r.service_id"] if near else []
    table_values += near.values if near else []
    if search.age is not None:
        where.append("(r.minimum_age IS NULL OR r.minimum_age <= %s)")
        where.append("(r.maximum_age IS NULL OR r.maximum_age >= %s)")
        values += [search.age, search.age]
    if search.is_open_now:
        where.append("r.opens_at <= %s AND r.closes_at > %s")
        values += [_moment(now), _moment(now)]
    if search.spot is not None and search.within_metres is not None:
        inside = _nearest(search.spot, search.within_metres)
        where.append(f"r.service_id IN (SELECT row_id FROM ({inside.statement}) i)")  # noqa: S608  # pieces of ours alone
        values += inside.values
    return _Sql(
        tables=tables,
        table_values=tuple(table_values),
        where=" AND ".join(where),
        where_values=tuple(values),
        rank=rank,
    )


def _count(search: Search, text: _Text, *, now: datetime) -> int:
    """How many fit: counted up to one more than the most that we tell."""
    sql = _pieces(search, text.query(), now=now)
    statement = f"SELECT COUNT(*) FROM (SELECT 1 FROM {sql.tables} WHERE {sql.where} LIMIT %s) c"  # noqa: S608  # ours
    return int(_run(statement, [*sql.table_values, *sql.where_values, COUNTED_MOST + 1])[0][0])


def _page(search: Search, text: _Text, *, now: datetime, limit: int, offset: int) -> list[tuple[int, Group]]:
    """The rows of one page with their groups, asked for stage by stage until the page is full."""
    found: list[tuple[int, Group]] = []
    for stage in _stages(search.spot):
        if search.is_national and stage.facets == (_tier(LOCAL),):
            break
        if search.spot is not None and not stage.can_have(search.within_metres):
            continue
        wanted = offset + limit - len(found)
        if wanted <= 0:
            break
        found += [(pk, stage.group) for pk in _of_stage(search, text, stage, now=now, limit=wanted)]
    return found[offset:]


def _of_stage(search: Search, text: _Text, stage: _Stage, *, now: datetime, limit: int) -> list[int]:
    near = _nearest(search.spot, stage.ring[1]) if search.spot is not None and stage.ring is not None else None
    sql = _pieces(search, text.query(stage.facets, stage.without), words=text.words, near=near, now=now)
    where, where_values, order = [sql.where], list(sql.where_values), f"{sql.rank}r.sort_name, r.service_id"
    if stage.is_after_crisis:
        where.append("r.tier <> %s")
        where_values.append(NATIONAL_CRISIS)
    if stage.ring is not None:
        order = f"n.away, {order}"
        if stage.ring[0] >= 0:
            where.append("n.away > %s")
            where_values.append(_squared(stage.ring[0]))
    elif search.spot is not None and stage.beyond is not None:
        nearer = _nearest(search.spot, stage.beyond)
        where.append(f"r.service_id NOT IN (SELECT row_id FROM ({nearer.statement}) b)")  # noqa: S608  # ours alone
        where_values += nearer.values
    statement = f"SELECT r.service_id FROM {sql.tables} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT %s"  # noqa: S608
    return [row[0] for row in _run(statement, [*sql.table_values, *where_values, limit])]


def _squared(metres: float) -> float:
    return (metres / METRES_A_DEGREE) ** 2


def _nearest(spot: Spot, metres: float) -> _Near:
    """The rows with a point within so many metres, and the squared distance of the nearest in degrees.

    On a flat map around the spot, which at these distances is off by less than one in a hundred: enough for an order.
    What people read is worked out on the sphere.
    """
    height, width = degrees_around(spot.latitude, metres)
    # The same for every ring, or what lies on the border of two would be in both or in neither.
    squeeze = math.cos(math.radians(min(89.0, abs(spot.latitude))))
    away = "MIN((p.latitude - %s) * (p.latitude - %s) + (p.longitude - %s) * (p.longitude - %s) * %s)"
    away_values = [spot.latitude, spot.latitude, spot.longitude, spot.longitude, squeeze * squeeze]
    box = [spot.latitude - height, spot.latitude + height, spot.longitude - width, spot.longitude + width]
    statement = (
        f"SELECT p.row_id, {away} AS away FROM directory_searchpoint p "  # noqa: S608  # pieces of ours alone
        "WHERE p.latitude BETWEEN %s AND %s AND p.longitude BETWEEN %s AND %s "
        f"GROUP BY p.row_id HAVING {away} <= %s"
    )
    return _Near(statement=statement, values=[*away_values, *box, *away_values, _squared(metres)])


def _oldest(now: datetime) -> Any:
    """The last day on which a check is too old."""
    day = local_day(now) - HIDDEN_AFTER
    return connection.ops.adapt_datefield_value(day)


def _moment(now: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(now)


def _run(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
