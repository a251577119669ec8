"""Write an order down: one question a page, check the answers, record it. What was typed stays from page to page."""

import uuid
from datetime import datetime

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.pages import Asking, ask, go, status_of, takes_form, typed
from leeward.foundation.web.components import Text
from leeward.foundation.web.uploads import TakenFile, takes_file
from leeward.foundation.web.words import language, word
from leeward.foundation.work.doors import DESK, is_open, require_open
from leeward.justice.courts.errors import CourtsMistake, StepImpossible
from leeward.justice.courts.forms import QUESTIONS, TITLES, form_of
from leeward.justice.courts.operations.drafting import begin_draft, drop_draft, own_drafts, read_draft, save_draft
from leeward.justice.courts.operations.founding import ORDERS
from leeward.justice.courts.operations.recording import check_territory, record_order, split_by_company
from leeward.justice.courts.operations.turning import STANDING
from leeward.justice.courts.queries.courts import court_names, find_type, types_in_use
from leeward.justice.courts.queries.orders import OrderView
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.orders import Answers, changed, check_days, check_file, check_pair, check_whom
from leeward.justice.courts.rules.terms import AT_SITES, COMPANIES, DOCUMENT_MOST, EVERYWHERE, Action, Addressee
from leeward.justice.courts.rules.types import OrderType
from leeward.justice.courts.views.frame import Here, here, order_page, page

ORDER = tuple(QUESTIONS)
# Which question asks for a field, so that a refusal leads there.
FIELDS = {
    "court": "type", "type_code": "type", "file_number": "file", "ecli": "file", "issued_on": "days",
    "comply_by": "days", "pair": "whom", "company": "where", "addresses": "where", "person": "where", "about": "where",
    "territory": "reach", "language": "reach", "reasons": "why", "document": "document",
}  # fmt: skip


@order_page()
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to write an order down."""
    at = here(request)
    require_open(ORDERS)
    answers = Answers(court=at.viewer.affiliation if at.is_clerk else "", language="en")
    drafts = own_drafts(keyring=at.keyring, by=at.by, now=at.now)
    if blank := next((each for each in drafts if each.answers == answers), None):
        return go("courts:question", blank.reference, ORDER[0])  # pressed twice, or left before anything was typed
    draft = begin_draft(team=at.viewer.team or "", answers=answers, by=at.by, now=at.now)
    return go("courts:question", draft, ORDER[0])


@order_page()
@require_POST
def vary(request: HttpRequest, number: str) -> HttpResponse:
    """Begin the order that takes the place of this one, with what this one says."""
    at = here(request)
    order = at.read(number)
    if order.state not in STANDING:
        raise StepImpossible
    draft = begin_draft(team=at.viewer.team or "", answers=_of(order), by=at.by, now=at.now)
    return go("courts:question", draft, ORDER[0])


@takes_file(most_bytes=DOCUMENT_MOST)
@order_page()
@takes_form
def question(request: HttpRequest, draft: uuid.UUID, question: str) -> HttpResponse:
    """One question; what was typed is kept before the next one is asked."""
    if question not in QUESTIONS:
        raise Http404
    at = here(request)
    answers = read_draft(draft=draft, keyring=at.keyring, by=at.by, now=at.now)
    form = form_of(question, answers.pair)(
        typed(request),
        request.FILES or None,
        initial=vars(answers),
        kind=_kind(answers, now=at.now),
        types=types_in_use(on=local_day(at.now)),
        of_court=at.is_clerk,
    )
    place = ORDER.index(question)
    is_last, before = place == len(ORDER) - 1, ORDER[place - 1] if place else ""

    def save(by: Actor, now: datetime) -> None:
        said = changed(answers, {**form.cleaned_data, **_digest(form.cleaned_data.get("document"))})
        save_draft(draft=draft, answers=said, keyring=at.keyring, by=by, now=now)
        _check(question, said, now=now)

    return ask(
        request,
        Asking(
            form=form,
            title=TITLES[question],
            lead=_("Question %(place)d of %(count)d") % {"place": place + 1, "count": len(ORDER)},
            back=reverse("courts:question", args=[draft, before]) if before else reverse("courts:orders"),
            back_text=_("Previous question") if before else _("Court orders"),
            button=_("Continue"),
            save=save,
            then=reverse("courts:check-answers", args=[draft])
            if is_last or request.GET.get("then") == "check"
            else reverse("courts:question", args=[draft, ORDER[place + 1]]),
        ),
    )


@order_page()
@takes_form
def check(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """Check the answers, each with a way to change it, and record the order."""
    at = here(request)
    answers = read_draft(draft=draft, keyring=at.keyring, by=at.by, now=at.now)
    form, wrong = forms.Form(typed(request)), ""
    if form.is_bound and form.is_valid():
        try:
            number = record_order(answers=answers, viewer=at.viewer, keyring=at.keyring, by=at.by, now=at.now)
        except FieldRefused as error:
            wrong = FIELDS.get(error.field, ORDER[0])
            form.add_error(None, _(error.code.label) % error.about)
        else:
            drop_draft(draft=draft, by=at.by, now=at.now)
            return go("courts:order", number)
    context = {
        "form": form,
        "draft": draft,
        "wrong": wrong,
        "rows": _rows(answers, at),
        "is_paper": not at.is_clerk,
        "follows": write_number(answers.follows),
    }
    return page(request, "check", context, status=status_of(form))


@order_page()
@require_POST
def drop(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """Throw away what was typed."""
    at = here(request)
    read_draft(draft=draft, keyring=at.keyring, by=at.by, now=at.now)
    drop_draft(draft=draft, by=at.by, now=at.now)
    return go("courts:orders")


def _check(question: str, answers: Answers, *, now: datetime) -> None:
    """Refuse at once what can be seen to be wrong on this page. Raises FieldRefused."""
    kind = _kind(answers, now=now)
    if question == "file" and kind:
        check_file(answers, kind)
    elif question == "days" and kind:
        check_days(answers, kind, today=local_day(now))
    elif question == "whom" and kind:
        check_pair(answers, kind)
        if Action(answers.pair.partition("/")[2]) in AT_SITES and not is_open(DESK):
            raise FieldRefused("pair", CourtsMistake.DESK)
    elif question == "where" and answers.pair and kind:
        check_whom(answers, kind)
        if Addressee(answers.pair.partition("/")[0]) in COMPANIES:
            split_by_company(answers)
    elif question == "reach":
        check_territory(answers.territory)


def _digest(file: TakenFile | None) -> dict[str, object]:
    return {"document_sha256": file.digest} if file is not None else {}


def _kind(answers: Answers, *, now: datetime) -> OrderType | None:
    return find_type(answers.type_code, on=local_day(now)).kind if answers.type_code else None


def _rows(answers: Answers, at: Here) -> list[tuple[Text, object, str]]:
    """Every question's answer in words, with the question that changes it."""
    kind = _kind(answers, now=at.now)
    whom, _slash, what = answers.pair.partition("/")
    is_of_company = bool(whom) and Addressee(whom) in COMPANIES
    rows: list[tuple[Text, object, str]] = [(_("Type"), kind.name if kind else "", "type")]
    if at.viewer.role == Role.ORDER_OFFICER:
        rows.append((_("Court"), court_names().get(answers.court, ""), "type"))
    rows += [
        (_("File number"), answers.file_number, "file"),
        (_("ECLI"), answers.ecli, "file"),
        (_("Issued on"), write_day(answers.issued_on) if answers.issued_on else "", "days"),
        (_("Comply by"), write_day(answers.comply_by) if answers.comply_by else _("No day given"), "days"),
        (_("What each addressee must do"), f"{word(Action(what))} ({word(Addressee(whom))})" if whom else "", "whom"),
    ]
    if is_of_company:
        rows.append((_("Addresses"), answers.addresses, "where"))
    else:
        rows += [
            (_("Who the order is against"), answers.person, "where"),
            (_("What it is about"), answers.about, "where"),
        ]
    return [
        *rows,
        (_("Where it applies"), _("Everywhere") if EVERYWHERE in answers.territory else answers.territory, "reach"),
        (_("Language"), language(answers.language), "reach"),
        (_("Reasons"), answers.reasons, "why"),
        (_("SHA-256 of the PDF file"), answers.document_sha256, "document"),
    ]


def _of(order: OrderView) -> Answers:
    """What an order says, as answers to begin another one with."""
    first, inside = order.targets[0], order.inside
    return Answers(
        court=str(order.court_id),
        type_code=order.kind.code,
        file_number=inside.file_number if inside else "",
        ecli=inside.ecli if inside else "",
        issued_on=order.issued_on,
        comply_by=order.comply_by,
        pair=f"{first.addressee}/{first.action}",
        addresses="\n".join(item for each in order.targets if each.text for item in each.text.items),
        about=order.about,
        person=order.person,
        territory=" ".join(order.territory),
        language=order.language,
        reasons=inside.reasons if inside else "",
        document_sha256=order.document_sha256,
        follows=order.number,
    )
