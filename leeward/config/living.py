"""What pages may refer to in each room. Only here are all of them seen."""

from leeward.foundation.pages.living import register_own
from leeward.industry.duties.living import register_kinds as register_laws
from leeward.industry.platforms.living import register_kinds as register_platforms
from leeward.policy.statistics.living import register_kinds as register_figures
from leeward.society.directory.living import register_kinds as register_services
from leeward.victim.file.living import register_kinds as register_confidence
from leeward.victim.removals.living import register_kinds as register_desk


def register_kinds() -> None:
    """Let pages refer to what the rooms know."""
    register_own()
    register_services()
    register_platforms()
    register_laws()
    register_figures()
    register_confidence()
    register_desk()
