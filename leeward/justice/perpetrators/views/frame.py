"""What pages of providers and referrers share: who acts, by account or by link, and how a page says no."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import status_of
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.web.access import View, leaves_no_line, public
from leeward.foundation.web.links import by_link
from leeward.foundation.web.words import word
from leeward.foundation.work.errors import Absent, Refusal
from leeward.foundation.work.views import say_no, staff_pages
from leeward.justice.perpetrators.errors import LinkUnknown, TakesNobody
from leeward.justice.perpetrators.forms.referrals import ReferForm, StepForm
from leeward.justice.perpetrators.operations.programmes import find_link
from leeward.justice.perpetrators.operations.referring import Referring
from leeward.justice.perpetrators.rules.referrals import ReferrerKind

INBOX, REFERRED = _("Referred to us"), _("Referrals to programmes")
worker_page = staff_pages(Role.PROGRAMME_WORKER, back=lambda _named: (INBOX, reverse("perpetrators:inbox")))
REFERRER_ROLES = {
    Role.COURT_CLERK: ReferrerKind.COURT,
    Role.MEMBER_WORKER: ReferrerKind.OTHER,
    Role.PRACTITIONER: ReferrerKind.HELPLINE,
}
referrer_page = staff_pages(*REFERRER_ROLES, back=lambda _named: (REFERRED, reverse("perpetrators:referred")))


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who acts on a page, and how its addresses are made. `token`: of the link by which they came, "" by account.

    `referring` is there for whoever refers, `provider` for a provider's people; `keyring` by account alone.
    """

    by: Actor
    now: datetime
    name: str
    token: str = ""
    keyring: Keyring | None = None
    provider: UUID | None = None
    referring: Referring | None = None

    def address(self, page: str, *args: object) -> str:
        """A page of theirs: by account, or by their link."""
        if self.token:
            return reverse(f"perpetrators:link-{page}", args=[self.token, *args])
        return reverse(f"perpetrators:{page}", args=list(args))

    @property
    def base(self) -> str:
        """The frame of their pages."""
        return "perpetrators/link/frame.jinja" if self.token else "web/staff.jinja"


def worker_of(request: UnlockedRequest) -> Hand:
    """A provider's worker who has unlocked."""
    user = staff_of(request)
    return Hand(
        by=actor_of(request),
        now=timezone.now(),
        name=user.display_name,
        keyring=request.keyring,
        provider=UUID(user.affiliation),
    )


def referrer_of(request: HttpRequest) -> Hand:
    """Somebody who refers, by account. What they refer belongs to their court, member or team."""
    user = staff_of(request)
    referring = Referring(scope=user.team or "", kind=REFERRER_ROLES[Role(user.role)])
    return Hand(by=actor_of(request), now=timezone.now(), name=user.display_name, referring=referring)


def by_link_of(kind: str) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Find where a link leads, for a `provider` or a `referrer`. Unknown, over and the other's are one answer."""
    follow = by_link(
        partial(_hand, kind=kind),
        purpose="perpetrators/link",
        unknown=LinkUnknown,
        why=_(
            "It was mistyped, its year is over, or a newer one has replaced it. The person who gave it to you can give"
            " you another one."
        ),
    )

    def decorate(view: Callable[..., HttpResponseBase]) -> View:
        @follow
        @wraps(view)
        def found(request: HttpRequest, hand: Hand, **named: Any) -> HttpResponseBase:
            try:
                return view(request, hand, **named)
            except Absent as error:
                raise Http404 from error
            except Refusal as error:
                context = {"said": say_no(error), "hand": hand, "back": hand.address(HOMES[kind])}
                return render(request, "perpetrators/link/refused.jinja", context, status=HTTPStatus.CONFLICT)

        return leaves_no_line(public(found))

    return decorate


HOMES = {"provider": "inbox", "referrer": "referred"}


def try_to(form: ReferForm | StepForm, do: Callable[[], object]) -> bool:
    """Do what a form says; what is refused is said beside its field. Whether it was done."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        do()
    except FieldRefused as error:
        say(form, error)
    except TakesNobody as error:
        said = "; ".join(word(each) for each in error.lacks)
        field = "programme" if "programme" in form.fields else None
        form.add_error(field, gettext("This programme cannot take anybody now: %(why)s") % {"why": said})
    else:
        return True
    return False


def show(request: HttpRequest, hand: Hand, template: str, context: dict[str, Any]) -> HttpResponse:
    """One page of theirs."""
    form = context.get("form")
    status = status_of(form) if form is not None else HTTPStatus.OK
    return render(
        request, f"perpetrators/{template}.jinja", {**context, "hand": hand, "base": hand.base}, status=status
    )


def _hand(token: str, *, kind: str, now: datetime) -> Hand:
    link = find_link(token, now=now)
    body = link.provider if kind == "provider" else link.referrer
    if body is None:
        raise LinkUnknown
    by = Actor(kind=ActorKind.MEMBER, id=f"{kind}:{body.public_id}")
    if link.provider is not None:
        return Hand(by=by, now=now, name=body.name, token=token, provider=body.public_id)
    kind_of = link.referrer.kind if link.referrer else ReferrerKind.OTHER
    referring = Referring(scope=f"link:{body.public_id}", kind=kind_of)
    return Hand(by=by, now=now, name=body.name, token=token, referring=referring)
