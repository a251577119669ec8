"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("What you keep for yourself: entries, their versions, files, and what happened to them"),
        why=mark(
            "So that you remember, and can show it as proof. Only your code opens it, and a team while you show it one"
        ),
        how_long=mark("1, 2, 5 or 10 years from your last visit, as you choose, or until you erase it"),
        tables=(
            "locker.Locker",
            "locker.Item",
            "locker.Version",
            "locker.Custody",
            "locker.Part",
            "locker.PendingDeletion",
        ),
        stays=mark("Random numbers that proved how old your entries were. They say nothing without the entries."),
    ),
)
