"""What the signed record of a release says."""

from dataclasses import dataclass
from datetime import date

from leeward.foundation.kept import Kept

KIND = "statistics_release"


@dataclass(frozen=True, kw_only=True)
class ReleaseClaims(Kept):
    """Which release, and the digest of the list of its files' digests, which anybody works out from the files."""

    edition: str
    covers_until: date
    licence: str
    sha256: str
