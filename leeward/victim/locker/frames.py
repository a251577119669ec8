"""The two frames of the locker in the person's language, and the policy of a page that holds one."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path

from leeward.victim.locker.words import SEAL_WORDS, SHOW_WORDS
from leeward.victim.portal.errors import HasherNotBuilt
from leeward.victim.portal.hasher import fill_document, framing_policy

BUILT = Path(__file__).parent / "static" / "locker" / "built"
CURVES_PATH = "locker/built/curves.js"
WORDS = {"seal": SEAL_WORDS, "show": SHOW_WORDS}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One built frame: its document, and what pins its script and style."""

    name: str
    document: str
    script_source: str
    style_source: str


@functools.cache
def load_frame(name: str) -> Frame:
    """The built frame "seal" or "show", read once a process. Raises HasherNotBuilt."""
    try:
        document = (BUILT / f"{name}.html").read_text(encoding="utf-8")
        pins = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))["frames"][name]
    except FileNotFoundError as error:
        raise HasherNotBuilt(str(error.filename)) from error
    return Frame(name=name, document=document, script_source=pins["script"], style_source=pins["style"])


def frame_document(frame: Frame) -> str:
    """The frame's document with its words in the person's language. Script and style stay as they are pinned."""
    return fill_document(frame.document, words=WORDS[frame.name])


def frame_policy(frame: Frame) -> dict[str, list[str]]:
    """The policy of a page that holds the frame, which inherits it and narrows it further by its own."""
    return framing_policy(script_source=frame.script_source, style_source=frame.style_source)
