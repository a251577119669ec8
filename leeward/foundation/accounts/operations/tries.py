"""The place for a slow hash, and tries to unlock: counted before the hash and inside its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from math import ceil

from django.db import transaction

from leeward.foundation.accounts.errors import TooManyAtOnce, UnlockResting
from leeward.foundation.accounts.models import User
from leeward.foundation.vault import errors as vault_errors
from leeward.foundation.vault.operations.slow import place
from leeward.foundation.vault.rules.lanes import Lane
from leeward.foundation.vault.rules.waits import Tries, after_failure, is_resting


@contextmanager
def slow_place(*, first: bool) -> Iterator[None]:
    """One of the staff's places for a slow hash; who has shown something comes `first`. Raises TooManyAtOnce."""
    try:
        with place(Lane.STAFF, first=first):
            yield
    except vault_errors.TooManyAtOnce as error:
        raise TooManyAtOnce from error


def count_unlock_try(user: User, *, now: datetime) -> None:
    """Count a try to unlock as failed until it proves right. Raises UnlockResting where the person must wait first."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        tries = Tries(failed=row.unlock_failed_tries, resting_until=row.unlock_resting_until)
        counted = after_failure(tries, now=now)
        User.objects.filter(pk=user.pk).update(
            unlock_failed_tries=counted.failed, unlock_resting_until=counted.resting_until
        )
    if tries.resting_until is not None and is_resting(tries, now=now):
        raise UnlockResting(retry_after_seconds=ceil((tries.resting_until - now).total_seconds()))


def forgive_unlock_tries(user: User) -> None:
    """A try to unlock proved right: start afresh."""
    User.objects.filter(pk=user.pk).update(unlock_failed_tries=0, unlock_resting_until=None)
