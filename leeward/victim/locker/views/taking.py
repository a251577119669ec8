"""Take entries out: choose them, have the pack signed, and save it."""

from django.http import HttpRequest, HttpResponse

from leeward.foundation.editing.pages import takes_form, typed
from leeward.victim.locker.forms import TakeForm
from leeward.victim.locker.operations.packs import ask_for_pack, make_pack
from leeward.victim.locker.queries.items import list_items
from leeward.victim.locker.queries.lockers import limits
from leeward.victim.locker.rules.packing import Chosen
from leeward.victim.locker.views.coming import address, go
from leeward.victim.locker.views.home import show, with_locker
from leeward.victim.portal.views.visiting import Opened

# A downloaded file is seen by whoever looks through the device.
FILE_NAME = "pages.zip"
LONGEST_CHOSEN = 64 * 1024


@takes_form
@with_locker
def take_out(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Choose what is taken out, and in which order; then the signer is asked."""
    items = tuple(reversed(list_items(opened.bearer, now=opened.now)))
    if not items:
        return go("home")
    form = TakeForm(typed(request), items=items)
    if form.is_bound and form.is_valid():
        chosen = ask_for_pack(bearer=opened.bearer, items=form.in_order, now=opened.now)
        return show(request, "taken", back=address("home"), chosen=chosen.to_text(), is_early=False)
    return show(request, "take", form=form, back=address("home"))


@takes_form
@with_locker
def save_pack(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Hand the pack out once it is signed, or as it is where its person does not want to wait."""
    text = request.POST.get("chosen", "")[:LONGEST_CHOSEN]
    try:
        chosen = Chosen.from_text(text)
    except ValueError:
        return go("take-out")
    if len(chosen.items) > limits().items:
        return go("take-out")
    pack = make_pack(bearer=opened.bearer, chosen=chosen, now=opened.now)
    if not pack.is_signed and "unsigned" not in request.POST:
        return show(request, "taken", back=address("home"), chosen=text, is_early=True)
    answer = HttpResponse(pack.content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer
