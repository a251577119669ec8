"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("Of people who work here: words from one shift to the next, and how many stories they open in a day"),
        why=mark("So that work goes on, and nobody reads too many"),
        how_long=mark("While they work here"),
        tables=("work.ShiftNote", "work.Exposure"),
        about=About.OTHERS,
    ),
)
