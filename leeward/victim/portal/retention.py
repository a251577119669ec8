"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("That your pages are open"),
        why=mark("So that closing them ends the visit everywhere"),
        how_long=mark("Until you close them, at most two days"),
        tables=("portal.OpenVisit",),
    ),
    Retention(
        what=mark("What you typed after your pages had closed by themselves"),
        why=mark("So that it is not lost: your code saves it"),
        how_long=mark("Until you type your code, at most two days"),
        tables=("portal.KeptWords",),
    ),
)
