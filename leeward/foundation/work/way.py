"""The way between an item and the list from which it was opened: back to it, and on to its next item.

The list stands in the address of the item, as its own address with the item's place in it. It is believed only where it
is the address of a list of this site, whose page asks anew who may see it. Every form of a page hands it on, and so
does every act's answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.template.backends.utils import csrf_input
from django.urls import Resolver404, resolve
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

ENTRY = "list"
PLACE, NEXT = "after", "next"
ITEM = "of"  # what the line is of, where several lines of a list are of one item
MOVED = "moved"  # the page is the next item after one that was just settled
STAY = "stay"  # an act asks to come back to its list itself, which says what was done
LONGEST = 1_500


@dataclass(frozen=True, kw_only=True)
class Way:
    """A list, how it is narrowed and sorted, and the place of one item in it; `item` names it where lines share one."""

    path: str
    query: Mapping[str, str]
    place: str
    item: str = ""

    @property
    def text(self) -> str:
        """All of it, as it stands in an item's address."""
        return address_of(self.path, {**self.query, PLACE: self.place, **({ITEM: self.item} if self.item else {})})

    @property
    def back(self) -> str:
        """The address of the list."""
        return address_of(self.path, self.query)

    @property
    def next(self) -> str:
        """The address that leads to the item behind this one."""
        return address_of(self.path, {**self.query, PLACE: self.place, NEXT: self.item or "1"})

    def keep(self, address: str) -> str:
        """The address of another page of the same item, with this list in it."""
        return add_to(address, {ENTRY: self.text})

    def lead(self, address: str) -> str:
        """An address within this site, with this list in it; the list's own stays as narrow as it was."""
        found = urlsplit(address)
        if found.scheme or found.netloc:
            return address
        return add_to(address, self.query if found.path == self.path else {ENTRY: self.text})

    def lead_on(self, address: str) -> str:
        """Where an act on an item leads: one that would lead back to the list leads on, unless it asks to stay."""
        found = urlsplit(address)
        asked = dict(parse_qsl(found.query))
        is_back = found.path == self.path and not found.netloc and not {NEXT, STAY} & asked.keys()
        return add_to(self.next, {**asked, MOVED: "1"}) if is_back else self.lead(address)


def shows_list[V: Callable[..., Any]](view: V) -> V:
    """Declare that a view shows a list, so that its items may lead back to it."""
    view.shows_list = True  # type: ignore[attr-defined]  # a function carries attributes; its type cannot say so
    return view


def way_of(request: HttpRequest) -> Way | None:
    """The list from which this page or act was reached; None without one."""
    try:
        text = request.GET.get(ENTRY, "") or (request.POST.get(ENTRY, "") if request.method == "POST" else "")
    except (SuspiciousOperation, UnreadablePostError):  # whoever reads what was sent says what is wrong with it
        return None
    return read_way(text)


def read_way(text: str) -> Way | None:
    """A list of this site as an address says it; None for any other address."""
    found = urlsplit(text) if text.startswith("/") and not text.startswith("//") and len(text) <= LONGEST else None
    if found is None:
        return None
    try:
        is_list = getattr(resolve(found.path).func, "shows_list", False)
    except Resolver404:
        return None
    query = dict(parse_qsl(found.query))
    place, item = query.pop(PLACE, ""), query.pop(ITEM, "")
    query.pop(NEXT, "")
    query.pop(MOVED, "")
    query.pop(STAY, "")
    return Way(path=found.path, query=query, place=place, item=item) if is_list else None


def address_of(path: str, query: Mapping[str, str]) -> str:
    """A path with what is asked of it."""
    return f"{path}?{urlencode(query)}" if query else path


def add_to(address: str, query: Mapping[str, str]) -> str:
    """An address that asks for more; what it asks for already stays as it is."""
    found = urlsplit(address)
    own = parse_qsl(found.query, keep_blank_values=True)
    added = [(name, value) for name, value in query.items() if name not in dict(own)]
    return found._replace(query=urlencode([*own, *added])).geturl()


def keep_list(request: HttpRequest) -> Mapping[str, Any]:
    """Give a page the list from which it was reached, and each of its forms too, beside the token that all carry.

    A link to another page of the same item keeps it by `{{ onward(address) }}`.
    """
    way = way_of(request)
    if way is None:
        return {}

    def hidden() -> SafeString:
        return csrf_input(request) + format_html('<input type="hidden" name="{}" value="{}">', ENTRY, way.text)

    # Lazy: a page without a form sets no cookie.
    return {"csrf_input": lazy(hidden, SafeString)(), "list_way": way, "onward": way.keep}
