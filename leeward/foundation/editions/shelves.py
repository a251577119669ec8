"""Shelves, on which editions of one kind stand; each room declares its own, and `config` names them all."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.module_loading import import_string

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editions.records import CalendarDay, Edition
from leeward.foundation.editions.rules.datafiles import TableFile
from leeward.foundation.opendata import open_data
from leeward.foundation.web.components import Text

type View = Callable[..., HttpResponse]
type Told = Callable[[HttpRequest], Mapping[str, object]]


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What a room says of its shelf.

    `namespace` is that of its addresses, which `addresses.shelf_urls` makes. `draft(*, title, words, licence, by, now)`
    makes a draft and returns its name. `tables` are those of every edition, for the data dictionary. `opens` opens a
    view of a file to everybody. `english` (its title), `about`, `keywords` and `theme` are for catalogues of data;
    `package` begins the name of its data packages. `more` is a template below the list of editions, `look` one of what
    a draft changes: with what `tell` and `compare` give. With `read`, `look` stands on the public page of an edition
    too, with what it gives. `schedule` gives what the room publishes by itself around a day, for the calendar.

    `on_signed` is called in the transaction that publishes an edition. `record_kind` is that of the signed records
    about its editions, if there are such.
    """

    code: str
    leaf_kind: str
    title: Text
    lead: Text
    summary: Text
    namespace: str
    roles: tuple[Role, ...]
    draft: Callable[..., str]
    english: str
    about: str
    package: str
    keywords: tuple[str, ...]
    theme: str
    tables: Callable[[], Sequence[TableFile]]
    opens: Callable[[View], View] = open_data
    record_kind: str = ""
    on_signed: Callable[[Edition, Actor, datetime], None] | None = None
    more: str = ""
    tell: Told | None = None
    look: str = ""
    compare: Callable[[str], Mapping[str, object]] = field(default=lambda _name: {})
    read: Callable[[str], Mapping[str, object]] | None = None
    schedule: Callable[[date], Iterable[CalendarDay]] | None = None

    def url(self, page: str, *arguments: object) -> str:
        """Return the address of one of its pages, below this site's own."""
        return reverse(f"{self.namespace}:{page}", args=arguments)

    def whole_url(self, page: str, *arguments: object) -> str:
        """Return the same with this site's own before it."""
        return settings.LEEWARD_URL + self.url(page, *arguments)


@functools.cache
def all_shelves() -> tuple[Shelf, ...]:
    """Return the shelves that this installation's rooms have declared (LEEWARD_SHELVES)."""
    return tuple(import_string(name) for name in settings.LEEWARD_SHELVES)


def find_shelf(code: str) -> Shelf:
    """Return one shelf. Raises StopIteration for a code that no room declares."""
    return next(shelf for shelf in all_shelves() if shelf.code == code)
