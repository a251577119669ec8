"""Hashes from seized devices: an officer brings a list, a second one answers for the person shown."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.forms import LONGEST
from leeward.foundation.editing.pages import Asking, ask, ask_lines, takes_form, typed
from leeward.foundation.web.uploads import takes_file
from leeward.industry.bank.rules import NewHash
from leeward.justice.courts.errors import NamesNoCopies, OrderDoesNotStand, SameOfficerOfList
from leeward.justice.courts.forms import AskedForm, HashesForm
from leeward.justice.courts.operations.hashes import add_hashes, answer_hashes, withdraw_hashes
from leeward.justice.courts.queries.orders import find_list
from leeward.justice.courts.rules.hashes import COLUMNS, Ages, Asked, ListState, read_hashes
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.terms import OrderState
from leeward.justice.courts.views.frame import here, order_page, page
from leeward.society.directory.queries.suggesting import Context, suggest_cards


@takes_file(most_bytes=LONGEST)
@order_page(Role.ORDER_OFFICER)
@takes_form
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Bring a list: tried first, then kept whole or not at all. Where anybody may be under 18 nothing of it is read."""
    at = here(request)
    found = at.read(number)
    if request.POST.get("ages") == Ages.UNSURE:
        return _hand_off(request, number)
    if found.state is not OrderState.STANDS:
        raise OrderDoesNotStand
    if not found.kind.names_copies:
        raise NamesNoCopies
    form = HashesForm(typed(request), request.FILES or None, columns=COLUMNS, read=read_hashes)

    def save(by: Actor, now: datetime) -> uuid.UUID:
        return add_hashes(number=number, hashes=form.found, by=by, now=now)

    asking = Asking(
        form=form,
        title=_("Upload a list of hashes"),
        lead=_(
            "The police hash the pictures where they are, without a network, with the command “hashmatch list”. Bring "
            "the list that it writes, never a picture and no name of a file. Platforms are given the hashes once a "
            "second officer has answered for the person shown."
        ),
        back=reverse("courts:order", args=[number]),
        back_text=write_number(number),
        save=save,
        then=lambda _reference: reverse("courts:order", args=[number]),
    )
    return ask_lines(request, asking, tell=_tell)


@order_page(Role.ORDER_OFFICER)
@takes_form
def answer(request: HttpRequest, number: str, reference: uuid.UUID) -> HttpResponse:
    """A second officer says what is known of the person shown: then the list enters the bank, or is thrown away."""
    at = here(request)
    row = find_list(number, reference)
    if row.state is ListState.WAITING and row.added_by == at.by.id:
        raise SameOfficerOfList
    form = AskedForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        said = Asked(form.cleaned_data["answer"])
        answer_hashes(number=number, reference=reference, answer=said, keyring=at.keyring, by=by, now=now)

    asking = Asking(
        form=form,
        title=_("May platforms look out for these?"),
        lead=ngettext(
            "A colleague brought a list of %(num)d hash. You answer as the second officer: ask whoever leads the "
            "case, not your colleague.",
            "A colleague brought a list of %(num)d hashes. You answer as the second officer: ask whoever leads the "
            "case, not your colleague.",
            row.count,
        )
        % {"num": row.count},
        back=reverse("courts:order", args=[number]),
        back_text=write_number(number),
        save=save,
        button=_("Answer"),
    )
    response = ask(request, asking)
    is_done = form.is_bound and form.is_valid() and response.status_code < 400
    return _hand_off(request, number) if is_done and form.cleaned_data["answer"] == Asked.UNSURE else response


@order_page(Role.ORDER_OFFICER)
@takes_form
def withdraw(request: HttpRequest, number: str, reference: uuid.UUID) -> HttpResponse:
    """Take one list back."""
    here(request)
    find_list(number, reference)

    def save(by: Actor, now: datetime) -> None:
        withdraw_hashes(number=number, reference=reference, by=by, now=now)

    asking = Asking(
        form=forms.Form(typed(request)),
        title=_("Withdraw this list"),
        lead=_(
            "A list that waits is thrown away. One that platforms have is withdrawn: they are told to drop each hash "
            "that nobody else protects."
        ),
        back=reverse("courts:order", args=[number]),
        back_text=write_number(number),
        save=save,
        button=_("Withdraw the list"),
        kind="warning",
    )
    return ask(request, asking)


def _hand_off(request: HttpRequest, number: str) -> HttpResponse:
    """Where to go with pictures of anybody who may be under 18. Nothing of what was sent is kept."""
    context = {
        "number": number,
        "written": write_number(number),
        "cards": suggest_cards(Context.CHILD, now=here(request).now, most=1),
    }
    return page(request, "under_18", context)


def _tell(hashes: Sequence[NewHash]) -> list[str]:
    kinds = Counter(each.hash_type for each in hashes)
    said = [
        ngettext("%(num)d hash of the type %(type)s", "%(num)d hashes of the type %(type)s", count)
        % {"num": count, "type": kind}
        for kind, count in sorted(kinds.items())
    ]
    return [*said, _("They wait for a second officer. Until then no platform is given any of them.")]
