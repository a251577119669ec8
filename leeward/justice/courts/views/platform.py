"""A company's own pages of orders: its list, one order in full, and what it says that it did."""

from collections.abc import Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, require_unlocked, staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import attempt, go, status_of, takes_form, typed
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.next_step import NextStep
from leeward.foundation.work.way import shows_list
from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.queries import find_partner
from leeward.justice.courts.errors import OrderUnknown
from leeward.justice.courts.forms import EffectForm, moment_of
from leeward.justice.courts.lists import served_list
from leeward.justice.courts.operations.effects import give_effect, own_targets, read_given, read_text
from leeward.justice.courts.operations.turning import STANDING
from leeward.justice.courts.queries.checking import check_number
from leeward.justice.courts.queries.orders import owed_text
from leeward.justice.courts.queries.platforms import last_answer, served_lines
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.targets import OVER, OWED
from leeward.justice.courts.rules.terms import Effect, to_addressee
from leeward.victim.removals.rules.at_platform import AtPlatform

PEOPLE = (Role.MODERATOR, Role.PLATFORM_LEAD)


def at_company(view: Any) -> Any:
    """Give a view the company whose person asks, below `require_unlocked`; what is not theirs is not there."""

    @wraps(view)
    def placed(request: HttpRequest, **named: Any) -> HttpResponse:
        unlocked: UnlockedRequest = request  # type: ignore[assignment]  # `require_unlocked` has looked
        try:
            partner = find_partner(UUID(staff_of(request).affiliation))
            side = AtPlatform(platform_id=partner.id, keyring=unlocked.keyring, actor=actor_of(request))
            answer: HttpResponse = view(request, side, **named)
        except (PlatformUnknown, ValueError, OrderUnknown, NotGranted) as error:
            raise Http404 from error
        return answer

    return placed


@require_unlocked(
    *PEOPLE,
    desk_title=gettext_lazy("Court orders to us"),
    desk_summary=gettext_lazy(
        "Court orders to your company: whether each is genuine, what it asks, where, and by when. Answer once."
    ),
)
@require_safe
@at_company
@shows_list
def orders(request: HttpRequest, side: AtPlatform) -> HttpResponse:
    """What was served to this company."""
    listing = served_list(side.platform_id, now=timezone.now())
    return show_list(request, listing, lambda found: render(request, "courts/platform/orders.jinja", {"found": found}))


@require_unlocked(*PEOPLE)
@takes_form
@at_company
def order(request: HttpRequest, side: AtPlatform, number: str) -> HttpResponse:
    """One order in full, its present state, and what the company did; reading it is receiving it."""
    form = EffectForm(typed(request), initial={"at": local_day(timezone.now())})
    tell_order(side, number, now=timezone.now())  # reading it is receiving it

    def save(_by: Actor, at: datetime) -> None:
        answer_order(side, number, form.cleaned_data, now=at)

    saved = attempt(request, form, save, then=lambda _saved: go("courts:platform-order", number))
    if saved is not None:
        return saved
    context = tell_order(side, number, now=timezone.now())
    context |= {"form": form, "back": reverse("courts:platform-orders")}
    return render(request, "courts/platform/order.jinja", context, status=status_of(form))


def answer_order(side: AtPlatform, number: str, given: Mapping[str, Any], *, now: datetime) -> None:
    """Note what a company typed that it did. Raises FieldRefused."""
    effect = read_given(
        effect=Effect(given["effect"]),
        at=moment_of(given["at"], now=now),
        territory=given["territory"],
        reason=given["reason"],
        now=now,
    )
    give_effect(side=side, number=number, given=effect, now=now)


def tell_order(side: AtPlatform, number: str, *, now: datetime) -> dict[str, Any]:
    """Open an order for its company, which thereby has received it, and return what its page shows."""
    texts = [read_text(side=side, target=row, now=now) for row in own_targets(side, number)]
    rows = own_targets(side, number)
    lines, checked = served_lines(rows), check_number(number, now=now).order
    is_standing = checked is not None and checked.state in STANDING
    owed = [line for line in lines if line.state in OWED] if is_standing else []
    step = NextStep(turn=_("Nobody"), why=_("Nothing is due now."))
    if owed:
        first = min(owed, key=lambda line: (line.due_at is None, line.due_at or now))
        why = owed_text(first, now=now)
        step = NextStep(turn=_("You"), why=why, text=_("Answer"), address="#answer")
    return {
        "order": checked,
        "next": step,
        "written": write_number(number),
        "targets": [
            (to_addressee(line.state), owed_text(line, now=now), text, last_answer(row))
            for line, text, row in zip(lines, texts, rows, strict=True)
        ],
        "is_open": any(row.state not in OVER for row in rows),
    }
