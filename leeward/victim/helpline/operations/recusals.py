"""Somebody on staff knows the person: kept out by our code, and by key where the case leaves the team for it."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import found_team, grant, shut_out
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.foundation.work.doors import require_open
from leeward.victim.file.operations.shown import read_shown
from leeward.victim.helpline.errors import StepImpossible
from leeward.victim.helpline.models import Recusal, StandIn
from leeward.victim.helpline.operations.cases import (
    READS,
    end_lending_of,
    end_liaison_of,
    end_stand_in_of,
    open_case,
    withdraw_replies,
)
from leeward.victim.helpline.operations.desk import casework
from leeward.victim.helpline.operations.steps import locked_case
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.cases import LEADS, TEAM, VOLUNTEERS
from leeward.victim.helpline.queries.overrides import is_unfinished
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.volunteers import Withdrawn
from leeward.victim.locker.operations.showing import hide_from
from leeward.victim.network.operations.referrals import move_referrals

CLOSED = "closed_team"


def recuse(*, reference: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """From now on this account is shown the case nowhere, and opens nothing of it.

    A volunteer's case goes back to the helpline, with new keys, and is lent to no volunteer again. A practitioner is
    kept out by `open_case` and by the lists alone: all of a team hold one key (docs/threat-model.md). Raises
    CaseUnknown.
    """
    is_lent = VOLUNTEERS in keyring.teams
    stands_in = StandIn.objects.filter(case__reference=reference, staff=by.id, ended_at__isnull=True, until__gt=now)
    must_open = is_lent or stands_in.exists()
    opened = open_case(reference=reference, keyring=keyring, by=by, now=now, reason="recusal") if must_open else None
    with transaction.atomic():
        case = locked_case(reference)
        known = {"team": VOLUNTEERS if is_lent else TEAM, "at": now}
        _row, is_new = Recusal.objects.get_or_create(case=case, staff=by.id, defaults=known)
        if not is_new:
            return
        if opened is not None:
            end_lending_of(case, opened=opened, by=by, now=now)
            end_stand_in_of(case, opened=opened, by=by, now=now)
            withdraw_replies(case, Withdrawn.KNOWN, by=by, now=now, of=by.id)
        if case.claimed_by == by.id:
            case.let_go()
            case.save(update_fields=["claimed_by", "claimed_until"])
        write_line(HelplineVerb.RECUSED, case, by=by, now=now)


def move_to_leads(*, opened: OpenCase, keyring: Keyring, by: Actor, now: datetime) -> None:
    """The case goes to those who lead the helpline, with new keys: nobody of its own team opens anything of it now.

    What was passed on goes with it. What the person shows the helpline is hidden: they can show it anew. Raises
    StepImpossible where it is there already, or the person was not told what was passed on without their yes, and
    DoorClosed where nobody who leads could open it.
    """
    own = casework(opened)
    with transaction.atomic():
        case = locked_case(opened.reference)
        if case.team != TEAM or is_unfinished(case.reference):
            raise StepImpossible
        require_open(LEADS)
        leads = found_team(team=LEADS, by=by, now=now)
        end_lending_of(case, opened=opened, by=by, now=now)
        end_liaison_of(case, opened=opened, by=by, now=now)
        story, notes = (Compartment.STORY,), (Compartment.CASEWORK,)
        for file, compartments in ((opened.file, READS), (opened.thread, story), (own, notes)):
            for compartment in compartments:
                grant(opened=file, compartment=compartment, to=leads, by=by, now=now, reason=CLOSED)
            shut_out(TEAM, opened=file, by=by, now=now)
        move_referrals(file=opened.file.file, team=TEAM, to=leads, keyring=keyring, by=by, now=now)
        for item in read_shown(opened.thread):
            hide_from(TEAM, item=item, keyring=keyring, by=by, now=now)
        case.team = LEADS
        case.let_go()
        case.save(update_fields=["team", "claimed_by", "claimed_until"])
        write_line(HelplineVerb.MOVED, case, by=by, now=now)
