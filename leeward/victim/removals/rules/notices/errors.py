"""What the notice builder refuses, by name, each with words that say what is wrong and how to mend it.

NoticeError
├── NoticeIncomplete     an element that the law asks for is not there
├── NoticeMalformed      a fact that cannot stand in any notice: too long, no address, a time without a zone
├── LeverWithoutGround   a legal lever is named, but what it rests on is not there
├── LanguageUnknown      nobody has written the templates in this language
├── AbuseReportRefused   the abuse report does not fit its schema
├── ContentTooNew        what was sent was kept by a later release
└── LetterRefused        a letter that would reach for something outside itself
"""

from collections.abc import Sequence

from leeward.victim.removals.errors import Misplaced, RemovalError


class NoticeError(RemovalError):
    """The family of errors that the notice builder raises."""


class NoticeIncomplete(NoticeError):
    """Elements that the regime asks for are missing: `missing` holds them, `words` names each in its language."""

    def __init__(self, *, missing: Sequence[str], words: Sequence[str]) -> None:
        self.missing = tuple(missing)
        self.words = tuple(words)
        super().__init__(f"The notice lacks: {'; '.join(self.words)}. Add this, then compose it again.")


class NoticeMalformed(Misplaced, NoticeError):
    """A fact that no notice can carry."""


class LeverWithoutGround(NoticeError):
    """The notice would name a legal lever without what it rests on."""

    def __init__(self, *, lever: str, needed: str) -> None:
        self.lever = lever
        super().__init__(f"The lever {lever!r} needs {needed}. Add it, or leave the lever out.")


class LanguageUnknown(NoticeError):
    """There are no templates in this language."""

    def __init__(self, language: str, known: Sequence[str]) -> None:
        self.language = language
        super().__init__(f"No notice is written in {language!r}. Use one of {', '.join(known)}.")


class AbuseReportRefused(NoticeError):
    """The report does not fit the schema of XARF; `problems` holds (field, what) pairs."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        said = "; ".join(f"{field or 'the report'}: {what}" for field, what in self.problems)
        super().__init__(f"This is no valid abuse report: {said}. Mend the notice's facts, then make it again.")


class ContentTooNew(NoticeError):
    """What was sent was written down by a later release than this one."""

    def __init__(self) -> None:
        super().__init__("This notice was kept by a later release. An operator brings the later release back.")


class LetterRefused(NoticeError):
    """A letter holds everything that it shows. One that would fetch something is not made."""

    def __init__(self) -> None:
        super().__init__("The letter would fetch something from outside itself. It was not made; look at its texts.")
