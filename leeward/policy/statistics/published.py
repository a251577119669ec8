"""What of the statistics is published as editions, and stands in the public log."""

from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editions.kinds import LeafKind
from leeward.foundation.editions.shelves import Shelf
from leeward.policy.statistics.operations.quality import quality_file
from leeward.policy.statistics.operations.releases import ask_for_record, draft_release
from leeward.policy.statistics.operations.timetable import publication_days
from leeward.policy.statistics.queries.releases import FIGURES
from leeward.policy.statistics.queries.tables import release_tables
from leeward.policy.statistics.rules.claims import KIND
from leeward.policy.statistics.views.releasing import (
    STAFF,
    below_releases,
    look_at_draft,
    look_at_release,
    open_unasked,
)

RELEASES = LeafKind(
    code="statistics-release",
    title=_("Release of statistics"),
    address=lambda edition: reverse("statistics-data:release", args=[edition]),
)


def draft(*, title: str, words: str = "", licence: str = "", by: Actor, now: datetime) -> str:
    """Draft a release, under the nation's licence where none is named, and return its name."""
    licence = licence or settings.LEEWARD_OPEN_DATA_LICENCE.path
    return draft_release(SHELF, title=title, words=words, licence=licence, by=by, now=now)


SHELF = Shelf(
    code=FIGURES,
    leaf_kind=RELEASES.code,
    title=_("Releases of statistics"),
    lead=_(
        "The nation’s figures, frozen on a day. A release is never changed; a later one takes its place. Small numbers "
        "are hidden, and so is what would give them away. Numbers of people are rounded to the nearest five."
    ),
    summary=_("Draft a release of the nation's figures, sign it off, and keep the calendar."),
    namespace="statistics-data",
    roles=STAFF,
    draft=draft,
    english="Statistics on intimate image abuse",
    about="Releases of the nation's figures, small numbers protected.",
    package="statistics",
    keywords=("intimate image abuse", "removal"),
    theme="JUST",
    tables=lambda: (*release_tables(today=timezone.now().astimezone(UTC).date()), quality_file(())),
    opens=open_unasked,
    more="statistics/releases/more.jinja",
    tell=below_releases,
    look="statistics/releases/look.jinja",
    compare=look_at_draft,
    read=look_at_release,
    record_kind=KIND,
    on_signed=ask_for_record,
    schedule=publication_days,
)
