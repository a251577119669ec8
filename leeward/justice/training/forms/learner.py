"""What a learner types: the address to which a link goes, and what stands on a certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import line
from leeward.foundation.editing.values import MAIL_LENGTH
from leeward.justice.training.rules.terms import NAME_LENGTH

MAIL_ATTRIBUTES = {"type": "email", "autocomplete": "email", "spellcheck": "false", "dir": "ltr"}


class LinkForm(forms.Form):
    """To which work address a link goes."""

    mailbox = line(_("Your work address"), missing=_("Enter your work address"), most=MAIL_LENGTH, **MAIL_ATTRIBUTES)


class CertificateForm(forms.Form):
    """Whether a work address goes into a certificate."""

    mailbox = line(
        _("Your work address, if you want it in the certificate"),
        most=MAIL_LENGTH,
        help_text=_(
            "It is hashed: anybody who has the certificate can check an address but cannot read one. Leave it empty "
            "if you do not want one in it."
        ),
        **MAIL_ATTRIBUTES,
    )


class PaperForm(forms.Form):
    """The name on a certificate's paper, which is not kept."""

    name = line(
        _("Your name on the paper"),
        missing=_("Enter the name"),
        most=NAME_LENGTH,
        help_text=_("It is not kept, and nobody has checked it. What is signed names nobody."),
        autocomplete="name",
    )


class BearerForm(forms.Form):
    """A certificate's number, and the address that somebody says is theirs."""

    number = line(_("Number of the certificate"), missing=_("Enter the number"), most=20, dir="ltr")
    mailbox = line(_("Work address"), missing=_("Enter the address"), most=MAIL_LENGTH, **MAIL_ATTRIBUTES)
