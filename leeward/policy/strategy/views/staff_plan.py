"""The secretariat's pages about the plan: what waits for somebody, strategies, objectives, actions, milestones."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.editing.fields import languages, texts_initial
from leeward.foundation.editing.history import changes_of, list_changes
from leeward.foundation.editing.pages import WRITING, Asking, typed
from leeward.foundation.editing.values import LINE_LENGTH
from leeward.foundation.rows import read_row
from leeward.foundation.web.words import told, told_in
from leeward.policy.assessment.rules.model import Item
from leeward.policy.strategy.forms.mapping import ReasonForm
from leeward.policy.strategy.forms.plan import (
    ActionForm,
    ChosenForm,
    ItemActionForm,
    MilestoneForm,
    ObjectiveForm,
    StatusForm,
    StrategyForm,
    action_initial,
)
from leeward.policy.strategy.operations import plan
from leeward.policy.strategy.queries.forum import list_meetings
from leeward.policy.strategy.queries.mapping import find_stakeholder
from leeward.policy.strategy.queries.model import find_item
from leeward.policy.strategy.queries.plan import (
    Reader,
    ShownAction,
    find_action,
    find_milestone,
    find_objective,
    find_strategy,
    list_actions,
    list_strategies,
)
from leeward.policy.strategy.queries.registers import list_agreements, list_standards
from leeward.policy.strategy.queries.warnings import find_warning, warnings_without_action
from leeward.policy.strategy.rules.plan import NewAction
from leeward.policy.strategy.rules.registers import Force
from leeward.policy.strategy.rules.terms import EntryKind, MeetingState, Status
from leeward.policy.strategy.views.shared import (
    STAFF,
    actions_to_choose,
    ask,
    leads,
    secretariat,
)
from leeward.policy.strategy.views.shared import show as show_page
from leeward.policy.strategy.views.showing import HISTORY
from leeward.victim.network.queries.bulletin import bulletins_telling
from leeward.victim.network.views.alerts import say_since

SHOWN = 8


@require_role(
    *STAFF,
    desk_title=gettext_lazy("National strategy"),
    desk_summary=gettext_lazy("The plan, the map of organisations, the forum, what was agreed, and the calendar."),
)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, and the way to everything else."""
    now = timezone.now()
    strategies = list_strategies(reader=Reader.STAFF, now=now)
    numbered = {each.number: each for strategy in strategies for each in strategy.actions}
    planned = [each for each in list_meetings(reader=Reader.STAFF, now=now) if each.state is MeetingState.PLANNED]
    return show_page(
        request,
        "staff/home",
        strategies=strategies,
        numbered=numbered,
        late=[each for each in numbered.values() if each.is_late],
        blocked=[each for each in numbered.values() if each.status is Status.BLOCKED],
        unled=[each for each in numbered.values() if each.is_running and (each.lead is None or each.lead.has_left)],
        agreements=[
            each
            for each in list_agreements(reader=Reader.STAFF, now=now)
            if each.force in (Force.EXPIRED, Force.ENDS_SOON) or each.is_review_due
        ],
        standards=[each for each in list_standards(reader=Reader.STAFF, now=now) if each.is_review_due],
        meetings=planned[::-1],
        warnings=warnings_without_action(now=now),
        changes=HISTORY.tell(list_changes(EntryKind, limit=SHOWN)),
    )


@secretariat
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """What was changed of everything."""
    return show_page(request, "staff/history", changes=HISTORY.tell(list_changes(EntryKind)))


# --- strategies and objectives ----------------------------------------------------------------------------------------


@secretariat
@require_http_methods(WRITING)
def add_strategy(request: HttpRequest) -> HttpResponse:
    """A strategy that is new."""
    form = StrategyForm(typed(request))
    return ask(
        request,
        Asking(
            form=form,
            title=_("A new strategy"),
            back=reverse("strategy:home"),
            back_text=_("National strategy"),
            save=lambda by, now: plan.save_strategy(new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_safe
def show_strategy(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A strategy with its objectives and actions."""
    found = find_strategy(reference, reader=Reader.STAFF, now=timezone.now())
    return show_page(request, "staff/strategy", strategy=found)


@secretariat
@require_http_methods(WRITING)
def edit_strategy(request: HttpRequest, reference: UUID) -> HttpResponse:
    """What is said of a strategy."""
    found = find_strategy(reference, reader=Reader.STAFF, now=timezone.now())
    form = StrategyForm(typed(request), initial={**vars(found), **texts_initial(found)})
    return ask(
        request,
        Asking(
            form=form,
            title=_("Change the strategy"),
            entry=reference,
            back=reverse("strategy:plan", args=[reference]),
            back_text=told(found.title),
            save=lambda by, now: plan.save_strategy(reference=reference, new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_http_methods(WRITING)
def add_objective(request: HttpRequest, reference: UUID) -> HttpResponse:
    """An objective that is new."""
    found = find_strategy(reference, reader=Reader.STAFF, now=timezone.now())
    form = ObjectiveForm(typed(request), initial={"is_public": True})
    return ask(
        request,
        Asking(
            form=form,
            title=_("A new objective"),
            back=reverse("strategy:plan", args=[reference]),
            back_text=told(found.title),
            save=lambda by, now: plan.add_objective(strategy=reference, new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_http_methods(WRITING)
def edit_objective(request: HttpRequest, reference: UUID) -> HttpResponse:
    """What is said of an objective."""
    found = find_objective(reference, now=timezone.now())
    form = ObjectiveForm(typed(request), initial={**vars(found), **texts_initial(found)})
    return ask(
        request,
        Asking(
            form=form,
            title=_("Change the objective"),
            entry=reference,
            back=reverse("strategy:plan", args=[found.strategy]),
            back_text=_("The plan"),
            save=lambda by, now: plan.change_objective(reference=reference, new=form.as_entry(), by=by, now=now),
        ),
    )


# --- actions ----------------------------------------------------------------------------------------------------------


@secretariat
@require_http_methods(WRITING)
def add_action(request: HttpRequest, reference: UUID) -> HttpResponse:
    """An action that is new, under an objective."""
    found = find_objective(reference, now=timezone.now())
    form = ActionForm(typed(request), leads=leads(), initial={"is_public": True})
    return ask(
        request,
        Asking(
            form=form,
            title=_("A new action"),
            lead=told(found.title),
            lead_language=told_in(found.title),
            back=reverse("strategy:plan", args=[found.strategy]),
            back_text=_("The plan"),
            save=lambda by, now: plan.add_action(objective=reference, new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_http_methods(WRITING)
def action_from_item(request: HttpRequest, item: str) -> HttpResponse:
    """From an item of the national model to an action for it, in one step."""
    found = find_item(item)
    return _action_from(
        request,
        title=_("An action for %(item)s") % {"item": found.id},
        lead=_(found.text),
        back=(_("National strategy"), reverse("strategy:home")),
        initial={**_titles_of(found), "is_public": True},
        come_from={"items": (found.id,)},
    )


@secretariat
@require_http_methods(WRITING)
def action_from_warning(request: HttpRequest, alert: UUID) -> HttpResponse:
    """From a warning on which the government acts to an action, in one step; it is not public before somebody says so.

    A warning is made public by the network's bulletin alone.
    """
    found = find_warning(alert, now=timezone.now())
    return _action_from(
        request,
        title=_("An action that comes of this warning"),
        lead=told(found.words),
        back=(_("The warning"), reverse("strategy:warning", args=[alert])),
        initial={"is_public": False},
        come_from={"alert": alert},
    )


@secretariat
@require_safe
def show_warning(request: HttpRequest, alert: UUID) -> HttpResponse:
    """A warning on which the government acts, and the actions that come of it."""
    now = timezone.now()
    found = find_warning(alert, now=now)
    return show_page(
        request,
        "staff/warning",
        alert=found,
        since=say_since(found.kind, found.since),
        actions=[each for each in list_actions(reader=Reader.STAFF, now=now) if each.alert == alert],
        bulletin=bulletins_telling([alert]).get(alert, ""),
    )


def _action_from(
    request: HttpRequest,
    *,
    title: str,
    lead: str,
    back: tuple[str, str],
    initial: Mapping[str, object],
    come_from: Mapping[str, Any],
) -> HttpResponse:
    """An action under one of the objectives; where there is none, what to do first."""
    objectives = [
        (str(each.reference), f"{each.number}. {told(each.title)}")
        for strategy in list_strategies(reader=Reader.STAFF, now=timezone.now())
        for each in strategy.objectives
    ]
    if not objectives:
        return show_page(request, "staff/no_objective", title=title, lead=lead)
    begun = {**initial, "objective": objectives[0][0]}
    form = ItemActionForm(typed(request), leads=leads(), objectives=objectives, initial=begun)
    objective = form["objective"].value()
    return ask(
        request,
        Asking(
            form=form,
            title=title,
            lead=lead,
            back=back[1],
            back_text=back[0],
            button=_("Add the action"),
            save=lambda by, now: plan.add_action(
                objective=UUID(objective), new=form.as_entry(**come_from), by=by, now=now
            ),
        ),
    )


@secretariat
@require_safe
def show_action(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Everything about one action."""
    now = timezone.now()
    found = find_action(reference, reader=Reader.STAFF, now=now)
    return show_page(
        request,
        "staff/action",
        action=found,
        numbered={each.number: each for each in list_actions(reader=Reader.STAFF, now=now)},
        objective=find_objective(found.objective, now=now),
        warning=find_warning(found.alert, now=now) if found.alert else None,
        changes=HISTORY.tell(changes_of(reference, *(each.reference for each in found.milestones))),
    )


@secretariat
@require_http_methods(WRITING)
def edit_action(request: HttpRequest, reference: UUID) -> HttpResponse:
    """What is said of an action."""
    found = find_action(reference, reader=Reader.STAFF, now=timezone.now())
    entry = _entry_of(found)
    choices = leads()
    if entry.lead and str(entry.lead) not in dict(choices):  # it has left the map, and stays where it stood
        choices.append((str(entry.lead), find_stakeholder(entry.lead).entry.name))
    form = ActionForm(typed(request), leads=choices, initial=action_initial(entry))
    return _ask_of(
        request,
        found,
        form,
        title=_("Change the action"),
        entry=reference,
        save=lambda by, now: plan.change_action(
            reference=reference, new=form.as_entry(supporting=entry.supporting, alert=entry.alert), by=by, now=now
        ),
    )


@secretariat
@require_http_methods(WRITING)
def choose_supporting(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Which organisations support an action."""
    found = find_action(reference, reader=Reader.STAFF, now=timezone.now())
    entry = _entry_of(found)
    there = dict(leads()) | {str(each.reference): each.name for each in found.supporting}
    form = ChosenForm(
        typed(request),
        label=_("Who supports it?"),
        choices=list(there.items()),
        initial={"chosen": [str(each) for each in entry.supporting]},
    )
    return _ask_of(
        request,
        found,
        form,
        title=_("Supporting organisations"),
        entry=reference,
        save=lambda by, now: plan.change_action(
            reference=reference, new=replace(entry, supporting=form.references()), by=by, now=now
        ),
    )


@secretariat
@require_http_methods(WRITING)
def choose_needs(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Which actions must be done before one."""
    now = timezone.now()
    found = find_action(reference, reader=Reader.STAFF, now=now)
    numbered = {each.number: each for each in list_actions(reader=Reader.STAFF, now=now)}
    form = ChosenForm(
        typed(request),
        label=_("Which actions must be done before?"),
        choices=actions_to_choose(now=now, without=found.number),
        initial={"chosen": [str(numbered[number].reference) for number in found.facts.needs]},
    )
    return _ask_of(
        request,
        found,
        form,
        title=_("What it needs"),
        entry=reference,
        save=lambda by, now: plan.set_needs(reference=reference, needs=form.references(), by=by, now=now),
    )


@secretariat
@require_http_methods(WRITING)
def change_status(request: HttpRequest, reference: UUID) -> HttpResponse:
    """How an action stands from today on, and why."""
    found = find_action(reference, reader=Reader.STAFF, now=timezone.now())
    form = StatusForm(typed(request))
    return _ask_of(
        request,
        found,
        form,
        title=_("State of the action"),
        entry=reference,
        save=lambda by, now: plan.set_status(reference=reference, new=form.as_entry(), by=by, now=now),
    )


# --- milestones -------------------------------------------------------------------------------------------------------


@secretariat
@require_http_methods(WRITING)
def add_milestone(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A milestone that is new."""
    found = find_action(reference, reader=Reader.STAFF, now=timezone.now())
    form = MilestoneForm(typed(request))
    return _ask_of(
        request,
        found,
        form,
        title=_("A new milestone"),
        save=lambda by, now: plan.add_milestone(action=reference, new=form.as_entry(), by=by, now=now),
    )


@secretariat
@require_http_methods(WRITING)
def edit_milestone(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A milestone: its words, its day, and whether it is reached."""
    action, found = find_milestone(reference, now=timezone.now())
    form = MilestoneForm(typed(request), initial={**vars(found), **texts_initial(found)})
    return _ask_of(
        request,
        action,
        form,
        title=_("Change the milestone"),
        entry=reference,
        save=lambda by, now: plan.change_milestone(reference=reference, new=form.as_entry(), by=by, now=now),
    )


@secretariat
@require_http_methods(WRITING)
def remove_milestone(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Take a milestone out, for a reason."""
    action, found = find_milestone(reference, now=timezone.now())
    form = ReasonForm(typed(request))
    return _ask_of(
        request,
        action,
        form,
        title=_("Take out the milestone “%(title)s”") % {"title": told(found.title)},
        button=_("Remove the milestone"),
        save=lambda by, now: plan.remove_milestone(
            reference=reference, reason=form.cleaned_data["reason"], by=by, now=now
        ),
    )


def _ask_of(
    request: HttpRequest,
    found: ShownAction,
    form: Any,
    *,
    title: str,
    save: Any,
    button: str = "",
    entry: UUID | None = None,
) -> HttpResponse:
    return ask(
        request,
        Asking(
            form=form,
            title=title,
            lead=f"A{found.number} {told(found.title)}",
            lead_language=told_in(found.title),
            back=reverse("strategy:action", args=[found.reference]),
            back_text=f"A{found.number}",
            save=save,
            button=button,
            entry=entry,
        ),
    )


def _entry_of(found: ShownAction) -> NewAction:
    lead, supporting = found.lead and found.lead.reference, tuple(each.reference for each in found.supporting)
    return read_row(NewAction, found, lead=lead, supporting=supporting)


def _titles_of(item: Item) -> dict[str, str]:
    """The item's text as a title in each language that it was translated into."""
    found = {}
    for language in languages():
        with override(language):
            said = _(item.text)
        if language == settings.LANGUAGE_CODE or said != item.text:
            found[f"title_{language}"] = Truncator(said.rstrip(".")).chars(LINE_LENGTH)
    return found
