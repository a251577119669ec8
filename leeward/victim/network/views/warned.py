"""An alert by the link of a mail: for members without accounts, and for the government's contact, who answers here.

An alert names nobody, so the page shows it to whoever has the link. An answer is a press of its own: programs that look
through mails follow links, and press nothing.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import status_of, takes_form, typed
from leeward.foundation.web.access import public
from leeward.victim.network.errors import AnswersTooMany
from leeward.victim.network.forms.alerts import AlertAnswerForm
from leeward.victim.network.operations.alerts import answer_alert
from leeward.victim.network.operations.warning import WarnedWay, find_warned
from leeward.victim.network.queries.alerts import read_alert
from leeward.victim.network.rules.tactics import AnswerKind
from leeward.victim.network.views.alerts import since_words
from leeward.victim.network.views.member.link import from_mail


@public
@takes_form
@from_mail(find_warned)
def warned(request: HttpRequest, way: WarnedWay) -> HttpResponse:
    """The alert; for the contact what was answered, and the form to answer."""
    form = AlertAnswerForm(typed(request) if way.is_contact else None)
    if form.is_bound and form.is_valid() and _answer(form, way):
        return HttpResponseRedirect(request.path, status=HTTPStatus.SEE_OTHER)
    context = {
        "alert": read_alert(way.alert, now=timezone.now()),
        "way": way,
        "form": form,
        "since": since_words,
    }
    return render(request, "network/alerts/warned.jinja", context, status=status_of(form))


def _answer(form: AlertAnswerForm, way: WarnedWay) -> bool:
    """Keep what they say; what is refused is said beside its field."""
    kind, words = AnswerKind(form.cleaned_data["kind"]), form.cleaned_data["words"]
    try:
        answer_alert(letter=way.letter, kind=kind, words=words, by=way.by, now=timezone.now())
    except FieldRefused as error:
        say(form, error)
    except AnswersTooMany as error:
        form.add_error(None, gettext(error.reason))
    else:
        return True
    return False
