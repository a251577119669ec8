"""What a person can tell and choose. Every question says why it is asked, and every answer may be left out."""

from leeward.victim.removals.forms.person.acts import AgreeForm, ConsentsForm, WordsForm, WriteForm
from leeward.victim.removals.forms.person.answers import (
    QUESTION_FORMS,
    REPORTER_LINES,
    SIGN_LINES,
    AnswerForm,
)
from leeward.victim.removals.forms.person.places import FLAW_WORDS, KIND_WORDS, MoreForm, PasteForm
from leeward.victim.removals.forms.person.reach import ReachForm

__all__ = [
    "FLAW_WORDS",
    "KIND_WORDS",
    "QUESTION_FORMS",
    "REPORTER_LINES",
    "SIGN_LINES",
    "AgreeForm",
    "AnswerForm",
    "ConsentsForm",
    "MoreForm",
    "PasteForm",
    "ReachForm",
    "WordsForm",
    "WriteForm",
]
