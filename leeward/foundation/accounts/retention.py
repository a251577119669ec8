"""What this room keeps about people, for everybody to read."""

from leeward.foundation.labels import mark
from leeward.foundation.retention import About, Retention

RETENTION = (
    Retention(
        what=mark("Of people who work here: name, role, and how they sign in"),
        why=mark("So that nobody else gets in"),
        how_long=mark("While they work here"),
        tables=("accounts.User", "accounts.Passkey", "accounts.OutsideIdentity"),
        about=About.OTHERS,
    ),
)
