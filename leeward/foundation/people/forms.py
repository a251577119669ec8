"""What an administrator types of an account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.fields import choose_from, line, select
from leeward.foundation.people.bodies import names_of_bodies
from leeward.foundation.web.words import choices_of

NAME_LENGTH, STAFF_NAME_LENGTH = 80, 32
NOBODY = ("", "–")


class AccountForm(forms.Form):
    """The name that colleagues see, the role, and for a platform's people the platform."""

    display_name = line(_("Name that colleagues see"), missing=_("Enter a name"), most=NAME_LENGTH)
    role = select(_("Role"), [NOBODY, *choices_of(Role)], required=True)
    affiliation = select(
        _("Organisation"),
        help_text=_(
            "For people of a platform, a member of the network, a court, an employer, a provider or an authority alone."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "affiliation", [NOBODY, *names_of_bodies().items()])


class NewAccountForm(AccountForm):
    """The same for somebody new, with the name by which they sign in."""

    username = line(
        _("Staff name, to sign in with"),
        missing=_("Enter a staff name"),
        most=STAFF_NAME_LENGTH,
        help_text=_("Small letters, such as amina. It cannot be changed later."),
        autocapitalize="none",
        spellcheck="false",
        autocomplete="off",
    )
    field_order = ("username", "display_name", "role", "affiliation")
