"""Counts of the platforms that may be published."""

from dataclasses import dataclass

from django.db.models import Count, Q

from leeward.industry.platforms.models import Platform


@dataclass(frozen=True, kw_only=True)
class ProfileFigures:
    """Of the listed platforms: for how many a lead and a page for reports are written down."""

    listed: int
    with_reporting_page: int


def profile_figures() -> ProfileFigures:
    """What is known of how the listed platforms work."""
    counts = Platform.objects.filter(is_listed=True).aggregate(
        listed=Count("pk"),
        with_reporting_page=Count("pk", filter=~Q(reporting_url="")),
    )
    return ProfileFigures(**counts)
