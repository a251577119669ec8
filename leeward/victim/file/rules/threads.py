"""What a person and a team write each other."""

from leeward.foundation.labels import Labelled, mark


class Side(Labelled):
    """Who wrote a message."""

    PERSON = "person", mark("The person")
    TEAM = "team", mark("The team")
