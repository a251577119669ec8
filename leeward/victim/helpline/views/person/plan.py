"""A person's plan to stay safe: theirs to write and change, and to take or leave what the helpline suggests."""

import contextlib
import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from leeward.foundation.editing.pages import takes_form, typed
from leeward.victim.helpline.errors import StepImpossible
from leeward.victim.helpline.forms.plan import PlanForm
from leeward.victim.helpline.operations.circle import ROOM
from leeward.victim.helpline.operations.plans import decide_change, keep_plan
from leeward.victim.helpline.views.person.hers import Hers, go, saving, show, with_case
from leeward.victim.helpline.views.plans import compare
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.views.visiting import go_door, saved


@takes_form
@saving
def plan(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Read the plan, change it, and see what the helpline suggests."""
    form = PlanForm(typed(request), plan=hers.view.plans.current)
    if form.is_bound and form.is_valid():
        keep_plan(opened=hers.case, plan=form.plan, by=hers.by, now=hers.now)
        return saved(go("plan"))
    context = {"view": hers.view, "plans": hers.view.plans, "changes": compare(hers.view.plans), "talk": ROOM.talk}
    return show(request, "plan", context, form=form, back=go_door(Door.PEOPLE).url)


@require_POST
@with_case
def decide(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Take what the helpline suggests, or leave it."""
    try:
        change, seen = uuid.UUID(request.POST.get("change", "")), int(request.POST.get("seen", ""))
    except ValueError:
        return go("plan")
    takes = request.POST.get("answer") == "take"
    with contextlib.suppress(StepImpossible):  # changed meanwhile, in another window: the page shows how it stands now
        decide_change(opened=hers.case, change=change, takes=takes, seen=seen, by=hers.by, now=hers.now)
    return go("plan")
