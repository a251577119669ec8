"""What the network publishes: its monthly bulletin, as an edition that two people make."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editions.kinds import LeafKind
from leeward.foundation.editions.shelves import Shelf
from leeward.victim.network.operations.bulletin import draft_bulletin, last_month
from leeward.victim.network.queries.bulletin import BULLETIN, Bulletin, bulletin_tables, read_bulletin, read_draft
from leeward.victim.network.views.alerts import FACET_TITLES, say_since

BULLETINS = LeafKind(
    code="network-bulletin",
    title=_("Bulletin of the support network"),
    address=lambda edition: reverse("bulletin:release", args=[edition]),
)


def draft(*, title: str, words: str = "", licence: str = "", by: Actor, now: datetime) -> str:
    """Draft the bulletin of the last month, under the nation's licence where none is named, and return its name."""
    licence = licence or settings.LEEWARD_OPEN_DATA_LICENCE.path
    return draft_bulletin(SHELF, title=title, words=words, licence=licence, by=by, now=now)


def _told(bulletin: Bulletin) -> Mapping[str, object]:
    return {"bulletin": bulletin, "say_since": say_since, "titles": FACET_TITLES}


SHELF = Shelf(
    code=BULLETIN,
    leaf_kind=BULLETINS.code,
    title=_("Bulletins of the support network"),
    lead=_(
        "Once a month: what is done to people now and what helps, what the government says about it, and what the law "
        "does not cover. It names nobody. Small numbers are hidden, and the others are rounded to the nearest five."
    ),
    summary=_("Draft the bulletin of the last month, sign it off, and keep the calendar."),
    namespace="bulletin",
    roles=(Role.NETWORK_SECRETARY, Role.HELPLINE_LEAD),
    draft=draft,
    english="Bulletin of the support network against intimate image abuse",
    about="Early warnings, the government's answers, sightings of tactics and gaps in the law, month by month.",
    package="bulletin",
    keywords=("intimate image abuse", "early warning"),
    theme="JUST",
    tables=lambda: bulletin_tables(last_month(timezone.now()), now=timezone.now()),
    look="network/bulletin/inside.jinja",
    compare=lambda edition: _told(read_draft(edition)),
    read=lambda edition: _told(read_bulletin(edition)),
)
