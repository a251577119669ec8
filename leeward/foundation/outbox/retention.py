"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("Mail that is on its way"),
        why=mark("So that it arrives"),
        how_long=mark("Until it is delivered, or 30 days after it failed"),
        tables=("outbox.Parcel",),
        stays=mark("A mail that has left already, until it has arrived, or 30 days after it failed."),
    ),
)
