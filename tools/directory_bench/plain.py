"""The peer: how one would search without an index of words and without stages: `icontains` over the same rows.

It knows no stems, no synonyms and no mended words, and its order is simpler; so it finds other services than the search
does. What it must do for an answer is the same: the count, and the first twenty services as a reader sees them.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, FloatField, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Power

from leeward.foundation.days import local_day
from leeward.society.directory.models import SearchRow, Service, ServiceTerm
from leeward.society.directory.queries.search import Search
from leeward.society.directory.queries.showing import ServiceView, view_services
from leeward.society.directory.rules.freshness import HIDDEN_AFTER
from leeward.society.directory.rules.places import METRES_A_DEGREE
from leeward.society.directory.rules.words import facet, fold

TEXTS = ("names", "terms", "body")


def search_plainly(
    search: Search, *, language: str, now: datetime, per_page: int = 20
) -> tuple[int, list[ServiceView]]:
    """How many fit, and the first of them: by distance where a spot is given, by name otherwise."""
    rows = _rows(search, now=now)
    order = ("sort_name", "pk")
    total = rows.count()
    if search.spot is not None:
        away = Power(F("points__latitude") - Value(search.spot.latitude), 2) + Power(
            F("points__longitude") - Value(search.spot.longitude), 2
        )
        rows = rows.annotate(away=Min(Cast(away, FloatField()))).order_by(F("away").asc(nulls_last=True), *order)
        if search.within_metres is not None:
            rows = rows.filter(away__lte=(search.within_metres / METRES_A_DEGREE) ** 2)
            total = rows.count()
    else:
        rows = rows.order_by("tier", *order)
    keys = list(rows.values_list("pk", flat=True)[:per_page])
    kept = Service.objects.whole().in_bulk(keys)
    return total, list(view_services([kept[key] for key in keys], language=language, now=now, spot=search.spot))


def _rows(search: Search, *, now: datetime) -> QuerySet[Any]:
    today = local_day(now)
    rows: QuerySet[Any] = SearchRow.objects.filter(assured_date__gt=today - HIDDEN_AFTER)
    for word in fold(search.words).split():
        has = Q()
        for text in TEXTS:
            has |= Q(**{f"{text}__icontains": word})
        rows = rows.filter(has)
    for codes in (search.needs, search.people):
        if codes:
            bears = ServiceTerm.objects.filter(service=OuterRef("pk"), term__code__in=codes)
            rows = rows.filter(Exists(bears))
    if search.is_open_now:
        rows = rows.filter(opens_at__lte=now, closes_at__gt=now)
    if search.age is not None:
        rows = rows.filter(Q(minimum_age=None) | Q(minimum_age__lte=search.age))
        rows = rows.filter(Q(maximum_age=None) | Q(maximum_age__gte=search.age))
    facets = [facet("way", way) for way in search.ways] + [facet("access", kind) for kind in search.access]
    facets += [facet("free", "yes")] if search.is_free else []
    facets += [facet("language", search.language)] if search.language else []
    for each in facets:
        rows = rows.filter(facets__icontains=each)
    return rows
