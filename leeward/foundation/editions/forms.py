"""What staff type about an edition, its day in the calendar, their sign-off, errors in it, and early sight."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import line, text
from leeward.foundation.editions.models import LABEL_LENGTH
from leeward.foundation.editions.signed import DIGEST_LENGTH, WORDS_LENGTH


def _title() -> forms.CharField:
    return line(_("Title"), most=LABEL_LENGTH, missing=_("Give it a title"))


def _note() -> forms.CharField:
    return text(_("Notes for readers (optional)"), most=WORDS_LENGTH, rows=3)


class DraftForm(forms.Form):
    """A release to be drafted."""

    title = _title()
    words = _note()
    licence = forms.RegexField(
        regex=r"^https://\S+$",
        label=_("Address of the licence"),
        help_text=_("Under which everybody may use the figures. As it stands: free, if they say where they come from."),
        initial=lambda: settings.LEEWARD_OPEN_DATA_LICENCE.path,
        max_length=LABEL_LENGTH,
        error_messages={
            "required": _("Enter the address of the licence"),
            "invalid": _("Enter an address that begins with https://"),
        },
    )


class SignForm(forms.Form):
    """A second person's sign-off."""

    looked = forms.BooleanField(
        label=_("I have looked at these numbers and at what changes"),
        error_messages={"required": _("Look at the numbers, and tick the box when you have")},
    )
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=DIGEST_LENGTH)


class DiscardForm(forms.Form):
    """Why a draft is thrown away."""

    why = line(
        _("Reason for discarding the draft"),
        most=WORDS_LENGTH,
        help_text=_("The reason is kept, with your name, for those who draft and sign releases."),
        missing=_("Say why"),
    )


class PlanForm(forms.Form):
    """A day in the calendar."""

    on = forms.DateField(
        label=_("Day"),
        help_text=_("For example 2027-02-15"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Enter a day"), "invalid": _("Enter a day such as 2027-02-15")},
    )
    title = _title()
    words = _note()


class ErratumForm(forms.Form):
    """Something that is wrong in a signed edition."""

    place = line(
        _("Place"),
        most=LABEL_LENGTH,
        help_text=_("The file and the line, such as observations.csv, removal-rate 2026-03"),
        missing=_("Enter the place"),
    )
    before = line(_("Published text"), most=LABEL_LENGTH, missing=_("Say what stands there"))
    after = line(_("Correct text"), most=LABEL_LENGTH, missing=_("Say what is right"))
    reason = line(_("Reason for the erratum"), most=WORDS_LENGTH, missing=_("Say why"))


class EarlySightForm(forms.Form):
    """An office or body that sees a draft."""

    body = line(
        _("Office or body with early access"),
        most=LABEL_LENGTH,
        help_text=_("Never a person’s name: everybody can read this once the release is published."),
        missing=_("Say which office or body"),
    )
    reason = line(_("Reason for early access"), most=WORDS_LENGTH, missing=_("Say why"))
