"""Pages for staff about pictures: the list, adding one, looking and approving, withdrawing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.editing.history import changes_of
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.pages.drawing import direction_of
from leeward.foundation.pages.forms import LookForm, PictureForm, ReasonForm
from leeward.foundation.pages.lists import pictures_list
from leeward.foundation.pages.operations.pictures import add_picture, approve_picture, withdraw_picture
from leeward.foundation.pages.queries import content_of, languages, view_file
from leeward.foundation.pages.rules.pictures import BYTES_MOST, PictureState
from leeward.foundation.pages.views.staff import TELLING, WRITERS
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list


@require_role(*WRITERS)
@require_safe
@shows_list
def list_pictures(request: HttpRequest) -> HttpResponse:
    """Every picture that pages may show, that waits, or that was withdrawn."""
    return show_list(
        request, pictures_list(), lambda found: render(request, "pages/staff/pictures.jinja", {"found": found})
    )


@takes_file(most_bytes=BYTES_MOST)
@require_role(*WRITERS)
@takes_form
def add(request: HttpRequest) -> HttpResponse:
    """Add a picture; every check looks at it before anything of it is kept."""
    form = PictureForm(typed(request), request.FILES if request.method == "POST" else None)

    def sent() -> bytes:
        file = form.cleaned_data["file"]
        return b"" if file.is_too_large else bytes(file.read())

    return ask(
        request,
        Asking(
            form=form,
            title=_("Add a picture"),
            back=reverse("pages:pictures"),
            back_text=_("Pictures"),
            button=_("Add the picture"),
            save=lambda by, now: add_picture(
                name=form.cleaned_data["name"],
                sent=sent(),
                alternatives={each: form.cleaned_data[f"alternative_{each}"] for each in languages()},
                by=by,
                now=now,
            ),
            then=lambda code: reverse("pages:look", args=[code]),
        ),
    )


@require_role(*WRITERS)
@takes_form
def look(request: HttpRequest, file: str) -> HttpResponse:
    """One picture as it will be shown; a second person approves it."""
    found = view_file(file)
    people = names_of([found.added_by, found.approved_by])
    form = LookForm(typed(request), initial={"sha256": found.sha256})
    told = {
        "file": found,
        "is_own": found.added_by == staff_of(request).reference,
        "is_waiting": found.standing is PictureState.WAITING,
        "is_withdrawn": found.standing is PictureState.WITHDRAWN,
        "people": people,
        "words": [
            (get_language_info(each)["name_local"], direction_of(each), found.alternatives.get(each, ""))
            for each in languages()
        ],
        "history": TELLING.tell(changes_of(found.reference)),
    }
    asking = Asking(
        form=form,
        title=found.name,
        back=reverse("pages:pictures"),
        back_text=_("Pictures"),
        button=_("Approve the picture"),
        about=told,
        then=reverse("pages:look", args=[file]),
        save=lambda by, now: approve_picture(code=file, **form.cleaned_data, by=by, now=now),
    )
    return ask(request, asking, template="pages/staff/look.jinja")


@require_role(*WRITERS)
@require_safe
def content(request: HttpRequest, file: str) -> HttpResponse:
    """A picture's bytes for those who look at it before it is approved."""
    del request  # nothing is asked of it
    kept = content_of(file)
    if kept is None:
        raise Http404
    return HttpResponse(kept, content_type=view_file(file).media_type)


@require_role(*WRITERS)
@takes_form
def withdraw(request: HttpRequest, file: str) -> HttpResponse:
    """Stop showing a picture."""
    found = view_file(file)
    form = ReasonForm(typed(request))
    return ask(
        request,
        Asking(
            form=form,
            title=_("Withdraw the picture: %(name)s") % {"name": found.name},
            back=reverse("pages:look", args=[file]),
            back_text=found.name,
            lead=_(
                "Pages show its words in its place, and the picture itself is deleted for good. "
                "Whoever checks a sheet with this picture reads: do not use this sheet."
            ),
            button=_("Withdraw the edition"),
            kind="warning",
            save=lambda by, now: withdraw_picture(code=file, **form.cleaned_data, by=by, now=now),
        ),
    )
