"""The notice builder: one set of facts, and out of it every law's notice, a letter, a complaint and a statement.

Pure: it knows no Django, sends nothing and asks no clock. `leeward.victim.removals.letters` makes the PDF and
`leeward.victim.removals.abuse_mail` the mail to an abuse desk.
"""

from leeward.victim.removals.rules.notices.complaint import (
    Complaint,
    HistoryKind,
    HistoryLine,
    Seen,
    make_complaint,
)
from leeward.victim.removals.rules.notices.composing import ComposedNotice, compose, letter_of
from leeward.victim.removals.rules.notices.content import UNREAD, Agent, NoticeContent, SentItem
from leeward.victim.removals.rules.notices.elements import missing_elements, name_element
from leeward.victim.removals.rules.notices.errors import (
    AbuseReportRefused,
    ContentTooNew,
    LanguageUnknown,
    LetterRefused,
    LeverWithoutGround,
    NoticeError,
    NoticeIncomplete,
    NoticeMalformed,
)
from leeward.victim.removals.rules.notices.facts import (
    Behaviour,
    Family,
    Grounds,
    ItemHash,
    Lever,
    Medium,
    NoticeFacts,
    NoticeItem,
    NoticeItemKind,
    Sender,
    SenderRole,
    Signature,
    Supply,
    Surface,
    Synthetic,
    Wishes,
)
from leeward.victim.removals.rules.notices.letter import Letter, Part, Table
from leeward.victim.removals.rules.notices.supplies import Supplies
from leeward.victim.removals.rules.notices.words import LANGUAGES, TemplateUsed

__all__ = [
    "LANGUAGES",
    "UNREAD",
    "AbuseReportRefused",
    "Agent",
    "Behaviour",
    "Complaint",
    "ComposedNotice",
    "ContentTooNew",
    "Family",
    "Grounds",
    "HistoryKind",
    "HistoryLine",
    "ItemHash",
    "LanguageUnknown",
    "Letter",
    "LetterRefused",
    "Lever",
    "LeverWithoutGround",
    "Medium",
    "NoticeContent",
    "NoticeError",
    "NoticeFacts",
    "NoticeIncomplete",
    "NoticeItem",
    "NoticeItemKind",
    "NoticeMalformed",
    "Part",
    "Seen",
    "Sender",
    "SenderRole",
    "SentItem",
    "Signature",
    "Supplies",
    "Supply",
    "Surface",
    "Synthetic",
    "Table",
    "TemplateUsed",
    "Wishes",
    "compose",
    "letter_of",
    "make_complaint",
    "missing_elements",
    "name_element",
]
