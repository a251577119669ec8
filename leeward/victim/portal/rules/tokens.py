"""A token: what a page carries, sealed, so that the server needs to remember nothing until the person presses Send."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator

from leeward.foundation.kept import Kept
from leeward.foundation.vault.errors import CodeMistyped, KeyMalformed
from leeward.foundation.vault.rules.codes import Code, read_code
from leeward.victim.portal.errors import TokenBroken, TokenExpired
from leeward.victim.portal.rules.visits import WrittenKey

TOKEN_LIFE = timedelta(hours=12)


def _write_code(code: Code) -> str:
    return "".join(code.groups)


type WrittenCode = Annotated[Code, PlainValidator(read_code), PlainSerializer(_write_code)]


class TokenPurpose(StrEnum):
    """The purpose of a token; a token for one purpose is invalid for another."""

    SEND = "send"
    ADD = "add"
    CHANGE_CODE = "change_code"
    SPARE_CODE = "spare_code"
    BEGIN = "begin"


WITH_CODE = frozenset({TokenPurpose.SEND, TokenPurpose.CHANGE_CODE, TokenPurpose.SPARE_CODE, TokenPurpose.BEGIN})
WITH_KEY = frozenset({TokenPurpose.SEND, TokenPurpose.BEGIN})


@dataclass(frozen=True, kw_only=True)
class Token(Kept):
    """One sending. `reference` names what is begun or added to, `batch` this sending: sent twice, it counts once.

    `key` is the key of a person who is new here; like the code, it is stored nowhere before she goes on. `errand` is
    what she came for, in a word of the app that asked her. `typist` is the member of staff who types for her, or "".
    """

    purpose: TokenPurpose
    made_at: datetime
    reference: uuid.UUID
    batch: uuid.UUID
    code: WrittenCode | None = None
    key: WrittenKey | None = None
    errand: str = ""
    typist: str = ""

    @property
    def challenge(self) -> str:
        """Return the challenge on which the person's device does its small sum."""
        return self.batch.hex


def read_token(text: str, *, purpose: TokenPurpose, now: datetime) -> Token:
    """Read what a token wrote. Raises TokenBroken or TokenExpired."""
    try:
        token = Token.from_text(text)
    except (ValueError, CodeMistyped, KeyMalformed) as error:
        raise TokenBroken from error
    is_whole = (token.code is not None) is (purpose in WITH_CODE) and (token.key is not None) is (purpose in WITH_KEY)
    if token.purpose is not purpose or not is_whole:
        raise TokenBroken
    if now - token.made_at > TOKEN_LIFE:
        raise TokenExpired
    return token
