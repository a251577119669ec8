"""The one next step of a page, at the desk and at a platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leeward.victim.removals.rules.next_steps import Next, TheirNext


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What a page shows on top: a link or a press ("" where nobody here can do anything now), and whose turn it is.

    `sends` is what a press sends besides.
    """

    kind: Next | TheirNext
    turn: str
    why: str
    text: str
    address: str = ""
    is_press: bool = False
    sends: Mapping[str, object] = field(default_factory=dict)
