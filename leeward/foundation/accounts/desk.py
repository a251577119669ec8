"""The pages of the staff desk: those whose declaration gives them a title there."""

from dataclasses import dataclass

from django.urls import get_resolver, reverse

from leeward.foundation.web.access import Audience, access_of, walk_patterns


@dataclass(frozen=True, kw_only=True)
class DeskLink:
    """One page to go to."""

    title: str
    summary: str
    url: str


def list_desk(*, role: str) -> tuple[DeskLink, ...]:
    """The pages without arguments that staff of this role may open, in the order of their titles."""
    links = []
    for _route, name, pattern in walk_patterns(get_resolver().url_patterns):
        access = access_of(pattern.callback)
        if access and access.audience is Audience.STAFF and access.desk_title and role in access.roles:
            links.append(DeskLink(title=str(access.desk_title), summary=str(access.desk_summary), url=reverse(name)))
    return tuple(sorted(links, key=lambda link: link.title))
