"""Under which address somebody is here, for passkeys: browsers know them at names alone, never at numbers."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest

from leeward.foundation.accounts.operations import Site


def site_of(request: HttpRequest) -> Site:
    """The site of a ceremony with a passkey."""
    origin = request.build_absolute_uri("/").rstrip("/")
    return Site(host=_host_of(origin), origin=origin, name=f"Leeward, {settings.LEEWARD_NATION}")


def named_address(request: HttpRequest) -> str | None:
    """None where passkeys can be used at this address; else the one to use for this page, "" where none is known."""
    own = request.build_absolute_uri("/").rstrip("/")
    if not is_number(_host_of(own)):
        return None
    if ip_address(_host_of(own)).is_loopback:
        parts = urlsplit(own)
        named = f"{parts.scheme}://localhost" + (f":{parts.port}" if parts.port else "")
    else:
        named = settings.LEEWARD_URL
    return "" if is_number(_host_of(named)) else f"{named}{request.path}"


def is_number(host: str) -> bool:
    """Whether a host is the number of a machine and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def sign_in_context(request: HttpRequest, *, form: Form, target: str) -> dict[str, Any]:
    """What the page that signs in shows."""
    return {
        "form": form,
        "target": target,
        "providers": settings.LEEWARD_OIDC_PROVIDERS,
        "named_address": named_address(request),
    }


def _host_of(address: str) -> str:
    return urlsplit(address).hostname or ""
