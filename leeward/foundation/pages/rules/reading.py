"""How hard a text is to read: the Automated Readability Index (Senter and Smith, AMRL-TR-66-220, 1967) plus five years.

It counts letters, words and sentences, so it needs no dictionary and no download. It is a hint and no proof: short
words can still make a riddle. Of a language without letters for short vowels it says nothing: sentences count there.
"""

import re

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]|%%|\[\[[^\]\n]*\]\]")
SENTENCE_END = re.compile(r"(?<=[.!?؟…])[”»\")]*\s+|\n+")
WORD = re.compile(r"[^\W_]+(?:[’'.@/-][^\W_]+)*")
AGE_MOST = 9
WORDS_LEAST = 50  # of fewer words a reading age says nothing
SENTENCE_MOST = 20  # words


def sentences(text: str) -> list[str]:
    """The sentences of a text; what stands for a name or a number is one short word."""
    return [each for each in SENTENCE_END.split(PLACEHOLDER.sub("name", text).strip()) if WORD.search(each)]


def length(sentence: str) -> int:
    """How many words it has."""
    return len(WORD.findall(sentence))


def reading_age(texts: list[str]) -> float:
    """The years of age from which on these texts together can be read."""
    parts = [part for text in texts for part in sentences(text)]
    words = [word for part in parts for word in WORD.findall(part)]
    if not words:
        return 0
    letters = sum(len(word) for word in words)
    return 4.71 * letters / len(words) + 0.5 * len(words) / len(parts) - 21.43 + 5
