"""Everything that changes platforms: their keys and their place in the feed, their domains, channels and profiles."""

from leeward.industry.platforms.operations.directory import import_platforms
from leeward.industry.platforms.operations.keys import (
    create_platform,
    restore_platform,
    rotate_keys,
    suspend_platform,
)
from leeward.industry.platforms.operations.known import (
    Loaded,
    load_known_sites,
    plan_known_sites,
    take_up_site,
)
from leeward.industry.platforms.operations.removal import (
    add_channel,
    add_domain,
    change_channel,
    describe_platform,
    list_platform,
    meet_site,
    remove_channel,
    remove_domain,
)
from leeward.industry.platforms.operations.teams import (
    admit_waiting_keys,
    drop_retired_keys,
    keyring_for_key,
)
from leeward.industry.platforms.operations.verbs import PlatformVerb

__all__ = [
    "Loaded",
    "PlatformVerb",
    "add_channel",
    "add_domain",
    "admit_waiting_keys",
    "change_channel",
    "create_platform",
    "describe_platform",
    "drop_retired_keys",
    "import_platforms",
    "keyring_for_key",
    "list_platform",
    "load_known_sites",
    "meet_site",
    "plan_known_sites",
    "remove_channel",
    "remove_domain",
    "restore_platform",
    "rotate_keys",
    "suspend_platform",
    "take_up_site",
]
