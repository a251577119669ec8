"""The pages that her code opens."""

import uuid
from collections.abc import Iterator

from django.urls import get_resolver

from leeward.foundation.web.access import Audience, access_of, walk_patterns
from tests.access import ARGUMENT

# What stands open while the code is one that staff have seen: the page on which it is replaced, and the way out.
OPEN_MEANWHILE = {"portal:own-code", "portal:close"}


ARGUMENTS = {"int": "1", "slug": "words", "uuid": str(uuid.UUID(int=7)), "str": "x"}


def code_pages() -> Iterator[str]:
    """Every page that asks for a code, from the list of all addresses."""
    for route, name, pattern in walk_patterns(get_resolver().url_patterns):
        access = access_of(pattern.callback)
        if access is not None and access.audience is Audience.VICTIM_CODE and name not in OPEN_MEANWHILE:
            yield "/" + ARGUMENT.sub(lambda found: ARGUMENTS[found["kind"] or "str"], route)
