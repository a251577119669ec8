"""Reads which mail server carries our mail, and refuses one that would carry it in the open."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from leeward.foundation.outbox.errors import ServerMalformed

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Security(StrEnum):
    """How the connection to the mail server is encrypted."""

    NONE = "smtp"  # to this very machine alone
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


DEFAULT_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """One mail server, and how we sign in there."""

    host: str
    port: int
    security: Security
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def read_mail_server(url: str, *, credentials: str = "") -> MailServer:
    """The server of an address like `smtps://mail.example.org`. Raises ServerMalformed.

    `credentials`: two lines, a user's name and a password, from a file of their own; an address ends up in too many
    places for them.
    """
    try:
        parts = urlsplit(url)
        security, host, port = Security(parts.scheme), parts.hostname or "", parts.port
    except ValueError as error:
        raise ServerMalformed(
            "The mail server must be written as smtp://HOST:PORT, smtp+starttls://HOST:PORT or smtps://HOST:PORT."
        ) from error
    if not host or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ServerMalformed("The mail server's address must have a host and, after its port, nothing more.")
    if parts.username is not None or parts.password is not None:
        raise ServerMalformed("The mail server's address must not carry a user or a password. Put them into a file.")
    if security is Security.NONE and host not in LOOPBACK:
        raise ServerMalformed(
            "Mail leaves this machine encrypted or not at all: use smtps:// or smtp+starttls:// for another host."
        )
    user, password = _credentials(credentials)
    return MailServer(
        host=host,
        port=DEFAULT_PORTS[security] if port is None else port,
        security=security,
        user=user,
        password=password,
    )


def _credentials(text: str) -> tuple[str, str]:
    lines = text.splitlines()
    if not lines:
        return "", ""
    if len(lines) != 2 or not all(lines):
        raise ServerMalformed("The credentials' file must hold two lines: a user's name and a password.")
    return lines[0], lines[1]
