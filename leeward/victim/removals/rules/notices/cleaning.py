"""Makes typed text safe to stand in a line: nothing in it may end a line, a field or a header, or turn text round."""

import unicodedata

# Joiners are part of how Arabic and Persian are spelled; every other invisible format sign can only mislead.
JOINERS = frozenset("\u200c\u200d")
# Control, format, surrogate, private use, line and paragraph separators. What is not assigned yet may be a new emoji.
REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def clean_line(text: str) -> str:
    """The text on one line: line ends and control signs become a space, signs that turn the text round go."""
    return " ".join("".join(_clean_sign(sign) for sign in text).split())


def clean_lines(text: str) -> tuple[str, ...]:
    """The text as clean lines, empty ones left out."""
    return tuple(line for line in map(clean_line, text.splitlines()) if line)


def _clean_sign(sign: str) -> str:
    if sign in JOINERS:
        return sign
    kind = unicodedata.category(sign)
    if kind not in REFUSED:
        return sign
    return " " if kind in ("Cc", "Zl", "Zp") else ""
