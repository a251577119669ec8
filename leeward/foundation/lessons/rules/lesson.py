"""A lesson as it is played: pages with texts and questions in several languages, and the rule by which it is passed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

type Texts = Mapping[str, str]  # by language


class QuestionKind(StrEnum):
    """How a question is answered."""

    ONE = "one"  # one option is right
    MANY = "many"  # all that are right, and no other
    ORDER = "order"  # the options in their order; the file has them in the right one


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer. `feedback` is told to whoever chose it; `goes_to` is the page that follows, "" for the page's own."""

    id: str
    words: Texts
    is_right: bool = False
    feedback: Texts
    goes_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with its options; `reason` tells everybody afterwards what is right and why."""

    kind: QuestionKind
    words: Texts
    options: tuple[Option, ...]
    reason: Texts

    @property
    def right(self) -> tuple[str, ...]:
        """The ids of the right answer; for an order all of them, as they belong."""
        if self.kind is QuestionKind.ORDER:
            return tuple(option.id for option in self.options)
        return tuple(option.id for option in self.options if option.is_right)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page. `goes_to` is "" where the lesson ends; `text` is plain, paragraphs with an empty line between."""

    id: str
    title: Texts
    text: Texts
    question: Question | None = None
    goes_to: str = ""

    @property
    def leads_to(self) -> frozenset[str]:
        """Every page that can follow."""
        branches = {option.goes_to for option in self.question.options} if self.question else set()
        return frozenset({self.goes_to, *branches} - {""})

    @property
    def may_end(self) -> bool:
        """Whether the lesson can end here."""
        if self.goes_to:
            return False
        return self.question is None or any(not option.goes_to for option in self.question.options)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A lesson in one version; its first page is where it begins. Passed with `pass_right` questions right."""

    slug: str
    version: int
    title: Texts
    summary: Texts
    minutes: int
    pass_right: int
    pages: tuple[Page, ...]
    digest: str

    @property
    def first(self) -> Page:
        """Where it begins."""
        return self.pages[0]

    @property
    def questions(self) -> tuple[Page, ...]:
        """The pages with a question."""
        return tuple(page for page in self.pages if page.question is not None)

    def page(self, id: str) -> Page | None:  # noqa: A002  # the file's word
        """The page of this id, None where there is none."""
        return next((page for page in self.pages if page.id == id), None)
