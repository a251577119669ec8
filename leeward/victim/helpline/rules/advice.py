"""Pages of advice that somebody was given in a case, each in the text that it had then."""

from dataclasses import dataclass
from datetime import date

from leeward.foundation.kept import Kept
from leeward.victim.helpline.errors import AdviceFull

# So many pages a case keeps: more than anybody reads.
MOST_PAGES = 30


@dataclass(frozen=True, kw_only=True)
class GivenPage(Kept):
    """A page as it was given: its code, the language and the digest of the text, its title then, and the day."""

    code: str
    language: str
    sha256: str
    title: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Advice(Kept):
    """All pages that somebody was given, the earliest first."""

    pages: tuple[GivenPage, ...] = ()


def give(advice: Advice, page: GivenPage) -> Advice:
    """Return the advice with one page more; a page that was given before stands once, in the text given last.

    The very same text again changes nothing. Raises AdviceFull.
    """
    if any((each.code, each.sha256) == (page.code, page.sha256) for each in advice.pages):
        return advice
    others = tuple(each for each in advice.pages if each.code != page.code)
    if len(others) >= MOST_PAGES:
        raise AdviceFull
    return Advice(pages=(*others, page))
