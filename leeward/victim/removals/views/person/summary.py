"""A person's answers in words: for checking before they are handed in, and for taking home."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.news import NewsChoice
from leeward.victim.file.rules.story import Story
from leeward.victim.removals.forms.person import QUESTION_FORMS, ConsentsForm, ReachForm
from leeward.victim.removals.forms.person.cities import city_words
from leeward.victim.removals.forms.person.reach import day_words, hour_words
from leeward.victim.removals.queries.reports import ReportView
from leeward.victim.removals.rules.questions import Group, Question, group_of, is_asked, questions_of
from leeward.victim.removals.rules.reports import ItemKind

# How she may be reached where she said nothing: not at all.
UNTOLD = (None, Contact())


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One question with its answers in words; none where it was skipped."""

    question: Question
    label: str
    answers: tuple[str, ...]
    is_default: bool = False

    @property
    def is_given(self) -> bool:
        """Whether she answered it, where something holds without an answer too."""
        return bool(self.answers) and not self.is_default


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far she is with the questions of a group: how many there are, answered so far, and the next open one."""

    group: Group
    count: int
    answered: int
    first: Question


def list_answers(view: ReportView) -> tuple[Answered, ...]:
    """Every question that this person is asked, in order, with what was answered."""
    asked = (question for question in Question if is_asked(question, path=view.path, story=view.story))
    return tuple(_answered(view, question) for question in asked)


def list_told(story: Story, contact: Contact | None) -> tuple[Answered, ...]:
    """What stands in her file, in words: each question that she has answered, whichever room works on it."""
    answers = (_of_story(story, question) for question in QUESTION_FORMS)
    return tuple(each for each in (*answers, _reaching(contact)) if each.answers)


def list_progress(view: ReportView) -> tuple[Progress, ...]:
    """Each group of questions, and how far she is with it."""
    answered = {each.question for each in list_answers(view) if each.is_given}
    groups = ((group, questions_of(group, path=view.path, story=view.story)) for group in Group)
    return tuple(
        Progress(
            group=group,
            count=len(questions),
            answered=len(answered & set(questions)),
            first=next((question for question in questions if question not in answered), questions[0]),
        )
        for group, questions in groups
        if questions
    )


def is_answered(view: ReportView, question: Question) -> bool:
    """Whether she has answered this question."""
    return _answered(view, question).is_given


def next_open(view: ReportView, *, after: Question) -> Question | None:
    """The next question of the same group that has no answer yet."""
    questions = _beside(view, after)
    following = questions[questions.index(after) + 1 :] if after in questions else ()
    return next((question for question in following if not is_answered(view, question)), None)


def question_before(view: ReportView, asked: Question) -> Question | None:
    """The question before in the same group."""
    place, _count = place_of(view, asked)
    return _beside(view, asked)[place - 2] if place > 1 else None


def place_of(view: ReportView, asked: Question) -> tuple[int, int]:
    """The place of a question in its group, and how many there are; (0, 0) for one without a group."""
    questions = _beside(view, asked)
    return (questions.index(asked) + 1, len(questions)) if asked in questions else (0, 0)


def _beside(view: ReportView, asked: Question) -> tuple[Question, ...]:
    group = group_of(asked)
    return questions_of(group, path=view.path, story=view.story) if group else ()


def _answered(view: ReportView, question: Question) -> Answered:
    if question in (Question.WHERE, Question.MORE):
        return _places(view, question)
    if question is Question.REACH:
        return _reaching(view.contact)
    if question is Question.YES:
        return Answered(question=question, label=_("What we may do"), answers=_consents(view))
    return _of_story(view.story, question)


def _reaching(contact: Contact | None) -> Answered:
    label, is_default = _("May we contact you?"), contact in UNTOLD
    return Answered(question=Question.REACH, label=label, answers=_reach(contact), is_default=is_default)


def _of_story(story: Story, question: Question) -> Answered:
    label, answers = QUESTION_FORMS[question].told(story)
    return Answered(question=question, label=label, answers=answers)


def _places(view: ReportView, question: Question) -> Answered:
    wants_pages = question is Question.WHERE
    # What a site found itself is no answer of hers.
    wanted = {ItemKind.URL} if wants_pages else {ItemKind.ACCOUNT, ItemKind.MESSAGE, ItemKind.SEARCH_RESULT}
    found = [
        f"{request.item.own_label} ({request.site_name})" if request.site_name else request.item.own_label
        for request in view.requests
        if request.item and request.item.kind in wanted
    ]
    label = _("Links") if wants_pages else _("Accounts, messages, searches")
    return Answered(question=question, label=label, answers=tuple(found))


def _reach(contact: Contact | None) -> tuple[str, ...]:
    if contact in UNTOLD:
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
