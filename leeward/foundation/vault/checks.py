"""Says at the start what would be found out too late: pickles that somebody else wrote, boxes that nobody knows."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

NO_CACHE = "django.core.cache.backends.dummy.DummyCache"
JSON_SESSIONS = "django.contrib.sessions.serializers.JSONSerializer"


@checks.register()
def check_no_pickles(**_: Any) -> list[checks.CheckMessage]:
    """Check that nothing is unpickled that others may write: there is no cache, and sessions are JSON."""
    caches = {name: cache["BACKEND"] for name, cache in settings.CACHES.items()}
    found = [f"CACHES[{name!r}] is {backend}" for name, backend in caches.items() if backend != NO_CACHE]
    if settings.SESSION_SERIALIZER != JSON_SESSIONS:
        found.append(f"SESSION_SERIALIZER is {settings.SESSION_SERIALIZER}")
    return [
        checks.Error(
            f"{what}: it may read pickles, and whoever writes what it reads runs code here.",
            hint=f"Leave CACHES at {NO_CACHE}, SESSION_SERIALIZER at {JSON_SESSIONS}; count with foundation.counters.",
            id="vault.E001",
        )
        for what in found
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
