"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("A list of what was done with each entry, without names"),
        why=mark("So that misuse can be found"),
        how_long=mark("Kept, because a list that can be changed proves nothing"),
        tables=("audit.AuditEvent",),
        stays=mark("Our own log says that somebody did something here, and in which hour. It does not say who."),
    ),
)
