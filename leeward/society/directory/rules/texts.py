"""Shortens texts for lists, at the end of a sentence where there is one."""

import re

# The marks that end a sentence in the scripts that we know of, before a space or the end of the line.
SENTENCE_END = re.compile(r"[.!?…؟۔।]+[\"'”’)]*(?=\s|$)|\n+")
SUMMARY_MOST = 220


def first_sentences(text: str, *, sentences: int = 2, most: int = SUMMARY_MOST) -> str:
    """The first one or two sentences of a text, at most `most` signs; a longer one is cut at a word."""
    flat = text.strip()
    ends = [found.end() for found in SENTENCE_END.finditer(flat)][:sentences] or [len(flat)]
    fitting = [end for end in ends if end <= most]
    if fitting:
        return " ".join(flat[: fitting[-1]].split())
    short = " ".join(flat[: ends[0]].split())
    if len(short) <= most:
        return short
    words = short[: most - 1].rsplit(" ", 1)
    return f"{words[0].rstrip(',;:')}…"
