"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("Why a record is kept for a court case or an inquiry"),
        why=mark("So that two people answer for it, and whoever may see the record can read it"),
        how_long=mark("Until a year after it is over"),
        tables=("holds.Hold",),
        about=About.OTHERS,
    ),
)
