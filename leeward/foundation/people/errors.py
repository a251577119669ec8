"""What can be wrong with an account that an administrator makes or changes."""

from leeward.foundation.labels import Labelled, mark


class PeopleMistake(Labelled):
    """What can be wrong with a value here, beside what can be wrong with any."""

    NAME = "name", mark("Enter 2 to 32 small letters, digits, dots or hyphens, a letter first")
    TAKEN = "taken", mark("Somebody has this staff name. Enter another one")
    PLATFORM_NEEDED = (
        "platform_needed",
        mark("Choose the organisation to which this person belongs"),
    )
    PLATFORM_REFUSED = (
        "platform_refused",
        mark("Leave this empty: nobody with this role belongs to one of these organisations"),
    )
    LAST_HOLDER = "last_holder", mark("Nobody else holds the key of their team. Let a colleague into that team first.")
    LAST_ADMINISTRATOR = "last_administrator", mark("This is the only administrator. Make another one first.")
