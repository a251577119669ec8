"""Sets a site up that nobody here knows: its name, the way there and its law, for all addresses of a report there."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.industry.platforms.operations import add_channel, describe_platform, list_platform, meet_site
from leeward.industry.platforms.queries import profile_of
from leeward.industry.platforms.rules import NewChannel
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.desk import assign_platform, choose_law
from leeward.victim.removals.operations.reports import OpenReport
from leeward.victim.removals.operations.steps import locked_report
from leeward.victim.removals.rules.states import RequestState


@dataclass(frozen=True, kw_only=True)
class SiteSetup:
    """What the desk knows of a site; `name` "" leaves the one that it has, and `channel` None adds no way there."""

    host: str
    law: str
    name: str = ""
    channel: NewChannel | None = None
    policy_clause: str = ""


def set_up_site(
    *, opened: OpenReport, request: uuid.UUID, setup: SiteSetup, by: Actor, now: datetime
) -> tuple[uuid.UUID, ...]:
    """Set a site up, all or nothing; returns the requests of the report that stand there and wait to be sent.

    Raises what is wrong with a host, a name or a channel, as `platforms` does; RegimeUnknown, StepImpossible.
    """
    with transaction.atomic():
        locked_report(opened.reference)
        partner = meet_site(host=setup.host, by=by, now=now)
        if setup.name:
            list_platform(partner=partner, name=setup.name, by=by, now=now)
        if setup.channel is not None:
            add_channel(partner=partner, channel=setup.channel, by=by, now=now)
        if setup.policy_clause:
            profile = replace(profile_of(partner), policy_clause=setup.policy_clause, policy_checked_on=now.date())
            describe_platform(partner=partner, profile=profile, by=by, now=now)
        assign_platform(opened=opened, request=request, platform_id=partner.id, by=by, now=now)
        there = Request.objects.filter(
            report__reference=opened.reference, platform_id=partner.id, state=RequestState.PREPARED.value
        )
        references = tuple(there.order_by("ordinal").values_list("reference", flat=True))
        for reference in references:
            choose_law(request=reference, code=setup.law, by=by, now=now)
        return references
