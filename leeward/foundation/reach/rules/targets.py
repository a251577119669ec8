"""Reads an address that a stranger wrote, and says what would be connected to."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address

from leeward.foundation.reach.errors import AddressMalformed, SchemeRefused, UserInfoRefused

URL_LENGTH = 4_096
HOST_LENGTH = 253
HIGHEST_PORT = 65_535
DEFAULT_PORTS = {"http": 80, "https": 443}
HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
# Readers disagree about where a host ends when one of these is in an address.
AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(frozen=True, kw_only=True)
class Target:
    """One address, taken apart. The host is in ASCII and without brackets; the path has its query and no fragment."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The site: everything before the path."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The whole address, without a fragment."""
        return self.origin + self.path


def read_target(url: str) -> Target:
    """Take the address apart. Raises AddressMalformed, SchemeRefused, UserInfoRefused."""
    if len(url) > URL_LENGTH:
        raise AddressMalformed(f"The address is longer than {URL_LENGTH} characters.")
    if AMBIGUOUS.search(url):
        raise AddressMalformed("The address has spaces, control characters or backslashes in it. Remove them.")
    scheme = SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in DEFAULT_PORTS:
        raise SchemeRefused
    import httpx  # noqa: PLC0415  # a tenth of each command's start, and few commands read an address

    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressMalformed("The address cannot be read. Copy it again from the browser.") from error
    if parsed.userinfo:
        raise UserInfoRefused
    return Target(
        scheme=parsed.scheme,
        host=_host(parsed.raw_host.decode("ascii")),
        port=_port(parsed.scheme, parsed.port),
        path=parsed.raw_path.decode("ascii") or "/",
    )


def redirect_target(target: Target, location: str) -> Target:
    """Return the target of a redirect, checked as if it had been typed. Raises as `read_target` does."""
    import httpx  # noqa: PLC0415  # as above

    try:
        joined = str(httpx.URL(target.url).join(location))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressMalformed("The address leads on to one that cannot be read.") from error
    return read_target(joined)


def _port(scheme: str, written: int | None) -> int:
    port = DEFAULT_PORTS[scheme] if written is None else written
    if not 0 < port <= HIGHEST_PORT:
        raise AddressMalformed(f"The address names a port that is not one from 1 to {HIGHEST_PORT}.")
    return port


def _host(host: str) -> str:
    if ":" in host:
        try:
            if IPv6Address(host).scope_id is None:
                return host
        except ValueError:
            pass
    elif len(host) <= HOST_LENGTH and HOST_NAME.fullmatch(host):
        return host
    raise AddressMalformed("The address names no host that can be looked up. Copy it again from the browser.")
