"""Whose network asks: what limits on tries count by, and nothing else."""

import ipaddress
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import count_network_try


def network_of(request: HttpRequest) -> str:
    """Whose network asks, for counting tries only: an IPv4 address or an IPv6 block of one customer. Never stored."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.LEEWARD_PROXIES and "HTTP_X_FORWARDED_FOR" in request.META:
        # Each proxy of ours appends the address that it saw. What stands before those entries the caller wrote.
        ours = request.META["HTTP_X_FORWARDED_FOR"].split(",")[-settings.LEEWARD_PROXIES :]
        text = ours[0].strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:  # how a socket for both kinds names an IPv4 caller: they are not one block
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def may_try(request: HttpRequest, *, purpose: str, limit: int, now: datetime) -> bool:
    """Count one try of whose network asks, and return whether that many are allowed."""
    try:
        count_network_try(network=network_of(request), purpose=purpose, now=now, limit=limit)
    except TooManyTries:
        return False
    return True
