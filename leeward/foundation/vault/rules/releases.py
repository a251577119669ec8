"""Releases: what a release's key and texts are bound to, and how its texts may be named."""

import re
from uuid import UUID

from leeward.foundation.vault.rules.wraps import Binding

ITEMS_LIMIT = 100
ITEM_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")


def release_binding(*, release: UUID, file: UUID) -> Binding:
    """Return what the wrap of a release's key is bound to, besides its receiver."""
    return {"release": str(release), "file": str(file)}


def item_bound(name: str, *, release: UUID, file: UUID) -> str:
    """Return what a released text is bound to."""
    return f"vault.FileReleaseItem.sealed|{name}|{release}|{file}"
