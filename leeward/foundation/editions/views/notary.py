"""The public log: its files for tools, its leaves, and each one's proof in words."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.editing.fields import line, select
from leeward.foundation.editions.kinds import address_of, leaf_kinds, title_of
from leeward.foundation.notary.errors import LeafUnknown, TileUnknown
from leeward.foundation.notary.figures import read_delays
from leeward.foundation.notary.queries import (
    Entry,
    entries_of,
    log_keys,
    prove_leaf,
    read_content,
    read_days,
    read_head,
    read_proof_of_day,
    read_tile,
    read_token,
    sealed_rows,
    served_checkpoint,
    stamped_sizes,
    stamped_text,
    waiting_rows,
)
from leeward.foundation.notary.rules.leaves import NAME_LENGTH
from leeward.foundation.notary.rules.tiles import read_place
from leeward.foundation.web.access import public
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing, show_list
from leeward.foundation.work.way import shows_list

FOR_EVER = "public, max-age=31536000, immutable"  # what is at a tile's address never changes
NOT_KEPT = "no-cache"
WAITING_SHOWN = 10
BYTES, TEXT = "application/octet-stream", "text/plain; charset=utf-8"
STAMP = "application/timestamp-reply"


def _for_tools[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open a file to other sites' scripts, and answer 404 for what the log does not have."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except (LeafUnknown, TileUnknown):
            response = HttpResponse("The log has nothing here.\n", content_type=TEXT, status=404)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


@public
@require_safe
@_for_tools
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, signed by us and by witnesses."""
    return HttpResponse(served_checkpoint(), content_type=TEXT, headers={"Cache-Control": NOT_KEPT})


@public
@require_safe
@_for_tools
def newest_token(_request: HttpRequest) -> HttpResponse:
    """The token of the newest checkpoint that a stamping authority has stamped (RFC 3161)."""
    return HttpResponse(read_token(), content_type=STAMP, headers={"Cache-Control": NOT_KEPT})


@public
@require_safe
@_for_tools
def stamps(_request: HttpRequest) -> HttpResponse:
    """The sizes of the checkpoints that have a token, one on a line, the smallest first."""
    lines = "".join(f"{size}\n" for size in stamped_sizes())
    return HttpResponse(lines, content_type=TEXT, headers={"Cache-Control": NOT_KEPT})


@public
@require_safe
@_for_tools
def token(_request: HttpRequest, size: int) -> HttpResponse:
    """The token of one stamped checkpoint."""
    return HttpResponse(read_token(size), content_type=STAMP, headers={"Cache-Control": FOR_EVER})


@public
@require_safe
@_for_tools
def stamped(_request: HttpRequest, size: int) -> HttpResponse:
    """The text that a token is of: the first three lines of a checkpoint."""
    return HttpResponse(stamped_text(size), content_type=TEXT, headers={"Cache-Control": FOR_EVER})


@public
@require_safe
@_for_tools
def keys(_request: HttpRequest) -> HttpResponse:
    """Every key of the log in the notation of tools, the newest first, one on a line."""
    lines = "".join(f"{key.text}\n" for key in log_keys())
    return HttpResponse(lines, content_type=TEXT, headers={"Cache-Control": NOT_KEPT})


@public
@require_safe
@_for_tools
def tile(_request: HttpRequest, level: str, place: str) -> HttpResponse:
    """A tile of hashes, or a bundle of leaves."""
    content = read_tile(read_place(level, place))
    return HttpResponse(content, content_type=BYTES, headers={"Cache-Control": FOR_EVER})


@public
@require_safe
@_for_tools
def content(_request: HttpRequest, sequence: int) -> HttpResponse:
    """The bytes whose digest a leaf has, as they were published."""
    media_type, published = read_content(sequence)
    ending = "json" if media_type.endswith("json") else "txt"
    response = HttpResponse(published, content_type=f"{media_type}; charset=utf-8")
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Disposition"] = f'attachment; filename="leaf-{sequence}.{ending}"'
    return response


@public
@require_safe
@shows_list
def show(request: HttpRequest) -> HttpResponse:
    """What the log is for, how it stands, how it is checked, and its leaves."""
    context = {
        "head": read_head(),
        "delays": read_delays(now=timezone.now()),
        "days": read_days(),
        "witnesses": [each.key for each in settings.LEEWARD_WITNESSES],
        "waiting": entries_of(waiting_rows()[:WAITING_SHOWN]),
        "keys": log_keys(),
        "title_of": title_of,
        "base": _base(),
        "site_url": settings.LEEWARD_URL,
    }
    return show_list(
        request,
        leaves_list(),
        lambda found: render(request, "editions/notary/log.jinja", {"found": found, **context}),
    )


@public
@require_safe
def show_leaf(request: HttpRequest, sequence: int) -> HttpResponse:
    """One leaf: what was published, and the proof that it is in the log."""
    try:
        proof = prove_leaf(sequence)
    except LeafUnknown as error:
        raise Http404 from error
    leaf = proof.entry.leaf
    context = {
        "proof": proof,
        "day_proof": read_proof_of_day(sequence),
        "leaf": leaf,
        "kind": title_of(leaf.kind),
        "address": address_of(leaf.kind, leaf.name),
        "keys": log_keys(),
        "base": _base(),
    }
    return render(request, "editions/notary/leaf.jinja", context)


def leaves_list() -> Listing[Entry]:
    """The leaves of the log, the newest first."""
    kinds = [("", _("All")), *((kind.code, str(kind.title)) for kind in leaf_kinds().values())]
    return Listing(
        rows=sealed_rows(),
        lines=entries_of,
        columns=[
            Column("name", _("What was published"), lambda each: [title_of(each.leaf.kind), each.leaf.name]),
            Column("number", _("Leaf"), lambda each: each.sequence, Order(by="sequence", is_unique=True)),
            Column("on", _("Published"), lambda each: each.leaf.on),
            Column("sealed", _("In the log since"), lambda each: each.sealed_at),
        ],
        sort="-number",
        address=lambda each: reverse("editions:notary-leaf", args=[each.sequence]),
        filters=[
            Filter(key="kind", field=select(_("Kind"), kinds), where=lambda kind: Q(kind=kind)),
            Filter(
                key="find",
                field=line(_("A name, or a digest"), most=NAME_LENGTH),
                where=lambda said: Q(name__icontains=said.strip()) | Q(sha256=said.strip().lower()),
            ),
        ],
        csv="notary",
        empty=_("No leaf fits, or nothing has been published yet."),
    )


def _base() -> str:
    return settings.LEEWARD_URL + reverse("editions:notary")
