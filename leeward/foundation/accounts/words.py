"""The project's own list of plain English words from which passphrases are drawn (10.6 bits a word)."""

import secrets
from functools import cache
from pathlib import Path

from leeward.foundation.accounts.rules import draw_passphrase

FILE = Path(__file__).with_name("data") / "words.txt"


@cache
def all_words() -> tuple[str, ...]:
    """Every word once, in the order of the file."""
    return tuple(FILE.read_text(encoding="ascii").split())


def offer_passphrase() -> str:
    """Six words drawn now; kept nowhere."""
    return draw_passphrase(all_words(), draw_below=secrets.randbelow)
