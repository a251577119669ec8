"""Operations on what is kept under a code: pictures, a report, and the key that opens them."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import CodeRefused, CodeTaken, HoldingTaken, HoldingUnknown, KeyMalformed
from leeward.foundation.vault.operations import (
    OpenedCode,
    change_holding,
    destroy_code,
    destroy_holding,
    harden_code,
    has_code,
    keep_code,
    keep_holding,
    lock_holding,
    open_code,
    read_holding,
    read_private_key,
    renew_code,
    reseal_code,
    write_private_key,
)
from leeward.foundation.vault.rules.codes import Code
from leeward.foundation.vault.rules.grants import GranteeKind, PrivateKey
from leeward.foundation.vault.rules.keys import derive_pair
from leeward.industry.bank.errors import SubmissionUnknown
from leeward.industry.bank.operations import (
    add_pictures,
    erase_submission,
    open_submission,
    renew_submission,
    withdraw_picture,
    withdraw_submission,
)
from leeward.industry.bank.queries import find_submission, list_hashes
from leeward.industry.bank.rules import AbuseKind, NewPicture, PictureHashes, SubmissionStatus
from leeward.victim.portal.errors import SentDifferently, TokenBroken
from leeward.victim.portal.holders import all_holders
from leeward.victim.portal.operations.late import drop_late_of
from leeward.victim.portal.operations.tokens import name_of
from leeward.victim.portal.rules.tokens import Token
from leeward.victim.portal.rules.visits import SUBMISSION, Bearer

# As long as the code lives, which is longer than anything that it leads to.
HOLDING_LIFE = timedelta(days=25 * 31)
OLD_CODES = "portal/old-code"
# Before the key in a code's sealed box: whether staff have seen the code. Both are of one length, so that the box tells
# nothing by its own; a box of an earlier release has no mark.
SEEN, UNSEEN = "seen:", "hers:"
# In a holding, beside references: the look-up numbers of both codes that lead to it, where there are two.
CODES = "codes"


def send_pictures(
    *, token: Token, pictures: Sequence[NewPicture], now: datetime, typist: str = "", worked: bool = False
) -> Bearer:
    """Keep a person's hashes under the code that she has already noted. The same token again changes nothing.

    `typist` is the member of staff at whose browser it happens, "" where it is her own. `worked`: as in `harden_code`.
    Raises SentDifferently, CodeTaken, TooManyAtOnce, and what the bank refuses.
    """
    bearer = _new_bearer(token, typist=typist).holding(SUBMISSION, token.reference)
    if _was_sent(token=token, pictures=pictures, now=now):
        return bearer
    hardened = harden_code(code=_code_of(token), worked=worked)  # slow, so before the transaction
    try:
        with transaction.atomic():
            keep_code(sealed=hardened, payload=_write_payload(bearer), now=now)
            keep_holding(key=bearer.key, content=_content(bearer), expires_on=_holding_end(now), now=now)
            _open_submission(token, pictures, by=bearer.by, now=now)
    except CodeTaken:
        # Pressed twice at once: the first press has kept code and pictures in the meantime.
        if not _was_sent(token=token, pictures=pictures, now=now):
            raise
    return bearer


def begin_bearer(
    *, token: Token, name: str, begin: Callable[[PrivateKey], None], now: datetime, worked: bool = False
) -> Bearer:
    """Keep the code that she has noted with one thing of the token's reference, which `begin` makes under her key.

    `name`: as its holder is registered.

    All or nothing; the same token again changes nothing. Raises CodeTaken, TooManyAtOnce.
    """
    bearer = _new_bearer(token, typist=token.typist).holding(name, token.reference)
    if _is_kept(bearer):
        return bearer
    hardened = harden_code(code=_code_of(token), worked=worked)
    try:
        with transaction.atomic():
            keep_code(sealed=hardened, payload=_write_payload(bearer), now=now)
            keep_holding(key=bearer.key, content=_content(bearer), expires_on=_holding_end(now), now=now)
            begin(bearer.key)
    except CodeTaken:
        if not _is_kept(bearer):
            raise
    return bearer


def hold(*, bearer: Bearer, name: str, reference: uuid.UUID) -> Bearer:
    """Put one thing more under a code. Raises HoldingUnknown."""
    changed = bearer.holding(name, reference)
    change_holding(key=bearer.key, content=_content(changed))
    return changed


def keep_longer(*, bearer: Bearer, now: datetime, until: date | None = None) -> None:
    """Let code and holding live as long as what they lead to has just been given, `until` that month at least.

    Neither is ever given a shorter life. Raises HoldingUnknown.
    """
    for look_up in bearer.codes:
        renew_code(look_up=look_up, now=now, until=until)
    end = max(_holding_end(now), until or date.min)
    change_holding(key=bearer.key, content=_content(bearer), expires_on=end)


def send_more(*, bearer: Bearer, token: Token, pictures: Sequence[NewPicture], now: datetime) -> Bearer:
    """Add pictures to hers; the same token again changes nothing. Raises TokenBroken and what the bank refuses."""
    if bearer.submission is None:
        return _add_first(bearer=bearer, token=token, pictures=pictures, now=now)
    if token.reference != bearer.submission:
        raise TokenBroken
    add_pictures(reference=bearer.submission, batch=token.batch, pictures=pictures, by=bearer.by, now=now)
    return bearer


def open_with_code(*, code: Code, now: datetime, typist: str = "", network: str = "", worked: bool = False) -> Bearer:
    """Find who holds a code, and what is kept under it. `network` and `worked`: as in `open_code`.

    Raises CodeRefused or TooManyAtOnce.

    Where a member of staff typed it, the code is marked as seen from now on.
    """
    opened = open_code(code=code, now=now, network=network, worked=worked)
    key, was_seen = _read_payload(opened, now=now)
    bearer = Bearer(look_up=opened.look_up, key=key, is_seen=was_seen or bool(typist), typist=typist)
    if bearer.is_seen and not was_seen:
        reseal_code(opened=opened, payload=_write_payload(bearer))
    return find_hers(bearer)


def confirm_code(*, bearer: Bearer, code: Code, now: datetime, network: str = "", worked: bool = False) -> None:
    """Make sure that whoever asks for it knows a code of this bearer's, at the cost of one slow hash in any case.

    Raises CodeRefused (another bearer's code too) or TooManyAtOnce.
    """
    if open_code(code=code, now=now, network=network, worked=worked).look_up not in bearer.codes:
        raise CodeRefused


def is_code_good(bearer: Bearer) -> bool:
    """Whether the code that opened this bearer still does: a visit ends where another code has taken its place."""
    return has_code(look_up=bearer.look_up)


def find_hers(bearer: Bearer) -> Bearer:
    """The bearer with what is kept under the key now; with nothing once it was erased in another window."""
    try:
        content = read_holding(bearer.key)
    except HoldingUnknown:
        content = {}
    other = next((each for each in content.pop(CODES, "").split() if each != bearer.look_up), "")
    return replace(bearer, other=other, holds={name: uuid.UUID(reference) for name, reference in content.items()})


def find_pictures(*, bearer: Bearer, now: datetime) -> SubmissionStatus:
    """Return her pictures as the person sees them. Raises SubmissionUnknown if there are none."""
    return find_submission(_submission_of(bearer), now=now)


def protects_pictures(*, bearer: Bearer, now: datetime) -> bool:
    """Whether platforms are given the hashes of one picture of hers at least."""
    try:
        return find_pictures(bearer=bearer, now=now).is_protected
    except SubmissionUnknown:
        return False


def find_hashes(*, bearer: Bearer) -> tuple[PictureHashes, ...]:
    """Return what her pictures were hashed to, so that her own device can tell them apart. Raises SubmissionUnknown."""
    return list_hashes(_submission_of(bearer))


def withdraw_one(*, bearer: Bearer, ordinal: int, now: datetime) -> None:
    """Take one picture back. Raises PictureUnknown, SubmissionUnknown."""
    withdraw_picture(reference=_submission_of(bearer), ordinal=ordinal, by=bearer.by, now=now)


def withdraw_all(*, bearer: Bearer, now: datetime) -> None:
    """Take every picture back; the code still opens the answers. Raises SubmissionUnknown."""
    withdraw_submission(reference=_submission_of(bearer), by=bearer.by, now=now)


def renew_pictures(*, bearer: Bearer, now: datetime) -> None:
    """Protect for the whole time again, from today. Raises SubmissionUnknown, SubmissionClosed."""
    with transaction.atomic():
        renew_submission(reference=_submission_of(bearer), by=bearer.by, now=now)
        keep_longer(bearer=bearer, now=now)


def erase_all(*, bearer: Bearer, now: datetime) -> None:
    """Take everything back and forget the key and its codes. Safe to repeat."""
    with transaction.atomic():
        for look_up in {*bearer.codes, *_codes_now(bearer)}:
            destroy_code(look_up=look_up)
        destroy_holding(bearer.key)
        drop_late_of(bearer)
        for holder in all_holders():
            holder.erase(bearer, now)
        if bearer.submission is None:
            return
        try:
            erase_submission(reference=bearer.submission, by=bearer.by, now=now)
        except SubmissionUnknown:
            return  # already erased, perhaps in another window: what she asked for is so


def change_code(*, bearer: Bearer, token: Token, now: datetime) -> Bearer:
    """Give her a new code and forget every old one; key and holding stay. The same token again changes nothing.

    Nobody but her has seen the new one, unless somebody types for her. A spare one ends with it: whoever had seen her
    code could have made that one. Raises TokenBroken, CodeTaken, TooManyAtOnce.
    """
    if token.reference != name_of(bearer):
        raise TokenBroken
    code = _code_of(token)
    if code.look_up == bearer.look_up:
        return bearer
    changed = replace(bearer, look_up=code.look_up, other="", is_seen=bool(bearer.typist))
    hardened = harden_code(code=code, worked=True)  # her pages are open
    with transaction.atomic():
        _end_other(bearer)
        keep_code(sealed=hardened, payload=_write_payload(changed), now=now, instead_of=bearer.look_up)
        if not destroy_code(look_up=bearer.look_up):  # another window was quicker; both would open everything
            raise TokenBroken
    return changed


def make_spare(*, bearer: Bearer, token: Token, now: datetime) -> Bearer:
    """Let a second code lead to the same key, for as long as the first. The same token again changes nothing.

    Raises TokenBroken where there is a second one already or somebody types for her, CodeTaken, TooManyAtOnce.
    """
    code = _code_of(token)
    if token.reference != name_of(bearer) or bearer.typist:
        raise TokenBroken
    if code.look_up == bearer.other:
        return bearer
    hardened = harden_code(code=code, worked=True)  # her pages are open
    with transaction.atomic():
        if _codes_now(bearer):
            raise TokenBroken
        keep_code(sealed=hardened, payload=_write_payload(bearer), now=now, instead_of=bearer.look_up)
        change_holding(key=bearer.key, content={CODES: f"{bearer.look_up} {code.look_up}"})
    return replace(bearer, other=code.look_up)


@transaction.atomic
def end_other(*, bearer: Bearer) -> Bearer:
    """Forget the code of hers with which she did not come; visits that it opened end. Safe to repeat."""
    _end_other(bearer)
    return replace(bearer, other="")


def _end_other(bearer: Bearer) -> None:
    codes = _codes_now(bearer)
    for look_up in codes:
        if look_up != bearer.look_up:
            destroy_code(look_up=look_up)
    if codes:
        change_holding(key=bearer.key, content={CODES: ""})


def _codes_now(bearer: Bearer) -> tuple[str, ...]:
    """Both codes of hers, none where there is no second one; nobody adds or ends one in this transaction meanwhile."""
    try:
        return tuple(lock_holding(bearer.key).get(CODES, "").split())
    except HoldingUnknown:
        return ()


def _new_bearer(token: Token, *, typist: str) -> Bearer:
    """Return what a token's code will open; whoever types for her has seen the code on this very page."""
    return Bearer(look_up=_code_of(token).look_up, key=_key_of(token), is_seen=bool(typist), typist=typist)


def _write_payload(bearer: Bearer) -> str:
    return (SEEN if bearer.is_seen else UNSEEN) + write_private_key(bearer.key)


def _read_payload(opened: OpenedCode, *, now: datetime) -> tuple[PrivateKey, bool]:
    """The key that a code leads to, and whether staff have seen the code."""
    for mark in (SEEN, UNSEEN):
        if opened.payload.startswith(mark):
            return read_private_key(opened.payload.removeprefix(mark)), mark == SEEN
    try:
        return read_private_key(opened.payload), False
    except KeyMalformed:
        return _upgrade(opened, now=now), False


def _content(bearer: Bearer) -> dict[str, str]:
    return {name: str(reference) for name, reference in bearer.holds.items()}


def _holding_end(now: datetime) -> date:
    return (now + HOLDING_LIFE).date()


def _submission_of(bearer: Bearer) -> uuid.UUID:
    if bearer.submission is None:
        raise SubmissionUnknown(name_of(bearer))
    return bearer.submission


def _is_kept(bearer: Bearer) -> bool:
    try:
        read_holding(bearer.key)
    except HoldingUnknown:
        return False
    return True


def _upgrade(opened: OpenedCode, *, now: datetime) -> PrivateKey:
    """Give a code of an earlier release, which leads straight to a submission, a key and a holding.

    The key is made of what the code alone yields, so that opening it twice at once gives one key.
    """
    key = derive_pair(opened.seal_key.hex(), purpose=OLD_CODES, kind=GranteeKind.VICTIM)
    content = {SUBMISSION: str(uuid.UUID(opened.payload))}
    with transaction.atomic():
        try:
            keep_holding(key=key, content=content, expires_on=_holding_end(now), now=now)
        except HoldingTaken:
            return key  # the other window was quicker
        reseal_code(opened=opened, payload=_write_payload(Bearer(look_up=opened.look_up, key=key)))
    return key


def _open_submission(token: Token, pictures: Sequence[NewPicture], *, by: Actor, now: datetime) -> None:
    # What happened to her is not asked before she is safe.
    kind = AbuseKind.NOT_SURE
    open_submission(reference=token.reference, pictures=pictures, abuse_kind=kind, by=by, now=now)


def _add_first(*, bearer: Bearer, token: Token, pictures: Sequence[NewPicture], now: datetime) -> Bearer:
    """Begin the submission of a code that had only a report so far."""
    changed = bearer.holding(SUBMISSION, token.reference)
    with transaction.atomic():
        change_holding(key=bearer.key, content=_content(changed))
        _open_submission(token, pictures, by=bearer.by, now=now)
    return changed


def _code_of(token: Token) -> Code:
    if token.code is None:
        raise TokenBroken
    return token.code


def _key_of(token: Token) -> PrivateKey:
    if token.key is None:
        raise TokenBroken
    return token.key


def _was_sent(*, token: Token, pictures: Sequence[NewPicture], now: datetime) -> bool:
    """Whether this token's submission is there. Its random reference stands in no other token."""
    try:
        status = find_submission(token.reference, now=now)
    except SubmissionUnknown:
        return False
    if len(status.pictures) < len(pictures):
        raise SentDifferently
    return True
