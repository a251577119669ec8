"""The organisations whose people have accounts here, for the administrator's pages: the platforms."""

from collections.abc import Mapping

from leeward.foundation.people.bodies import register_bodies
from leeward.industry.platforms.queries import listed_platforms


def register_platforms() -> None:
    """Let an administrator choose a platform for its moderators and leads."""
    register_bodies(platform_names)


def platform_names() -> Mapping[str, str]:
    """Their names by public id."""
    return {str(partner.public_id): partner.name for partner in listed_platforms()}
