"""Makes typed text safe in one line: it cannot end a line, a field or a header, or reverse the text's direction."""

import unicodedata

# Joiners are part of how Arabic and Persian are spelled; every other invisible format sign can only mislead.
JOINERS = frozenset("\u200c\u200d")
# Control, format, surrogate, private use, line and paragraph separators. What is not assigned yet may be a new emoji.
REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def clean_line(text: str) -> str:
    """Return the text on one line: line ends and control characters become spaces, direction marks are removed."""
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
