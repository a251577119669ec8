"""How she may be reached: the default is not at all."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.victim.removals.forms.person.answers import CHOOSE, line
from leeward.victim.removals.rules.reports import Contact, ContactWay

NO_EMAIL = _("This is no e-mail address. Look at it again, or choose that we do not contact you.")
NO_PHONE = _("There is no phone number. Type it, or choose that we do not contact you.")


class ReachForm(forms.Form):
    """A safe way, if there is one."""

    way = forms.TypedChoiceField(
        label=_("May we contact you?"),
        help_text=_(
            "We ask because a message can be seen by someone else. You can always read everything here with your "
            "code. If the other person can see your phone or mail, choose the first answer."
        ),
        choices=[
            (ContactWay.NONE, _("Do not contact me. I look here with my code")),
            (ContactWay.EMAIL, _("By e-mail")),
            (ContactWay.PHONE, _("By phone")),
        ],
        coerce=ContactWay,
        empty_value=ContactWay.NONE,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE},
    )
    email = line(label=_("E-mail address"), help_text=_("A fresh one that only you know is safest."))
    phone = line(label=_("Phone number"), help_text=_("One that nobody else answers."))
    may_leave_message = forms.BooleanField(label=_("You may leave a message"), required=False)
    hours = line(label=_("When is it safe?"), help_text=_("For example: on weekdays from 9 to 12."))
    name = line(label=_("What may we call you?"), help_text=_("Any name. It does not have to be yours."))
    safe_word = line(
        label=_("A word that only you and we know"),
        help_text=_("We say it first, so that you know it is us. You say it, so that we know it is you."),
    )
    may_say_who = forms.BooleanField(label=_("You may say who you are when you call or write"), required=False)

    @classmethod
    def of(cls, contact: Contact) -> "ReachForm":
        """The form with what was answered before."""
        return cls(initial={name: getattr(contact, name) for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        """A chosen way needs its address."""
        given = super().clean() or {}
        email, phone = str(given.get("email") or ""), str(given.get("phone") or "")
        name, _at, host = email.rpartition("@")
        is_email = bool(name) and "." in host and not any(sign.isspace() for sign in email)
        if (email and not is_email) or (given.get("way") is ContactWay.EMAIL and not email):
            self.add_error("email", NO_EMAIL)
        has_digits = sum(sign.isdigit() for sign in phone) >= 3
        if (phone and not has_digits) or (given.get("way") is ContactWay.PHONE and not phone):
            self.add_error("phone", NO_PHONE)
        return given

    @property
    def contact(self) -> Contact:
        """What was told. What she typed for a way that she did not choose is not kept."""
        given = dict(self.cleaned_data)
        if given["way"] is ContactWay.NONE:
            return Contact(name=given["name"], safe_word=given["safe_word"])
        unused = "phone" if given["way"] is ContactWay.EMAIL else "email"
        return Contact(**(given | {unused: ""}))
