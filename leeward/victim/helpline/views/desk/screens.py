"""Asking about danger from a case: one instrument's questions, what is judged, and what was found before."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of, stamp
from leeward.foundation.days import local_day, when, write_day
from leeward.foundation.editing.pages import status_of, takes_form, typed
from leeward.foundation.web.words import told, word
from leeward.victim.helpline.forms.desk import ScreenForm
from leeward.victim.helpline.operations.screens import assess, last_of_each
from leeward.victim.helpline.queries.cases import AssessmentView
from leeward.victim.helpline.queries.instruments import find_instrument, find_version
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.instruments import Said
from leeward.victim.helpline.views.desk.frame import case_page, open_for, page, take, to_case
from leeward.victim.helpline.views.desk.lists import name_case
from leeward.victim.removals.rules.reports import Band


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found once, in words. `is_validated`: whether its instrument is; False where its file is gone."""

    view: AssessmentView
    title: str
    is_validated: bool
    there: Sequence[str]
    absent: Sequence[str]
    not_asked: Sequence[str]


@case_page()
@takes_form
def screen(request: UnlockedRequest, case: uuid.UUID, instrument: str) -> HttpResponse:
    """Ask the questions of an instrument; the answers and what is judged are kept apart."""
    found = open_for(request, case)
    if found.view.state is CaseState.CLOSED:
        return to_case(case)
    asked = find_instrument(instrument, today=local_day(found.now))
    form = ScreenForm(typed(request), instrument=asked, initial=ScreenForm.fresh())
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        assess(
            opened=take(request, case),
            instrument=asked.code,
            version=said["version"],
            said=form.said,
            band=Band(said["band"]),
            reason=said["reason"],
            reference=said["once"],
            **stamp(request),
        )
        return to_case(case, at="screens")
    words = {sign.code: told(sign.words) for sign in asked.signs}
    context = {
        "name": name_case(case),
        "case": found.view,
        "asked": asked,
        "thresholds": [(each, [words[code] for code in each.of]) for each in asked.rule],
        "form": form,
        "earlier": tell_assessments(each for each in found.view.assessments if each.answers.instrument == instrument),
        "names": team_names(viewer=staff_of(request)),
        "when": lambda at: when(at, now=found.now),
    }
    return page(request, "screen", context, status=status_of(form))


def tell_assessments(assessments: Iterable[AssessmentView]) -> list[Found]:
    """What was found, in words, the last first."""
    return [_tell(each) for each in assessments][::-1]


def screen_words(assessments: tuple[AssessmentView, ...]) -> str:
    """What the last questions of each instrument showed, in words for whoever it is passed on to; never a sum."""
    return "\n\n".join(map(_in_words, tell_assessments(last_of_each(assessments))))


def _tell(view: AssessmentView) -> Found:
    answers = view.answers
    asked = find_version(answers.instrument, answers.version)
    words = {sign.code: told(sign.words) for sign in asked.signs} if asked else {}

    def of(said: Said) -> list[str]:
        return [words.get(code, code) for code, answer in answers.said.items() if answer is said]

    return Found(
        view=view,
        title=told(asked.title) if asked else answers.instrument,
        is_validated=asked is not None and asked.is_validated,
        there=of(Said.YES),
        absent=of(Said.NO),
        not_asked=of(Said.NOT_ASKED),
    )


def _in_words(found: Found) -> str:
    lines = [
        f"{found.title}, {write_day(found.view.at)}",
        *_listed(_("Yes:"), found.there),
        *_listed(_("No:"), found.absent),
        *_listed(_("Not asked:"), found.not_asked),
        _("How the helpline judges it: %(band)s.") % {"band": word(found.view.judgement.band)},
    ]
    if not found.is_validated:
        lines.append(_("These questions are not validated: nobody has shown that they tell how dangerous it is."))
    return "\n".join(lines)


def _listed(heading: str, lines: Sequence[str]) -> list[str]:
    return [heading, *(f"– {each}" for each in lines)] if lines else []
