"""Staff accounts on pages, for administrators: the list, one person, and what can be done. The audit has every act."""

from collections.abc import Sequence
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.errors import LastAdministrator, NoSuchStaff
from leeward.foundation.accounts.operations import EnrolmentLink, close_account, renew_link
from leeward.foundation.accounts.operations.trail import EVERYDAY, AccountVerb
from leeward.foundation.accounts.queries import Account, find_account, names_of
from leeward.foundation.accounts.reauthentication import require_proof
from leeward.foundation.accounts.rules import AccountState, Role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.audit.operations import lines_about
from leeward.foundation.audit.rules import ActorKind, Subject
from leeward.foundation.editing.pages import Asking, ask, attempt, go, show_once, status_of, takes_form, typed
from leeward.foundation.people.bodies import names_of_bodies
from leeward.foundation.people.forms import AccountForm, NewAccountForm
from leeward.foundation.people.guide import read_setup
from leeward.foundation.people.lists import keys_in_words, passkeys_in_words, staff_list
from leeward.foundation.people.operations import change_account, make_account
from leeward.foundation.web.timeline import Entry
from leeward.foundation.web.words import word
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list

SHOWN_OF_HISTORY = 200


@require_role(
    Role.ADMINISTRATOR,
    desk_title=gettext_lazy("People"),
    desk_summary=gettext_lazy("Who works here: accounts, roles, keys, links, and leaving."),
)
@require_safe
@shows_list
def list_people(request: HttpRequest) -> HttpResponse:
    """Everybody who has an account."""
    listing = staff_list(now=timezone.now())
    return show_list(request, listing, lambda found: render(request, "people/people.jinja", {"found": found}))


@require_role(
    Role.ADMINISTRATOR,
    desk_title=gettext_lazy("Set-up list"),
    desk_summary=gettext_lazy("Which team can read what comes in, who is missing, and what to do."),
)
@require_safe
def show_setup(request: HttpRequest) -> HttpResponse:
    """Each team that takes in something new: whether somebody there reads it, and what is missing."""
    context = {"title": _("Set-up list"), "lines": read_setup(now=timezone.now())}
    return render(request, "people/setup.jinja", context)


@require_role(Role.ADMINISTRATOR)
@require_safe
def show_person(request: HttpRequest, reference: str) -> HttpResponse:
    """One account, what can be done with it, and who did what."""
    account = _find(reference)
    context = {
        "account": account,
        "keys": keys_in_words(account),
        "body": names_of_bodies().get(account.affiliation, ""),
        "is_own": reference == staff_of(request).reference,
        "has_left": account.state is AccountState.LEFT,
        "acts": _history(reference),
    }
    return render(request, "people/person.jinja", context)


@require_role(Role.ADMINISTRATOR)
@require_proof
@takes_form
def add_person(request: HttpRequest) -> HttpResponse:
    """Make an account; its link is shown in the answer, once."""
    form = NewAccountForm(typed(request))
    made = attempt(
        request,
        form,
        lambda by, now: make_account(**form.cleaned_data, by=by, now=now),
        then=lambda link: _show_link(request, link, name=form.cleaned_data["display_name"]),
    )
    asking = Asking(
        form=form,
        title=_("Add a person"),
        back=reverse("people:people"),
        back_text=_("People"),
        button=_("Make the account and show the link"),
        save=lambda _by, _now: None,
    )
    return made or render(request, "editing/form.jinja", {"form": form, "asking": asking}, status=status_of(form))


@require_role(Role.ADMINISTRATOR)
@require_proof
@takes_form
def change_person(request: HttpRequest, reference: str) -> HttpResponse:
    """Give somebody another name, role or platform."""
    account = _find_working(reference)
    initial = {"display_name": account.name, "role": account.role.value, "affiliation": account.affiliation}
    form = AccountForm(typed(request), initial=initial)
    asking = Asking(
        form=form,
        title=_("Change the name or the role"),
        back=reverse("people:person", args=[reference]),
        back_text=account.name,
        lead=_(
            "Another role may belong to another team. Then the key of the old team is taken from this person at once, "
            "and in the new team a colleague must let them in. The old team is asked to make a new key."
        ),
        seen=f"{account.name}|{account.role.value}|{account.affiliation}",
        save=lambda by, now: change_account(username=account.username, **form.cleaned_data, by=by, now=now),
    )
    return ask(request, asking)


@require_role(Role.ADMINISTRATOR)
@require_proof
@takes_form
def link_person(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what a new link ends, then make it and show it once."""
    account = _find_working(reference)
    if request.method == "POST":
        link = renew_link(username=account.username, by=actor_of(request), now=timezone.now())
        return _show_link(request, link, name=account.name)
    return render(request, "people/renew.jinja", {"account": account})


@require_role(Role.ADMINISTRATOR)
@require_proof
@takes_form
def end_person(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what is closed, then close it."""
    account = _find_working(reference)
    refused = False
    if request.method == "POST":
        try:
            close_account(username=account.username, by=actor_of(request), now=timezone.now())
        except LastAdministrator:
            refused = True
        else:
            return go("people:person", reference)
    context = {"account": account, "passkeys": passkeys_in_words(account), "refused": refused}
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "people/leaving.jinja", context, status=status)


def _show_link(request: HttpRequest, link: EnrolmentLink, *, name: str) -> HttpResponse:
    """The answer to the form itself: loading the page again shows no link."""
    address = request.build_absolute_uri(reverse("accounts:enrol", args=[link.token]))
    return show_once(render(request, "people/link.jinja", {"address": address, "until": link.expires_at, "name": name}))


def _find(reference: str) -> Account:
    try:
        return find_account(reference, now=timezone.now())
    except NoSuchStaff as error:
        raise Http404 from error


def _find_working(reference: str) -> Account:
    account = _find(reference)
    if account.state is AccountState.LEFT:
        raise Http404
    return account


def _history(reference: str) -> Sequence[Entry]:
    """The newest first."""
    lines = lines_about(Subject(kind="staff", reference=reference), but=EVERYDAY)[-SHOWN_OF_HISTORY:]
    names = names_of(line.actor_id for line in lines)
    return [
        Entry(
            at=line.at,
            what=word(AccountVerb(line.verb)),
            who=names.get(line.actor_id, "")
            or (_("From the command line") if line.actor_kind == ActorKind.OPERATOR else _("The system")),
        )
        for line in reversed(lines)
    ]
