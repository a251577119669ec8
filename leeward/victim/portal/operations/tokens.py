"""Pages' tokens and the visit's cookie: what leaves the server sealed and comes back; nothing of it is stored."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import make_victim_key, new_code, open_text, seal_text
from leeward.victim.portal.errors import TokenBroken
from leeward.victim.portal.rules.tokens import Token, TokenPurpose, read_token
from leeward.victim.portal.rules.visits import Bearer, Visit, read_visit

TOKEN_SEAL = "portal/token"  # noqa: S105  # a purpose, not a secret
VISIT_SEAL = "portal/visit"


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token for a page: what the page shows, and the sealed text that it sends back."""

    token: Token
    sealed: str


def make_send_token(*, now: datetime) -> NewToken:
    """A new code and all that goes with it, for a page that has not sent anything. Nothing is stored."""
    token = Token(
        purpose=TokenPurpose.SEND,
        made_at=now,
        reference=uuid.uuid4(),
        batch=uuid.uuid4(),
        code=new_code(),
        key=make_victim_key(),
    )
    return _sealed(token)


def make_begin_token(*, now: datetime, errand: str = "", typist: str = "") -> NewToken:
    """A new code for something else than pictures, at her own browser or a typist's. Nothing is stored."""
    return _sealed(
        Token(
            purpose=TokenPurpose.BEGIN,
            made_at=now,
            reference=uuid.uuid4(),
            batch=uuid.uuid4(),
            code=new_code(),
            key=make_victim_key(),
            errand=errand,
            typist=typist,
        )
    )


def make_add_token(*, bearer: Bearer, now: datetime) -> NewToken:
    """A token that adds pictures once; the first ones begin its submission."""
    batch = uuid.uuid4()
    # The bank names the batch that begins a submission like the submission, so that the first ones too count once.
    return _sealed(
        Token(
            purpose=TokenPurpose.ADD,
            made_at=now,
            reference=bearer.submission or batch,
            batch=batch,
        )
    )


def make_change_token(*, bearer: Bearer, now: datetime) -> NewToken:
    """A token that gives her a new code."""
    return _code_token(TokenPurpose.CHANGE_CODE, bearer=bearer, now=now)


def make_spare_token(*, bearer: Bearer, now: datetime) -> NewToken:
    """A token that gives her a second code beside the one that she has."""
    return _code_token(TokenPurpose.SPARE_CODE, bearer=bearer, now=now)


def _code_token(purpose: TokenPurpose, *, bearer: Bearer, now: datetime) -> NewToken:
    return _sealed(
        Token(
            purpose=purpose,
            made_at=now,
            reference=name_of(bearer),
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


def seal_visit(visit: Visit) -> str:
    """The value of the visit's cookie."""
    return seal_text(visit.to_text(), purpose=VISIT_SEAL)


def open_visit(sealed: str) -> Visit | None:
    """The visit in a cookie; None for anything that is not one of ours."""
    try:
        return read_visit(open_text(sealed, purpose=VISIT_SEAL))
    except SealBroken:
        return None


def name_of(bearer: Bearer) -> uuid.UUID:
    """A name that only her own pages know."""
    return uuid.uuid5(uuid.NAMESPACE_OID, bearer.key.grantee.id)


def _sealed(token: Token) -> NewToken:
    return NewToken(token=token, sealed=seal_text(token.to_text(), purpose=TOKEN_SEAL))
