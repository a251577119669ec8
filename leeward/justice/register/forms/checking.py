"""Checks: what an authority asks, a registrar proposes, a disclosure officer decides, a receiver signs."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import OnceForm, box, choice, choose_from, day, line, select, text
from leeward.foundation.web.words import choices_of, word
from leeward.justice.register.errors import RegisterMistake
from leeward.justice.register.forms.keeping import SoughtForm, basis_choices
from leeward.justice.register.models import NAME_LENGTH
from leeward.justice.register.operations.checks import Decision, NewCheck
from leeward.justice.register.queries.bases import AgencyView, BasisView
from leeward.justice.register.rules.persons import WHY_LENGTH, WORDS_LENGTH, Proposal, Reasons, Told, Weighed
from leeward.justice.register.rules.terms import CheckState, Four, Purpose

YES, NO = "yes", "no"


class CheckForm(SoughtForm, OnceForm):
    """A request of an authority."""

    basis = select(_("Legal basis"), missing=_("Choose the legal basis"))
    authority = select(_("Which authority asks?"), missing=_("Choose the authority"))
    purpose = choice(
        _("For which purpose?"),
        choices_of(Purpose),
        missing=_("Choose a purpose. Without one nobody asks the register"),
    )
    asker = line(
        _("Who of it may read the answer?"),
        missing=_("Enter the name of the person who may read the answer"),
        most=NAME_LENGTH,
        help_text=_("One person by name. They sign an undertaking before they read anything."),
    )
    file_number = line(
        _("The authority’s own file number"),
        missing=_("Enter the authority’s file number"),
        most=NAME_LENGTH,
        dir="ltr",
    )

    def __init__(
        self, *args: Any, bases: tuple[BasisView, ...], authorities: tuple[AgencyView, ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "basis", basis_choices(bases))
        choose_from(
            self, "authority", [("", _("Choose one")), *((str(each.public_id), each.name) for each in authorities)]
        )
        self.order_fields(["basis", "authority", "asker", "file_number", "purpose"])

    @property
    def new(self) -> NewCheck:
        """What was typed."""
        said = self.cleaned_data
        return NewCheck(
            basis=UUID(said["basis"]),
            authority=UUID(said["authority"]),
            purpose=Purpose(said["purpose"]),
            sought=self.sought,
            asker=said["asker"],
            file_number=said["file_number"],
        )


class PrepareForm(forms.Form):
    """What a registrar proposes; the same form whether anybody was found or not."""

    use_required_attribute = False
    told = text(
        _("What may be told, if anything?"),
        most=WORDS_LENGTH,
        help_text=_("The least that the purpose needs. Leave it empty if nothing may be told."),
    )
    said = text(_("Words for the second person"), most=WORDS_LENGTH)

    @property
    def proposal(self) -> Proposal:
        """What was typed."""
        return Proposal(told=self.cleaned_data["told"], said=self.cleaned_data["said"])


class DecideForm(forms.Form):
    """The four tests, each with a reason, and the answer."""

    use_required_attribute = False
    answer = choice(
        _("What is the answer?"),
        [(each.value, word(each)) for each in (CheckState.NOTHING, CheckState.TOLD)],
        missing=_("Choose the answer"),
    )
    words = text(
        _("What is told"), most=WORDS_LENGTH, help_text=_("The least that the purpose needs. Empty for nothing.")
    )
    until = day(_("It can be read until"), required=False, help_text=_("At most 90 days from today."))

    def __init__(self, *args: Any, asker: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asker, first = asker, list[str]()
        for test in Four:
            self.fields[f"passed_{test}"] = choice(
                word(test), [(YES, _("Yes")), (NO, _("No"))], missing=_("Choose yes or no")
            )
            self.fields[f"why_{test}"] = line(_("Why?"), missing=_("Say why"), most=WHY_LENGTH)
            first += [f"passed_{test}", f"why_{test}"]
        self.order_fields(first)

    def clean(self) -> dict[str, Any]:
        """What is told has a text and an end."""
        said = super().clean() or {}
        if said.get("answer") == CheckState.TOLD.value:
            if not said.get("words") and "words" not in self.errors:
                self.add_error("words", word(RegisterMistake.NO_TEXT))
            if not said.get("until") and "until" not in self.errors:
                self.add_error("until", word(RegisterMistake.END_NEEDED))
        return said

    @property
    def decision(self) -> Decision:
        """What was decided."""
        said = self.cleaned_data
        tests = (Weighed(test=test, is_passed=said[f"passed_{test}"] == YES, why=said[f"why_{test}"]) for test in Four)
        is_told = said["answer"] == CheckState.TOLD.value
        told = Told(to=self.asker, words=said["words"], until=said["until"]) if is_told else None
        return Decision(reasons=Reasons(tests=tuple(tests)), told=told)


class UndertakingForm(forms.Form):
    """What the person named in a request signs before they read."""

    use_required_attribute = False
    name = line(_("Your name"), missing=_("Enter your name as it stands in the request"), most=NAME_LENGTH)
    agreed = box(_("I give this undertaking."))

    def clean_agreed(self) -> bool:
        """Without it nothing opens."""
        if not self.cleaned_data["agreed"]:
            raise forms.ValidationError(word(RegisterMistake.UNSIGNED))
        return True
