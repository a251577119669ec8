"""The organisations whose people have accounts here, for the administrator's pages."""

from collections.abc import Mapping

from leeward.foundation.people.bodies import register_bodies
from leeward.industry.platforms.queries import listed_platforms
from leeward.justice.courts.queries.courts import court_names
from leeward.justice.outcomes.queries.authorities import authority_names
from leeward.justice.perpetrators.queries.programmes import provider_names
from leeward.justice.register.queries.bases import agency_names
from leeward.justice.training.queries.people import employer_names
from leeward.victim.network.queries.members import member_names


def register_all() -> None:
    """Let an administrator choose the organisation to which somebody belongs."""
    register_bodies(platform_names)
    register_bodies(employer_names)
    register_bodies(provider_names)
    register_bodies(member_names)
    register_bodies(court_names)
    register_bodies(authority_names)
    register_bodies(agency_names)


def platform_names() -> Mapping[str, str]:
    """Their names by public id."""
    return {str(partner.public_id): partner.name for partner in listed_platforms()}
