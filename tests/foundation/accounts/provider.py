"""A small OpenID Connect provider on this machine, which keeps to the protocol, or breaks it where a test asks."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT, SECRET = "leeward", "s3cret/with+signs"


@dataclass
class FakeProvider:
    """What the provider knows. `change` may alter the claims, `sign` the token, `about` its account of itself."""

    port: int = 0
    subject: str = "amina@agency"
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    change: Callable[[dict[str, Any]], None] = lambda _claims: None
    sign: Callable[["FakeProvider", dict[str, Any]], str] | None = None
    about: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] | None = None
    status: int = 200
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def authorize(self, url: str) -> str:
        """What a person's browser does at the provider: agree, and be sent back. Returns the way back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["client_id"], asked["response_type"], asked["scope"]) == (CLIENT, "code", "openid")
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def describe(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.about,
        }

    def exchange(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self.codes.pop(form["code"], None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or authorization != f"Basic {basic}" or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        self.change(claims)
        token = self.sign(self, claims) if self.sign else jwt.encode({"alg": "ES256", "kid": "one"}, claims, self.key)
        return {"access_token": "not used", "token_type": "Bearer", "id_token": token}


class _Handler(BaseHTTPRequestHandler):
    provider: FakeProvider

    def do_GET(self) -> None:
        self.provider.asked.append(self.path)
        if self.path == "/.well-known/openid-configuration":
            self._say(self.provider.describe())
        elif self.path == "/keys":
            self._say(KeySet([self.provider.key]).as_dict(private=False))
        elif self.path.startswith("/authorize?"):
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(self.path))
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        answer = self.provider.exchange(form, self.headers.get("Authorization", ""))
        if answer is None:
            self._say({"error": "invalid_grant"}, status=400)
        else:
            self._say(answer if self.provider.answer is None else self.provider.answer, status=self.provider.status)

    def _say(self, content: Any, *, status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Tests read what was asked from the provider itself."""


def serve(provider: FakeProvider) -> ThreadingHTTPServer:
    """Start serving; the caller shuts it down."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    return server
