"""What can go wrong with packs.

PackError
├── PathRefused      a name that no file of a pack may have
└── PackUnreadable   what was given is no pack: no ZIP archive, or one that no pack is like
"""


class PackError(Exception):
    """Something about a pack cannot be done."""


class PathRefused(PackError, ValueError):
    """A file of a pack has a name of letters, digits and `.-_`, in folders of the same."""


class PackUnreadable(PackError):
    """It is no pack, and the message says why."""
