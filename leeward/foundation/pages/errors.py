"""What can be refused when a page is written.

PageMistake     what is wrong with a value of a page, in words
NotComparable   a picture cannot be compared with those that must not be shown
XliffRefused    a translator's file cannot be taken; says in which line and why
"""

from leeward.foundation.labels import Labelled, mark


class PageMistake(Labelled):
    """What can be wrong with a page besides what can be wrong anywhere."""

    CODE = "code", mark("Enter small letters, digits and hyphens, such as after-a-breach")
    TAKEN = "taken", mark("Another page has this name. Choose another one")
    TAB = "tab", mark("Enter a name for the browser’s tab that tells nothing, such as Help")
    BLOCKS = "blocks", mark("Write at most %(about)s paragraphs, lists and headings on one page")
    ONE = "one", mark("Write one paragraph, heading or list here, without an empty line in it")
    OWN = "own", mark("You wrote a part of this text. Somebody else must approve it")
    FLAWED = "flawed", mark("Correct this first: %(about)s")
    UNCHANGED = "unchanged", mark("This is word for word what is in force")
    OVER = "over", mark("Choose a last day that is not over yet")
    REVIEW = "review", mark("Choose a day within the next twelve months")
    SHEET = "sheet", mark("No sheet has this code. It stands at the foot of each sheet, such as K7Q2M4")
    SITE = "site", mark("Enter the name of a site, such as www.example.org")
    FILE_LARGE = "file_large", mark("Choose a picture of at most 2 MB and 12 million pixels")
    FILE_MOVES = "file_moves", mark("Choose a still picture: this one moves")
    FILE_BROKEN = "file_broken", mark("This is not a whole PNG, JPEG or WebP picture. Save it anew and choose it again")
    FILE_REFUSED = (
        "file_refused",
        mark("This picture must not be shown here, and nothing of it was kept. Choose another one"),
    )
    FILE_UNSEEN = (
        "file_unseen",
        mark("This picture could not be compared, and nothing of it was kept. Choose one with more detail"),
    )
    FILE_UNREAD = (
        "file_unread",
        mark("This picture could not be read safely, and nothing of it was kept. Save it anew, smaller, and try again"),
    )
    FILE_OWN = "file_own", mark("You added this picture. Somebody else must approve it")


class NotComparable(Exception):
    """A picture cannot be compared, so that nobody can say whether it may be shown."""


class XliffRefused(ValueError):
    """A translator's file cannot be taken in. `line` is where, from 1 on; `code` says why, `about` fills its words."""

    def __init__(self, code: "XliffMistake", *, line: int, about: str = "") -> None:
        self.code, self.line, self.about = code, line, about
        super().__init__(f"{code} in line {line}")


class XliffMistake(Labelled):
    """Why a translator's file cannot be taken in."""

    BROKEN = "broken", mark("Line %(line)s: this is not XML: %(about)s")
    DOCTYPE = "doctype", mark("Line %(line)s: the file declares a document type. Take that line out")
    NOT_XLIFF = "not_xliff", mark("Line %(line)s: this is not an XLIFF 2 file; it begins with %(about)s")
    LANGUAGE = "language", mark("Line %(line)s: the file is of another language: %(about)s")
    PAGE = "page", mark("Line %(line)s: the file is of another page: %(about)s")
    REFERENCE = "reference", mark("Line %(line)s: a reference is missing in the translation: %(about)s")
    LARGE = "large", mark("Line %(line)s: the file is larger than %(about)s")
