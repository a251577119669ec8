"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("A slow, one-way form of your code"),
        why=mark("To recognise the code when you come back. We cannot read the code from it"),
        how_long=mark("Until you erase everything. At the latest, a month after the last thing under it has run out"),
        tables=("vault.AccessCode", "vault.Holding"),
    ),
    Retention(
        what=mark("Who has a key to what you told us"),
        why=mark("So that only those whom you let in can read it"),
        how_long=mark("As long as what the key opens"),
        tables=("vault.Grant",),
    ),
)
