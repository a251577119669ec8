"""Rounds for staff: the list, a new one, where one stands, which bodies take part, and moving it on."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.fields import box
from leeward.foundation.editing.pages import WRITING, attempt, go, typed
from leeward.foundation.web.timeline import Entry, by_name
from leeward.foundation.web.words import word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing, show_list
from leeward.foundation.work.way import shows_list
from leeward.policy.assessment.forms.rounds import ParticipantsForm, RoundForm, StepForm
from leeward.policy.assessment.operations.rounds import invite_bodies, make_round, take_step
from leeward.policy.assessment.queries.rounds import (
    Opened,
    RoundLine,
    earlier_rounds,
    find_round,
    history_of,
    line_of,
    list_bodies,
    list_rounds,
    open_round,
    round_rows,
)
from leeward.policy.assessment.rules.rounds import SETTLED, RoundStep, Stage
from leeward.policy.assessment.views.answering import BOTH, OFFICER, answers, is_officer, page


@require_role(
    *BOTH,
    desk_title=gettext_lazy("The nation against its model"),
    desk_summary=gettext_lazy("Rounds in which several bodies judge how far the nation is, item by item."),
)
@require_safe
@answers
@shows_list
def home(request: HttpRequest) -> HttpResponse:
    """The rounds that she may see."""
    return show_list(request, rounds_list(staff_of(request)), lambda found: page(request, "home", found=found))


def rounds_list(viewer: User) -> Listing[RoundLine]:
    """Rounds, the newest first; dropped ones where somebody asks for them."""
    is_ours = viewer.role == Role.POLICY_OFFICER
    return Listing(
        rows=round_rows(viewer),
        tell=lambda rows: rows.defer("content"),
        lines=lambda rows: tuple(map(line_of, rows)),
        columns=[
            Column("title", _("Round"), lambda each: each.title),
            Column("held", _("Describes"), lambda each: each.held_on, Order(by="held_on")),
            Column("stage", _("State"), lambda each: each.stage),
            Column("edition", _("Edition of the model"), lambda each: each.edition, is_numeric=True),
        ],
        sort="-held",
        address=lambda each: reverse("assessment:round", args=[each.public_id]),
        filters=[
            Filter(
                key="dropped",
                field=box(_("Dropped rounds")),
                where=lambda _ticked: Q(stage=Stage.DROPPED),
                otherwise=~Q(stage=Stage.DROPPED),
            )
        ],
        csv="rounds",
        empty=_("There is no round yet.") if is_ours else _("Your body is not asked for its view at the moment."),
    )


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def new(request: HttpRequest) -> HttpResponse:
    """Make a round."""
    viewer = staff_of(request)
    earlier = [each for each in list_rounds(viewer) if each.stage in SETTLED]
    form = RoundForm(typed(request), earlier=earlier)

    def save(by: Actor, now: datetime) -> UUID:
        after = form.cleaned_data["after"]
        return make_round(new=form.as_round(), after=find_round(viewer, UUID(after)) if after else None, by=by, now=now)

    done = attempt(request, form, save, then=lambda made: go("assessment:round", made))
    return done or page(request, "new", form=form)


@require_role(*BOTH)
@require_safe
@answers
def show(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Where a round stands, by area."""
    viewer = staff_of(request)
    opened, held = open_round(viewer, round_id, now=timezone.now()), find_round(viewer, round_id)
    state, history = opened.state, history_of(held)
    names = names_of((*(each.by for each in history), *(each.finished_by for each in state.participants)))
    return page(
        request,
        "round",
        opened=opened,
        answered=sum(row.answered for row in state.rows),
        expired=sum(each.has_expired_by(state.day) for each in state.assessable),
        disputed=len(state.disputed) if opened.may_see_views else 0,
        history=[
            Entry(
                at=each.at,
                who=by_name(names.get(each.by)),
                what=word(each.step),
                facts=[each.words] if each.words else [],
            )
            for each in history
        ],
        names=names,
        part=opened.participant(opened.own) if opened.own else None,
        comparable=bool(earlier_rounds(viewer, held)),
    )


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def step(request: HttpRequest, round_id: UUID, step: str) -> HttpResponse:
    """Move a round on, after a page that says what it means."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    wanted = _step(step)
    form = StepForm(typed(request), step=wanted)
    done = attempt(
        request,
        form,
        lambda by, now: take_step(public_id=round_id, step=wanted, words=form.cleaned_data["words"], by=by, now=now),
        then=lambda _none: go("assessment:round", round_id),
    )
    waiting = [each.name for each in opened.state.participants if each.finished_at is None]
    return done or page(
        request,
        "step",
        opened=opened,
        form=form,
        step=wanted,
        is_warning=wanted in (RoundStep.PUBLISH, RoundStep.DROP),
        unfinished=waiting if wanted is RoundStep.AGREE else [],
    )


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def participants(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Say which bodies take part."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    present = [str(each.public_id) for each in opened.state.participants]
    form = ParticipantsForm(typed(request), known=list_bodies(), initial={"bodies": present})
    if form.is_bound and form.is_valid():
        invite_bodies(public_id=round_id, bodies=form.chosen(), by=actor_of(request), now=timezone.now())
        return go("assessment:round", round_id)
    return page(request, "participants", opened=opened, form=form)


def may_answer(request: HttpRequest, opened: Opened) -> str:
    """The key of the voice for which this viewer answers now, "" where she cannot."""
    if is_officer(request):
        return "draft" if opened.state.stage is Stage.DRAFT else ""
    return opened.own.key if opened.own and opened.state.stage is Stage.REVIEW else ""


def _step(code: str) -> RoundStep:
    try:
        found = RoundStep(code.replace("-", "_"))
    except ValueError as error:
        raise Http404 from error
    if found is RoundStep.MAKE:
        raise Http404
    return found
