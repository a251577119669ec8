"""Early warnings of the support network on which the government acts, and the actions that come of them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from leeward.foundation.editing.errors import EntryUnknown
from leeward.policy.strategy.models import Action
from leeward.policy.strategy.queries.plan import Reader, list_actions
from leeward.victim.network import handed
from leeward.victim.network.queries.alerts import AlertLine, alert_lines, alerts_acted_on, tell_alerts


def warnings_without_action(*, now: datetime) -> tuple[AlertLine, ...]:
    """Those of which no action comes yet, the newest first."""
    taken = Action.objects.filter(alert__isnull=False).values_list("alert", flat=True)
    rows = alerts_acted_on(now=now).exclude(public_id__in=list(taken))
    return alert_lines(tell_alerts(rows), now=now)


def find_warning(alert: UUID, *, now: datetime) -> AlertLine:
    """One to which the government said that it acts. Raises EntryUnknown for all others."""
    for line in alert_lines(tell_alerts(alerts_acted_on(now=now).filter(public_id=alert)), now=now):
        return line
    raise EntryUnknown


def public_actions(*, now: datetime) -> Mapping[UUID, tuple[handed.Action, ...]]:
    """The public actions that come of each alert, for the network's pages."""
    found: dict[UUID, tuple[handed.Action, ...]] = {}
    page = reverse("strategy:progress")
    known = dict(Action.objects.filter(alert__isnull=False).values_list("number", "alert"))
    for each in list_actions(reader=Reader.EVERYBODY, now=now) if known else ():
        alert = known.get(each.number)
        if alert:
            name = f"A{each.number}"
            told = handed.Action(name=name, title=each.title, state=each.status, address=f"{page}#a{each.number}")
            found[alert] = (*found.get(alert, ()), told)
    return found
