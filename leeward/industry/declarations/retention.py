"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("Of a company that signs: who may speak for it, and their mailbox"),
        why=mark("To be sure who they are"),
        how_long=mark("While it has signed; 180 days after a no"),
        tables=("declarations.Signatory", "declarations.SignatoryLink"),
        about=About.OTHERS,
    ),
)
