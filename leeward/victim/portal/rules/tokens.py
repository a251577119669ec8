"""A token: what a page carries, sealed, so that the server needs to remember nothing until the person presses Send."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from leeward.foundation.vault.errors import CodeMistyped, KeyMalformed
from leeward.foundation.vault.rules.codes import Code, read_code
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.foundation.vault.rules.keys import read_private_key, write_private_key
from leeward.industry.bank.rules import AbuseKind
from leeward.victim.portal.errors import TokenBroken, TokenExpired

TOKEN_LIFE = timedelta(hours=12)


class TokenPurpose(StrEnum):
    """The purpose of a token; a token for one purpose is invalid for another."""

    SEND = "send"
    ADD = "add"
    CHANGE_CODE = "change_code"
    BEGIN = "begin"


WITH_CODE = frozenset({TokenPurpose.SEND, TokenPurpose.CHANGE_CODE, TokenPurpose.BEGIN})
WITH_KEY = frozenset({TokenPurpose.SEND, TokenPurpose.BEGIN})


@dataclass(frozen=True, kw_only=True)
class Token:
    """One sending. `reference` names what is begun or added to, `batch` this sending: sent twice, it counts once.

    `key` is the key of a person who is new here; like the code, it is stored nowhere before she goes on. `errand` is
    what she came for, in a word of the app that asked her. `typist` is the member of staff who types for her, or "".
    """

    purpose: TokenPurpose
    made_at: datetime
    reference: uuid.UUID
    batch: uuid.UUID
    abuse_kind: AbuseKind = AbuseKind.NOT_SURE
    code: Code | None = None
    key: PrivateKey | None = None
    errand: str = ""
    typist: str = ""

    @property
    def challenge(self) -> str:
        """Return the challenge on which the person's device does its small sum."""
        return self.batch.hex


def write_token(token: Token) -> str:
    """The token as text, to be sealed."""
    return json.dumps(
        {
            "purpose": token.purpose,
            "made": token.made_at.timestamp(),
            "reference": str(token.reference),
            "batch": str(token.batch),
            "kind": token.abuse_kind,
            "code": "".join(token.code.groups) if token.code else "",
            "key": write_private_key(token.key) if token.key else "",
            "errand": token.errand,
            "typist": token.typist,
        },
        separators=(",", ":"),
    )


def read_token(text: str, *, purpose: TokenPurpose, now: datetime) -> Token:
    """Read what `write_token` wrote. Raises TokenBroken or TokenExpired."""
    try:
        found: Any = json.loads(text)
        token = Token(
            purpose=TokenPurpose(found["purpose"]),
            made_at=datetime.fromtimestamp(found["made"], tz=UTC),
            reference=uuid.UUID(found["reference"]),
            batch=uuid.UUID(found["batch"]),
            abuse_kind=AbuseKind(found["kind"]),
            code=read_code(found["code"]) if found["code"] else None,
            key=read_private_key(found["key"]) if found["key"] else None,
            errand=str(found["errand"]),
            typist=str(found["typist"]),
        )
    except (ValueError, KeyError, TypeError, CodeMistyped, KeyMalformed) as error:
        raise TokenBroken from error
    is_whole = (token.code is not None) is (purpose in WITH_CODE) and (token.key is not None) is (purpose in WITH_KEY)
    if token.purpose is not purpose or not is_whole:
        raise TokenBroken
    if now - token.made_at > TOKEN_LIFE:
        raise TokenExpired
    return token
