"""Turns what somebody types into what is looked for: stems, synonyms, and the nearest known word for a mistyped one."""

import threading
from bisect import bisect_left
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Max
from rapidfuzz import process
from rapidfuzz.distance import OSA

from leeward.society.directory.models import SearchWord, Synonym
from leeward.society.directory.rules.finding import FacetKind
from leeward.society.directory.rules.suggesting import WISHES, Context
from leeward.society.directory.rules.words import ASKED_MOST, Asked, facet, is_empty_word, split_words, stem

PHRASE_MOST = 4  # words of one synonym
BEGINNINGS_MOST = 8
BEGINNING_LEAST = 4
MEND_LEAST = 4
MEND_TWICE = 8  # letters from which two mistakes are mended
CONTEXT = "context:"


class Vocabulary:
    """The words that entries use, kept in memory as long as the table does not grow, and those of synonyms with them.

    A new synonym is understood at once; only its mistyped forms wait until an entry brings a new word.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: int | None = None
        self._words: tuple[str, ...] = ()
        self._stems: frozenset[str] = frozenset()

    def read(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """The words in their order, and their stems in all languages of the pages."""
        last = SearchWord.objects.aggregate(last=Max("id"))["last"]
        with self._lock:
            if last != self._last:
                known = set(SearchWord.objects.values_list("word", flat=True))
                for written in Synonym.objects.values_list("word", flat=True):
                    known.update(word for word in written.split() if len(word) >= MEND_LEAST)
                self._words = tuple(sorted(known))
                self._stems = frozenset(stem(word, code) for word in self._words for code in _languages())
                self._last = last
            return self._words, self._stems

    def forget(self) -> None:
        """Read the table again at the next search."""
        with self._lock:
            self._last = None


VOCABULARY = Vocabulary()


def ask(text: str, *, language: str) -> Asked:
    """What a text looks for. Only its first twelve words count; words that say nothing are left out."""
    written = split_words(text, most=ASKED_MOST * 4)
    empty = {language, settings.LANGUAGE_CODE}
    known = VOCABULARY.read()
    # Mended first, so that a mistyped word means what the right one means.
    typed = tuple(word if is_empty_word(word, empty) else _mended(word, *known) for word in written)
    synonyms = _synonyms(typed)
    groups: list[tuple[tuple[str, ...], ...]] = []
    corrected = tuple((was, word) for was, word in zip(written, typed, strict=True) if was != word)
    ignored: list[str] = []
    contexts: list[str] = []
    place = 0
    while place < len(typed) and len(groups) < ASKED_MOST:
        length, meanings = _longest(typed, place, synonyms)
        if length:
            own = tuple(stem(word, language) for word in typed[place : place + length])
            contexts += [means.removeprefix(CONTEXT) for means in meanings if means.startswith(CONTEXT)]
            meant = (found for means in meanings for found in _meaning(means))
            groups.append((own, *meant))
            place += length
            continue
        word = typed[place]
        place += 1
        if is_empty_word(word, empty) and len(typed) > 1:
            continue
        alternatives = _alternatives(word, *known)
        if alternatives:
            groups.append(alternatives)
        else:
            ignored.append(word)
    if not groups:  # short words are too near to others to be mended, and are looked for as they are
        groups = [_stems(word) for word in ignored if len(word) < MEND_LEAST]
        ignored = [word for word in ignored if len(word) >= MEND_LEAST]
    return Asked(groups=tuple(groups), corrected=corrected, ignored=tuple(ignored), contexts=tuple(contexts))


def _languages() -> tuple[str, ...]:
    return tuple(code for code, _name in settings.LANGUAGES)


def _stems(word: str) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys((stem(word, code),) for code in _languages()))


def _is_known(word: str, stems: frozenset[str]) -> bool:
    return any(alternative[0] in stems for alternative in _stems(word))


def _mended(word: str, words: Sequence[str], stems: frozenset[str]) -> str:
    """The nearest word that we know; the word itself where it is known, begun, short, or near to none."""
    if len(word) < MEND_LEAST or _is_known(word, stems) or _begun(words, word):
        return word
    most = 2 if len(word) >= MEND_TWICE else 1
    nearest = process.extractOne(word, words, scorer=OSA.distance, score_cutoff=most)
    return nearest[0] if nearest else word


def _alternatives(word: str, words: Sequence[str], stems: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The stems by which a word is found, or those of the words that begin like it; none where nobody knows it."""
    if _is_known(word, stems):
        return _stems(word)
    return tuple(dict.fromkeys(found for known in _begun(words, word) for found in _stems(known)))


def _begun(words: Sequence[str], start: str) -> tuple[str, ...]:
    """The first few words that begin like this one: somebody types half a word."""
    if len(start) < BEGINNING_LEAST:
        return ()
    place = bisect_left(words, start)
    found: list[str] = []
    while place < len(words) and words[place].startswith(start) and len(found) < BEGINNINGS_MOST:
        found.append(words[place])
        place += 1
    return tuple(found)


def _synonyms(typed: Sequence[str]) -> dict[str, list[str]]:
    """The synonyms of all runs of up to four of these words, in one query."""
    runs = {
        " ".join(typed[place : place + length])
        for place in range(len(typed))
        for length in range(1, PHRASE_MOST + 1)
        if place + length <= len(typed)
    }
    found: dict[str, list[str]] = {}
    for word, means in Synonym.objects.filter(word__in=runs).values_list("word", "means"):
        found.setdefault(word, []).append(means)
    return found


def _longest(typed: Sequence[str], place: int, synonyms: dict[str, list[str]]) -> tuple[int, tuple[str, ...]]:
    """How many words from here on are a synonym together, and what they mean; 0 where they are none."""
    for length in range(min(PHRASE_MOST, len(typed) - place), 0, -1):
        meanings = synonyms.get(" ".join(typed[place : place + length]))
        if meanings:
            return length, tuple(sorted(meanings))
    return 0, ()


def _meaning(means: str) -> tuple[tuple[str, ...], ...]:
    """A term's facet (`needs:legal`), or the stems of words in each language."""
    kind, colon, code = means.partition(":")
    if means.startswith(CONTEXT):  # what helps most there is looked for
        return tuple((facet(FacetKind.NEED, WISHES[each].needs[0]),) for each in Context if each == code)
    if colon and kind.isalpha() and " " not in code:
        return ((facet(kind, code),),)
    words = split_words(means, most=PHRASE_MOST)
    return tuple(dict.fromkeys(tuple(stem(word, code) for word in words) for code in _languages()))
