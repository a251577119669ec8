"""What a person can tell and choose. Every question says why it is asked, and every answer may be left out."""

from leeward.victim.removals.forms.person.acts import ConsentsForm, KeepForm, MessageForm, WordsForm
from leeward.victim.removals.forms.person.answers import (
    FIRST_LINES,
    HARM_LINES,
    QUESTION_FORMS,
    REPORTER_LINES,
    SIGN_LINES,
    AnswerForm,
    FirstForm,
)
from leeward.victim.removals.forms.person.places import FLAW_WORDS, KIND_WORDS, MoreForm, PasteForm
from leeward.victim.removals.forms.person.reach import ReachForm

__all__ = [
    "FIRST_LINES",
    "FLAW_WORDS",
    "HARM_LINES",
    "KIND_WORDS",
    "QUESTION_FORMS",
    "REPORTER_LINES",
    "SIGN_LINES",
    "AnswerForm",
    "ConsentsForm",
    "FirstForm",
    "KeepForm",
    "MessageForm",
    "MoreForm",
    "PasteForm",
    "ReachForm",
    "WordsForm",
]
