"""Finds services. Nothing of a search is kept, nor written anywhere.

One statement per database: the full-text index gives the rows that have all words and facets, the rest is plain SQL.

The order: national crisis lines; what is near; what the whole nation can use by phone or online; what is there for
the area that one asks from (in no order of distance, since places that must not be found are among it); what is far.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from leeward.society.directory.models import Service
from leeward.society.directory.queries.asking import ask
from leeward.society.directory.queries.showing import Group, ServiceView, view_services
from leeward.society.directory.rules.finding import NATIONAL, NATIONAL_CRISIS, FacetKind
from leeward.society.directory.rules.freshness import HIDDEN_AFTER
from leeward.society.directory.rules.places import METRES_A_DEGREE, NEAR_METRES, Spot, degrees_around
from leeward.society.directory.rules.records import Access, Way
from leeward.society.directory.rules.words import Asked, facet

PER_PAGE_MOST = 100
COUNTED_MOST = 1_000
PAGES_MOST = 100
FURTHEST_METRES = 150_000
GROUPS = (Group.CRISIS, Group.NEAR, Group.NATIONAL, Group.AREA, Group.FAR, Group.OTHER)


@dataclass(frozen=True, kw_only=True)
class Search:
    """What somebody looks for. All that is named must be met; of several needs, people or ways any one.

    `needs` and `people` are codes of terms; `language` is what is spoken there; `age` in whole years;
    `within_metres` counts only with a `spot`.
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


def search_services(search: Search, *, language: str, now: datetime, page: int = 1, per_page: int = 20) -> Found:
    """A page of the services that fit, in the reader's `language`. A page beyond the last one is empty."""
    per_page = max(1, min(per_page, PER_PAGE_MOST))
    page = max(1, min(page, PAGES_MOST))
    asked = ask(search.words, language=language)
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
        groups={pk: GROUPS[group] for pk, group in rows},
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
        self.has_words = bool(groups)
        self.query = _all_of([*groups, *(_either(_quoted(word) for word in some) for some in facets)])


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


def _all_of(parts: Sequence[str]) -> str:
    joined = (" & " if _is_postgresql() else " AND ").join(parts)
    return f"({joined})" if len(parts) > 1 else joined


def _either(parts: Any) -> str:
    made = list(dict.fromkeys(parts))
    joined = (" | " if _is_postgresql() else " OR ").join(made)
    return f"({joined})" if len(made) > 1 else joined


@dataclass
class _Sql:
    """Pieces of one statement, with their values in the order of their places."""

    joins: str
    join_values: list[Any]
    where: str
    where_values: list[Any]
    rank: str


def _pieces(search: Search, text: _Text, *, now: datetime) -> _Sql:
    joins, join_values, rank = "directory_searchrow r", [], "0"
    where, values = ["r.assured_date > %s"], [_oldest(now)]
    if text.query and _is_postgresql():
        joins += " CROSS JOIN to_tsquery('simple', %s) q"
        join_values.append(text.query)
        where.append("r.document @@ q")
        rank = "-ts_rank('{0, 0.2, 0.5, 1}', r.document, q)" if text.has_words else "0"
    elif text.query:
        joins = "directory_searchtext t JOIN directory_searchrow r ON r.service_id = t.rowid"
        where.append("directory_searchtext MATCH %s")
        values.append(text.query)
        rank = "bm25(directory_searchtext, 10.0, 5.0, 2.0, 0.0)" if text.has_words else "0"
    if search.age is not None:
        where.append("(r.minimum_age IS NULL OR r.minimum_age <= %s)")
        where.append("(r.maximum_age IS NULL OR r.maximum_age >= %s)")
        values += [search.age, search.age]
    if search.is_open_now:
        where.append("r.opens_at <= %s AND r.closes_at > %s")
        values += [_moment(now), _moment(now)]
    if search.spot is not None and search.within_metres is not None:
        near, near_values = _nearest(search.spot, search.within_metres)
        where.append(f"r.service_id IN (SELECT row_id FROM ({near}) w WHERE away <= %s)")  # noqa: S608  # ours
        values += [*near_values, (search.within_metres / METRES_A_DEGREE) ** 2]
    return _Sql(joins=joins, join_values=join_values, where=" AND ".join(where), where_values=values, rank=rank)


def _count(search: Search, text: _Text, *, now: datetime) -> int:
    sql = _pieces(search, text, now=now)
    statement = f"SELECT COUNT(*) FROM (SELECT 1 FROM {sql.joins} WHERE {sql.where} LIMIT {COUNTED_MOST + 1}) c"  # noqa: S608
    return int(_run(statement, [*sql.join_values, *sql.where_values])[0][0])


def _page(search: Search, text: _Text, *, now: datetime, limit: int, offset: int) -> list[tuple[int, int]]:
    """Pairs of a row and the place of its group in GROUPS. Values stand only where the statement has %s."""
    sql = _pieces(search, text, now=now)
    if search.spot is None:
        group = f"CASE r.tier WHEN {NATIONAL_CRISIS} THEN 0 WHEN {NATIONAL} THEN 2 ELSE 5 END"
        statement = (
            f"SELECT r.service_id, {group} FROM {sql.joins} WHERE {sql.where} "  # noqa: S608  # pieces of ours alone
            f"ORDER BY r.tier{f', {sql.rank}' if text.has_words else ''}, r.sort_name, r.service_id LIMIT %s OFFSET %s"
        )
        return [tuple(row) for row in _run(statement, [*sql.join_values, *sql.where_values, limit, offset])]
    near, near_values = _nearest(search.spot, FURTHEST_METRES)
    group = (
        f"CASE WHEN r.tier = {NATIONAL_CRISIS} THEN 0 WHEN n.away <= %s THEN 1 WHEN r.tier = {NATIONAL} THEN 2 "
        "WHEN a.row_id IS NOT NULL THEN 3 WHEN n.away IS NOT NULL THEN 4 ELSE 5 END"
    )
    # Distance orders only where it may be known: never within an area, where confidential places stand.
    order = "grp, CASE WHEN grp IN (1, 4) THEN away END, rnk, sort_name, service_id"
    statement = (
        f"SELECT service_id, grp FROM (SELECT r.service_id, r.sort_name, n.away, {sql.rank} AS rnk, {group} AS grp "  # noqa: S608
        f"FROM {sql.joins} LEFT JOIN ({near}) n ON n.row_id = r.service_id "
        "LEFT JOIN directory_searcharea a ON a.row_id = r.service_id AND a.code = %s "
        f"WHERE {sql.where}) f ORDER BY {order} LIMIT %s OFFSET %s"
    )
    values = [
        (NEAR_METRES / METRES_A_DEGREE) ** 2,
        *sql.join_values,
        *near_values,
        search.spot.area_code or "-",
        *sql.where_values,
        limit,
        offset,
    ]
    return [tuple(row) for row in _run(statement, values)]


def _nearest(spot: Spot, metres: float) -> tuple[str, list[Any]]:
    """The squared distance, in degrees of latitude, of each row's nearest point within a box; and its values.

    On a flat map around the spot, which at these distances is off by less than one in a hundred: enough for an order.
    What people read is worked out on the sphere.
    """
    height, width = degrees_around(spot.latitude, metres)
    squeeze = (height / width) if width else 0.0
    statement = (
        "SELECT p.row_id, MIN((p.latitude - %s) * (p.latitude - %s) "
        "+ (p.longitude - %s) * (p.longitude - %s) * %s) AS away "
        "FROM directory_searchpoint p WHERE p.latitude BETWEEN %s AND %s AND p.longitude BETWEEN %s AND %s "
        "GROUP BY p.row_id"
    )
    return statement, [
        spot.latitude,
        spot.latitude,
        spot.longitude,
        spot.longitude,
        squeeze * squeeze,
        spot.latitude - height,
        spot.latitude + height,
        spot.longitude - width,
        spot.longitude + width,
    ]


def _oldest(now: datetime) -> Any:
    """The last day on which a check is too old."""
    day = now.astimezone(ZoneInfo(settings.LEEWARD_TIME_ZONE)).date() - HIDDEN_AFTER
    return connection.ops.adapt_datefield_value(day)


def _moment(now: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(now)


def _run(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
