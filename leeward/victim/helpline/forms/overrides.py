"""What is chosen to pass something on without a person's yes: a law, each thing with its reason, when they are told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import choice, choose_from, day, line, select, text
from leeward.foundation.web.words import told, word
from leeward.victim.helpline.errors import TellingRefused
from leeward.victim.helpline.forms.desk import LONGEST_REASON
from leeward.victim.helpline.forms.refer import CHOOSE, TextsForm, WishForm
from leeward.victim.helpline.operations.overrides import Asked
from leeward.victim.helpline.rules.overrides import Basis, Telling, check_telling
from leeward.victim.network.operations.referrals import Draft
from leeward.victim.network.rules.members import Wish
from leeward.victim.network.rules.releases import Without

NOW, LATER = "now", "later"
WHEN = ((NOW, _("It is safe: tell them at once")), (LATER, _("It would be unsafe: look again on a day")))
NEED_LENGTH = 300


class LawForm(WishForm):
    """Under which law, and what is looked for."""

    basis = select(
        _("Which law allows a referral without consent?"),
        missing=_("Choose the law that lets you"),
        help_text=_("Ask the person first wherever that is safe. Danger alone is not enough: a law must allow it."),
    )
    field_order = ("basis", "kind", "area", "language", "is_urgent")

    def __init__(self, *args: Any, bases: Mapping[str, Basis], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bases = bases
        choose_from(self, "basis", [CHOOSE, *((code, told(each.title)) for code, each in bases.items())])

    @property
    def law(self) -> Basis:
        """The law that was chosen."""
        return self.bases[self.cleaned_data["basis"]]


class LaterForm(forms.Form):
    """It would be unsafe to tell them: why, and when somebody looks again."""

    may_wait = True
    why = text(_("Why would it be unsafe to tell them?"), rows=2, help_text=_("For staff only."), most=LONGEST_REASON)
    tell_on = day(_("On which day does somebody look again?"), required=False, help_text=_("Within 30 days."))

    def clean(self) -> None:
        """What is put off has a reason and a day."""
        super().clean()
        given = self.cleaned_data
        if self.is_later and "tell_on" in given and not self._is_good(given["tell_on"]):
            self.add_error("tell_on", gettext(TellingRefused.reason))

    def _is_good(self, tell_on: date | None) -> bool:
        try:
            check_telling(self.telling, may_wait=self.may_wait, today=local_day(timezone.now()))
        except TellingRefused:
            return False
        return tell_on is not None

    @property
    def is_later(self) -> bool:
        """Whether telling them is put off."""
        return True

    @property
    def telling(self) -> Telling:
        """When they are told."""
        given = self.cleaned_data
        return Telling(tell_on=given["tell_on"], why=given.get("why", "")) if self.is_later else Telling()


class WithoutForm(TextsForm, LaterForm):
    """What is passed on without a yes: each thing with its reason. Nothing is ticked beforehand."""

    of_each = ("text", "to", "need")
    when = choice(_("Can they be told on their page today?"), WHEN, missing=_("Say whether they can be told today"))

    def __init__(self, *args: Any, basis: Basis, **kwargs: Any) -> None:
        super().__init__(*args, offered=basis.fields, **kwargs)
        self.may_wait = basis.may_wait
        for field in basis.fields:
            label = gettext("Why do they need “%(what)s”?") % {"what": word(field)}
            self.fields[f"need-{field}"] = line(label, most=NEED_LENGTH)
        self.fields["reason"] = text(
            _("Why must it be passed on, and why without their yes?"),
            rows=4,
            missing=_("Say why"),
            help_text=_("For staff only. A colleague reads this and decides."),
            most=LONGEST_REASON,
        )
        self.fields["words"] = text(
            _("What will the person read about the reason?"),
            rows=4,
            missing=_("Write it for them, too: one day they will read it"),
            help_text=_("In plain words, to them. It is on their page from the day on which they are told."),
            most=LONGEST_REASON,
        )

    def clean(self) -> None:
        """Whatever somebody gets has a reason."""
        super().clean()
        given = self.cleaned_data
        for field in self.offered:
            if given.get(f"to-{field}") and not given.get(f"need-{field}", "").strip():
                self.add_error(f"need-{field}", gettext("Say why they need it, or tick nobody for it."))

    @property
    def is_later(self) -> bool:
        """Whether telling them is put off."""
        return bool(self.cleaned_data.get("when") == LATER)

    def draft(self, wish: Wish, *, is_urgent: bool) -> Draft:
        """The referral, with why it needs no yes; its law is written when it is asked for."""
        given = self.cleaned_data
        needed = {field: given[f"need-{field}"].strip() for field in self.offered if given[f"to-{field}"]}
        without = Without(law={}, place={}, words=given["words"], needed=needed)
        return replace(super().draft(wish, is_urgent=is_urgent), without=without)

    def asked(self, basis: Basis) -> Asked:
        """What a second person is to decide."""
        return Asked(basis=basis.code, reason=self.cleaned_data["reason"], telling=self.telling)
