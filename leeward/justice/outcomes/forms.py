"""What analysts and authorities enter."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Choices, OnceForm, choice, choose_from, day, line, select
from leeward.foundation.web.words import choices_of
from leeward.justice.outcomes.rules.terms import CODE_LENGTH, NAME_LENGTH, AuthorityKind


class AuthorityForm(OnceForm):
    """An authority."""

    name = line(_("Name"), missing=_("Enter a name"), most=NAME_LENGTH)
    code = line(
        _("Code"),
        missing=_("Enter a code"),
        most=CODE_LENGTH,
        help_text=_("By which its files call it, such as outer-isles-police."),
        dir="ltr",
    )
    kind = choice(_("What is it?"), choices_of(AuthorityKind))
    employer = select(_("Whose people are its own in training"))
    expected_from = day(_("Counts are expected from"), required=True, missing=_("Enter the first day"))
    expected_until = day(_("Until"), required=False)

    def __init__(self, *args: Any, employers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "employer", [("", _("Nobody’s")), *employers])
