"""The clocks of open requests, for whoever is about to change a law's row."""

from collections import defaultdict
from collections.abc import Iterator

from leeward.industry.duties.queries import find_regime
from leeward.industry.duties.rules import ClockEvent, Element, OpenClock, Regime
from leeward.victim.removals.models import Request, RequestEvent
from leeward.victim.removals.rules.states import OPEN_STATES, clock_effects

AT_ONCE = 200
# What every notice of the desk holds, whatever law it is sent under: the desk signs, and says what it declares.
ALWAYS_HELD = frozenset(
    {
        Element.SIGNATURE,
        Element.IDENTIFICATION,
        Element.LOCATION,
        Element.ON_THE_SERVICE,
        Element.GOOD_FAITH,
        Element.ACCURACY,
        Element.CONTACT,
        Element.EMAIL,
        Element.REPORTER_NAME,
        Element.REPORTER_ROLE,
        Element.AUTHORITY_TO_ACT,
        Element.COUNTRY,
    }
)


def open_clocks(code: str) -> Iterator[OpenClock]:
    """The open requests that were sent under this regime, a page at a time, with their events."""
    rows = Request.objects.filter(
        regime_code=code,
        first_sent_at__isnull=False,
        state__in=OPEN_STATES,
    )
    last, regimes = 0, dict[int | None, Regime]()
    while page := list(rows.filter(pk__gt=last).only("id", "reference", "regime_version").order_by("id")[:AT_ONCE]):
        events = _events([row.pk for row in page])
        for row in page:
            if row.regime_version not in regimes:
                regimes[row.regime_version] = find_regime(code, row.regime_version)
            regime = regimes[row.regime_version]
            yield OpenClock(
                reference=str(row.reference),
                regime=regime,
                events=events[row.pk],
                elements=ALWAYS_HELD | frozenset(regime.elements),
            )
        last = page[-1].pk


def _events(keys: list[int]) -> dict[int, tuple[ClockEvent, ...]]:
    rows: dict[int, list[RequestEvent]] = defaultdict(list)
    for event in RequestEvent.objects.filter(request_id__in=keys).order_by("at", "ordinal", "id"):
        rows[event.request_id].append(event)
    return {key: clock_events(rows[key]) for key in keys}


def clock_events(events: list[RequestEvent]) -> tuple[ClockEvent, ...]:
    """Return the clock events of one request's events, oldest first, without those that were voided."""
    voided = {event.voids_id for event in events if event.voids_id}
    return tuple(
        ClockEvent(kind=kind, at=event.at)
        for event in events
        if event.pk not in voided
        for kind in clock_effects(event.step, before=event.before, after=event.after)
    )
