"""OpenID Connect, the code flow with PKCE and a nonce: where to send somebody, and who came back.

Only what this flow needs: one client per provider, tokens signed with a key that the provider publishes, nothing kept.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from leeward.foundation.accounts.errors import ProviderRefused
from leeward.foundation.accounts.providers import Provider

PATIENCE_SECONDS = 5
ANSWER_BYTES_LIMIT = 262_144
LEEWAY_SECONDS = 60
SUBJECT_LENGTH_LIMIT = 255
SECRET_BYTES = 32
# Signatures by a key that only the provider has. "none" and those by a shared secret are not among them.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Where to send the browser, and what its return must match. The three secrets stay in the session, for one use."""

    url: str
    state: str
    nonce: str
    verifier: str


def depart(*, provider: Provider, return_to: str) -> Departure:
    """Prepare the way to a provider. Raises ProviderRefused where it does not answer as it should."""
    state, nonce, verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(3))
    url = prepare_grant_uri(
        _discover(provider)["authorization_endpoint"],
        client_id=provider.client_id,
        response_type="code",
        redirect_uri=return_to,
        scope="openid",
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    return Departure(url=url, state=state, nonce=nonce, verifier=verifier)


def find_subject(*, provider: Provider, code: str, return_to: str, nonce: str, verifier: str) -> str:
    """Ask the provider who has come back with this code. Raises ProviderRefused."""
    about = _discover(provider)
    answer = _ask(
        "POST",
        about["token_endpoint"],
        data={"grant_type": "authorization_code", "code": code, "redirect_uri": return_to, "code_verifier": verifier},
        auth=httpx.BasicAuth(provider.client_id, provider.client_secret),
    )
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise ProviderRefused("no id_token")
    claims = _verify(
        provider, token, keys=_ask("GET", about["jwks_uri"]), access=answer.get("access_token"), nonce=nonce
    )
    subject = claims.get(provider.subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH_LIMIT:
        raise ProviderRefused("no subject")
    return subject


def _verify(
    provider: Provider, token: str, *, keys: Mapping[str, Any], access: object, nonce: str
) -> Mapping[str, Any]:
    try:
        read = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            {"nonce": nonce, "client_id": provider.client_id, "access_token": access},
        )
        claims.validate(leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderRefused(f"id_token: {type(error).__name__}") from error
    return dict(claims)


def _discover(provider: Provider) -> Mapping[str, str]:
    """The provider's account of itself. It must name the issuer that we know, and addresses as safe as its own."""
    about = _ask("GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if about.get("issuer") != provider.issuer:
        raise ProviderRefused("another issuer answered")
    secure = urlsplit(provider.issuer).scheme
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(about.get(name), str) or urlsplit(about[name]).scheme not in ("https", secure):
            raise ProviderRefused(f"{name} is missing or not safe")
    return about


def _ask(method: str, url: str, **options: Any) -> dict[str, Any]:
    """One request without detours; the answer must be a JSON object of moderate size."""
    try:
        with (
            httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(method, url, **options) as response,
        ):
            body = b""
            for part in response.iter_bytes():
                body += part
                if len(body) > ANSWER_BYTES_LIMIT:
                    raise ProviderRefused("the answer is too large")
            if response.status_code != httpx.codes.OK:
                raise ProviderRefused(f"status {response.status_code}")
        read = httpx.Response(httpx.codes.OK, content=body).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderRefused(f"no answer: {type(error).__name__}") from error
    if not isinstance(read, dict):
        raise ProviderRefused("the answer is not an object")
    return read
