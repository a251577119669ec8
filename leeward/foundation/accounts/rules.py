"""Rules of staff accounts: roles, names and enrolment links. How long a name rests is the vault's rule for codes."""

import hashlib
import re
from datetime import timedelta
from enum import StrEnum

NAME_PATTERN = re.compile(r"[a-z][a-z0-9.-]{1,31}")
LINK_LIFETIME = timedelta(hours=24)
LINK_BYTES = 32


class Role(StrEnum):
    """What a member of staff is here for. One each; no role includes another."""

    ADMINISTRATOR = "administrator"
    PRACTITIONER = "practitioner"
    EXCHANGE_OFFICER = "exchange_officer"


def is_suitable_name(name: str) -> bool:
    """Whether `name` can be a staff name."""
    return NAME_PATTERN.fullmatch(name) is not None


def digest_link(token: str) -> str:
    """What is stored of an enrolment link. The token has 256 random bits, so one plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
