"""Sightings of tactics that come of a case: with its person's yes to statistics, and each tactic once.

What was noted is sealed with the thread's key, as the counts of parity are: the person's code opens it too, so that
taking the yes back takes the sightings away. The network learns of no case; this room's line in the audit trail does
not say of which tactic.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.victim.helpline.errors import SightedTwice, UnagreedSighting
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.steps import locked_case
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.cases import TEAM
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.network.operations.tactics import add_sighting, begin_tactic, take_sightings_back
from leeward.victim.network.rules.tactics import TacticWords


def note_sighting(
    *, opened: OpenCase, tactic: uuid.UUID, said: TacticWords | None = None, by: Actor, now: datetime
) -> None:
    """Count from a case that its person met a tactic; with `said` it is one that nobody has described before.

    Raises UnagreedSighting, SightedTwice, and the network's TacticUnknown.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        if case.statistics_agreed_at is None:
            raise UnagreedSighting
        noted, reference = _sighted(case, opened), uuid.uuid4()
        if str(tactic) in noted:
            raise SightedTwice
        if said is None:
            add_sighting(tactic=tactic, reference=reference, team=TEAM, by=by, now=now)
        else:
            begin_tactic(tactic=tactic, said=said, reference=reference, team=TEAM, by=by, now=now)
        _keep(case, opened, {**noted, str(tactic): str(reference)})
        write_line(HelplineVerb.SIGHTED, case, by=by, now=now)


def sighted_by(opened: OpenCase) -> frozenset[uuid.UUID]:
    """The tactics that this case has noted."""
    return frozenset(map(uuid.UUID, _sighted(Case.objects.get(reference=opened.reference), opened)))


def forget_sighted(case: Case, opened: OpenCase) -> None:
    """Take a locked case's sightings away: its person has taken the yes back. Safe to repeat."""
    take_sightings_back([uuid.UUID(each) for each in _sighted(case, opened).values()])
    _keep(case, opened, {})


def _sighted(case: Case, opened: OpenCase) -> Mapping[str, str]:
    """Sightings by tactic."""
    found: Mapping[str, str] = json.loads(case.unbox(opened.thread, "sighted") or "{}")
    return found


def _keep(case: Case, opened: OpenCase, noted: Mapping[str, str]) -> None:
    case.sighted = Case.box(opened.thread, "sighted", case.reference, json.dumps(noted)) if noted else ""
    case.save(update_fields=["sighted"])
