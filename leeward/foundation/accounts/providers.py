"""Reads which agencies' own providers may sign their staff in here (LEEWARD_OIDC_FILE). Knows no Django."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from leeward.foundation.accounts.errors import ProvidersMalformed
from leeward.foundation.accounts.rules import is_suitable_name

NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
REQUIRED = ("name", "title", "issuer", "client_id", "client_secret_file", "accounts")
OPTIONAL = ("subject_claim",)
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
ANYBODY = "*"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One agency's OpenID Connect provider, and the staff names that it may sign in."""

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    subject_claim: str
    accounts: frozenset[str]

    def may_sign_in(self, username: str) -> bool:
        """Whether this account belongs to the agency."""
        return ANYBODY in self.accounts or username in self.accounts


def read_providers(path: Path, *, production: bool) -> tuple[Provider, ...]:
    """Read the file. Raises ProvidersMalformed, which says what to mend."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ProvidersMalformed(f"{path} cannot be read ({error}).") from error
    listed = content.get("providers") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise ProvidersMalformed(f'{path} must hold {{"providers": [...]}}.')
    providers = tuple(_read(entry, folder=path.parent, production=production) for entry in listed)
    for what, values in (("name", [one.name for one in providers]), ("issuer", [one.issuer for one in providers])):
        if len(set(values)) != len(values):
            raise ProvidersMalformed(f"two providers have the same {what}.")
    return providers


def _read(entry: object, *, folder: Path, production: bool) -> Provider:
    if not isinstance(entry, dict):
        raise ProvidersMalformed("each provider must be an object.")
    _check_fields(entry)
    _check_issuer(entry["issuer"], production=production)
    return Provider(
        name=entry["name"],
        title=entry["title"],
        issuer=entry["issuer"],
        client_id=entry["client_id"],
        client_secret=_secret(folder / entry["client_secret_file"]),
        subject_claim=entry.get("subject_claim", "sub"),
        accounts=frozenset(entry["accounts"]),
    )


def _check_fields(entry: Mapping[str, Any]) -> None:
    strange = set(entry) - {*REQUIRED, *OPTIONAL}
    if strange:
        raise ProvidersMalformed(f"{sorted(strange)[0]!r} is no field of a provider.")
    for name in (*REQUIRED[:-1], *(known for known in OPTIONAL if known in entry)):
        if not isinstance(entry.get(name), str) or not entry[name]:
            raise ProvidersMalformed(f"{name!r} of a provider must be a text.")
    if not NAME.fullmatch(entry["name"]):
        raise ProvidersMalformed(f"{entry['name']!r} cannot be a provider's name: use small letters, digits, hyphens.")
    accounts = entry.get("accounts")
    if not isinstance(accounts, list) or not accounts:
        raise ProvidersMalformed("'accounts' of a provider must list staff names, or \"*\" for all.")
    for name in accounts:
        if name != ANYBODY and not (isinstance(name, str) and is_suitable_name(name)):
            raise ProvidersMalformed(f"{name!r} cannot be a staff name.")


def _check_issuer(issuer: str, *, production: bool) -> None:
    parts = urlsplit(issuer)
    here = not production and parts.hostname in THIS_MACHINE
    if not parts.hostname or (parts.scheme != "https" and not here) or parts.query or parts.fragment:
        raise ProvidersMalformed(f"{issuer!r} cannot be an issuer: it must begin with https:// and have no query.")


def _secret(path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ProvidersMalformed(f"client_secret_file {path} cannot be read ({error}).") from error
    if not secret:
        raise ProvidersMalformed(f"client_secret_file {path} is empty.")
    return secret
