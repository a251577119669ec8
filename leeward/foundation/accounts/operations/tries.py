"""The place for a slow hash, and tries to unlock: counted before the hash and inside its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from leeward.foundation.accounts.errors import TooManyAtOnce
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
