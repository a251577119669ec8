"""Counts of the removal desk that may be published: no rows, no names."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import Count

from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.models import Request, RequestEvent
from leeward.victim.removals.rules.decisions import REMOVING
from leeward.victim.removals.rules.ladder import RungRecord
from leeward.victim.removals.rules.states import RequestState, Step


def rung_records(*, platform_id: int) -> Mapping[Rung, RungRecord]:
    """For each rung taken at one platform: how many requests were sent on it, and how many were gone by it.

    A request counts for the rung on which it stood when it ended; for those before, it counts as tried in vain.
    """
    sent = RequestEvent.objects.filter(request__platform_id=platform_id, step=Step.QUEUED.value)
    tried = Counter(dict(sent.values_list("code").annotate(number=Count("request_id", distinct=True))))
    ended = Request.objects.filter(platform_id=platform_id)
    gone = ended.filter(state=RequestState.GONE.value) | ended.filter(
        state=RequestState.DECIDED.value, last_outcome__in=[outcome.value for outcome in REMOVING]
    )
    worked = Counter(dict(gone.values_list("rung").annotate(number=Count("id"))))
    return {
        rung: RungRecord(tried=tried[rung.value], worked=min(worked[rung.value], tried[rung.value]))
        for rung in Rung
        if tried[rung.value]
    }
