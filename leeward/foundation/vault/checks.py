"""Says at the start, not after the first flood, that tries would slip past their counter."""

from typing import Any

from django.core import checks
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.base import BaseCache


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
