"""From where a platform answers: its people's workplace, or a link to one notice. Both lead to the same pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Concatenate
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.queries import list_team
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.editing.fields import Words
from leeward.foundation.vault.errors import VaultError
from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.operations import admit_waiting_keys
from leeward.industry.platforms.queries import find_partner, has_waiting_keys
from leeward.industry.platforms.rules import Partner
from leeward.victim.removals.errors import ClaimedByAnother, RemovalError, SecondPersonNeeded, StepImpossible
from leeward.victim.removals.rules.at_platform import AtPlatform

INSIDE, OUTSIDE = "removals/platform/inside.jinja", "removals/platform/outside.jinja"
# What a page may be told to say after something was done; the address carries the code, never the words.
DONE: dict[str, Words] = {
    "claimed": _("Taken. They are yours for half an hour, and then free again by themselves."),
    "let-go": _("Given back."),
    "decided": _("Answered. The person concerned and the desk can read it now."),
    "waits": _("Kept. A refusal counts once a colleague has agreed."),
    "missing": _("The desk has been told what is missing. The clock stands still until it has been supplied."),
    "countered": _("The desk has it, and decides."),
    "settled": _("Your answer to the appeal is kept, and the person concerned can read it."),
    "agreed": _("The refusal counts now."),
    "sent-back": _("The request is back in the queue."),
}
NOT_DONE: dict[str, Words] = {
    "nothing": _("Nothing was done: tick at least one request first."),
    "taken": _("Nothing was done: a colleague has taken one of these. Choose others, or wait until it is free."),
    "moved": _("Nothing was done: one of these does not stand any more where it stood. Look again."),
    "second": _("Nothing was done: this needs somebody else than who decided. Ask a colleague."),
    "closed": _("Nothing was done: your keys do not open one of these. Ask the desk to send it again."),
    "refused": _("Nothing was done: this answer cannot be taken here and now. Look again."),
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """From where somebody answers. `addresses` holds the page's forms: answer, and for one request the others."""

    side: AtPlatform
    now: datetime
    platform: str
    frame: str
    home: str
    answer: str
    one: Callable[[str, UUID], str]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def me(self) -> str:
        """Who answers, as claims and decisions name her."""
        return self.side.actor.id

    def back(self, said: str = "") -> HttpResponse:
        """To where the list is, with one thing to say there."""
        query = f"?{urlencode({'said': said})}" if said else ""
        return HttpResponseRedirect(f"{self.home}{query}", status=HTTPStatus.SEE_OTHER)

    def context(self, request: HttpRequest, **more: object) -> dict[str, object]:
        """What every page of the place knows."""
        code = request.GET.get("said", "")
        return {
            "place": self,
            "done": DONE.get(code),
            "not_done": NOT_DONE.get(code),
            "pace": settings.LEEWARD_CLOCK_PACE,
            **more,
        }


@dataclass(frozen=True, kw_only=True)
class Workplace(Place):
    """The place of a platform's own people."""

    partner: Partner


def at_workplace[**P](
    view: Callable[Concatenate[HttpRequest, Workplace, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give a view, below `require_unlocked`, the place of the platform whose person asks."""

    @wraps(view)
    def placed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, _workplace(request, now=timezone.now()), *args, **kwargs)

    return placed


def code_of(error: RemovalError | VaultError) -> str:
    """What a page says of something that was refused."""
    if isinstance(error, ClaimedByAnother):
        return "taken"
    if isinstance(error, StepImpossible):
        return "moved"
    if isinstance(error, SecondPersonNeeded):
        return "second"
    return "closed" if isinstance(error, VaultError) else "refused"


def _workplace(request: HttpRequest, *, now: datetime) -> Workplace:
    staff, actor = staff_of(request), actor_of(request)
    try:
        partner = find_partner(UUID(staff.affiliation))
    except (PlatformUnknown, ValueError) as error:
        raise Http404 from error
    keyring = request.keyring  # type: ignore[attr-defined]  # see UnlockedRequest
    if has_waiting_keys(partner, now=now):
        admit_waiting_keys(partner=partner, keyring=keyring, by=actor, now=now)
    team = list_team(viewer=staff)
    return Workplace(
        side=AtPlatform(platform_id=partner.id, keyring=keyring, actor=actor),
        now=now,
        platform=partner.name,
        partner=partner,
        frame=INSIDE,
        home=reverse("removals:platform-queue"),
        answer=reverse("removals:platform-answer"),
        one=lambda page, reference: reverse(f"removals:platform-{page}", args=[reference]),
        names={colleague.reference: colleague.name for colleague in (*team.inside, *team.waiting)},
    )
