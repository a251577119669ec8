"""Counts tries with a name, before the slow hash and inside its place: who is turned away has not tried."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from leeward.foundation.accounts.errors import TooManyAtOnce
from leeward.foundation.accounts.models import User
from leeward.foundation.vault import errors as vault_errors
from leeward.foundation.vault.operations.slow import place
from leeward.foundation.vault.rules.waits import Tries, after_failure, is_resting

UNKNOWN_REMEMBERED = timedelta(days=1)


@contextmanager
def slow_place() -> Iterator[None]:
    """One of the places for a slow hash, which codes and unlock slots take too. Raises TooManyAtOnce."""
    try:
        with place():
            yield
    except vault_errors.TooManyAtOnce as error:
        raise TooManyAtOnce from error


def count_try(*, username: str, now: datetime) -> tuple[User | None, bool]:
    """Count a try as failed until it proves right. Returns the account, and whether its name was resting before."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username).first()
        if user is None:
            return None, _count_unknown_try(username=username, now=now)
        tries = Tries(failed=user.failed_tries, resting_until=user.resting_until)
        counted = after_failure(tries, now=now)
        User.objects.filter(pk=user.pk).update(failed_tries=counted.failed, resting_until=counted.resting_until)
        return user, is_resting(tries, now=now)


def forgive_tries(user: User) -> None:
    """A try to sign in proved right: start afresh."""
    User.objects.filter(pk=user.pk).update(failed_tries=0, resting_until=None)


def count_unlock_try(user: User, *, now: datetime) -> bool:
    """Count a try to unlock as failed until it proves right. Returns whether the person had to wait before."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        tries = Tries(failed=row.unlock_failed_tries, resting_until=row.unlock_resting_until)
        counted = after_failure(tries, now=now)
        User.objects.filter(pk=user.pk).update(
            unlock_failed_tries=counted.failed, unlock_resting_until=counted.resting_until
        )
        return is_resting(tries, now=now)


def forgive_unlock_tries(user: User) -> None:
    """A try to unlock proved right: start afresh."""
    User.objects.filter(pk=user.pk).update(unlock_failed_tries=0, unlock_resting_until=None)


def _count_unknown_try(*, username: str, now: datetime) -> bool:
    """Do for a name that nobody has what is done for one that somebody has, so that both cost the same."""
    blind = hmac.new(settings.SECRET_KEY.encode(), f"staff|{username}".encode(), hashlib.sha256).hexdigest()[:32]
    key = f"accounts:unknown:{blind}"
    failed, resting_until = cache.get(key, (0, None))
    tries = Tries(failed=failed, resting_until=resting_until)
    counted = after_failure(tries, now=now)
    cache.set(key, (counted.failed, counted.resting_until), timeout=UNKNOWN_REMEMBERED.total_seconds())
    return is_resting(tries, now=now)
