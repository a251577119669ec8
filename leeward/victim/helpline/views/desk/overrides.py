"""Passing something on without the person's yes: prepared from a case, decided by another, told to the person."""

import uuid
from contextlib import suppress
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import go, takes_form
from leeward.victim.helpline.errors import CaseStopped, CaseUnknown
from leeward.victim.helpline.forms.overrides import LaterForm, LawForm, WithoutForm
from leeward.victim.helpline.forms.refer import TextsForm, WishForm
from leeward.victim.helpline.operations.overrides import ask_override, tell_them, wait_longer
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.queries.overrides import used_bases
from leeward.victim.helpline.views.desk.frame import case_page, open_for, open_keys, take
from leeward.victim.helpline.views.desk.refer import WORK, Preparing, open_referral, prepare, show_read
from leeward.victim.network.operations.referrals import Draft
from leeward.victim.network.queries.referrals import find_referral


class WithoutYes(Preparing):
    """The same steps, under a law, and asked of a second person."""

    page, title = "desk-override", _("Refer without consent")
    is_override = True

    def wish_form(self, data: Any, **more: Any) -> WishForm:
        """Under which law, and for what."""
        return LawForm(data, bases=used_bases(today=local_day(self.found.now)), **more)

    def texts_form(self, data: Any, wish: WishForm, **more: Any) -> TextsForm:
        """Which texts they get, and why each."""
        assert isinstance(wish, LawForm)  # noqa: S101  # narrows the type
        return WithoutForm(data, basis=wish.law, **more)

    def keep(self, request: UnlockedRequest, draft: Draft, texts: TextsForm, wish: WishForm) -> None:
        """Ask a second person."""
        assert isinstance(texts, WithoutForm)  # noqa: S101  # narrows the type
        assert isinstance(wish, LawForm)  # noqa: S101  # narrows the type
        opened, once = take(request, self.found.view.reference), texts.cleaned_data["once"]
        ask_override(opened=opened, asked=texts.asked(wish.law), draft=draft, reference=once, **stamp(request))


@case_page()
@takes_form
def override(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Prepare to pass something on without the person's yes."""
    return prepare(request, WithoutYes(open_for(request, case, reason=WORK)))


@case_page()
@require_POST
def tell(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> HttpResponse:
    """Tell the person; the case itself may be one that they have stopped."""
    now = timezone.now()
    with suppress(CaseStopped):  # whoever may not open it for another reason tells them nothing of it
        open_keys(request, case, now=now)
    line = find_referral(referral, now=now)
    if line is None or find_case(line.file) != case:
        raise CaseUnknown
    tell_them(referral=referral, keyring=request.keyring, **stamp(request))
    return go("helpline:desk-case", case)


@case_page()
@require_POST
def later(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> HttpResponse:
    """It is still unsafe to tell them."""
    found, read = open_referral(request, case, referral)
    form = LaterForm(request.POST, auto_id="later_%s")
    if not form.is_valid():
        return show_read(request, found, read, later_form=form)
    wait_longer(opened=take(request, case), referral=referral, telling=form.telling, **stamp(request))
    return go("helpline:desk-referral", case, referral)
