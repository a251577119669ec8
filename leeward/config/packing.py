"""Static files of an installation: each lies there once, by the name that pages ask for, and packed under that name."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

from leeward.victim.portal.hasher import ADDONS_PATH


class PackedOnce(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Puts a digest into each name but those of what the hasher fetches: it knows their digests already."""

    keep_only_hashed_files = True

    def hashed_name(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Return the name that pages ask for."""
        hashed: str = super().hashed_name(name, *args, **kwargs)
        return name if name.startswith(ADDONS_PATH) else hashed
