"""Limits at the staff's doors: failures of one network are counted, never people; and what its form then says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leeward.foundation.accounts.errors import (
    LinkSpent,
    SignInRefused,
    SignInResting,
    TooManyAtOnce,
    UnlockRefused,
    UnlockResting,
)
from leeward.foundation.accounts.rules import SignInPolicy
from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import count_network_try, forgive_network_try
from leeward.foundation.vault.rules.waits import NETWORK_TRIES, NETWORK_TRIES_WITH_WORK
from leeward.foundation.web.network import network_of
from leeward.foundation.web.waiting import minutes_of

FAILURES = (SignInRefused, UnlockRefused, LinkSpent)
TURNED_AWAY = (TooManyAtOnce, TooManyTries)


@contextmanager
def failures_counted(request: HttpRequest, *, purpose: str, now: datetime, worked: bool = False) -> Iterator[None]:
    """Count what fails inside against the network that asks; whoever succeeds, or was turned away, costs nothing.

    Whoever did the small sum may fail ten times as often, so that somebody who fails on purpose behind the same address
    does not shut her colleagues out. Raises TooManyTries.
    """
    network = network_of(request)
    limit = NETWORK_TRIES_WITH_WORK if worked else NETWORK_TRIES
    count_network_try(network=network, purpose=purpose, now=now, limit=limit)
    failed = False
    try:
        yield
    except UnlockResting:  # it is the person who waits, and nothing was tried
        raise
    except FAILURES:
        failed = True
        raise
    finally:
        if not failed:
            forgive_network_try(network=network, purpose=purpose, now=now)


def tell_to_wait(form: Form, error: TooManyAtOnce | TooManyTries) -> None:
    """Write on the form that its sender was turned away; all that was typed but secrets stands there still."""
    if isinstance(error, TooManyTries):
        words = ngettext(
            "There were many wrong tries from your network. Try again in %(minutes)d minute.",
            "There were many wrong tries from your network. Try again in %(minutes)d minutes.",
            minutes_of(error),
        )
        form.add_error(None, words % {"minutes": minutes_of(error)})
    else:
        form.add_error(None, _("Many people are signing in at this moment. Try again in a few seconds."))


def why_not_in(error: SignInRefused) -> str:
    """Why nobody was signed in, in words that tell a stranger nothing."""
    if isinstance(error, SignInResting):
        return _(
            "There were too many wrong tries with this name. What you typed was not looked at. Wait, then try again: a "
            "minute at first, an hour at most."
        )
    if SignInPolicy(settings.LEEWARD_STAFF_SIGN_IN) is SignInPolicy.PASSKEY:
        return _(
            "If you have a passkey, or come through your agency, sign in that way: your passphrase then only unlocks. "
            "Otherwise the name or the passphrase is wrong."
        )
    return _("The name or the passphrase is wrong")


def why_not_open(error: UnlockRefused) -> str:
    """Why a key was not opened, for the person whose key it is."""
    if not isinstance(error, UnlockResting):
        return _("This does not open your key")
    words = ngettext(
        "There were too many wrong tries. What you typed was not looked at. Try again in %(minutes)d minute.",
        "There were too many wrong tries. What you typed was not looked at. Try again in %(minutes)d minutes.",
        minutes_of(error),
    )
    return words % {"minutes": minutes_of(error)}
