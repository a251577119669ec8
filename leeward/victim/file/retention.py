"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import Retention

RETENTION = (
    Retention(
        what=mark("What you tell us, and a way to reach you if you give one"),
        why=mark("So that the desk or the helpline can help you. A way to reach you never goes to a platform"),
        how_long=mark("As long as your report, or what you write with the helpline"),
        tables=("file.File",),
    ),
    Retention(
        what=mark("What you and a team of ours write each other"),
        why=mark("So that a person can answer you. It is locked. Your code opens it, and the key of that team"),
        how_long=mark("As long as your report, or what you write with the helpline"),
        tables=("file.Thread", "file.Message"),
    ),
    Retention(
        what=mark("Where to send a short message that there is news, only if you say yes to it"),
        why=mark("So that you learn that there is news"),
        how_long=mark("Until you say no, or a message cannot be delivered"),
        tables=("file.SafeWay",),
    ),
    Retention(
        what=mark("On which days a team of ours opened what you told us"),
        why=mark("So that you can see it"),
        how_long=mark("As long as what you told us"),
        tables=("file.Opening",),
    ),
)
