"""Everything that the portal changes: sending hashes under a new code, and what a code then lets a person do."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import CodeTaken, SealBroken
from leeward.foundation.vault.operations import (
    destroy_code,
    harden_code,
    keep_code,
    new_code,
    open_code,
    open_text,
    renew_code,
    seal_text,
)
from leeward.foundation.vault.rules.codes import Code
from leeward.industry.bank.errors import SubmissionUnknown
from leeward.industry.bank.operations import (
    add_pictures,
    erase_submission,
    open_submission,
    renew_submission,
    withdraw_picture,
    withdraw_submission,
)
from leeward.industry.bank.queries import find_submission
from leeward.industry.bank.rules import AbuseKind, NewPicture, SubmissionStatus
from leeward.victim.portal.errors import SentDifferently, TokenBroken, WorkMissing
from leeward.victim.portal.rules.tokens import Token, TokenPurpose, read_token, write_token
from leeward.victim.portal.rules.visits import Case, Visit, read_visit, write_visit
from leeward.victim.portal.rules.work import is_done

TOKEN_SEAL = "portal/token"  # noqa: S105  # a purpose, not a secret
VISIT_SEAL = "portal/visit"


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token for a page: what the page shows, and the sealed text that it sends back."""

    token: Token
    sealed: str


def make_send_token(*, abuse_kind: AbuseKind, now: datetime) -> NewToken:
    """A new code and all that goes with it, for a page that has not sent anything. Nothing is stored."""
    token = Token(
        purpose=TokenPurpose.SEND,
        made_at=now,
        reference=uuid.uuid4(),
        batch=uuid.uuid4(),
        abuse_kind=abuse_kind,
        code=new_code(),
    )
    return _sealed(token)


def make_add_token(*, case: Case, now: datetime) -> NewToken:
    """A token that adds pictures to a case once."""
    return _sealed(Token(purpose=TokenPurpose.ADD, made_at=now, reference=case.reference, batch=uuid.uuid4()))


def make_change_token(*, case: Case, now: datetime) -> NewToken:
    """A token that gives a case a new code."""
    return _sealed(
        Token(
            purpose=TokenPurpose.CHANGE_CODE,
            made_at=now,
            reference=case.reference,
            batch=uuid.uuid4(),
            code=new_code(),
        )
    )


def open_token(sealed: str, *, purpose: TokenPurpose, now: datetime) -> Token:
    """Read a page's token. Raises TokenBroken or TokenExpired."""
    try:
        text = open_text(sealed, purpose=TOKEN_SEAL)
    except SealBroken as error:
        raise TokenBroken from error
    return read_token(text, purpose=purpose, now=now)


def check_work(*, token: Token, proof: str) -> None:
    """Raise WorkMissing unless the device has done its small sum for this token."""
    if not is_done(challenge=token.challenge, proof=proof):
        raise WorkMissing


def send_pictures(*, token: Token, pictures: Sequence[NewPicture], now: datetime) -> Case:
    """Keep a person's hashes under the code that she has already noted. The same token again changes nothing.

    Raises SentDifferently, CodeTaken, TooManyAtOnce, and what the bank refuses.
    """
    code = _code_of(token)
    case = Case(reference=token.reference, look_up=code.look_up)
    if _was_sent(token=token, pictures=pictures, now=now):
        return case
    hardened = harden_code(code=code)  # slow, so before the transaction
    try:
        with transaction.atomic():
            keep_code(sealed=hardened, payload=_case_payload(token.reference), now=now)
            open_submission(
                reference=token.reference, pictures=pictures, abuse_kind=token.abuse_kind, by=Actor.person(), now=now
            )
    except CodeTaken:
        # Pressed twice at once: the first press has kept code and pictures in the meantime.
        if not _was_sent(token=token, pictures=pictures, now=now):
            raise
    return case


def add_to_case(*, case: Case, token: Token, pictures: Sequence[NewPicture], now: datetime) -> None:
    """Add pictures to a case; the same token again changes nothing. Raises TokenBroken and what the bank refuses."""
    if token.reference != case.reference:
        raise TokenBroken
    add_pictures(reference=case.reference, batch=token.batch, pictures=pictures, by=Actor.person(), now=now)


def open_case(*, code: Code, now: datetime) -> Case:
    """Open a case by its code. Raises CodeRefused or TooManyAtOnce."""
    opened = open_code(code=code, now=now)
    return Case(reference=uuid.UUID(opened.payload), look_up=opened.look_up)


def find_case(*, case: Case, now: datetime) -> SubmissionStatus:
    """What the person sees of her case. Raises SubmissionUnknown after she has erased it."""
    return find_submission(case.reference, now=now)


def withdraw_one(*, case: Case, ordinal: int, now: datetime) -> None:
    """Take one picture back. Raises PictureUnknown, SubmissionUnknown."""
    withdraw_picture(reference=case.reference, ordinal=ordinal, by=Actor.person(), now=now)


def withdraw_all(*, case: Case, now: datetime) -> None:
    """Take every picture back; the code still opens the answers. Raises SubmissionUnknown."""
    withdraw_submission(reference=case.reference, by=Actor.person(), now=now)


def renew_case(*, case: Case, now: datetime) -> None:
    """Protect for the whole time again, from today. Raises SubmissionUnknown, SubmissionClosed."""
    with transaction.atomic():
        renew_submission(reference=case.reference, by=Actor.person(), now=now)
        renew_code(look_up=case.look_up, now=now)


def erase_case(*, case: Case, now: datetime) -> None:
    """Take everything back and forget the case and its code. Safe to repeat."""
    with transaction.atomic():
        destroy_code(look_up=case.look_up)
        try:
            erase_submission(reference=case.reference, by=Actor.person(), now=now)
        except SubmissionUnknown:
            return  # already erased, perhaps in another window: what she asked for is so


def change_code(*, case: Case, token: Token, now: datetime) -> Case:
    """Give a case a new code and forget the old one; the same token again changes nothing.

    Raises TokenBroken, CodeTaken, TooManyAtOnce.
    """
    if token.reference != case.reference:
        raise TokenBroken
    code = _code_of(token)
    changed = replace(case, look_up=code.look_up)
    if changed == case:
        return case
    hardened = harden_code(code=code)
    with transaction.atomic():
        keep_code(sealed=hardened, payload=_case_payload(case.reference), now=now)
        destroy_code(look_up=case.look_up)
    return changed


def seal_visit(visit: Visit) -> str:
    """The value of the visit's cookie."""
    return seal_text(write_visit(visit), purpose=VISIT_SEAL)


def open_visit(sealed: str) -> Visit | None:
    """The visit in a cookie; None for anything that is not one of ours."""
    try:
        return read_visit(open_text(sealed, purpose=VISIT_SEAL))
    except SealBroken:
        return None


def _sealed(token: Token) -> NewToken:
    return NewToken(token=token, sealed=seal_text(write_token(token), purpose=TOKEN_SEAL))


def _case_payload(reference: uuid.UUID) -> str:
    return str(reference)


def _code_of(token: Token) -> Code:
    if token.code is None:
        raise TokenBroken
    return token.code


def _was_sent(*, token: Token, pictures: Sequence[NewPicture], now: datetime) -> bool:
    """Whether this token's submission is there. Its random reference stands in no other token."""
    try:
        status = find_submission(token.reference, now=now)
    except SubmissionUnknown:
        return False
    if len(status.pictures) < len(pictures):
        raise SentDifferently
    return True
