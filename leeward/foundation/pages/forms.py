"""What an officer types: a page's name, its text, a translation block by block, and the reasons for acts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box, day, line, select, text, whole_number
from leeward.foundation.pages.queries import languages
from leeward.foundation.pages.rules.papers import Format
from leeward.foundation.pages.rules.texts import BODY_LENGTH, CODE_LENGTH, HEAD, TAB_LENGTH, Pair, Text
from leeward.foundation.web.words import choices_of

BLOCK_LENGTH = 6_000
COPIES_MOST = 1_000_000


class PageForm(forms.Form):
    """A new page."""

    code = line(
        _("Name in the address"),
        missing=_("Enter a name such as after-a-breach"),
        most=CODE_LENGTH,
        help_text=_("Small letters, digits and hyphens. It stays for good, so that no link breaks."),
        autocapitalize="none",
        spellcheck="false",
    )
    title = line(_("Title"), missing=_("Enter a title"))
    is_watched = box(
        _("People in danger may read it"),
        help_text=_("It then has the way out of the site, and must be easy to read."),
    )


class TextForm(forms.Form):
    """A page's text in the nation's first language."""

    title = line(_("Title"), missing=_("Enter a title"))
    tab = line(
        _("Name in the browser’s tab"),
        missing=_("Enter a name that tells nothing, such as Help"),
        most=TAB_LENGTH,
        help_text=_("Others see it over a shoulder and in the history: let it tell nothing."),
    )
    body = text(_("Text"), rows=24, most=BODY_LENGTH, missing=_("Write something"), dir="auto")
    from_on = day(_("First day"), required=False, help_text=_("Such as 2026-11-24. Leave it empty to begin at once."))
    until_on = day(_("Last day"), required=False, help_text=_("Leave it empty for a text without an end."))
    is_ready = box(_("Ready for a second person"))

    def as_text(self, language: str) -> Text:
        """The text."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "is_ready"}
        return Text(language=language, **said)


class BlocksForm(forms.Form):
    """A translation, block by block. A block that is behind has a box beside it: what is there is still right."""

    is_ready = box(_("Ready for a second person"))

    def __init__(self, *args: Any, pairs: Sequence[Pair], direction: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pairs = pairs
        for number, pair in enumerate(pairs):
            name = f"block_{number}"
            label = (_("Title"), _("Name in the browser’s tab"))[number] if number < HEAD else _("Translation")
            if number < HEAD:
                self.fields[name] = line(label, missing=_("Fill this in"), dir=direction)
            else:
                rows = max(3, len(pair.source.text) // 60)
                self.fields[name] = text(label, rows=rows, most=BLOCK_LENGTH, dir=direction)
            self.fields[name].initial = pair.translated
            if pair.is_behind and pair.translated:
                self.fields[f"right_{number}"] = box(_("This is still right"))
        self.order_fields([*(name for name in self.fields if name != "is_ready"), "is_ready"])

    @property
    def rows(self) -> list[tuple[Pair, forms.BoundField, forms.BoundField | None]]:
        """Each block with its fields: of the source, the translation, and the box or None."""
        return [
            (pair, self[f"block_{number}"], self[f"right_{number}"] if f"right_{number}" in self.fields else None)
            for number, pair in enumerate(self.pairs)
        ]

    def as_pairs(self) -> list[Pair]:
        """The blocks as typed. What was changed or is said to be right renders the source as it is now."""
        typed = []
        for number, pair in enumerate(self.pairs):
            words = self.cleaned_data[f"block_{number}"].strip()
            is_looked_at = words != pair.translated.strip() or self.cleaned_data.get(f"right_{number}", False)
            renders = pair.source.digest if is_looked_at else pair.renders
            typed.append(Pair(source=pair.source, translated=words, renders=renders))
        return typed


class ApproveForm(forms.Form):
    """What a second person says: that this very text may be shown, and why it was changed."""

    seal = forms.CharField(widget=forms.HiddenInput)
    reason = line(_("What is new, in a sentence"), missing=_("Say what is new"))


class ReviewForm(forms.Form):
    """That somebody has looked at a page, and when somebody must again."""

    review_on = day(
        _("Review on"),
        required=True,
        help_text=_("Within twelve months. From that day on it stands among what waits for those who write pages."),
    )


class RunForm(forms.Form):
    """How many copies of a sheet hang where."""

    code = line(
        _("Code of the sheet"),
        missing=_("Enter the code"),
        most=CODE_LENGTH,
        help_text=_("It stands at the foot of each copy."),
        spellcheck="false",
        dir="ltr",
    )
    form = select(_("Size"), choices_of(Format), required=True)
    copies = whole_number(
        _("How many copies"),
        least=1,
        most=COPIES_MOST,
        missing=_("Enter how many copies"),
        wrong=_("Enter a whole number from 1 to 1,000,000"),
    )
    location = line(
        _("Location of copies"),
        missing=_("Say where"),
        help_text=_("Such as a police station and its town. Never the name of a person."),
    )
    printed_on = day(_("Printed on"), required=True)


class ReasonForm(forms.Form):
    """Why an edition or a picture is withdrawn."""

    reason = line(_("Why"), missing=_("Say why"))


class SiteForm(forms.Form):
    """Another site that texts may link to."""

    host = line(_("Name of the site"), missing=_("Enter a name such as www.example.org"), spellcheck="false", dir="ltr")
    reason = line(_("Why texts may link to it"), missing=_("Say why"))


class PictureForm(forms.Form):
    """A picture, and its words for whoever cannot see it, in each language of the pages."""

    name = line(_("Name in the list"), missing=_("Enter a name"), help_text=_("Readers do not see it."))
    file = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "PNG, JPEG or WebP, at most 2 MB and 12 million pixels. Never a picture of somebody who was harmed."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"required": _("Choose a picture"), "empty": _("Choose a picture")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in languages():
            name = get_language_info(language)["name_local"]
            self.fields[f"alternative_{language}"] = line(
                format_lazy(_("What it shows, in {language}"), language=name),
                missing=_("Say what it shows, for whoever cannot see it"),
                dir="auto",
            )


class LookForm(forms.Form):
    """What a second person says: that this very picture may be shown."""

    sha256 = forms.CharField(widget=forms.HiddenInput)


class BlocksFileForm(forms.Form):
    """A translator's file."""

    file = forms.FileField(
        label=_("XLIFF file"), widget=forms.FileInput, error_messages={"required": _("Choose a file")}
    )
