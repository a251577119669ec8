"""The person's own pages about being passed on: read it word for word, say yes or no, follow it, stop it."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.days import when
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.operations.files import her_file
from leeward.victim.network.errors import (
    DraftChanged,
    NetworkError,
    ReceiverRefused,
    ReferralUnknown,
    StepImpossible,
)
from leeward.victim.network.forms.person import ChangeForm, OutcomeForm, ReplyForm
from leeward.victim.network.operations.circle import ENDS
from leeward.victim.network.operations.proofs import PROOFS
from leeward.victim.network.operations.reading import (
    ReadReferral,
    ReadTurn,
    read_referral,
    read_referrals,
    receipt_of,
    record_of,
)
from leeward.victim.network.operations.referrals import agree, change_draft, erase_referrals, say_outcome, withdraw
from leeward.victim.network.operations.turns import reply
from leeward.victim.network.queries.holdings import count_hers
from leeward.victim.network.queries.referrals import ReferralLine, referrals_of
from leeward.victim.network.rules.releases import Yes, YesBy
from leeward.victim.network.rules.turns import InTouch, ReferralState, ToldAgain
from leeward.victim.network.views.wording import name_receivers, stand_words
from leeward.victim.portal.forms import AgainForm
from leeward.victim.portal.holders import Copy, Holder
from leeward.victim.portal.rules.doors import Door, DoorState, NextStep, Press
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.portal.views.confirming import with_code
from leeward.victim.portal.views.everything import save_file
from leeward.victim.portal.views.visiting import Opened, go_door, saved, saving_bearer, with_bearer


@dataclass(frozen=True, kw_only=True)
class Group:
    """Referrals that stand alike, under one heading."""

    title: str
    lines: Sequence[ReferralLine]


type Page = Callable[[HttpRequest, Opened, ReadReferral], HttpResponse]

ON_HOME = 3


def show_part(request: HttpRequest, bearer: Bearer, now: datetime) -> SafeString | str:
    """What the person's page says of what is passed on; "" where nothing is."""
    lines = [line for line in _lines(bearer, now=now) if line.state is not ReferralState.WITHDRAWN or line.is_override]
    if not lines:
        return ""
    context = {"groups": _groups(lines[:ON_HOME]), **_words()}
    return mark_safe(render_to_string("network/person/part.jinja", context, request))  # noqa: S308  # our own template


def state_of_referrals(bearer: Bearer, now: datetime) -> DoorState | None:
    """What waits for the person's yes, in a line, or how the newest stands; None where nothing is passed on."""
    lines = [line for line in _lines(bearer, now=now) if line.state is not ReferralState.WITHDRAWN or line.is_override]
    if not lines:
        return None
    waiting = [line for line in lines if line.state is ReferralState.DRAFTED]
    needs = tuple(
        NextStep(words=stand_words(line), button=_("Read it"), href=_address(line.reference), press=Press.ASKED)
        for line in waiting
    )
    return DoorState(line=stand_words((waiting or lines)[0]), steps=needs)


def erase_hers(bearer: Bearer, now: datetime) -> None:
    """Take everything back and erase it, keys first. Safe to repeat."""
    file = her_file(bearer)
    if file is not None:
        erase_referrals(file=file, by=bearer.by, now=now)


def copy_of(request: HttpRequest, bearer: Bearer, now: datetime) -> Copy | None:
    """All that was passed on or is to be, word for word, with a receipt of each yes; None where nothing is."""
    file = her_file(bearer)
    found = read_referrals(file=file, keyring=Keyring(bearer.key), by=bearer.by, now=now) if file else ()
    if not found:
        return None
    context = {"referrals": found, "spoken": lambda at: when(at, now=now), **_words()}
    shown = mark_safe(render_to_string("network/person/copy.jinja", context, request))  # noqa: S308  # our own template
    records = [record_of(each) | ({"receipt": _receipt(each)} if each.yes else {}) for each in found]
    return Copy(name="passed_on", record=records, shown=shown)


HOLDER = Holder(
    door=Door.PEOPLE,
    state=state_of_referrals,
    show=show_part,
    erase=erase_hers,
    copy=copy_of,
    count=count_hers,
    proofs=PROOFS,
)


@require_safe
@with_bearer
def referrals(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Everything that was passed on or is to be."""
    context = {"groups": _groups(_lines(opened.bearer, now=opened.now)), **_words()}
    return _show(request, "list", context, back=go_door(Door.PEOPLE).url)


def _with_referral(view: Page, *, saving: bool = False) -> Any:
    """Open one referral for a view with the key of the code; one that is not theirs leads to their list."""

    @functools.wraps(view)
    def opening(request: HttpRequest, opened: Opened, referral: UUID) -> HttpResponse:
        try:
            found = read_referral(referral=referral, now=opened.now, **_hers(opened))
            return view(request, opened, found)
        except ReferralUnknown:
            return HttpResponseRedirect(reverse("network:my-referrals"), status=HTTPStatus.SEE_OTHER)
        except StepImpossible:  # changed meanwhile, in another window or by a clock
            return _go(referral)

    return (saving_bearer if saving else with_bearer)(opening)


def _referral(request: HttpRequest, opened: Opened, found: ReadReferral) -> HttpResponse:
    """One referral: before the yes word for word what each gets, and the yes; after it where it stands."""
    if found.line.state is not ReferralState.DRAFTED:
        return _show_referral(request, found, opened)
    form = AgainForm(typed(request))

    def show() -> HttpResponse:
        return _show_referral(request, found, opened, again=form)

    def say_yes() -> HttpResponse:
        try:
            agree(
                referral=found.line.reference,
                version=_version(request),
                yes=Yes(by=YesBy.CODE),
                now=opened.now,
                **_hers(opened),
            )
        except (DraftChanged, ReceiverRefused) as error:
            form.add_error(None, _(error.reason))
            return show()
        return _go(found.line.reference)

    return with_code(request, opened, form, show=show, act=say_yes)


def _change(request: HttpRequest, opened: Opened, found: ReadReferral) -> HttpResponse:
    """Untick or change a text, change the order, strike somebody out: before the yes."""
    if found.line.state is not ReferralState.DRAFTED:
        raise StepImpossible
    form = ChangeForm(typed(request), found=found)
    if form.is_bound and form.is_valid():
        try:
            change_draft(referral=found.line.reference, draft=form.draft, now=opened.now, **_hers(opened))
        except (ReferralUnknown, StepImpossible):
            raise
        except NetworkError as error:
            form.add_error(None, _(error.reason))
        else:
            return saved(_go(found.line.reference))
    return _show(request, "change", {"found": found}, form=form, back=_address(found.line.reference))


def _stop(request: HttpRequest, opened: Opened, found: ReadReferral) -> HttpResponse:
    """Say what ends, then end it; with the code, once something was passed on."""
    reference = found.line.reference
    if found.line.state is ReferralState.WITHDRAWN or found.line.is_override:
        return _go(reference)

    def stop() -> HttpResponse:
        withdraw(referral=reference, now=opened.now, **_hers(opened))
        return _go(reference)

    is_draft = found.line.state is ReferralState.DRAFTED
    if is_draft and request.method == "POST":
        return stop()
    form = None if is_draft else AgainForm(typed(request))

    def show() -> HttpResponse:
        ends = () if is_draft else ENDS
        return _show(request, "stop", {"found": found, "ends": ends}, form=form, back=_address(reference))

    return show() if form is None else with_code(request, opened, form, show=show, act=stop)


def _answer(request: HttpRequest, opened: Opened, found: ReadReferral) -> HttpResponse:
    """Answer what a receiver asked."""
    if found.asking is None:
        raise StepImpossible
    form = ReplyForm(typed(request), initial=ReplyForm.fresh())
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        turn = found.asking.line.reference
        reply(turn=turn, words=said["words"], reference=said["once"], now=opened.now, **_hers(opened))
        return saved(_go(found.line.reference))
    context = {"turn": found.asking, "spoken": _spoken(opened)}
    return _show(request, "answer", context, form=form, back=_address(found.line.reference))


def _save_receipt(_request: HttpRequest, _opened: Opened, found: ReadReferral) -> HttpResponse:
    """A receipt of their yes, for a machine to read."""
    if found.yes is None:
        raise StepImpossible
    return save_file(_receipt(found))


def _receipt(found: ReadReferral) -> dict[str, object]:
    return receipt_of(found, asked_by=f"Helpline, {settings.LEEWARD_NATION}")


def _outcome(request: HttpRequest, opened: Opened, found: ReadReferral) -> HttpResponse:
    """Say of the last one who wanted to help whether they got in touch, and whether it had to be told again."""
    turn = _asked_about(found)
    if turn is None:
        raise StepImpossible
    said = {"in_touch": turn.line.in_touch, "told_again": turn.line.told_again or ""}
    form = OutcomeForm(typed(request), initial=said)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        say_outcome(
            turn=turn.line.reference,
            in_touch=InTouch(given["in_touch"]),
            told_again=ToldAgain(given["told_again"]) if given["told_again"] else None,
            now=opened.now,
            **_hers(opened),
        )
        return _go(found.line.reference)
    return _show(request, "outcome", {"turn": turn}, form=form, back=_address(found.line.reference))


referral = takes_form(_with_referral(_referral))
change = takes_form(_with_referral(_change, saving=True))
stop = takes_form(_with_referral(_stop))
answer = takes_form(_with_referral(_answer, saving=True))
outcome = takes_form(_with_referral(_outcome))
save_receipt = require_POST(_with_referral(_save_receipt))


def _show_referral(
    request: HttpRequest, found: ReadReferral, opened: Opened, *, again: AgainForm | None = None
) -> HttpResponse:
    context = {
        "found": found,
        "asked_about": _asked_about(found),
        "spoken": _spoken(opened),
        **_words(),
    }
    return _show(request, "referral", context, form=again, back=reverse("network:my-referrals"))


def _asked_about(found: ReadReferral) -> ReadTurn | None:
    """The last one who had said that they will help."""
    return next((turn for turn in reversed(found.turns) if turn.had_helped), None)


def _lines(bearer: Bearer, *, now: datetime) -> tuple[ReferralLine, ...]:
    file = her_file(bearer)
    return tuple(line for line in referrals_of(file, now=now) if line.is_told) if file else ()


def _groups(lines: Sequence[ReferralLine]) -> list[Group]:
    """Return referrals by whether they were passed on; those that wait for the person's yes stand first."""
    waiting = [line for line in lines if line.state is ReferralState.DRAFTED]
    passed = [line for line in lines if line.agreed_at is not None]
    others = [line for line in lines if line not in waiting and line not in passed]
    titled = (
        (_("Waiting for your yes"), waiting),
        (_("Passed on"), passed),
        (_("Not passed on"), others),
    )
    return [Group(title=title, lines=found) for title, found in titled if found]


def _words() -> dict[str, object]:
    return {"stand_words": stand_words, "name_receivers": name_receivers}


def _spoken(opened: Opened) -> Callable[[datetime], str]:
    return lambda at: when(at, now=opened.now)


def _hers(opened: Opened) -> dict[str, Any]:
    return {"keyring": Keyring(opened.bearer.key), "by": opened.bearer.by}


def _version(request: HttpRequest) -> int:
    """Which state of the draft the page showed; 0 for what no page of ours sends."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _address(referral: UUID) -> str:
    return reverse("network:my-referral", args=[referral])


def _go(referral: UUID) -> HttpResponse:
    return HttpResponseRedirect(_address(referral), status=HTTPStatus.SEE_OTHER)


def _show(
    request: HttpRequest, template: str, context: dict[str, object], *, form: forms.Form | None = None, back: str
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    context = {**context, "form": form, "back_url": back}
    return render(request, f"network/person/{template}.jinja", context, status=status)
