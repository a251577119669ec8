"""What somebody asks the directory for. Every question may be skipped, and nothing that is asked can be wrong.

An answer that we do not know (an old bookmark, a mistyped address) is passed over; only a place that we cannot find is
said to be so, by the view, which alone can look for it.
"""

import re
from collections.abc import Sequence
from typing import Any, cast

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import choose_from
from leeward.foundation.labels import Labelled
from leeward.foundation.web.words import choices_of
from leeward.society.directory.queries.places import TEXT_MOST
from leeward.society.directory.queries.search import PAGES_MOST, Search
from leeward.society.directory.queries.showing import TermView
from leeward.society.directory.rules.places import Spot
from leeward.society.directory.rules.records import Access, Way

WORDS_MOST = 200
# What no text of a person holds: signs that nobody sees, halves of signs, and those that turn round what follows.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
# What is spoken, in lists of languages: the world's larger ones, and those of many who have fled.
SPOKEN = (
    "am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hr hu hy id ig it ja ka kk km ko ku "
    "ky lt lv mk ml mn mr ms mt my ne nl no om pa pl ps pt ro ru rw sgn si sk sl so sq sr sv sw ta te th ti tl tr uk "
    "ur uz vi wo yo zh zu"
)

# What a search is narrowed by, and the field in which it is answered.
FIELDS = {
    "words": "words",
    "needs": "needs",
    "ways": "ways",
    "people": "people",
    "is_open_now": "open",
    "is_free": "free",
    "is_confidential": "private",
    "language": "spoken",
    "access": "access",
}


class LineField(forms.CharField):
    """One line of text: unseen signs are taken out and what is too long is cut, so that nothing is refused."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.most = most
        self.widget.attrs |= {"maxlength": str(most), "autocomplete": "off"}

    def to_python(self, value: Any) -> str:
        """The line as it is used."""
        return " ".join(UNSEEN.sub(" ", str(value or "")).split())[: self.most].strip()

    def bound_data(self, data: Any, initial: Any) -> str:
        """What stands in the box again: the line as it was used."""
        del initial  # there is none
        return self.to_python(data)


class SomeField(forms.MultipleChoiceField):
    """Any of the choices; what is none of them is passed over."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, kind: type[Labelled] | None = None, **options: Any) -> None:
        super().__init__(required=False, choices=choices_of(kind) if kind else (), **options)
        self.kind = kind or str

    def clean(self, value: Any) -> tuple[str, ...]:
        """The known ones, each once, in the order of the choices."""
        given = {str(each) for each in value or ()}
        known = (str(choice) for choice, _label in cast("list[tuple[str, str]]", self.choices))
        return tuple(self.kind(each) for each in known if each in given)


class OneField(forms.ChoiceField):
    """One of the choices or none; what is none of them is passed over."""

    def clean(self, value: Any) -> str:
        """The choice, or ""."""
        return str(value) if value and self.valid_value(value) else ""


class FindForm(forms.Form):
    """The box, the questions, and more. The names stand in addresses, so they are short and say little."""

    words = LineField(
        most=WORDS_MOST,
        label=_("What is happening, or who do you want to talk to?"),
        help_text=_("A few words, such as: lawyer, threats, someone to talk to."),
    )
    place = LineField(
        most=TEXT_MOST,
        label=_("Your town or postcode"),
        help_text=_("Why we ask: to show what is near you first. We look it up in our own list and keep nothing."),
    )
    needs = SomeField(label=_("What do you need?"))
    ways = SomeField(label=_("How do you want to talk?"), kind=Way)
    people = SomeField(label=_("Who is it for?"))
    open = forms.BooleanField(required=False, label=_("Open now"))
    free = forms.BooleanField(required=False, label=_("Costs nothing"))
    private = forms.BooleanField(
        required=False, label=_("Confidential"), help_text=_("What you say there stays there.")
    )
    spoken = OneField(required=False, label=_("A language that they speak there"))
    access = SomeField(label=_("What the place must have"), kind=Access)

    def __init__(self, *args: Any, needs: Sequence[TermView], people: Sequence[TermView], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, terms in (("needs", needs), ("people", people)):
            choose_from(self, name, [(term.code, term.name) for term in terms])
        choose_from(self, "spoken", _spoken_choices())

    def search(self, spot: Spot | None) -> Search:
        """What is asked for, from this spot. The form must have been cleaned."""
        return Search(**{name: self.cleaned_data[field] for name, field in FIELDS.items()}, spot=spot)


def read_page(text: str) -> int:
    """The number of the page that is asked for; the first where it is none."""
    return max(1, min(int(text), PAGES_MOST)) if text.isascii() and text.isdigit() and len(text) <= 4 else 1


def _spoken_choices() -> list[tuple[str, Any]]:
    """Languages by their names in the reader's language, in its order; the first is none."""
    names = Locale.parse(get_language() or "en", sep="-").languages
    named = sorted(
        ((code, names[code]) for code in SPOKEN.split() if code in names), key=lambda each: each[1].casefold()
    )
    return [("", _("Any language")), *named, ("sgn", _("Sign language"))]
