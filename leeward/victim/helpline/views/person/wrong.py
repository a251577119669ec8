"""Something went wrong: she tells those who lead the helpline, and reads their answer."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from leeward.foundation.days import write_day
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.work.doors import LEADS, is_open
from leeward.foundation.work.errors import DoorClosed
from leeward.victim.file.operations.files import her_file
from leeward.victim.helpline.errors import ComplaintsWait
from leeward.victim.helpline.forms.person import WrongForm
from leeward.victim.helpline.operations.complaints import note_read, tell_wrong
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.queries.complaints import complaints_of
from leeward.victim.helpline.views.person.hers import go, show
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.views.visiting import Opened, go_door, saved, saving_bearer


@takes_form
@saving_bearer
def wrong(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Tell what went wrong, and read what was told before with its answer."""
    file, by, now = her_file(opened.bearer), opened.bearer.by, opened.now
    if file is None:
        return go_door(Door.PEOPLE)
    form = WrongForm(typed(request)) if request.method == "POST" else WrongForm.empty()
    if form.is_bound and form.is_valid():
        words, reference = form.cleaned_data["words"], form.reference
        try:
            tell_wrong(file=file, words=words, by=by, now=now, reference=reference)
        except ComplaintsWait as error:
            form.add_error("words", _(error.reason))
        except DoorClosed:  # the last who leads has left since the page was shown
            return go("wrong")
        else:
            return saved(go("wrong"))
    told = complaints_of(file, keyring=Keyring(opened.bearer.key), by=by, now=now)
    note_read((each.reference for each in told if each.answered_at), by=by, now=now)
    context = {"told": told, "day": write_day, "is_read": is_open(LEADS), "may_write": find_case(file) is not None}
    return show(request, "wrong", context, form=form, back=go_door(Door.PEOPLE).url)
