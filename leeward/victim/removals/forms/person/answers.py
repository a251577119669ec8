"""The questions about what happened: one form each, which reads its answer from the story and writes it back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Words
from leeward.victim.removals.rules.questions import Question
from leeward.victim.removals.rules.reports import (
    LONGEST_LINE,
    LONGEST_STORY,
    Danger,
    Harm,
    Made,
    Path,
    Reporter,
    Shown,
    Story,
    Wish,
)

type Choices = Iterable[tuple[StrEnum, str | Promise]]

NOT_TEXT = _("There is a sign in it that no text holds. Type it again.")
TOO_LONG = _("That is too long for this box. Make it shorter, or write the rest in a message later.")
CHOOSE = _("Choose from the list.")
QUIET = {"autocomplete": "off", "spellcheck": "false"}


class AnswerForm(forms.Form):
    """One question. The names of its fields are those of the story's."""

    @classmethod
    def of(cls, story: Story) -> "AnswerForm":
        """Return the form with her earlier answers; nothing is chosen where she chose nothing."""
        untold = Story()
        given = {name: getattr(story, name) for name in cls.base_fields}
        return cls(initial={name: value for name, value in given.items() if value != getattr(untold, name)})

    def apply(self, story: Story) -> Story:
        """The story with this answer."""
        given: Mapping[str, Any] = self.cleaned_data
        return replace(story, **{name: _kept(value) for name, value in given.items()})


def _kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def one_of(kind: type[StrEnum], *, skipped: StrEnum, choices: Choices, **options: Any) -> forms.TypedChoiceField:
    """Return a field of radio buttons that may stay empty."""
    return forms.TypedChoiceField(
        choices=list(choices),
        coerce=kind,
        empty_value=skipped,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE},
        **options,
    )


def some_of(kind: type[StrEnum], *, choices: Choices, **options: Any) -> forms.TypedMultipleChoiceField:
    """Return a field of checkboxes that may stay empty."""
    return forms.TypedMultipleChoiceField(
        choices=list(choices),
        coerce=kind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE},
        **options,
    )


def line(**options: Any) -> forms.CharField:
    """One line in her words."""
    return forms.CharField(
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.TextInput(attrs=QUIET),
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": NOT_TEXT},
        **options,
    )


def words(*, rows: int = 6, longest: int = LONGEST_STORY, missing: Words = "", **options: Any) -> forms.CharField:
    """Return a field for a longer text in her words; it may stay empty where nothing is said about its missing."""
    return forms.CharField(
        required=bool(missing),
        max_length=longest,
        widget=forms.Textarea(attrs=QUIET | {"rows": rows}),
        error_messages={"required": missing, "max_length": TOO_LONG, "null_characters_not_allowed": NOT_TEXT},
        **options,
    )


class FirstForm(forms.Form):
    """The first question: it decides which others follow."""

    path = forms.TypedChoiceField(
        label=_("What is happening?"),
        help_text=_("We ask first, so that the next pages fit. Nothing is kept yet."),
        choices=[
            (Path.ONLINE, _("It is online, or someone is sending it around")),
            (Path.THREAT, _("Someone says they will share it, or wants money or more pictures")),
            (Path.UNSURE, _("I am not sure")),
            (Path.FOUND, _("I found a picture of someone else")),
        ],
        coerce=Path,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one answer."), "invalid_choice": _("Choose one answer.")},
    )


FIRST_LINES: Mapping[str, Promise] = {
    Path.ONLINE: _("We ask the sites to take it down, and follow up until it is gone."),
    Path.THREAT: _("First: what to do now. You need no address of a page for this."),
    Path.UNSURE: _("We look at it together. You can stop at any point."),
    Path.FOUND: _("Tell us where. It takes five minutes, and nobody learns that it was you."),
}


class HarmForm(AnswerForm):
    """What is being done."""

    harm = one_of(
        Harm,
        skipped=Harm.NOT_SURE,
        label=_("What is happening to you?"),
        help_text=_("Choose what fits best. We ask because each has its own way to have it removed."),
        choices=[
            (Harm.SHARED, _("A private picture or video of me is being shared")),
            (Harm.THREATENED, _("Someone says they will share it")),
            (Harm.SEXTORTION, _("Someone wants money, or more pictures, or else they share it")),
            (Harm.FILMED_SECRETLY, _("I was filmed or photographed in secret")),
            (Harm.MADE_BY_AI, _("It is a fake, made by a computer")),
            (Harm.STOLEN, _("It was stolen from my device or account")),
            (Harm.CREATOR_CONTENT, _("It is my paid work, and it is spread without my yes")),
            (Harm.DOXXING, _("My name, address, work or phone number stands with it")),
            (Harm.OUTING, _("It tells others something private: whom I love, who I am, my health")),
            (Harm.CULTURALLY_SENSITIVE, _("I am not undressed, but in my family or community it can put me at risk")),
            (Harm.HARASSMENT, _("It is part of hate or abuse against me")),
            (Harm.NOT_SURE, _("I am not sure, or would rather not say")),
        ],
    )


HARM_LINES: Mapping[str, Promise] = {
    Harm.SHARED: _("We write to each site under the law, and check that it is gone."),
    Harm.THREATENED: _("We get ready with you, so that it can be stopped the moment it appears."),
    Harm.SEXTORTION: _("We look at this first. Do not pay. We show you what to do now."),
    Harm.FILMED_SECRETLY: _("We write to each site. It does not matter who made it."),
    Harm.MADE_BY_AI: _("The law treats a fake like a real picture in many places. We say so to the site."),
    Harm.STOLEN: _("We write to each site. We also show you how to lock your accounts."),
    Harm.CREATOR_CONTENT: _("You made it, so it is yours: we use copyright, which is often the fastest way."),
    Harm.DOXXING: _("Sites have a rule against private data, and search engines a form. We use both."),
    Harm.OUTING: _("No nudity is needed. We use the rules on private life and on hate."),
    Harm.CULTURALLY_SENSITIVE: _("We say why it harms you. We never write to your family or community."),
    Harm.HARASSMENT: _("We report the picture and the abuse around it together."),
    Harm.NOT_SURE: _("That is fine. A person at the desk finds out what fits."),
}


class ReporterForm(AnswerForm):
    """Who tells us, and by what right where it is somebody else."""

    reporter = one_of(
        Reporter,
        skipped=Reporter.NOT_SAID,
        label=_("Who is telling us?"),
        help_text=_("We ask because a site must act for the person shown, or for someone who speaks for them."),
        choices=[
            (Reporter.SELF, _("I am the person shown")),
            (Reporter.AGENT, _("I speak for the person shown, and they want this")),
            (Reporter.THIRD_PARTY, _("I saw it; it shows someone else")),
            (Reporter.NOT_SAID, _("I would rather not say")),
        ],
    )
    authority = line(
        label=_("How do you come to speak for them?"),
        help_text=_("For example: I am her lawyer and she signed a paper; I am his support worker and he asked me."),
    )


REPORTER_LINES: Mapping[str, Promise] = {
    Reporter.THIRD_PARTY: _("You get a receipt. What happens next belongs to the person shown, so we do not show it."),
}


class ShownForm(AnswerForm):
    """What is shown, without the picture."""

    shown = some_of(
        Shown,
        label=_("What can be seen?"),
        help_text=_("We ask so that nobody here has to look at it. Tick all that fit, or none."),
        choices=[
            (Shown.NUDE, _("Someone is naked")),
            (Shown.SEXUAL, _("Something sexual")),
            (Shown.UNDRESSED, _("Someone is partly undressed, or in underwear")),
            (Shown.CULTURAL, _("Something that is private in a family, faith or community, such as hair uncovered")),
            (Shown.PRIVATE_DATA, _("Names, addresses, phone numbers or messages")),
            (Shown.OTHER, _("Something else")),
        ],
    )


class MadeForm(AnswerForm):
    """How it was made or got."""

    made = one_of(
        Made,
        skipped=Made.UNKNOWN,
        label=_("How did they come to have it?"),
        help_text=_("Whatever you choose, sharing it without your yes is wrong. We ask because some laws differ."),
        choices=[
            (Made.I_SENT_IT, _("I sent it to someone")),
            (Made.TAKEN_WITH_YES, _("It was taken with my yes, not for sharing")),
            (Made.TAKEN_SECRETLY, _("It was taken in secret")),
            (Made.MADE_BY_AI, _("It is fake or changed by a computer")),
            (Made.STOLEN, _("It was stolen, or an account was broken into")),
            (Made.MY_WORK, _("I made it as my work")),
            (Made.UNKNOWN, _("I do not know, or would rather not say")),
        ],
    )


class WhenForm(AnswerForm):
    """When it was first seen."""

    first_seen = line(
        label=_("When did you first see it or hear of it?"),
        help_text=_("A day, or roughly: last Friday, in spring. Some sites ask for it."),
    )


class ByForm(AnswerForm):
    """Who does it."""

    uploader = line(
        label=_("Who does this, if you know or guess?"),
        help_text=_(
            "A name, an account, or who they are to you. We never write to them, and we never tell a site "
            "who you think it is."
        ),
    )


class WishForm(AnswerForm):
    """What she wants."""

    wishes = some_of(
        Wish,
        label=_("What do you want?"),
        help_text=_("You decide, and you can change it later. Tick all that fit."),
        choices=[
            (Wish.REMOVE, _("That it is taken down")),
            (Wish.DEINDEX, _("That search engines do not find it")),
            (Wish.STOP_UPLOADER, _("That the account that posts it is stopped")),
            (Wish.KEEP_EVIDENCE, _("That proof is kept")),
            (Wish.TALK, _("Someone to talk to")),
            (Wish.POLICE, _("To know about going to the police")),
            (Wish.LAWYER, _("To know my rights")),
        ],
    )


class SignsForm(AnswerForm):
    """Signs of danger."""

    dangers = some_of(
        Danger,
        label=_("Is any of this so?"),
        help_text=_("We ask so that a person looks at once where it is urgent. Tick none, one or several."),
        choices=[
            (Danger.NOW, _("I am in danger now, or I think of ending my life")),
            (Danger.SPREADING, _("It is spreading right now")),
            (Danger.CONTROLS, _("The person who does this lives with me, or can get at my phone or accounts")),
            (Danger.ADDRESS, _("My address, work or school stands with it")),
            (Danger.HONOUR, _("Family or community might hurt me because of it")),
        ],
    )


SIGN_LINES: Mapping[str, Promise] = {
    Danger.NOW: _("The next page shows whom to call now."),
}


class EarlierForm(AnswerForm):
    """Reports that were made before."""

    earlier_reports = words(
        rows=4,
        longest=2_000,
        label=_("Have you told anyone before: a site, the police, a helpline?"),
        help_text=_("If you have numbers of those reports, write them here. It saves you from telling it again."),
    )


class StoryForm(AnswerForm):
    """In her own words."""

    words = words(
        rows=10,
        label=_("Do you want to tell it in your own words?"),
        help_text=_(
            "As much or as little as you like. Only you and the people at the desk can read it. "
            "You need not describe the picture."
        ),
    )


QUESTION_FORMS: Mapping[Question, type[AnswerForm]] = {
    Question.WHAT: HarmForm,
    Question.WHO: ReporterForm,
    Question.SHOWN: ShownForm,
    Question.MADE: MadeForm,
    Question.WHEN: WhenForm,
    Question.BY: ByForm,
    Question.WISH: WishForm,
    Question.SIGNS: SignsForm,
    Question.EARLIER: EarlierForm,
    Question.WORDS: StoryForm,
}
