"""Views of a list: those that its room declares, and those that somebody keeps for themselves under a name."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from leeward.foundation.web.components import Text
from leeward.foundation.work.errors import ViewsFull
from leeward.foundation.work.models import SavedView
from leeward.foundation.work.way import Way, address_of

MOST_VIEWS = 20  # of one list, for one person


@dataclass(frozen=True, kw_only=True)
class View:
    """A list as a link shows it. `reference` is that of a saved one, "" of one that the room declares.

    `current` is "page" for the one that is shown, "true" for the one that is shown narrowed, "" for all others.
    """

    text: Text
    address: str
    current: str = ""
    reference: str = ""


def views_of(
    declared: Iterable[tuple[Text, str]], path: str, asked: Mapping[str, str], *, owner: str
) -> Sequence[View]:
    """The views of a list for somebody, at most one of them current."""
    every = [View(text=text, address=address) for text, address in declared]
    every += [
        View(text=row.name, address=f"{path}?{row.query}", reference=str(row.reference))
        for row in SavedView.objects.filter(owner=owner, path=path).order_by("name")[:MOST_VIEWS]
    ]
    for wanted, current in ((asked, "page"), ({}, "true")):
        for number, each in enumerate(every):
            if _asks(each.address) == (path, wanted):
                every[number] = replace(each, current=current)
                return every
    return every


def save_view(way: Way, *, name: str, owner: str) -> None:
    """Keep how a list is narrowed and sorted; one of the same name is replaced. Raises ViewsFull."""
    mine = SavedView.objects.filter(owner=owner, path=way.path)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise ViewsFull
    SavedView.objects.update_or_create(owner=owner, path=way.path, name=name, defaults={"query": urlencode(way.query)})


def remove_view(reference: uuid.UUID, *, owner: str) -> str:
    """Remove a view of somebody's own; returns the address of its list, "" where there is no such view of theirs."""
    row = SavedView.objects.filter(reference=reference, owner=owner).first()
    if row is None:
        return ""
    row.delete()
    return address_of(row.path, {})


def _asks(address: str) -> tuple[str, Mapping[str, str]]:
    found = urlsplit(address)
    return found.path, dict(parse_qsl(found.query))
