"""What went wrong: a list that says nothing of it, and one complaint with its answer."""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of, stamp
from leeward.foundation.days import when
from leeward.foundation.editing.fields import WordsForm
from leeward.foundation.editing.pages import go, status_of, takes_form, typed
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list
from leeward.victim.helpline.operations.complaints import answer_wrong
from leeward.victim.helpline.queries.complaints import read_complaint
from leeward.victim.helpline.views.lead.frame import lead_page, page
from leeward.victim.helpline.views.lead.lists import complaints_list, name_complaint

LABEL = _("Your answer")
HINT = _("They read it with their code. Say what you looked at, what was wrong, and what is different now.")


@lead_page(title=_("What went wrong"), summary=_("What people told those who lead the helpline, and your answers."))
@require_safe
@shows_list
def complaints(request: UnlockedRequest) -> HttpResponse:
    """All complaints that are kept, those without an answer first."""
    listing = complaints_list(now=timezone.now(), names=team_names(viewer=staff_of(request)))
    return show_list(
        request, listing, lambda found: page(request, "list", {"found": found, "title": _("What went wrong")})
    )


@lead_page()
@takes_form
def complaint(request: UnlockedRequest, complaint: uuid.UUID) -> HttpResponse:
    """One complaint: what was told, and the answer."""
    form = WordsForm(typed(request), label=LABEL, hint=HINT, initial=WordsForm.fresh())
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["words"]
        answer_wrong(reference=complaint, words=words, keyring=request.keyring, **stamp(request))
        return go("helpline:lead-complaint", complaint)
    told = read_complaint(complaint, keyring=request.keyring, **stamp(request))
    now = timezone.now()
    context = {
        "told": told,
        "name": name_complaint(told.reference),
        "when": lambda at: when(at, now=now),
        "who": team_names(viewer=staff_of(request)).get(told.answered_by, gettext("A colleague")),
        "form": form,
        "back": reverse("helpline:lead-complaints"),
    }
    return page(request, "complaint", context, status=status_of(form))
