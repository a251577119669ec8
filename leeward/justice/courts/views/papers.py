"""Papers of an order: printed for an addressee, the proof for the file, and the pack for the judge."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from leeward.justice.courts.operations.verbs import CourtVerb, note
from leeward.justice.courts.papers import breach_pack, order_pdf, proof_pdf
from leeward.justice.courts.queries.checking import check_number
from leeward.justice.courts.queries.orders import OrderView
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.terms import OrderState
from leeward.justice.courts.views.frame import Here, here, order_page
from leeward.victim.removals.queries.mandates import ordered_steps

PDF, ZIP = "application/pdf", "application/zip"


@order_page()
@require_safe
def paper(request: HttpRequest, number: str, target: int) -> HttpResponse:
    """What an order asks of one addressee, as PDF."""
    at = here(request)
    order = _confirmed(at, number)
    found = next((each for each in order.targets if each.ordinal == target and each.text), None)
    if found is None:
        raise Http404
    return _file(order, order_pdf(order, found), f"order-{target}.pdf", PDF, at)


@order_page()
@require_safe
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """What came of an order, for the court's file, as PDF."""
    at = here(request)
    order = _confirmed(at, number)
    return _file(order, proof_pdf(order, now=at.now), "proof.pdf", PDF, at)


@order_page()
@require_safe
def breach(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that a judge needs where an order was not obeyed, as a ZIP archive with its digests."""
    at = here(request)
    order = _confirmed(at, number)
    public = check_number(order.number, now=at.now).order
    pack = breach_pack(order, public, steps=ordered_steps(order.number), now=at.now)
    return _file(order, pack, "breach.zip", ZIP, at)


def _confirmed(at: Here, number: str) -> OrderView:
    """An order that counts: what its court has not confirmed is on no paper of ours."""
    order = at.read(number)
    if order.state is OrderState.UNCONFIRMED:
        raise Http404
    return order


def _file(order: OrderView, content: bytes, name: str, kind: str, at: Here) -> HttpResponse:
    note(CourtVerb.PAPER_MADE, order.number, by=at.by, now=at.now, paper=name)
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{write_number(order.number)}-{name}"'
    return response
