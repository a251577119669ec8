"""An enum's member is its value, and carries the words and the colour in which people read it."""

import pickle

from django.utils.translation import gettext, override

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.web.words import choices_of, hint_of, word


class Level(Labelled):
    LOW = "low", mark("Little")
    HIGH = "high", mark("Much"), "red", mark("Not known")


def test_a_member_is_its_value() -> None:
    assert Level("high") is Level.HIGH
    assert (Level.HIGH, str(Level.HIGH), f"{Level.HIGH}") == ("high", "high", "high")
    assert pickle.loads(pickle.dumps(Level.HIGH)) is Level.HIGH  # noqa: S301  # our own bytes
    assert [(each.value, each.colour) for each in Level] == [("low", ""), ("high", "red")]


def test_its_words_are_said_in_the_readers_language() -> None:
    with override("ar"):
        assert word(Level.HIGH) != "Much"
        assert (hint_of(Level.LOW), hint_of(Level.HIGH)) == ("", gettext("Not known"))
        assert [(value, str(said)) for value, said in choices_of(Level)] == [
            ("low", word(Level.LOW)),
            ("high", word(Level.HIGH)),
        ]
    assert word(Level.HIGH) == "Much"
