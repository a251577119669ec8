"""Which tactic a person met: one that others have met, or a new one in words that name nobody."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import choice, choose_from, select, text
from leeward.foundation.rows import read_values
from leeward.foundation.web.words import choices_of
from leeward.victim.network.forms.alerts import NAMES_NOBODY, MarkedForm
from leeward.victim.network.queries.alerts import TacticLine
from leeward.victim.network.rules.tactics import (
    LONGEST_WORDS,
    Channel,
    Demand,
    Lever,
    Means,
    TacticWords,
    WayIn,
)

NEW = "new"
CHOOSE = ("", _("Choose"))


class TacticForm(MarkedForm):
    """Which one, or a new one with its facets. `once`: the id of a new one, so that it is made once."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    tactic = choice(_("Which of these happened to them?"), ())
    words = text(_("What is done?"), rows=3, most=LONGEST_WORDS, help_text=NAMES_NOBODY)
    channel = select(_("Where does it begin?"), [CHOOSE, *choices_of(Channel)])
    way_in = select(_("How do they get to people?"), [CHOOSE, *choices_of(WayIn)])
    lever = select(_("What do they use as pressure?"), [CHOOSE, *choices_of(Lever)])
    demand = select(_("What do they want?"), [CHOOSE, *choices_of(Demand)])
    means = select(_("With what?"), [CHOOSE, *choices_of(Means)])
    field_order: Sequence[str] = ("once", "tactic", "words", "looked", "channel", "way_in", "lever", "demand", "means")

    def __init__(self, *args: Any, tactics: Sequence[TacticLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In the language in which somebody wrote them, whatever the page's is.
        known = [(str(each.public_id), f"\u2068{each.words}\u2069") for each in tactics]
        choose_from(self, "tactic", [*known, (NEW, _("None of these: a new one"))])

    def clean(self) -> None:
        """A new one has words and all facets, and a person has looked at what may name somebody."""
        super().clean()
        given = self.cleaned_data
        if given.get("tactic") == NEW:
            for name in FACETS:
                if name in given and not given[name]:
                    self.add_error(name, gettext("Choose one from the list"))
            if not (given.get("words") or "").strip():
                self.add_error("words", gettext("Write what is done"))
            self.look_at("words")

    @property
    def said(self) -> tuple[uuid.UUID, TacticWords | None]:
        """The tactic's id, and its words where it is new."""
        given = self.cleaned_data
        if given["tactic"] != NEW:
            return uuid.UUID(given["tactic"]), None
        return given["once"], read_values(TacticWords, {**given, "words": " ".join(given["words"].split())})


FACETS = ("channel", "way_in", "lever", "demand", "means")
