"""What rooms publish into the public log: each declares its kinds of leaves, and `config` names them all."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from leeward.foundation.web.components import Text


@dataclass(frozen=True, kw_only=True)
class LeafKind:
    """A kind of leaves: its code in the log, what it is called, and the page of what a leaf names, if there is one."""

    code: str
    title: Text
    address: Callable[[str], str] | None = None


@functools.cache
def leaf_kinds() -> Mapping[str, LeafKind]:
    """Return the kinds that this installation's rooms have declared (LEEWARD_PUBLISHED), by their codes."""
    kinds: tuple[LeafKind, ...] = tuple(import_string(name) for name in settings.LEEWARD_PUBLISHED)
    return {kind.code: kind for kind in kinds}


def title_of(code: str) -> Text:
    """What a kind of leaves is called; its code where no room declares it any more."""
    kind = leaf_kinds().get(code)
    return kind.title if kind else code


def address_of(code: str, name: str) -> str:
    """The page of what a leaf names, "" where there is none."""
    kind = leaf_kinds().get(code)
    return kind.address(name) if kind and kind.address else ""
