"""How texts become words that are found again: folded, split, stemmed, one way for both databases and every language.

Both databases' own analysis knows few languages and differs between the two. So words are folded and stemmed here, by
the Snowball stemmers, and the databases' full-text indexes take them as they come. Capital letters, accents and Arabic
vowel signs make no difference.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from leeward.foundation.languages import read_languages

WORD = re.compile(r"[^\W_]+")
APOSTROPHES = re.compile(r"(?<=\w)['’ʼ](?=\w)")
WORD_LENGTH = 40
WORDS_MOST = 2_000  # of one text
ASKED_MOST = 12  # of one search
# How Arabic is typed differs more than how it is read: alef with and without its sign, final ya and ta.
ARABIC = str.maketrans({"ـ": None, "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"})

STEMMERS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "ca": "catalan",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
# Words that say nothing about what is looked for, by language.
EMPTY_WORDS = {code: language.empty_words for code, language in read_languages().items()}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A search's words: the groups that must all be met, each by any of its alternatives (words that belong together).

    `corrected` are pairs of what was typed and what was taken instead; `ignored` is what nothing here knows; `contexts`
    are the situations that the words tell of, by their codes.
    """

    groups: tuple[tuple[tuple[str, ...], ...], ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SynonymRow:
    """A word or words that people use, and what the directory calls it.

    `means` are words, a term of a taxonomy as `needs:legal`, or a situation as `context:danger`, which says whom the
    page names first.
    """

    language: str
    word: str
    means: str


def fold(text: str) -> str:
    """A text without what makes no difference: case, accents, vowel signs."""
    plain = APOSTROPHES.sub("", text)
    if plain.isascii():  # most of a directory in Latin letters, and many times quicker
        return plain.lower()
    plain = unicodedata.normalize("NFKD", plain)
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare.casefold().translate(ARABIC))


def split_words(text: str, *, most: int = WORDS_MOST) -> tuple[str, ...]:
    """The folded words of a text, in their order."""
    return tuple(match.group()[:WORD_LENGTH] for match in islice(WORD.finditer(fold(text)), most))


@lru_cache(maxsize=1_000)
def split_entry(text: str) -> tuple[str, ...]:
    """The same of a text of an entry, kept for a while: a term's name stands in thousands. Never for what is asked."""
    return split_words(text)


_stemmers = threading.local()


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """A folded word's stem in a language; the word itself where we have no stemmer for it."""
    name = STEMMERS.get(language.partition("-")[0].lower())
    if name is None:
        return word
    kept = _stemmers.__dict__  # a stemmer holds the word that it works on, so each thread has its own
    if name not in kept:
        import snowballstemmer  # noqa: PLC0415  # it reads every language's rules, and few commands need one

        kept[name] = snowballstemmer.stemmer(name)
    return str(kept[name].stemWord(word)) or word


def index_words(texts: Iterable[tuple[str, str]]) -> str:
    """What is found of texts: pairs of a language and a text, as one row of stems."""
    stems: dict[str, None] = {}
    for language, text in texts:
        for word in split_entry(text):
            stems[stem(word, language)] = None
    return " ".join(stems)


def facet(kind: str, code: str) -> str:
    """A facet as one word of its own, which no text holds by accident: letters and digits only, for both databases."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return f"x{kind}x{plain}"


def is_empty_word(word: str, languages: Iterable[str]) -> bool:
    """Whether a folded word says nothing in one of these languages."""
    return any(word in EMPTY_WORDS.get(language.partition("-")[0], ()) for language in languages)


def sort_key(name: str) -> str:
    """By what a name is put in order."""
    return fold(name)[:200]
