"""The named errors about platforms and their keys."""


class PlatformError(Exception):
    """Anything that is refused about a platform; catch this one to catch them all."""


class PlatformNameTaken(PlatformError):
    """Another platform has this name already."""


class PlatformNameRefused(PlatformError, ValueError):
    """A name is empty, too long or cannot be printed."""


class PlatformUnknown(PlatformError):
    """There is no such platform."""
