"""Forms for evidence: a link, a file of which only the digest is kept, and taking a piece back."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import FILL_IN, day, line
from leeward.foundation.rows import read_values
from leeward.foundation.web.uploads import TakenFile
from leeward.policy.assessment.errors import AssessmentMistake
from leeward.policy.assessment.rules.entries import NewPiece
from leeward.policy.assessment.rules.pieces import ADDRESS_LENGTH, DIGEST_LENGTH, UNIT_LENGTH, PieceKind
from leeward.policy.assessment.rules.rounds import NAME_LENGTH, REASON_LENGTH, TITLE_LENGTH


class PieceForm(forms.Form):
    """What every piece of evidence has."""

    title = line(
        _("What is it?"),
        most=TITLE_LENGTH,
        help_text=_("Such as “Annual report of the helpline, 2025”."),
        missing=FILL_IN,
    )
    as_of = day(_("Which day is it about?"), required=True)
    owner = line(
        _("Who answers for it?"),
        most=NAME_LENGTH,
        help_text=_("An office or organisation, not a person’s name."),
        missing=FILL_IN,
    )
    expires_on = day(
        _("Until when does it count?"),
        required=False,
        help_text=_("Leave it empty for twelve months. Afterwards it stays in sight and counts no more."),
    )
    value = forms.DecimalField(
        label=_("Value, if it is an indicator"),
        help_text=_("An outcome is shown by a number with its day."),
        required=False,
        max_digits=16,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Enter a number")},
    )
    unit = line(_("Unit of the value"), most=UNIT_LENGTH, help_text=_("Such as “percent” or “hours”."))

    def as_piece(self) -> NewPiece:
        """What was typed, before the rules have looked at it."""
        raise NotImplementedError


class LinkForm(PieceForm):
    """Evidence that can be read at an address."""

    address = line(_("Web address"), most=ADDRESS_LENGTH, missing=FILL_IN)
    field_order = ["title", "address"]

    def as_piece(self) -> NewPiece:
        """What was typed, before the rules have looked at it."""
        return read_values(NewPiece, self.cleaned_data, kind=PieceKind.LINK)


class FileForm(PieceForm):
    """Evidence in a file, which stays with its owner: here are its name and digest."""

    file = forms.FileField(
        label=_("The file"),
        required=False,
        allow_empty_file=False,
        max_length=255,
        widget=forms.FileInput,
        help_text=_(
            "It is read once for its digest and not kept. Keep it safe: the digest shows later that it is the same."
        ),
    )
    digest = line(
        _("Or its SHA-256"),
        most=DIGEST_LENGTH,
        help_text=_("64 characters. Any computer can tell it: sha256sum, or Get-FileHash in PowerShell."),
    )
    field_order = ["title", "file", "digest"]

    def clean_file(self) -> TakenFile | None:
        """The file that came in, where it is not too large."""
        file: TakenFile | None = self.cleaned_data["file"]
        if file is not None and file.is_too_large:
            raise ValidationError(gettext(AssessmentMistake.FILE_TOO_LARGE.label))
        return file

    def as_piece(self) -> NewPiece:
        """What was typed, before the rules have looked at it."""
        file: TakenFile | None = self.cleaned_data["file"]
        digest = file.digest if file is not None else self.cleaned_data["digest"]
        return read_values(NewPiece, self.cleaned_data, kind=PieceKind.FILE, digest=digest)


class TakeBackForm(forms.Form):
    """Taking a piece back."""

    why = line(
        _("Why is it withdrawn?"),
        most=REASON_LENGTH,
        help_text=_("It stays in the history, with your reason."),
        missing=FILL_IN,
    )


class WorkbookForm(forms.Form):
    """A workbook that comes back."""

    file = forms.FileField(
        label=_("Completed workbook"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("Saved as .xlsx, up to 2 MB. You see first what would change."),
    )
