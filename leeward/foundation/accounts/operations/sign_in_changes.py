"""A change of a way in ends all other sessions in the same act, and its owner and the team's lead are told of it."""

from datetime import datetime

from django.db import transaction

from leeward.foundation.accounts.models import User, WayChange, draw_reference
from leeward.foundation.accounts.operations.trail import AccountVerb, actor, subject
from leeward.foundation.accounts.rules import CHANGE_TOLD_FOR
from leeward.foundation.audit.operations import record


def note_way_change(user: User, what: AccountVerb, *, now: datetime, keep: str = "") -> None:
    """End all sessions and unlocks but the unlock `keep`, and note the change; in the caller's transaction.

    Whoever enrols for the first time has nothing that could have changed. The caller's own session goes on only if it
    takes the new seed (`keep_session`).
    """
    end_sessions(user, keep=keep)
    WayChange.objects.filter(at__lte=now - CHANGE_TOLD_FOR).delete()
    if user.last_login is not None:
        WayChange.objects.create(user=user, what=what.value, at=now)


def end_sessions(user: User, *, keep: str = "") -> None:
    """Draw a new seed, with which every session is over, and drop all unlocks but `keep`."""
    user.session_seed = draw_reference()
    User.objects.filter(pk=user.pk).update(session_seed=user.session_seed)
    user.unlocks.exclude(pk=keep).delete()


def sign_out_everywhere(*, user: User, keep: str, now: datetime) -> None:
    """End all other sessions of somebody. `keep`: the unlock of the browser in which they ask."""
    with transaction.atomic():
        end_sessions(user, keep=keep)
        record(verb=AccountVerb.SIGNED_OUT_EVERYWHERE, by=actor(user), subject=subject(user), now=now)


def note_seen(*, user: User, now: datetime) -> None:
    """The owner has read of all changes until now. Safe to repeat."""
    user.way_changes.filter(seen_at__isnull=True, at__lte=now).update(seen_at=now)
