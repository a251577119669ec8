"""Make, open, renew and close staff accounts, and check who signs in."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from leeward.foundation.accounts.errors import (
    LinkSpent,
    NameTaken,
    NameUnsuitable,
    NoSuchStaff,
    PassphraseUnsuitable,
    SignInRefused,
    TooManyAtOnce,
)
from leeward.foundation.accounts.hashers import VERSION, Argon2idPasswordHasher
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import LINK_BYTES, LINK_LIFETIME, Role, digest_link, is_suitable_name
from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, ActorKind, Subject
from leeward.foundation.vault.rules.waits import Tries, after_failure, is_resting

# Each run holds 64 MiB. A third is refused at once instead of queueing, so that a flood starves nobody.
RUNS_AT_ONCE = 2
UNKNOWN_REMEMBERED = timedelta(days=1)
_places = threading.BoundedSemaphore(RUNS_AT_ONCE)


class AccountVerb(StrEnum):
    """What the audit trail says of accounts."""

    CREATED = "accounts.created"
    LINK_RENEWED = "accounts.link_renewed"
    ENROLLED = "accounts.enrolled"
    CLOSED = "accounts.closed"
    SIGNED_IN = "accounts.signed_in"


@dataclass(frozen=True, kw_only=True)
class EnrolmentLink:
    """A token that lets one person choose a passphrase, once. It is stored only as a hash."""

    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"EnrolmentLink(expires_at={self.expires_at!r})"


def create_staff(*, username: str, display_name: str, role: Role, by: Actor, now: datetime) -> EnrolmentLink:
    """Make an account without a passphrase, and the link by which its owner chooses one.

    Raises NameUnsuitable or NameTaken.
    """
    if not is_suitable_name(username):
        raise NameUnsuitable(username)
    link = _draw_link(now)
    try:
        with transaction.atomic():
            user = User.objects.create(
                username=username,
                display_name=display_name,
                role=role.value,
                password=make_password(None),
                link_digest=digest_link(link.token),
                link_expires_at=link.expires_at,
                created_at=now,
            )
            record(verb=AccountVerb.CREATED, by=by, subject=_subject(user), now=now, facts={"role": role.value})
    except IntegrityError as error:
        raise NameTaken(username) from error
    return link


def renew_link(*, username: str, by: Actor, now: datetime) -> EnrolmentLink:
    """Print an account a new link, and end the old passphrase, the old link and every session. Raises NoSuchStaff."""
    link = _draw_link(now)
    with transaction.atomic():
        user = _locked(username)
        user.password = make_password(None)
        user.link_digest = digest_link(link.token)
        user.link_expires_at = link.expires_at
        user.failed_tries, user.resting_until = 0, None
        user.save()
        record(verb=AccountVerb.LINK_RENEWED, by=by, subject=_subject(user), now=now)
    return link


def is_link_open(*, token: str, now: datetime) -> bool:
    """Whether an enrolment link still opens its account."""
    return _linked(token, now=now).exists()


def choose_passphrase(*, token: str, passphrase: str, now: datetime) -> None:
    """Spend a link on a passphrase of the person's own choice. Raises PassphraseUnsuitable or LinkSpent."""
    user = _linked(token, now=now).first()
    if user is None:
        raise LinkSpent
    try:
        validate_password(passphrase, user)
    except ValidationError as error:
        raise PassphraseUnsuitable(tuple(error.messages)) from error
    with _place():
        hashed = make_password(passphrase)
    with transaction.atomic():
        # Decided by the update itself: of two people with the same link only the first one changes a row.
        changed = _linked(token, now=now).update(
            password=hashed, link_digest="", link_expires_at=None, failed_tries=0, resting_until=None
        )
        if not changed:
            raise LinkSpent
        record(verb=AccountVerb.ENROLLED, by=_actor(user), subject=_subject(user), now=now)


def close_account(*, username: str, by: Actor, now: datetime) -> None:
    """Shut somebody out at once; the account stays, so that the trail keeps its meaning. Raises NoSuchStaff."""
    with transaction.atomic():
        user = _locked(username)
        user.is_active = False
        user.password = make_password(None)
        user.link_digest, user.link_expires_at = "", None
        user.save()
        record(verb=AccountVerb.CLOSED, by=by, subject=_subject(user), now=now)


def sign_in(*, username: str, passphrase: str, now: datetime) -> User:
    """Return the account that a name and a passphrase open.

    Each call runs Argon2id exactly once, whatever the answer. Raises SignInRefused (wrong, unknown, closed, not yet
    enrolled or resting, alike) or TooManyAtOnce.
    """
    with _place():
        # The try is counted before the slow part, so that tries at the same time cannot share one count.
        user, resting = _count_try(username=username, now=now)
        enrolled = user is not None and user.has_usable_password()
        fits = check_password(passphrase, user.password if user is not None and enrolled else _stand_in())
    if user is None or not enrolled or not fits or resting or not user.is_active:
        raise SignInRefused
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(failed_tries=0, resting_until=None)
        record(verb=AccountVerb.SIGNED_IN, by=_actor(user), subject=_subject(user), now=now)
    return user


def _draw_link(now: datetime) -> EnrolmentLink:
    return EnrolmentLink(token=secrets.token_urlsafe(LINK_BYTES), expires_at=now + LINK_LIFETIME)


def _linked(token: str, *, now: datetime) -> QuerySet[User]:
    return User.objects.filter(link_digest=digest_link(token), link_expires_at__gt=now, is_active=True)


def _locked(username: str) -> User:
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise NoSuchStaff(username)
    return user


def _count_try(*, username: str, now: datetime) -> tuple[User | None, bool]:
    """Count a try as failed until it proves right. Returns the account, and whether its name was resting before."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username).first()
        if user is None:
            return None, _count_unknown_try(username=username, now=now)
        tries = Tries(failed=user.failed_tries, resting_until=user.resting_until)
        counted = after_failure(tries, now=now)
        User.objects.filter(pk=user.pk).update(failed_tries=counted.failed, resting_until=counted.resting_until)
        return user, is_resting(tries, now=now)


def _count_unknown_try(*, username: str, now: datetime) -> bool:
    """Do for a name that nobody has what is done for one that somebody has, so that both cost the same."""
    blind = hmac.new(settings.SECRET_KEY.encode(), f"staff|{username}".encode(), hashlib.sha256).hexdigest()[:32]
    key = f"accounts:unknown:{blind}"
    failed, resting_until = cache.get(key, (0, None))
    tries = Tries(failed=failed, resting_until=resting_until)
    counted = after_failure(tries, now=now)
    cache.set(key, (counted.failed, counted.resting_until), timeout=UNKNOWN_REMEMBERED.total_seconds())
    return is_resting(tries, now=now)


def _stand_in() -> str:
    """A stored hash that no passphrase fits, with today's costs: checking against it takes the usual time."""
    hasher = Argon2idPasswordHasher
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"{hasher.algorithm}$v={VERSION}${costs}${'A' * 22}${'A' * 43}"


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise TooManyAtOnce
    try:
        yield
    finally:
        _places.release()


def _actor(user: User) -> Actor:
    return Actor(kind=ActorKind.STAFF, id=user.reference)


def _subject(user: User) -> Subject:
    return Subject(kind="staff", reference=user.reference)
