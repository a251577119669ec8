"""What a practitioner types and chooses."""

import uuid
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.fields import (
    OnceForm,
    box,
    choice,
    choose_from,
    day,
    line,
    person_languages,
    select,
    several,
    text,
    whole_number,
)
from leeward.foundation.pages.queries import all_in_force
from leeward.foundation.web.words import choices_of, language, told, word
from leeward.victim.file.rules.needs import Need
from leeward.victim.helpline.errors import NothingAsked, ReasonMissing, TokenMistyped
from leeward.victim.helpline.rules.allocation import MOST_AT_ONCE, MOST_HOURS, Profile
from leeward.victim.helpline.rules.cases import CallOutcome, Reopening
from leeward.victim.helpline.rules.helps import HELP_ENDED, HelpKind, HelpState, Met
from leeward.victim.helpline.rules.instruments import Instrument, Said, check_judgement, check_said
from leeward.victim.helpline.rules.signals import ListenerAsked, read_token
from leeward.victim.helpline.rules.volunteers import SHIFT_HOURS
from leeward.victim.removals.rules.reports import Band

LONGEST_REASON = 2_000
WATCHED_MOST = timedelta(days=366)
CHOOSE = ("", _("Choose"))


class BandForm(forms.Form):
    """How soon somebody must answer, and why where it is lowered."""

    band = choice(_("How soon must somebody answer?"), choices_of(Band))
    reason = text(
        _("Why, if you lower it"),
        rows=2,
        help_text=_("For staff only. The next person who reads the case must be able to follow it."),
        most=LONGEST_REASON,
    )


class AdviceForm(forms.Form):
    """Which page of advice are they given?"""

    page = select(_("Page"), [CHOOSE], missing=_("Choose a page"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = [(each.code, each.text.title) for each in all_in_force(get_language())]
        choose_from(self, "page", [CHOOSE, *pages])


class CallForm(forms.Form):
    """What came of a call."""

    outcome = choice(_("Outcome of the call"), choices_of(CallOutcome), missing=_("Say what came of the call"))


class AskForm(forms.Form):
    """A kind of help that they asked for in a message or on the phone."""

    kind = select(_("Requested"), [CHOOSE, *choices_of(HelpKind)], required=True)


class OfferForm(forms.Form):
    """What was offered, in the worker's words."""

    words = text(_("What we offer"), rows=2, help_text=_("For staff only."), most=LONGEST_REASON)


class EndForm(forms.Form):
    """What came of help, as the worker sees it."""

    state = select(
        _("Outcome"),
        [CHOOSE, *(each for each in choices_of(HelpState) if each[0] in HELP_ENDED)],
        required=True,
    )
    seen = select(
        _("Did it help, as you see it?"),
        [CHOOSE, *choices_of(Met)],
        required=True,
        help_text=_("They say it themselves on their page. Your view is shown beside theirs, never instead of it."),
    )


class WatchForm(forms.Form):
    """Until which day a case is set aside."""

    review_on = day(_("Review on"), required=True, missing=_("Enter a day such as 2026-11-24"))

    def clean_review_on(self) -> date:
        """A day to come, and not so late that everybody has forgotten it."""
        chosen: date = self.cleaned_data["review_on"]
        today = local_day(timezone.now())
        if not today < chosen <= today + WATCHED_MOST:
            last = write_day(today + WATCHED_MOST)
            raise forms.ValidationError(gettext("Choose a day after today and until %(last)s") % {"last": last})
        return chosen


class ScreenForm(OnceForm):
    """The questions of one version of an instrument, and what the worker judges apart from its rule."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    band = choice(
        _("How dangerous do you think it is?"),
        choices_of(Band),
        help_text=_(
            "Judge by everything that you know, not only by these answers. A higher band raises the case at once."
        ),
    )
    reason = text(
        _("Why, if you judge it lower than the rule does"),
        rows=3,
        help_text=_("For staff only. The next person who reads the case must be able to follow it."),
        most=LONGEST_REASON,
    )

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        for sign in instrument.signs:
            self.fields[f"said-{sign.code}"] = choice(told(sign.words), choices_of(Said))
            self.initial.setdefault(f"said-{sign.code}", Said.NOT_ASKED)
        self.initial.setdefault("version", instrument.version)

    @property
    def questions(self) -> list[forms.BoundField]:
        """The questions, in their order."""
        return [self[f"said-{code}"] for code in self.instrument.codes]

    @property
    def said(self) -> dict[str, Said]:
        """What was said to each question."""
        return {code: Said(self.cleaned_data[f"said-{code}"]) for code in self.instrument.codes}

    def clean(self) -> None:
        """Something was asked, and a judgement that is lower than the rule's says why."""
        super().clean()
        given = self.cleaned_data
        if self.errors or given["version"] != self.instrument.version:
            return
        try:
            rule = self.instrument.judge(check_said(self.instrument, self.said))
            check_judgement(Band(given["band"]), reason=given["reason"], rule=rule)
        except NothingAsked as error:
            self.add_error(None, gettext(error.reason))
        except ReasonMissing:
            wrong = gettext("Under their rule these answers mean “%(band)s”. Say why you judge it lower.")
            self.add_error("reason", wrong % {"band": word(rule)})


class ReopenForm(forms.Form):
    """Why a closed case is taken up again."""

    why = choice(_("Why is it reopened?"), choices_of(Reopening))


class ShiftForm(forms.Form):
    """Which cases volunteers may read, and how long."""

    green = box(_("All green ones that are waiting for an answer"))
    cases = several(_("Or some of these, which are open"))
    red = box(
        _("Share red cases too"),
        help_text=_("Somebody may be in danger. Volunteers read no answers about danger and no notes of colleagues."),
    )
    hours = select(
        _("How many hours does the shift last?"),
        [CHOOSE, *((str(hours), str(hours)) for hours in SHIFT_HOURS)],
        required=True,
        help_text=_("After that their key no longer opens any of these cases, even if nobody is here."),
    )

    def __init__(
        self, *args: Any, cases: Iterable[tuple[uuid.UUID, Band]], name: Callable[[uuid.UUID], str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(case), Band(band)) for case, band in cases]
        self._red = {case for case, band in offered if band is Band.RED}
        choose_from(self, "cases", [(case, f"{name(uuid.UUID(case))} · {word(band)}") for case, band in offered])
        if not self._red:
            del self.fields["red"]

    def clean(self) -> None:
        """Refuse a shift without a case, and one with a red case that nobody decided on."""
        super().clean()
        given = self.cleaned_data
        if not self.errors and self._red.intersection(given["cases"]) and not given["red"]:
            self.add_error("red", gettext("You chose a red case. Take it out, or tick this box"))
        if not self.errors and not given["cases"] and not given["green"]:
            self.add_error("cases", gettext("Choose a case, or all green ones"))


class ListenForm(forms.Form):
    """By which token a programme tells, and who asked that the helpline hears it."""

    token = line(
        _("Code from the programme"),
        missing=_("Enter the token"),
        help_text=_("As it is written on the referral to the programme, with or without hyphens."),
    )
    asked = choice(_("Who asked for it?"), choices_of(ListenerAsked))

    def clean_token(self) -> str:
        """As tokens are compared."""
        try:
            return read_token(self.cleaned_data["token"])
        except TokenMistyped as error:
            raise forms.ValidationError(
                gettext("This is not a token: a token has 16 to 64 letters and digits")
            ) from error


class ProfileForm(forms.Form):
    """What somebody says of themselves; all of it may be left out."""

    languages = several(
        _("Languages in which you can answer"),
        help_text=_("You are offered cases in these first. If you tick none, all are yours."),
    )
    trained = several(
        _("Wishes for which you are trained"),
        choices_of(Need),
        help_text=_("Colleagues who read such a wish see your name beside it. Those who lead the helpline see it too."),
    )
    most = whole_number(
        _("How many cases you take at once"),
        least=1,
        most=MOST_AT_ONCE,
        wrong=_("Enter a whole number from 1 to 50"),
        help_text=_("While you have that many, “Take the next case” gives you none. Leave it empty for no limit."),
    )
    hours = whole_number(
        _("Hours of a shift after which you are given no more"),
        least=1,
        most=MOST_HOURS,
        wrong=_("Enter a whole number from 1 to 12"),
        help_text=_("Counted from the first case that you take. Leave it empty for eight."),
    )
    about = text(
        _("What else may people ask for?"),
        rows=2,
        help_text=_(
            "Only if you want to say it: for example, that you are a woman or a man, or that you sign. It is sealed: "
            "only people who work on cases here can read it."
        ),
        most=LONGEST_REASON,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "languages", [(code, language(code)) for code in person_languages()])

    @property
    def profile(self) -> Profile:
        """What they say."""
        given = self.cleaned_data
        return Profile(
            languages=tuple(given["languages"]),
            trained=tuple(map(Need, given["trained"])),
            most=given["most"],
            hours=given["hours"],
            about=given["about"].strip(),
        )
