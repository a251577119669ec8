"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("If a law allows a register: who was convicted, of what, and who asked"),
        why=mark("What that law names as its purpose"),
        how_long=mark("Until the end that the law sets; questions for 6 years"),
        tables=("register.Entry", "register.Check", "register.Letter"),
        about=About.OTHERS,
    ),
)
