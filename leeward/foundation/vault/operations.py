"""Make, open, change and destroy access codes; seal small texts for cookies and forms."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction

from leeward.foundation.vault.errors import CodeRefused, CodeTaken, SealBroken, TooManyAtOnce, TooManyTries
from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.rules.codes import Code, draw_code
from leeward.foundation.vault.rules.seals import (
    NONCE_BYTES,
    SALT_BYTES,
    CodeKeys,
    WorkFactor,
    derive_code_keys,
    key_from_text,
    seal,
    unseal,
)
from leeward.foundation.vault.rules.waits import (
    NETWORK_TRIES,
    NETWORK_WINDOW,
    Tries,
    after_failure,
    is_resting,
    seconds_left,
    window_of,
)

# 64 MiB, three passes, one lane: 0.15 to 0.3 seconds of one core. Tests lower it; nothing else may.
WORK_FACTOR = WorkFactor(memory_kib=64 * 1024, passes=3, lanes=1)
# Four runs hold 256 MiB. A fifth is refused at once instead of queueing: a flood must not starve everybody else.
RUNS_AT_ONCE = 4
CODE_MONTHS = 25  # one month longer than what it opens
_places = threading.BoundedSemaphore(RUNS_AT_ONCE)


@dataclass(frozen=True, kw_only=True)
class OpenedCode:
    """What a right code opens."""

    look_up: str
    payload: str

    def __repr__(self) -> str:
        return "OpenedCode(…)"


@dataclass(frozen=True, kw_only=True)
class SealedCode:
    """A code after its slow hash, ready to be stored in the same transaction as what it opens."""

    code: Code
    keys: CodeKeys
    salt: bytes
    work: WorkFactor


def new_code() -> Code:
    """Draw a code that nobody has. Nothing is stored: the person keeps it first."""
    while True:
        code = draw_code(draw_below=secrets.randbelow)
        if not AccessCode.objects.filter(look_up=code.look_up).exists():
            return code


def harden_code(*, code: Code) -> SealedCode:
    """Run the slow hash of a new code, outside any transaction. Raises TooManyAtOnce."""
    salt = secrets.token_bytes(SALT_BYTES)
    with _place():
        keys = _derive(code=code, salt=salt, work=WORK_FACTOR)
    return SealedCode(code=code, keys=keys, salt=salt, work=WORK_FACTOR)


def keep_code(*, sealed: SealedCode, payload: str, now: datetime) -> None:
    """Store a hardened code with what it opens. Raises CodeTaken when its look-up number is already in use."""
    look_up = sealed.code.look_up
    try:
        with transaction.atomic():
            AccessCode.objects.create(
                look_up=look_up,
                salt=sealed.salt,
                memory_kib=sealed.work.memory_kib,
                passes=sealed.work.passes,
                lanes=sealed.work.lanes,
                verifier_digest=sealed.keys.verifier_digest,
                sealed=_seal_payload(look_up=look_up, payload=payload, key=sealed.keys.seal_key),
                expires_on=_expiry(now),
            )
    except IntegrityError as error:
        raise CodeTaken from error


def open_code(*, code: Code, now: datetime) -> OpenedCode:
    """Open what a code opens. Each call runs Argon2id exactly once, whatever the answer.

    Raises CodeRefused (wrong, unknown or resting, alike) or TooManyAtOnce.
    """
    with _place():
        # The try is counted before the slow part, so that tries at the same time cannot share one count.
        row, resting = _count_try(look_up=code.look_up, now=now)
        if row is None:
            keys = _derive(code=code, salt=_dummy_salt(code.look_up), work=WORK_FACTOR)
            raise CodeRefused
        work = WorkFactor(memory_kib=row.memory_kib, passes=row.passes, lanes=row.lanes)
        keys = _derive(code=code, salt=bytes(row.salt), work=work)
    if not keys.fits(bytes(row.verifier_digest)) or resting:
        raise CodeRefused
    payload = unseal(bytes(row.sealed), key=keys.seal_key, place=_place_of(code.look_up))
    AccessCode.objects.filter(look_up=code.look_up).update(failed_tries=0, resting_until=None)
    return OpenedCode(look_up=code.look_up, payload=payload)


def renew_code(*, look_up: str, now: datetime) -> None:
    """Let a code live as long as what it opens has just been given."""
    AccessCode.objects.filter(look_up=look_up).update(expires_on=_expiry(now))


def destroy_code(*, look_up: str) -> None:
    """Forget a code for good; safe to repeat."""
    AccessCode.objects.filter(look_up=look_up).delete()


def sweep_codes(*, now: datetime, limit: int) -> int:
    """Forget codes whose time is over; returns how many. Safe to repeat."""
    due = list(AccessCode.objects.filter(expires_on__lt=now.date()).values_list("look_up", flat=True)[:limit])
    deleted, _ = AccessCode.objects.filter(look_up__in=due, expires_on__lt=now.date()).delete()
    return deleted


# --- tries per network ----------------------------------------------------------------------------------------------


def count_network_try(*, network: str, purpose: str, now: datetime, limit: int = NETWORK_TRIES) -> None:
    """Count one try of a network (an address or block, never stored as such). Raises TooManyTries above the limit."""
    key = _network_key(network=network, purpose=purpose, now=now)
    tries = int(cache.get(key, 0)) + 1
    if tries > limit:
        raise TooManyTries(retry_after_seconds=seconds_left(now))
    cache.set(key, tries, timeout=NETWORK_WINDOW.total_seconds())


def forgive_network_try(*, network: str, purpose: str, now: datetime) -> None:
    """Take a counted try back after success: several people may share one address."""
    key = _network_key(network=network, purpose=purpose, now=now)
    tries = int(cache.get(key, 0))
    if tries > 0:
        cache.set(key, tries - 1, timeout=NETWORK_WINDOW.total_seconds())


# --- small sealed texts ---------------------------------------------------------------------------------------------


def seal_text(text: str, *, purpose: str) -> str:
    """Seal a small text that leaves the server and comes back: a cookie, a form's token."""
    box = seal(text, key=_text_key(purpose), nonce=secrets.token_bytes(NONCE_BYTES), place=purpose)
    return base64.urlsafe_b64encode(box).decode()


def open_text(box: str, *, purpose: str) -> str:
    """Open what `seal_text` sealed for the same purpose. Raises SealBroken."""
    try:
        raw = base64.b64decode(box.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise SealBroken from error
    return unseal(raw, key=_text_key(purpose), place=purpose)


# --- inner parts ----------------------------------------------------------------------------------------------------


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise TooManyAtOnce
    try:
        yield
    finally:
        _places.release()


def _derive(*, code: Code, salt: bytes, work: WorkFactor) -> CodeKeys:
    return derive_code_keys(secret=code.secret, pepper=settings.LEEWARD_CODE_PEPPER, salt=salt, work=work)


def _count_try(*, look_up: str, now: datetime) -> tuple[AccessCode | None, bool]:
    """Count a try as failed until it proves right. Returns the row, and whether it was resting before."""
    with transaction.atomic():
        row = AccessCode.objects.select_for_update().filter(look_up=look_up).first()
        if row is None:
            _count_unknown_try(look_up=look_up, now=now)
            return None, False
        tries = Tries(failed=row.failed_tries, resting_until=row.resting_until)
        counted = after_failure(tries, now=now)
        AccessCode.objects.filter(look_up=look_up).update(
            failed_tries=counted.failed, resting_until=counted.resting_until
        )
        return row, is_resting(tries, now=now)


def _count_unknown_try(*, look_up: str, now: datetime) -> None:
    """Do for a look-up number that nobody has what is done for one that somebody has, so that both cost the same."""
    key = f"vault:unknown:{_blind(look_up, now=now)}"
    failed, resting_until = cache.get(key, (0, None))
    counted = after_failure(Tries(failed=failed, resting_until=resting_until), now=now)
    cache.set(key, (counted.failed, counted.resting_until), timeout=timedelta(days=1).total_seconds())


def _network_key(*, network: str, purpose: str, now: datetime) -> str:
    return f"vault:network:{purpose}:{window_of(now)}:{_blind(network, now=now)}"


def _blind(text: str, *, now: datetime) -> str:
    """A name for `text` that changes every day and means nothing without the server's key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{now.date()}|{text}".encode(), hashlib.sha256).hexdigest()[:32]


def _dummy_salt(look_up: str) -> bytes:
    return hmac.digest(settings.LEEWARD_CODE_PEPPER.encode(), look_up.encode(), "sha256")[:SALT_BYTES]


def _seal_payload(*, look_up: str, payload: str, key: bytes) -> bytes:
    return seal(payload, key=key, nonce=secrets.token_bytes(NONCE_BYTES), place=_place_of(look_up))


def _place_of(look_up: str) -> str:
    return f"vault.access_code.sealed|{look_up}"


def _text_key(purpose: str) -> bytes:
    return key_from_text(settings.SECRET_KEY, purpose=f"leeward/text/{purpose}")


def _expiry(now: datetime) -> date:
    months = now.year * 12 + now.month - 1 + CODE_MONTHS
    return date(months // 12, months % 12 + 1, 1)
