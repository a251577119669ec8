"""The pages of what two people publish: what a draft changes, the second person's press, and that it is public.

A room makes a `Drafted` of its row and extends `editions/second/draft.jinja` and `editions/second/sign.jinja`, in which
it says what its draft changes. Whether the press publishes is decided by `signed.sign` alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing.pages import attempt, status_of, typed
from leeward.foundation.editions.errors import AlreadySigned, EditionMistake
from leeward.foundation.editions.forms import SignForm
from leeward.foundation.editions.records import Steps
from leeward.foundation.editions.signed import SignedState
from leeward.foundation.labels import Labelled
from leeward.foundation.web.components import Text
from leeward.foundation.web.timeline import Entry, by_name
from leeward.foundation.web.words import word


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """Something that one person drafted, for its pages: its words, its steps, and the addresses of what can be done.

    `address`: its own page, `public`: where everybody reads it. `own`: what whoever drafted it is told.
    """

    title: Text
    note: str
    steps: Steps
    back: str
    back_text: Text
    address: str
    sign: str
    discard: str
    public: str
    own: Labelled = EditionMistake.SAME

    @property
    def state(self) -> SignedState:
        """Where it stands, as the record of it says."""
        return self.steps.state

    @property
    def history(self) -> Sequence[Entry]:
        """Who drafted, published or threw it away, the newest first."""
        it = self.steps
        acts = [
            (it.discarded_at, it.discarded_by, word(SignedState.DISCARDED), [it.discarded_why]),
            (it.signed_at, it.signed_by, word(SignedState.PUBLISHED), []),
            (it.drafted_at, it.drafted_by, _("Drafted"), []),
        ]
        names = names_of(who for _at, who, *_what in acts)
        return [
            Entry(at=at, who=by_name(names.get(who)), what=what, facts=facts) for at, who, what, facts in acts if at
        ]


def show_drafted(
    request: HttpRequest, drafted: Drafted, template: str, about: Mapping[str, object], *, form: Form | None = None
) -> HttpResponse:
    """Show it. `about`: what the room's own template shows beside."""
    context = {
        "drafted": drafted,
        "is_own": drafted.steps.drafted_by == who(actor_of(request)),
        "form": form,
        **about,
    }
    return render(request, template, context, status=status_of(form) if form else HTTPStatus.OK)


def ask_second(
    request: HttpRequest,
    drafted: Drafted,
    template: str,
    about: Mapping[str, object],
    *,
    publish: Callable[[str, Actor, datetime], object],
) -> HttpResponse:
    """Ask a second person to publish it. `publish` takes the digest of what their page showed, who, and when."""
    form = SignForm(typed(request), initial={"sha256": drafted.steps.sha256})
    try:
        done = attempt(
            request,
            form,
            lambda by, now: publish(form.cleaned_data["sha256"], by, now),
            then=lambda _none: HttpResponseRedirect(drafted.address, status=HTTPStatus.SEE_OTHER),
        )
    except AlreadySigned:
        return HttpResponseRedirect(drafted.back, status=HTTPStatus.SEE_OTHER)
    return done or show_drafted(request, drafted, template, about, form=form)
