"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("How often a code was tried from one network, under a scrambled name that cannot be turned back"),
        why=mark("So that nobody can guess codes"),
        how_long=mark("Ten minutes. For other pages, a day at most"),
        tables=("counters.Counter",),
    ),
)
