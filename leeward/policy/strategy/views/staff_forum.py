"""The secretariat's pages about the forum: seats, meetings, attendance, decisions."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.days import local_day
from leeward.foundation.editing.history import changes_of
from leeward.foundation.editing.pages import WRITING, Asking, typed
from leeward.policy.strategy.forms.forum import AttendanceForm, DecisionForm, MeetingForm, MemberForm, meeting_initial
from leeward.policy.strategy.forms.mapping import ReasonForm
from leeward.policy.strategy.operations import forum
from leeward.policy.strategy.queries.forum import (
    ShownMeeting,
    find_decision,
    find_meeting,
    find_member,
    list_meetings,
    list_members,
    members_on,
)
from leeward.policy.strategy.queries.plan import Reader
from leeward.policy.strategy.rules.terms import MeetingState
from leeward.policy.strategy.views.shared import actions_to_choose, ask, secretariat
from leeward.policy.strategy.views.shared import show as show_page
from leeward.policy.strategy.views.showing import HISTORY


@secretariat
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Seats and meetings."""
    now = timezone.now()
    meetings = list_meetings(reader=Reader.STAFF, now=now)
    return show_page(request, "staff/forum", members=list_members(now=now), meetings=meetings)


@secretariat
@require_http_methods(WRITING)
def add_member(request: HttpRequest) -> HttpResponse:
    """A seat that is new."""
    form = MemberForm(typed(request), initial={"joined_on": local_day(timezone.now())})
    return ask(
        request,
        Asking(
            form=form,
            title=_("A new seat"),
            back=reverse("strategy:forum"),
            back_text=_("Forum"),
            save=lambda by, now: forum.save_member(new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_http_methods(WRITING)
def edit_member(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Who sits there, and until when."""
    found = find_member(reference, now=timezone.now())
    form = MemberForm(typed(request), initial={**vars(found.entry), "sector": found.entry.sector.value})
    return ask(
        request,
        Asking(
            form=form,
            title=_("Change the seat"),
            entry=reference,
            back=reverse("strategy:forum"),
            back_text=_("Forum"),
            save=lambda by, now: forum.save_member(reference=reference, new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_http_methods(WRITING)
def add_meeting(request: HttpRequest) -> HttpResponse:
    """A meeting that is new."""
    form = MeetingForm(typed(request), initial={"minutes": 120})
    return ask(
        request,
        Asking(
            form=form,
            title=_("A new meeting"),
            back=reverse("strategy:forum"),
            back_text=_("Forum"),
            save=lambda by, now: forum.save_meeting(new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_safe
def show_meeting(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A meeting: its agenda, who was there, what was decided."""
    now = timezone.now()
    found = find_meeting(reference, now=now)
    return show_page(
        request,
        "staff/meeting",
        meeting=found,
        has_begun=found.entry.starts_at <= now,
        is_cancelled=found.state is MeetingState.CANCELLED,
        may_be_cancelled=found.state is MeetingState.PLANNED and not found.decisions,
        changes=HISTORY.tell(changes_of(reference, *(each.reference for each in found.decisions))),
    )


@secretariat
@require_http_methods(WRITING)
def edit_meeting(request: HttpRequest, reference: UUID) -> HttpResponse:
    """When and where it is, and what about."""
    found = find_meeting(reference, now=timezone.now())
    form = MeetingForm(typed(request), initial=meeting_initial(found.entry))
    return _ask_of(
        request,
        found,
        form,
        title=_("Change the meeting"),
        entry=reference,
        save=lambda by, now: forum.save_meeting(reference=reference, new=form.as_entry(), by=by, now=now),
    )


@secretariat
@require_http_methods(WRITING)
def cancel_meeting(request: HttpRequest, reference: UUID) -> HttpResponse:
    """It does not take place, and why."""
    found = find_meeting(reference, now=timezone.now())
    form = ReasonForm(typed(request))
    return _ask_of(
        request,
        found,
        form,
        title=_("Cancel the meeting"),
        button=_("Cancel the meeting"),
        save=lambda by, now: forum.cancel_meeting(
            reference=reference, reason=form.cleaned_data["reason"], by=by, now=now
        ),
    )


@secretariat
@require_http_methods(WRITING)
def attend(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Who was there."""
    now = timezone.now()
    found = find_meeting(reference, now=now)
    there = {member.reference: presence for member, presence in found.attendance}
    members = members_on(local_day(found.entry.starts_at), now=now)
    initial = {f"at_{each.reference.hex}": there[each.reference].value for each in members if each.reference in there}
    form = AttendanceForm(typed(request), members=members, initial=initial)
    return _ask_of(
        request,
        found,
        form,
        title=_("Attendance"),
        entry=reference,
        save=lambda by, now: forum.record_attendance(reference=reference, presences=form.presences(), by=by, now=now),
    )


@secretariat
@require_http_methods(WRITING)
def add_decision(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A decision that is new."""
    now = timezone.now()
    found = find_meeting(reference, now=now)
    form = DecisionForm(typed(request), actions=actions_to_choose(now=now))
    return _ask_of(
        request,
        found,
        form,
        title=_("A new decision"),
        save=lambda by, now: forum.add_decision(meeting=reference, new=form.as_entry(), by=by, now=now),
    )


@secretariat
@require_http_methods(WRITING)
def edit_decision(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A decision's words, and the actions that carry it out."""
    now = timezone.now()
    found = find_decision(reference, now=now)
    initial = {
        "text": found.text,
        "actions": [str(each.reference) for each in found.actions],
        "is_public": found.is_public,
    }
    form = DecisionForm(typed(request), actions=actions_to_choose(now=now), initial=initial)
    return _ask_of(
        request,
        find_meeting(found.meeting, now=now),
        form,
        title=_("Change decision D%(number)s") % {"number": found.number},
        entry=reference,
        save=lambda by, now: forum.change_decision(reference=reference, new=form.as_entry(), by=by, now=now),
    )


def _ask_of(
    request: HttpRequest,
    found: ShownMeeting,
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
            button=button,
            lead=found.entry.title,
            back=reverse("strategy:meeting", args=[found.reference]),
            back_text=found.entry.title,
            save=save,
            entry=entry,
        ),
    )
