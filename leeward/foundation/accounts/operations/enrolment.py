"""Enrol by a link: choose a passphrase, get a key of one's own, and a recovery code for paper."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from leeward.foundation.accounts.errors import LinkSpent, PassphraseUnsuitable
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.operations.sign_in_changes import note_way_change
from leeward.foundation.accounts.operations.trail import AccountVerb, actor, subject
from leeward.foundation.accounts.operations.tries import count_unlock_try, forgive_unlock_tries, slow_place
from leeward.foundation.accounts.rules import digest_link, draw_recovery_code
from leeward.foundation.audit.operations import record
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.foundation.vault.rules.slots import SlotKind, plain_secret


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """What the page after enrolling shows. The recovery code is kept nowhere ("" for roles without a key)."""

    user: User
    recovery_code: str = field(repr=False)
    waits: bool


def linked_account(*, token: str, now: datetime) -> User:
    """The account that a link opens. Raises LinkSpent."""
    user = _linked(token, now=now).first()
    if user is None:
        raise LinkSpent
    return user


def choose_passphrase(*, token: str, passphrase: str, now: datetime, earlier_secret: str = "") -> Enrolled:
    """Spend a link on a passphrase, a key and a new recovery code.

    Whoever enrols again with her earlier passphrase or recovery code (`earlier_secret`) keeps her key; without it she
    gets a new one and waits until a colleague lets her in. Raises PassphraseUnsuitable, LinkSpent, TooManyAtOnce,
    UnlockRefused or LastInTeam.
    """
    user = linked_account(token=token, now=now)
    passphrase = plain_secret(passphrase, kind=SlotKind.PASSPHRASE)
    try:
        validate_password(passphrase, user)
    except ValidationError as error:
        raise PassphraseUnsuitable(tuple(error.messages)) from error
    with slow_place(first=True):  # she has a link; one place for all that follows: nobody is turned away halfway
        kept = _open_kept(user, secret=earlier_secret, now=now) if earlier_secret else None
        return _spend_link(user, token=token, passphrase=passphrase, kept=kept, now=now)


def _spend_link(user: User, *, token: str, passphrase: str, kept: PrivateKey | None, now: datetime) -> Enrolled:
    hashed = make_password(passphrase)
    new_code = draw_recovery_code(draw_below=secrets.randbelow) if user.team else ""
    with transaction.atomic():
        # Decided by the update itself: of two people with the same link only the first one changes a row.
        changed = _linked(token, now=now).update(password=hashed, link_digest="", link_expires_at=None)
        if not changed:
            raise LinkSpent
        waits = False
        if user.team:  # slow hashes inside the transaction: nobody else may enrol with this link meanwhile
            waits = keys.give_key(
                user=user, token=token, passphrase=passphrase, recovery_code=new_code, kept=kept, now=now
            )
        note_way_change(user, AccountVerb.ENROLLED, now=now)
        record(verb=AccountVerb.ENROLLED, by=actor(user), subject=subject(user), now=now, facts={"waits": waits})
    return Enrolled(user=user, recovery_code=new_code, waits=waits)


def _open_kept(user: User, *, secret: str, now: datetime) -> PrivateKey:
    count_unlock_try(user, now=now)
    key = keys.open_by_either(user=user, secret=secret)
    forgive_unlock_tries(user)
    return key


def _linked(token: str, *, now: datetime) -> QuerySet[User]:
    return User.objects.filter(link_digest=digest_link(token), link_expires_at__gt=now, is_active=True)
