"""What anybody hands in to be checked, and why staff take a record back."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import choice, line, text
from leeward.foundation.signing.rules.terms import TOKEN_MOST, WORDS_LENGTH, Reason
from leeward.foundation.web.uploads import TakenFile
from leeward.foundation.web.words import choices_of

MEGABYTE = 1024 * 1024
# What a proxy lets through in one go, less a form around it.
FILE_MOST = 3 * MEGABYTE
# What a phone offers when a file is chosen: no photos.
ACCEPTED = ".pdf,.json,.csv,.txt,.jwt,.html,.xml,.zip,.xlsx,.ods,.docx,.md,.ttl"
PICTURES = ("image/", "video/")


class CheckForm(forms.Form):
    """A number, a file or a record; one of them is enough."""

    number = line(
        _("Number"),
        help_text=_("It is on the paper or page, such as R7K2-M4QX. You can also enter the SHA-256 digest of a file."),
        autocomplete="off",
        spellcheck="false",
        autocapitalize="characters",
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=format_lazy(
            _(
                "Of at most {size} MB. We work out its digest and forget the file: nothing of it is kept. "
                "Never send a private picture or video here. This page knows only what we published."
            ),
            size=FILE_MOST // MEGABYTE,
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"empty": _("The file is empty"), "invalid": _("Choose a file")},
    )
    token = text(
        _("Record"),
        help_text=_("The long text that begins with “ey”, if somebody sent you one. Paste the whole of it."),
        most=TOKEN_MOST,
        rows=3,
        autocomplete="off",
        spellcheck="false",
        dir="ltr",
    )

    def clean_file(self) -> TakenFile | None:
        """The file, if it is one that could be ours."""
        file: TakenFile | None = self.cleaned_data["file"]
        if file is None:
            return None
        if file.is_too_large:
            raise forms.ValidationError(
                _("The file is larger than %(size)d MB. Work out its SHA-256 digest and enter that as the number."),
                params={"size": FILE_MOST // MEGABYTE},
            )
        if (file.content_type or "").startswith(PICTURES):
            raise forms.ValidationError(_("This is a picture or a video. We publish none, and nothing of it was kept."))
        return file

    def clean(self) -> None:
        """One of the three."""
        super().clean()
        typed = self.cleaned_data
        if not self.errors and not any(typed.get(name) for name in self.fields):
            self.add_error("number", _("Enter a number, choose a file or paste a record"))


class RevokeForm(forms.Form):
    """Why a record is taken back."""

    reason = choice(_("Why is it withdrawn?"), choices_of(Reason))
    words = line(
        _("In one sentence"),
        missing=_("Say in one sentence why it is taken back"),
        most=WORDS_LENGTH,
        help_text=_("Whoever checks the record reads this. Name nobody. A record that was taken back stays so."),
    )
