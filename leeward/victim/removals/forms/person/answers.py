"""The questions about what happened: one form each, which reads its answer from the story and writes it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Words
from leeward.victim.file.rules.paths import PathRow, asked_on, dangers_of, every_tick
from leeward.victim.file.rules.story import (
    LONGEST_STORY,
    Danger,
    Harm,
    Made,
    Reporter,
    Shown,
    Story,
    Wish,
)
from leeward.victim.removals.rules.questions import Question
from leeward.victim.removals.rules.reports import LONGEST_LINE

type Choices = Iterable[tuple[str, str | Promise]]

NOT_TEXT = _("There is a sign in it that no text holds. Type it again.")
TOO_LONG = _("That is too long for this box. Make it shorter, or write the rest in a message later.")
CHOOSE = _("Choose from the list.")
QUIET = {"autocomplete": "off", "spellcheck": "false"}


class AnswerForm(forms.Form):
    """One question. The names of its fields are those of the story's."""

    @classmethod
    def of(cls, story: Story, data: Any = None) -> "AnswerForm":
        """Return the form with what was sent, else her earlier answers; nothing is chosen where she chose nothing."""
        untold = Story()
        given = {name: getattr(story, name) for name in cls.base_fields}
        return cls(data, initial={name: value for name, value in given.items() if value != getattr(untold, name)})

    @classmethod
    def told(cls, story: Story) -> tuple[str, tuple[str, ...]]:
        """The question, and what she answered, in words."""
        form, untold = cls(), Story()
        given = {name: getattr(story, name) for name in cls.base_fields if hasattr(untold, name)}
        answers = (
            each for name, value in given.items() if value != getattr(untold, name) for each in form.in_words(value)
        )
        return str(next(iter(cls.base_fields.values())).label), tuple(answers)

    def in_words(self, value: Any) -> list[str]:
        """One answer in the words of its choices."""
        choices = {key: words for field in self.fields.values() for key, words in getattr(field, "choices", ())}
        values = value if isinstance(value, tuple) else (value,)
        return [str(choices.get(each, each)) if isinstance(each, StrEnum) else str(each) for each in values]

    def apply(self, story: Story) -> Story:
        """The story with this answer."""
        given: Mapping[str, Any] = self.cleaned_data
        return replace(story, **{name: _kept(value) for name, value in given.items()})


def _kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def one_of(kind: type[StrEnum], *, skipped: StrEnum | None, choices: Choices, **options: Any) -> forms.TypedChoiceField:
    """Return a field of radio buttons that may stay empty. `skipped`: what that says, None for nothing."""
    return forms.TypedChoiceField(
        choices=list(choices),
        coerce=kind,
        empty_value=skipped,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE},
        **options,
    )


def some_of(kind: type[str], *, choices: Choices, **options: Any) -> forms.TypedMultipleChoiceField:
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


class HarmForm(AnswerForm):
    """What is being done: what most people tell first, the rest behind "something else"."""

    harm = one_of(
        Harm,
        skipped=Harm.NOT_SURE,
        label=_("What is happening to you?"),
        help_text=_("Choose what fits best. We ask because each has its own way to have it removed."),
        choices=[
            (Harm.SHARED, _("A private picture or video of me is being shared")),
            (Harm.SEXTORTION, _("Someone wants money, or more pictures, or else they share it")),
            (Harm.THREATENED, _("Someone says they will share it")),
            (Harm.MADE_BY_AI, _("It is a fake, made by a computer")),
            (Harm.FILMED_SECRETLY, _("I was filmed or photographed in secret")),
            (Harm.NOT_SURE, _("Something else, or I am not sure")),
        ],
    )
    rare = one_of(
        Harm,
        skipped=Harm.NOT_SURE,
        label=_("What else?"),
        choices=[
            (Harm.STOLEN, _("It was stolen from my device or account")),
            (Harm.CREATOR_CONTENT, _("It is my paid work, and someone shares it for free")),
            (Harm.DOXXING, _("My name, address, work or phone number is with it")),
            (Harm.OUTING, _("It tells others something private: who I love, who I am, my health")),
            (Harm.CULTURALLY_SENSITIVE, _("I am not undressed, but in my family or community it can put me at risk")),
            (Harm.HARASSMENT, _("It is part of hate or abuse against me")),
            (Harm.NOT_SURE, _("I am not sure, or would rather not say")),
        ],
    )

    @classmethod
    def of(cls, story: Story, data: Any = None) -> "HarmForm":
        """The form with her earlier answer in whichever of the two lists it stands."""
        if data is not None or story.harm is Harm.NOT_SURE:
            return cls(data)
        is_rare = story.harm in dict(cls.base_fields["rare"].choices)  # type: ignore[attr-defined]  # it is a choice field
        return cls(initial={"harm": Harm.NOT_SURE, "rare": story.harm} if is_rare else {"harm": story.harm})

    def apply(self, story: Story) -> Story:
        """The story with this answer."""
        common, rare = self.cleaned_data["harm"], self.cleaned_data["rare"]
        return replace(story, harm=rare if common is Harm.NOT_SURE else common)


class DetailsForm(AnswerForm):
    """What somebody on a path may be asked besides: one list of ticks for each path, as its row says."""

    def __init__(self, *args: Any, rows: Sequence[PathRow] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            assert row.ask  # noqa: S101  # narrows the type
            self.fields[row.code.value] = some_of(
                str,
                label=gettext(row.ask.title),
                help_text=gettext(row.ask.why),
                choices=[(row.key(tick), gettext(tick.words)) for tick in row.ask.ticks],
            )
            if row.ask.line:
                self.fields["agent"] = line(label=gettext(row.ask.line), help_text=gettext(row.ask.line_hint))

    @classmethod
    def of(cls, story: Story, data: Any = None, *, rows: Sequence[PathRow] | None = None) -> "DetailsForm":
        """The form of her paths, or of these, with what she ticked before."""
        rows = asked_on(story) if rows is None else rows
        initial = {row.code.value: [row.key(tick) for tick in row.ticked(story)] for row in rows}
        return cls(data, rows=rows, initial={**initial, "agent": story.agent})

    @classmethod
    def told(cls, story: Story) -> tuple[str, tuple[str, ...]]:
        """What she ticked of all that there is, and the name that may stand for hers."""
        rows = asked_on(story)
        answers = [gettext(tick.words) for row, tick in every_tick() if row.key(tick) in story.details]
        label = gettext(rows[0].ask.title) if rows and rows[0].ask else gettext("A little more about it")
        return label, (*answers, *([story.agent] if story.agent else []))

    def apply(self, story: Story) -> Story:
        """The story with this answer."""
        given = self.cleaned_data
        details = tuple(each for name, chosen in given.items() if name != "agent" for each in chosen)
        told = replace(story, details=details, agent=given.get("agent", story.agent))
        return replace(told, dangers=dangers_of(told))


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
        help_text=_(
            "For example: I am their lawyer and they signed a paper; I am their support worker and they asked me."
        ),
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
        help_text=_(
            "Whatever you choose, sharing it when you did not agree is wrong. We ask because some laws differ."
        ),
        choices=[
            (Made.I_SENT_IT, _("I sent it to someone")),
            (Made.TAKEN_WITH_YES, _("I agreed to it being taken, not to sharing it")),
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
        label=_("Is any of this happening?"),
        help_text=_("We ask so that a person looks at once where it is urgent. Tick none, one or several."),
        choices=[
            (Danger.NOW, _("I am in danger now, or I think of ending my life")),
            (Danger.SPREADING, _("It is spreading right now")),
            (Danger.CONTROLS, _("The person who does this lives with me, or can get at my phone or accounts")),
            (Danger.ADDRESS, _("My address, work or school is shown with it")),
            (Danger.HONOUR, _("Family or community might hurt me because of it")),
        ],
    )


SIGN_LINES: Mapping[str, Promise] = {
    Danger.NOW: _("The next page shows who to call now."),
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
            "You do not have to describe the picture."
        ),
    )


QUESTION_FORMS: Mapping[Question, type[AnswerForm]] = {
    Question.WHAT: HarmForm,
    Question.DETAILS: DetailsForm,
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
