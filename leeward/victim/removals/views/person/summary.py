"""A person's answers in words: for checking before they are handed in, and for taking home."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.forms import BaseForm
from django.utils.translation import gettext as _

from leeward.victim.removals.forms.person import QUESTION_FORMS, ConsentsForm, ReachForm
from leeward.victim.removals.forms.person.cities import city_words
from leeward.victim.removals.forms.person.reach import day_words, hour_words
from leeward.victim.removals.queries.reports import ReportView
from leeward.victim.removals.rules.news import NewsChoice
from leeward.victim.removals.rules.questions import Question, questions_for
from leeward.victim.removals.rules.reports import Contact, ItemKind, Story


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One question with its answers in words; none where it was skipped."""

    question: Question
    label: str
    answers: tuple[str, ...]


def list_answers(view: ReportView) -> tuple[Answered, ...]:
    """Every question that this person is asked, in order, with what was answered."""
    return tuple(_answered(view, question) for question in questions_for(path=view.path, story=view.story))


def first_open(view: ReportView) -> Question | None:
    """The first question without an answer; accounts and chats are never missing."""
    for answered in list_answers(view):
        if not answered.answers and answered.question is not Question.MORE:
            return answered.question
    return None


def _answered(view: ReportView, question: Question) -> Answered:
    if question in (Question.WHERE, Question.MORE):
        return _places(view, question)
    if question is Question.REACH:
        return Answered(question=question, label=_("May we contact you?"), answers=_reach(view.contact))
    if question is Question.YES:
        return Answered(question=question, label=_("What we may do"), answers=_consents(view))
    kind = QUESTION_FORMS[question]
    form, untold = kind(), Story()
    told = {name: getattr(view.story, name) for name in kind.base_fields}
    answers = [
        text for name, value in told.items() if value != getattr(untold, name) for text in _in_words(form, name, value)
    ]
    label = str(next(iter(kind.base_fields.values())).label)
    return Answered(question=question, label=label, answers=tuple(answers))


def _in_words(form: BaseForm, name: str, value: Any) -> list[str]:
    choices = dict(getattr(form.fields[name], "choices", ()))
    values = value if isinstance(value, tuple) else (value,)
    return [str(choices.get(each, each)) if isinstance(each, StrEnum) else str(each) for each in values]


def _places(view: ReportView, question: Question) -> Answered:
    wants_pages = question is Question.WHERE
    # What a site found itself is no answer of hers.
    wanted = {ItemKind.URL} if wants_pages else {ItemKind.ACCOUNT, ItemKind.MESSAGE, ItemKind.SEARCH_RESULT}
    found = [
        f"{request.item.own_label} ({request.site_name})" if request.site_name else request.item.own_label
        for request in view.requests
        if request.item and request.item.kind in wanted
    ]
    label = _("Addresses of pages") if wants_pages else _("Accounts, messages, searches")
    return Answered(question=question, label=label, answers=tuple(found))


def _reach(contact: Contact | None) -> tuple[str, ...]:
    if contact is None or contact == Contact():
        return (_("Do not contact me. I look here with my code"),)
    ways = dict(ReachForm.base_fields["way"].choices)  # type: ignore[attr-defined]  # it is a choice field
    said = (contact.email, _news(contact.news), contact.phone, contact.hours, contact.name, contact.safe_word)
    allowed = [name for name in ("may_leave_message", "may_say_who") if getattr(contact, name)]
    labels = [str(ReachForm.base_fields[name].label) for name in allowed]
    return (str(ways[contact.way]), *(text for text in said if text), *labels)


def _news(news: NewsChoice | None) -> str:
    if news is None:
        return ""
    hours = news.hours
    return _("A short message when there is news: %(days)s, %(begin)s to %(until)s, by the clock of %(zone)s") % {
        "days": day_words(hours.days),
        "begin": hour_words(hours.begin),
        "until": hour_words(hours.until),
        "zone": city_words(hours.zone),
    }


def _consents(view: ReportView) -> tuple[str, ...]:
    form = ConsentsForm(has_pictures=True)
    return tuple(str(form.fields[name].label) for name in form.fields if getattr(view.consents, name))
