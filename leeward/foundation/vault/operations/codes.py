"""Make, open, change and destroy access codes."""

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from leeward.foundation.vault.errors import CodeRefused, CodeTaken
from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.operations.slow import place, work_factor
from leeward.foundation.vault.operations.tries import count_try, forgive_tries
from leeward.foundation.vault.rules.codes import Code, draw_code, month_after
from leeward.foundation.vault.rules.lanes import Lane
from leeward.foundation.vault.rules.seals import (
    NONCE_BYTES,
    SALT_BYTES,
    CodeKeys,
    WorkFactor,
    derive_code_keys,
    seal,
    unseal,
)

CODE_MONTHS = 25  # one month longer than what it opens


@dataclass(frozen=True, kw_only=True)
class OpenedCode:
    """What a correct code opens."""

    look_up: str
    payload: str
    seal_key: bytes

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


def harden_code(*, code: Code, worked: bool = False) -> SealedCode:
    """Run the slow hash of a new code, outside any transaction. Raises TooManyAtOnce.

    Who did a small sum for it (`worked`), or has her pages open, goes before who did not.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    work = work_factor()
    with place(Lane.NEW_CODES, first=worked):
        keys = _derive(code=code, salt=salt, work=work)
    return SealedCode(code=code, keys=keys, salt=salt, work=work)


def keep_code(*, sealed: SealedCode, payload: str, now: datetime, instead_of: str = "") -> None:
    """Store a hardened code with what it opens; `instead_of` another one, it lives at least as long as that.

    Raises CodeTaken when its look-up number is already in use.
    """
    earlier = AccessCode.objects.filter(look_up=instead_of).values_list("expires_on", flat=True).first()
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
                expires_on=max(_expiry(now), earlier or date.min),
            )
    except IntegrityError as error:
        raise CodeTaken from error


def open_code(*, code: Code, now: datetime, network: str = "", worked: bool = False) -> OpenedCode:
    """Open what a code opens. Each call runs Argon2id exactly once, whatever the answer.

    `network` is whose tries are counted, `worked` whether the small sum was done for this try: then it goes before
    others and never rests. Raises CodeRefused (wrong, unknown or resting, alike) or TooManyAtOnce.
    """
    with place(Lane.OPENING, first=worked):
        # The try is counted before the slow part, so that tries at the same time cannot share one count.
        what = _tried(code)
        resting = count_try(what=what, network=network, worked=worked, now=now)
        row = AccessCode.objects.filter(look_up=code.look_up).first()
        if row is None:
            keys = _derive(code=code, salt=_dummy_salt(code.look_up), work=work_factor())
            raise CodeRefused
        work = WorkFactor(memory_kib=row.memory_kib, passes=row.passes, lanes=row.lanes)
        keys = _derive(code=code, salt=bytes(row.salt), work=work)
    if not keys.fits(bytes(row.verifier_digest)) or resting:
        raise CodeRefused
    payload = unseal(bytes(row.sealed), key=keys.seal_key, place=_place_of(code.look_up))
    forgive_tries(what=what, network=network)
    return OpenedCode(look_up=code.look_up, payload=payload, seal_key=keys.seal_key)


def reseal_code(*, opened: OpenedCode, payload: str) -> OpenedCode:
    """Let an opened code lead to another payload from now on. Raises CodeRefused when the code is gone."""
    sealed = _seal_payload(look_up=opened.look_up, payload=payload, key=opened.seal_key)
    if not AccessCode.objects.filter(look_up=opened.look_up).update(sealed=sealed):
        raise CodeRefused
    return replace(opened, payload=payload)


def has_code(*, look_up: str) -> bool:
    """Whether a code that was opened before still opens anything: not after another has taken its place."""
    return AccessCode.objects.filter(look_up=look_up).exists()


def renew_code(*, look_up: str, now: datetime, until: date | None = None) -> None:
    """Let a code live as long as what it opens has just been given, `until` that month at least, and never shorter."""
    end = max(_expiry(now), month_after(until) if until else date.min)
    AccessCode.objects.filter(look_up=look_up, expires_on__lt=end).update(expires_on=end)


def destroy_code(*, look_up: str) -> bool:
    """Forget a code for good; whether it was there. Safe to repeat."""
    deleted, _ = AccessCode.objects.filter(look_up=look_up).delete()
    return bool(deleted)


def sweep_codes(*, now: datetime, limit: int) -> int:
    """Forget codes whose time is over; returns how many. Safe to repeat."""
    due = list(AccessCode.objects.filter(expires_on__lt=now.date()).values_list("look_up", flat=True)[:limit])
    deleted, _ = AccessCode.objects.filter(look_up__in=due, expires_on__lt=now.date()).delete()
    return deleted


def _derive(*, code: Code, salt: bytes, work: WorkFactor) -> CodeKeys:
    return derive_code_keys(secret=code.secret, pepper=settings.LEEWARD_CODE_PEPPER, salt=salt, work=work)


def _tried(code: Code) -> str:
    return f"code|{code.look_up}"


def _dummy_salt(look_up: str) -> bytes:
    return hmac.digest(settings.LEEWARD_CODE_PEPPER.encode(), look_up.encode(), "sha256")[:SALT_BYTES]


def _seal_payload(*, look_up: str, payload: str, key: bytes) -> bytes:
    return seal(payload, key=key, nonce=secrets.token_bytes(NONCE_BYTES), place=_place_of(look_up))


def _place_of(look_up: str) -> str:
    return f"vault.access_code.sealed|{look_up}"


def _expiry(now: datetime) -> date:
    return month_after(now.date(), months=CODE_MONTHS)
