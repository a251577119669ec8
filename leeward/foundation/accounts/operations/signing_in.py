"""Sign in by name and passphrase. Passkeys and providers have modules of their own."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction

from leeward.foundation.accounts.errors import SignInRefused, SignInResting
from leeward.foundation.accounts.hashers import VERSION, Argon2idPasswordHasher
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations.trail import AccountVerb, actor, subject
from leeward.foundation.accounts.operations.tries import count_unlock_try, forgive_unlock_tries, slow_place
from leeward.foundation.accounts.rules import SignInMethod, SignInPolicy
from leeward.foundation.audit.operations import record
from leeward.foundation.vault.operations import count_try, forgive_tries
from leeward.foundation.vault.rules.slots import SlotKind, plain_secret


def sign_in(*, username: str, passphrase: str, now: datetime, network: str = "", worked: bool = False) -> User:
    """Return the account that a name and a passphrase open.

    `network` is whose tries are counted, `worked` whether the small sum was done for this try: then it goes before
    others and never rests. Each refusal runs Argon2id exactly once, whatever its cause. Raises SignInRefused (wrong,
    unknown, closed, not yet enrolled, or in need of a passkey, alike), SignInResting or TooManyAtOnce.
    """
    what = f"staff|{username}"
    with slow_place(first=worked):
        # The try is counted before the slow part, so that tries at the same time cannot share one count.
        resting = count_try(what=what, network=network, worked=worked, now=now)
        user = User.objects.filter(username=username).first()
        enrolled = user is not None and user.has_usable_password()
        typed = plain_secret(passphrase, kind=SlotKind.PASSPHRASE)  # as it unlocks: spaces and signs alike
        fits = check_password(typed, user.password if user is not None and enrolled else stand_in())
    if resting:
        raise SignInResting
    if user is None or not enrolled or not fits or not user.is_active or _needs_passkey(user):
        raise SignInRefused
    forgive_tries(what=what, network=network)
    record_sign_in(user, method=SignInMethod.PASSPHRASE, now=now)
    return user


def prove_by_passphrase(*, user: User, passphrase: str, now: datetime) -> None:
    """Check that somebody who is signed in knows their passphrase.

    Raises SignInRefused, UnlockResting, TooManyAtOnce.
    """
    with slow_place(first=True):
        count_unlock_try(user, now=now)
        fits = check_password(plain_secret(passphrase, kind=SlotKind.PASSPHRASE), user.password)
    if not fits:
        raise SignInRefused
    with transaction.atomic():
        forgive_unlock_tries(user)
        record(verb=AccountVerb.PROVED, by=actor(user), subject=subject(user), now=now)


def record_sign_in(user: User, *, method: SignInMethod, now: datetime) -> None:
    """Write down that somebody came in."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(last_login=now)
        record(
            verb=AccountVerb.SIGNED_IN, by=actor(user), subject=subject(user), now=now, facts={"method": method.value}
        )


def stand_in() -> str:
    """A stored hash that no passphrase fits, with today's costs: checking against it takes the usual time."""
    hasher = Argon2idPasswordHasher
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"{hasher.algorithm}$v={VERSION}${costs}${'A' * 22}${'A' * 43}"


def _needs_passkey(user: User) -> bool:
    """Whether she must sign in with her passkey or her agency's provider, as the installation demands."""
    if SignInPolicy(settings.LEEWARD_STAFF_SIGN_IN) is SignInPolicy.PASSPHRASE:
        return False
    return user.passkeys.exists() or user.outside_identities.exists()
