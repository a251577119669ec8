"""The staff's pages about duties: what each law asks, whether it is in use, and the editor of its next version."""

from datetime import UTC, date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.audit.errors import FactRefused
from leeward.foundation.editing.pages import WRITING, go, status_of
from leeward.foundation.web.words import hint_of
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Listing, show_list
from leeward.foundation.work.way import shows_list
from leeward.industry.duties import words
from leeward.industry.duties.errors import (
    CommencementUnknown,
    NothingChanged,
    RegimeRefused,
    VersionMoved,
)
from leeward.industry.duties.forms import EditorButton, RegimeForm, SwitchForm, blank, initial_of
from leeward.industry.duties.operations import publish_regime_version, switch_regime
from leeward.industry.duties.queries import (
    as_regimes,
    find_regime,
    open_requests,
    regime_rows,
    switch_reason,
    versions_of,
)
from leeward.industry.duties.rules.previews import Preview, preview_change
from leeward.industry.duties.rules.regimes import Regime, regime_state

KEEPERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


@require_role(
    *KEEPERS,
    desk_title=gettext_lazy("Duties of platforms"),
    desk_summary=gettext_lazy("What each law asks of a notice and of a platform, its clock, and whether it is in use."),
)
@require_safe
@shows_list
def list_regimes(request: HttpRequest) -> HttpResponse:
    """All regimes, each with how it stands in words."""
    listing = regimes_list(on=_today(timezone.now()))
    return show_list(request, listing, lambda found: render(request, "duties/regimes.jinja", {"found": found}))


def regimes_list(*, on: date) -> Listing[Regime]:
    """Regimes by their codes, in the version of this day."""

    def standing(each: Regime) -> tuple[object, object]:
        state = regime_state(each, on=on)
        return state, hint_of(state)

    return Listing(
        rows=regime_rows(on=on),
        tell=lambda rows: rows.select_related("regime"),
        lines=as_regimes,
        columns=[
            Column("name", _("Law"), lambda each: each.name),
            Column("code", _("Code"), lambda each: each.code, Order(by="regime__code", is_unique=True)),
            Column("state", _("State"), standing),
            Column("where", _("Jurisdiction"), lambda each: each.jurisdiction),
            Column("limit", _("Time for removal"), words.limit_in_words),
            Column("checked", _("Source checked on"), lambda each: each.checked_on, Order(by="checked_on")),
        ],
        sort="code",
        address=lambda each: reverse("duties-regime", args=[each.code]),
        csv="duties",
        empty=_("No regime is loaded. An operator loads those that ship with: leeward load-duties"),
    )


@require_role(*KEEPERS)
@require_safe
def show_regime(request: HttpRequest, code: str) -> HttpResponse:
    """One regime as it holds today, with its versions and its switch."""
    return _regime_page(request, find_regime(code, on=_today(timezone.now())), form=SwitchForm())


@require_role(*KEEPERS, Role.COURSE_AUTHOR)  # whom a change of law asks whether a course must say something else
@require_safe
def show_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version of a regime, as it was published."""
    context = {"regime": find_regime(code, number), "words": words, "keeps": staff_of(request).role in KEEPERS}
    return render(request, "duties/version.jinja", context)


@require_role(*KEEPERS)
@require_POST
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a regime on or off, for a reason."""
    now = timezone.now()
    regime, form = find_regime(code, on=_today(now)), SwitchForm(request.POST)
    if form.is_valid():
        try:
            switch_regime(
                code=code,
                on=not regime.is_switched_on,
                reason=form.cleaned_data["reason"],
                by=actor_of(request),
                now=now,
            )
        except CommencementUnknown:
            form.add_error("reason", _("Nobody has verified that this law is in force, so it stays switched off."))
        except FactRefused:
            form.add_error("reason", _("This holds a hash or a key. Name neither: the reason is kept for good."))
        except RegimeRefused:
            form.add_error("reason", _("Enter a reason that can be printed, on one line."))
        else:
            return go("duties-regime", code)
    return _regime_page(request, regime, form=form)


@require_role(*KEEPERS)
@require_http_methods(WRITING)
def edit_regime(request: HttpRequest, code: str) -> HttpResponse:
    """The editor: shows what the next version would change, then publishes it."""
    newest = find_regime(code)
    if request.method == "POST":
        return _edited(request, RegimeForm(request.POST, code=code), newest=newest)
    form = RegimeForm(initial=initial_of(newest.as_draft(), version=newest.version), code=code)
    return _editor_page(request, form, newest=newest)


@require_role(*KEEPERS)
@require_http_methods(WRITING)
def add_regime(request: HttpRequest) -> HttpResponse:
    """The editor of a law that is new here."""
    if request.method == "POST":
        return _edited(request, RegimeForm(request.POST), newest=None)
    return _editor_page(request, RegimeForm(initial=blank(today=_today(timezone.now()))), newest=None)


def _edited(request: HttpRequest, form: RegimeForm, *, newest: Regime | None) -> HttpResponse:
    now = timezone.now()
    if not form.is_valid():
        return _editor_page(request, form, newest=newest)
    if request.POST.get("step") != EditorButton.PUBLISH:
        preview = preview_change(draft=form.draft, clocks=open_requests(form.draft.code), now=now)
        return _editor_page(request, form, newest=newest, preview=preview)
    try:
        regime = publish_regime_version(
            draft=form.draft,
            by=actor_of(request),
            now=now,
            valid_from=form.cleaned_data["valid_from"],
            based_on=form.cleaned_data["based_on"],
        )
    except NothingChanged:
        form.add_error(None, _("The newest version says exactly this. Change something, or leave it."))
    except VersionMoved:
        form.add_error(None, _("There is a newer version of this regime. Look at it, then begin again."))
    except RegimeRefused:
        form.add_error("valid_from", _("Choose today or a later day."))
    else:
        return go("duties-regime", regime.code)
    return _editor_page(request, form, newest=newest)


def _editor_page(
    request: HttpRequest, form: RegimeForm, *, newest: Regime | None, preview: Preview | None = None
) -> HttpResponse:
    context = {"form": form, "newest": newest, "preview": preview, "step": EditorButton}
    return render(request, "duties/editor.jinja", context, status=status_of(form))


def _regime_page(request: HttpRequest, regime: Regime, *, form: SwitchForm) -> HttpResponse:
    context = {
        "regime": regime,
        "state": regime_state(regime, on=_today(timezone.now())),
        "form": form,
        "switch_reason": switch_reason(regime.code),
        "versions": versions_of(regime.code),
        "words": words,
    }
    return render(request, "duties/regime.jinja", context, status=status_of(form))


def _today(now: datetime) -> date:
    return now.astimezone(UTC).date()
