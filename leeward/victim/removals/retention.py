"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("If you ask for removal: your answers, the places, and what came of it"),
        why=mark(
            "So that the desk can have it taken down. Only your code opens it, and the desk once you have handed it in"
        ),
        how_long=mark("30 days if you do not hand it in; else two years, or until you erase it"),
        tables=(
            "removals.Report",
            "removals.Request",
            "removals.RequestEvent",
            "removals.Check",
            "removals.PictureWatch",
        ),
    ),
    Retention(
        what=mark("Our requests to sites, and what the sites answered"),
        why=mark("To prove what was asked and answered. The site has a key to its own"),
        how_long=mark("As long as your report"),
        tables=("removals.Notice", "removals.Decision", "removals.Appeal", "removals.Match"),
        stays=mark("What sites have got from us already. Nobody can call that back."),
    ),
    Retention(
        what=mark("Notes of the removal desk on its own work"),
        why=mark("So that colleagues can go on with it"),
        how_long=mark("As long as your report"),
        tables=("removals.Note", "removals.Review"),
    ),
)
