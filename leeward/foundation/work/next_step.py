"""The one next step of a record's page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leeward.foundation.web.components import Text


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The step that a page offers as its one button: a link or a press, or whose turn it is where `address` is "".

    `kind` names the step where a room has a list of them. `sends`: what a press sends besides.
    """

    turn: Text
    why: Text
    text: Text = ""
    kind: str = ""
    address: str = ""
    is_press: bool = False
    sends: Mapping[str, object] = field(default_factory=dict)
