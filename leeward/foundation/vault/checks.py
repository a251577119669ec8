"""Says at the start what would be found out too late: tries that slip past their counter, boxes that nobody knows."""

from typing import Any

from django.core import checks
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.base import BaseCache
from django.utils.module_loading import import_string


@checks.register()
def check_counting(**_: Any) -> list[checks.CheckMessage]:
    """The cache must count in one step: what reads, adds and writes back lets tries at the same moment share one."""
    if type(caches[DEFAULT_CACHE_ALIAS]).incr is not BaseCache.incr:
        return []
    return [
        checks.Error(
            "The cache in CACHES does not count in one step.",
            hint="Use leeward.foundation.vault.counting.CountingDatabaseCache, Redis or memcached.",
            id="vault.E001",
        )
    ]


@checks.register()
def check_service_boxes(**_: Any) -> list[checks.CheckMessage]:
    """Rotation must know every column that is sealed to a worker's key, or its old key would be deleted too early."""
    # Looked up now, for the tables of all apps are there only now.
    unknown = import_string("leeward.foundation.vault.service_boxes.unknown_columns")()
    return [
        checks.Error(
            f"{name} takes what is sealed to a worker's key, but the rotation of that key does not know it.",
            hint="Register a ServiceBoxes for it in the app's ready(): see leeward.foundation.vault.service_boxes.",
            id="vault.E002",
        )
        for name in unknown
    ]
