"""Says at the start, not to the first person who comes, that something is missing."""

from typing import Any

from django.core import checks

from leeward.victim.portal.hasher import missing_files


@checks.register()
def check_built(**_: Any) -> list[checks.CheckMessage]:
    """The browser files must have been built."""
    missing = missing_files()
    if not missing:
        return []
    names = ", ".join(path.name for path in missing)
    return [
        checks.Error(f"The portal's browser files are not built: {names}.", hint="Run `make setup`.", id="portal.E001")
    ]
