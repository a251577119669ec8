"""How she wishes to be treated: wishes, not diagnoses. Nothing asks why, and each may be taken back."""

from dataclasses import dataclass
from typing import Annotated

from leeward.foundation.kept import Kept, or_else
from leeward.foundation.labels import Labelled, mark


class Need(Labelled):
    """A wish how to be treated, in her own words; `hint` tells the helpline what it changes."""

    SIMPLE = (
        "simple",
        mark("Say it simply, one thing at a time"),
        "",
        mark("Ask one question in each message, and say back what you understood. Offer easy-read pages."),
    )
    LANGUAGE = (
        "language",
        mark("Another language"),
        "",
        mark("Write in their language. An interpreter comes from outside their community, never from the family."),
    )
    NO_PHONE = (
        "no_phone",
        mark("I cannot or do not want to phone"),
        "",
        mark("Never offer a call. Write, or agree times for a relay or sign language."),
    )
    SOMEBODY_LIKE_ME = (
        "somebody_like_me",
        mark("I would rather talk to a woman, a man or somebody like me"),
        "",
        mark("Ask who they would like to talk to. If nobody is there now, say when somebody is."),
    )
    WATCHED = (
        "watched",
        mark("Somebody sees my phone or my mail"),
        "",
        mark("Keep it short. Send no message. Ask when they are alone, and offer a check of the device."),
    )
    DEPENDS = (
        "depends",
        mark("I depend on that person for money, home, care or papers"),
        "",
        mark("Never ask why they do not leave. Money, home and care come first. Nobody rings their home or carer."),
    )
    STAY = (
        "stay",
        mark("My stay in this country is at risk"),
        "",
        mark(
            "Do not ask about their status. Before they say yes to anything, say who must pass on what. Offer a "
            "lawyer for foreigners first."
        ),
    )
    MY_WORK = (
        "my_work",
        mark("The pictures are my work"),
        "",
        mark("Never ask whether it was private. Copyright is a route, and an agent’s name can stand for theirs."),
    )
    COMMUNITY = (
        "community",
        mark("If family or community hears of it, I am in danger"),
        "",
        mark(
            "Ask the safety questions first. Never send a message, and do not ask a local service unless they name it."
        ),
    )
    WHOM_I_LOVE = (
        "whom_i_love",
        mark("Nobody may learn who I love"),
        "",
        mark("Use neutral words. Do not ask about a partner. Do not contact anybody from work, school or family."),
    )
    LITTLE_AT_A_TIME = (
        "little_at_a_time",
        mark("I forget, I freeze, I can take little at a time"),
        "",
        mark("Begin with what was said last. Keep contacts short, and agree more of them."),
    )
    KNOWN = (
        "known",
        mark("People know my face or my job"),
        "",
        mark("Let as few colleagues as possible open the case."),
    )


class Knows(Labelled):
    """Who may know her wishes; the narrowest is ticked beforehand."""

    HELPLINE = "helpline", mark("Only the helpline")
    DESK = "desk", mark("The helpline and the removal desk")


@dataclass(frozen=True, kw_only=True)
class Needs(Kept):
    """Her wishes, who may know them, and what else she says about it."""

    ticked: tuple[Need, ...] = ()
    knows: Annotated[Knows, or_else(Knows.HELPLINE)] = Knows.HELPLINE
    words: str = ""
