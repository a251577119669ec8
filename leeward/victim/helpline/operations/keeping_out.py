"""A person keeps volunteers out of their case, and the helpline goes on; or lets them help again."""

from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.cases import end_lending_of, withdraw_replies
from leeward.victim.helpline.operations.steps import locked_case, noted
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.volunteers import Withdrawn


def keep_volunteers_out(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """End what volunteers may read of a case, with new keys at once; it is lent to none later.

    A reply of theirs that waits for a mentor is withdrawn. Safe to repeat.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        end_lending_of(case, opened=opened, by=by, now=now)
        withdraw_replies(case, Withdrawn.KEPT_OUT, by=by, now=now)
        _set(case, may_be_lent=False, by=by, now=now)


def let_volunteers_help(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Let the helpline lend a case to volunteers again; nobody gets a key by this alone. Safe to repeat."""
    with transaction.atomic():
        _set(locked_case(opened.reference), may_be_lent=True, by=by, now=now)


def _set(case: Case, *, may_be_lent: bool, by: Actor, now: datetime) -> None:
    if case.may_be_lent is may_be_lent:
        return
    case.may_be_lent = may_be_lent
    case.save(update_fields=["may_be_lent"])
    write_line(HelplineVerb.LENDING_SET, case, by=by, now=noted(now, by=by), may=may_be_lent)
