"""What the desk types to supply an element that a platform named as missing: as the element asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Words, box, line, text
from leeward.foundation.web.words import word
from leeward.industry.duties.rules import Element
from leeward.victim.removals.rules.notices import NoticeMalformed
from leeward.victim.removals.rules.notices.facts import LONGEST_LINE, LONGEST_TEXT
from leeward.victim.removals.rules.notices.supplies import ASKS, Asked, check_addresses

MISSING = _("Type what they need")
HINTS: dict[Element, Words] = {
    Element.SIGNATURE: _("The working name of whoever signs for the desk. Never the name of the person."),
    Element.IDENTIFICATION: _("Say in words what can be seen, so that they find it. Never a picture."),
    Element.NON_CONSENT: _("Tick this only if the person has told you so."),
    Element.REPORTER_NAME: _("The working name of whoever writes for the desk. Never the name of the person."),
    Element.AUTHORITY_TO_ACT: _("The reference of the written authority, as it stands in your records."),
    Element.POLICY_CLAUSE: _("Number and title, as their own rules have it."),
    Element.PRIOR_REPORT: _("When it was, and what they answered."),
}


class SupplyForm(forms.Form):
    """One element: an address, a line, a text, or a yes to what the notice then declares."""

    def __init__(self, *args: Any, element: Element, signer: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label, hint = word(element), HINTS.get(element, "")
        self.asked = ASKS[element]
        field: forms.Field
        match self.asked:
            case Asked.ADDRESSES:
                hint = _(
                    "Whole web addresses, one a line. The first is that of the item itself, the others are copies."
                )
                field = text(label, rows=3, help_text=hint, missing=MISSING, spellcheck="false")
            case Asked.DECLARATION:
                field = box(label, help_text=hint or _("The corrected notice then declares it in its own words."))
                field.required = True
                field.error_messages["required"] = _("Tick the box if you can declare this")
            case Asked.TEXT:
                field = text(label, help_text=hint, missing=MISSING, most=LONGEST_TEXT)
            case Asked.MAILBOX:
                field = forms.EmailField(label=label, help_text=hint, error_messages={"required": MISSING})
            case Asked.LINE:
                field = line(label, help_text=hint, missing=MISSING, most=LONGEST_LINE)
        if element in (Element.SIGNATURE, Element.REPORTER_NAME):
            field.initial = signer
        self.fields["words"] = field

    def clean_words(self) -> str:
        """What is supplied; "" for a mere declaration."""
        said = self.cleaned_data["words"]
        if self.asked is Asked.DECLARATION:
            return ""
        if self.asked is Asked.ADDRESSES:
            try:
                said = "\n".join(check_addresses(said))
            except NoticeMalformed as error:
                raise forms.ValidationError(
                    _("Enter whole web addresses that begin with http:// or https://, one a line")
                ) from error
        return str(said)
