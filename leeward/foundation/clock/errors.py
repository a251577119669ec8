"""The named errors of the clock."""


class ClockError(Exception):
    """Anything that is refused because of the clock; catch this one to catch them all."""


class DayDiffers(ClockError):
    """The day that a person has read from another clock is not the day of this machine."""
