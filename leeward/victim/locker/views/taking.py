"""Take entries out: choose them and their files, have the pack signed, and save it.

A pack with files is finished by the page's script, since the person's own device has to open them; the server hands the
unfinished one to that script alone.
"""

import json
from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.checking.rules.bags import PAYLOAD
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.web.words import word
from leeward.victim.locker.documents import clock_words
from leeward.victim.locker.errors import FileUnknown, WitnessUnknown
from leeward.victim.locker.forms import TakeForm
from leeward.victim.locker.operations.files import drop_unsound
from leeward.victim.locker.operations.packs import Pack, ToPutIn, ask_for_pack, is_answered, list_to_put_in, make_pack
from leeward.victim.locker.queries.files import list_all_files
from leeward.victim.locker.queries.items import list_items
from leeward.victim.locker.queries.lockers import find_item, limits
from leeward.victim.locker.rules.packing import MOST_EXHIBITS, Chosen
from leeward.victim.locker.views.coming import address, go
from leeward.victim.locker.views.files import show_frame
from leeward.victim.locker.views.home import show, with_locker
from leeward.victim.portal.holders import read_witness
from leeward.victim.portal.rules.witness import Witness
from leeward.victim.portal.views.visiting import Opened

# A downloaded file is seen by whoever looks through the device.
FILE_NAME = "pages.zip"
LONGEST_CHOSEN = 64 * 1024
# The page's script asks with it; a form that was sent without the script never does.
BY_SCRIPT = "X-Unfinished"


@takes_form
@with_locker
def take_out(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Choose what is taken out, and in which order; then the signer is asked."""
    seen = read_witness(opened.bearer, opened.now)
    form = _form(typed(request), opened, seen)
    if form is None:
        return go("home")
    if not (form.is_bound and form.is_valid()):
        return _show_form(request, form, seen.note)
    lost = _drop_unsound(opened, form)
    if lost:  # their files are gone, so the choice is made again
        return _show_form(request, _form(None, opened, seen), seen.note, lost=lost)
    places = form.cleaned_data["seen"]
    try:
        chosen = ask_for_pack(
            bearer=opened.bearer, items=form.in_order, files=form.chosen_files, places=places, now=opened.now
        )
    except (FileUnknown, WitnessUnknown):  # erased in another window just now
        return go("take-out")
    return _taken(request, opened, chosen)


@takes_form
@with_locker
def save_pack(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """Hand the pack out once it is signed, or as it is where its person does not want to wait.

    One with files goes to the page's script alone, which puts them in: else its list would name what is not there.
    """
    try:
        chosen = Chosen.from_text(request.POST.get("chosen", "")[:LONGEST_CHOSEN])
    except ValueError:
        return go("take-out")
    if len(chosen.items) > limits().items or chosen.exhibits > MOST_EXHIBITS:
        return go("take-out")
    is_by_script = BY_SCRIPT in request.headers
    try:
        if chosen.exhibits and not is_by_script:
            return _taken(request, opened, chosen)
        pack = _make(opened, chosen, may_be_unsigned="unsigned" in request.POST)
    except (FileUnknown, WitnessUnknown):  # erased meanwhile
        return HttpResponse(status=HTTPStatus.GONE) if is_by_script else go("take-out")
    if pack is None:
        return (
            HttpResponse(status=HTTPStatus.ACCEPTED) if is_by_script else _taken(request, opened, chosen, is_early=True)
        )
    if is_by_script:
        return HttpResponse(pack.content, content_type="application/octet-stream")
    answer = HttpResponse(pack.content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


def _show_form(request: HttpRequest, form: TakeForm | None, note: str, *, lost: Sequence[int] = ()) -> HttpResponse:
    return show(request, "take", form=form, back=address("home"), lost=lost, note=note)


def _form(data: QueryDict | None, opened: Opened, seen: Witness) -> TakeForm | None:
    """The form with what there is to take out now; None where there is nothing."""
    items = tuple(reversed(list_items(opened.bearer, now=opened.now)))
    files = list_all_files(opened.bearer, now=opened.now)
    return TakeForm(data, items=items, files=files, places=seen.places) if items else None


def _drop_unsound(opened: Opened, form: TakeForm) -> list[int]:
    """Erase files among the chosen that nobody can open; returns the numbers of the entries of which there were any."""
    items = dict.fromkeys(item for item, _generation in form.chosen_files)
    lost = [item for item in items if drop_unsound(bearer=opened.bearer, item=item, now=opened.now)]
    return [find_item(opened.bearer, item).ordinal for item in lost]


def _make(opened: Opened, chosen: Chosen, *, may_be_unsigned: bool) -> Pack | None:
    """The pack; None where it is not signed and has to be."""
    if not (may_be_unsigned or is_answered(chosen, now=opened.now)):
        return None  # it is not made to be thrown away
    pack = make_pack(bearer=opened.bearer, chosen=chosen, now=opened.now)
    return pack if pack.is_signed or may_be_unsigned else None


def _taken(request: HttpRequest, opened: Opened, chosen: Chosen, *, is_early: bool = False) -> HttpResponse:
    text = chosen.to_text()
    if not chosen.exhibits:
        return show(request, "taken", back=address("home"), chosen=text, is_early=is_early, to_put_in=())
    to_put_in = list_to_put_in(bearer=opened.bearer, chosen=chosen, now=opened.now)
    context = {
        "chosen": text,
        "to_put_in": to_put_in,
        "exhibits": json.dumps([_told(each) for each in to_put_in]),
        "file_name": FILE_NAME,
        "name_of": name_of,
        "clock_words": clock_words,
        "back_url": address("home"),
    }
    return show_frame(request, "locker/taken.jinja", context, frame="show")


def _told(each: ToPutIn) -> dict[str, object]:
    """What the page's script needs of a file: where it goes in the pack, and by which address its key comes."""
    opened_at = reverse("locker:open-file", args=[each.item, each.exhibit.generation])
    path = f"{PAYLOAD}{each.exhibit.path}"
    return {"path": path, "openUrl": opened_at, "size": each.exhibit.size, "name": name_of(each)}


def name_of(each: ToPutIn) -> str:
    """What a file is called on the page on which it is put in."""
    told = {
        "number": each.exhibit.number,
        "kind": word(each.exhibit.facts.kind),
        "entry": each.ordinal,
        "size": filesizeformat(each.exhibit.size),
    }
    return _("File %(number)s: %(kind)s, entry %(entry)s, %(size)s") % told
