"""One page for a site that nobody here knows, or knows how to reach: what a notice needs, for all addresses there."""

import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import status_of, takes_form, typed
from leeward.industry.duties.queries import active_regimes
from leeward.industry.platforms.errors import AddressRefused, PlatformNameRefused, PlatformNameTaken
from leeward.industry.platforms.queries import channels_in_use, known_site, profile_of, recognise
from leeward.industry.platforms.rules import Partner, Rung, clean_url
from leeward.industry.platforms.rules.addresses import fold_host
from leeward.victim.removals.forms.sites import SiteSetupForm
from leeward.victim.removals.operations.desk import claim_report
from leeward.victim.removals.operations.sites import set_up_site
from leeward.victim.removals.queries.reports import ReportView, RequestView
from leeward.victim.removals.rules.states import RequestState
from leeward.victim.removals.views.desk.frame import Opened, desk_page, open_for, page


@dataclass(frozen=True, kw_only=True)
class MetSite:
    """A host of a report that nobody here knows or can write to, and the first of its requests there."""

    host: str
    request: uuid.UUID
    number: int


def met_sites(view: ReportView) -> tuple[MetSite, ...]:
    """Return the hosts that have to be set up before anything can be sent there, each with its addresses."""
    rows: dict[str, list[RequestView]] = {}
    for each in view.requests:
        if each.state is RequestState.PREPARED and not each.platform_id and (host := host_of(each)):
            rows.setdefault(host, []).append(each)
    return tuple(
        MetSite(host=host, request=found[0].reference, number=len(found)) for host, found in sorted(rows.items())
    )


def host_of(view: RequestView) -> str:
    """Return the host of a request's address; "" where it has none that can be read."""
    try:
        return fold_host(clean_url(view.address).host) if view.address else ""
    except AddressRefused:
        return ""


@desk_page()
@takes_form
def set_up(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Name the site, say how it is reached and under which law; then look at the notice and send it."""
    found = open_for(request, report)
    view = found.request(item)
    host = host_of(view)
    if not host or view.state is not RequestState.PREPARED:
        raise Http404
    partner = recognise(host)
    form = _form(request, found, view, host=host, partner=partner)
    if form.is_bound and form.is_valid():
        claim_report(reference=report, by=found.by, now=found.now)
        there = _save(found, item, form=form, host=host)
        if there:
            query = urlencode([("only", str(each)) for each in there])
            target = f"{reverse('removals:desk-send', args=[report])}?{query}"
            return HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)
    context = {
        "report": report,
        "form": form,
        "host": host,
        "known": known_site(host),
        "channels_there": channels_in_use(partner, rung=Rung.PLATFORM) if partner else (),
        "places": [each.item.label for each in found.view.requests if each.item and host_of(each) == host],
    }
    return page(request, "site", context, status=status_of(form))


def _form(
    request: UnlockedRequest, found: Opened, view: RequestView, *, host: str, partner: Partner | None
) -> SiteSetupForm:
    known = known_site(host)
    ways = channels_in_use(partner, rung=Rung.PLATFORM) if partner else known.as_entry().channels if known else ()
    return SiteSetupForm(
        typed(request),
        laws=tuple(active_regimes(on=found.now.date())),
        is_reached=bool(ways),
        has_clause=bool(partner and profile_of(partner).policy_clause),
        initial={"name": partner.name if partner else known.name if known else host, "law": view.regime_code},
    )


def _save(found: Opened, item: uuid.UUID, *, form: SiteSetupForm, host: str) -> tuple[uuid.UUID, ...]:
    """Save it; returns nothing where something was refused, which the form then says."""
    try:
        return set_up_site(opened=found.opened, request=item, setup=form.as_setup(host), by=found.by, now=found.now)
    except FieldRefused as error:
        say(form, error)
    except PlatformNameTaken:
        form.add_error("name", _("Another platform has this name. Choose another one"))
    except PlatformNameRefused:
        form.add_error("name", _("Enter 1 to 60 characters that can be printed"))
    return ()
