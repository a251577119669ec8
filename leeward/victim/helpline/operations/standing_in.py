"""One case of the closed team is lent to one colleague, with an end, while those who lead are away.

The vault grants to teams alone. So a team is made that has this one holder and no other, for this one case, and is
granted what the closed team reads, until the end. Nobody else of the helpline holds its key.
"""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import UserKeyUnknown
from leeward.foundation.vault.operations import found_team_of_one, grant, user_grantee
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.file.operations.files import lend
from leeward.victim.helpline.errors import LendingRefused
from leeward.victim.helpline.models import StandIn
from leeward.victim.helpline.operations.cases import end_stand_in_of
from leeward.victim.helpline.operations.desk import casework
from leeward.victim.helpline.operations.steps import locked_case
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.cases import LEADS
from leeward.victim.helpline.queries.standing_in import who_may_stand_in
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.standing_in import may_last

STAND_IN = "stand_in"


def lend_to_colleague(*, opened: OpenCase, staff: str, until: datetime, by: Actor, now: datetime) -> None:
    """Let one colleague work on a case of the closed team until then; whoever had it before has it no more.

    Raises LendingRefused, and CaseUnknown where these keys do not open staff's notes.
    """
    own = casework(opened)
    if not may_last(until, now=now) or staff not in {
        each.reference for each in who_may_stand_in(opened.reference, but=by.id)
    }:
        raise LendingRefused
    try:
        holder = user_grantee(staff)
    except UserKeyUnknown as error:
        raise LendingRefused from error
    with transaction.atomic():
        case = locked_case(opened.reference)
        if case.team != LEADS or case.state is CaseState.CLOSED:
            raise LendingRefused
        end_stand_in_of(case, opened=opened, by=by, now=now)
        team = f"one:{uuid.uuid4()}"
        to = found_team_of_one(team=team, holder=holder, by=by, now=now)
        for row, file in ((case.file, opened.file), (case.thread, opened.thread)):
            lend(row, opened=file, team=team, until=until, reason=STAND_IN, by=by, now=now)
        notes = Compartment.CASEWORK
        grant(opened=own, compartment=notes, to=to, by=by, now=now, reason=STAND_IN, expires_at=until)
        StandIn.objects.create(case=case, team=team, staff=staff, by=by.id, at=now, until=until)
        write_line(HelplineVerb.STAND_IN, case, by=by, now=now)


def end_stand_in(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Take a case back from the one colleague before the end, with new keys at once. Safe to repeat."""
    with transaction.atomic():
        end_stand_in_of(locked_case(opened.reference), opened=opened, by=by, now=now)
