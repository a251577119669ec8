"""Decides which network addresses are on the public internet, however they are written."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from leeward.foundation.reach.errors import NameUnknown, PortRefused, PrivateAddress

type Address = IPv4Address | IPv6Address

# RFC 6052: how a network without IPv4 writes an IPv4 address; the last 32 bits are that address.
NAT64 = IPv6Network("64:ff9b::/96")
# RFC 4291: everything that is handed out to sites today lies here.
GLOBAL_UNICAST = IPv6Network("2000::/3")
# RFC 7526: relays that lead into IPv6 by a road that is closed.
RELAYS = IPv4Network("192.88.99.0/24")
# A cloud's own answering machine on an address that looks public. The others' are link-local, shared or private.
CLOUD_METADATA = frozenset({IPv4Address("168.63.129.16")})


def unwrap(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only carries it, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether this is one machine's address on the public internet."""
    inner = unwrap(address)
    if isinstance(inner, IPv4Address):
        odd = inner.is_multicast or inner.is_reserved or inner in RELAYS or inner in CLOUD_METADATA
        return inner.is_global and not odd
    return inner in GLOBAL_UNICAST and inner.is_global and inner.scope_id is None


def check_addresses(addresses: Sequence[Address], *, port: int, ports: frozenset[int], loopback_allowed: bool) -> None:
    """Raise PrivateAddress or PortRefused unless every one of a host's addresses may be connected to.

    One bad address among good ones is enough: whoever controls the name decides which is used. Where this machine's
    own loopback is allowed, it is on any port.
    """
    if not addresses:
        raise NameUnknown
    for address in addresses:
        if is_public(address):
            if port not in ports:
                raise PortRefused(port)
        elif not (loopback_allowed and unwrap(address).is_loopback):
            raise PrivateAddress
