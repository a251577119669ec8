"""What of surveys stands in the public log: what is asked, what will be printed, openings, results."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind


def _questionnaire(name: str) -> str:
    code, _space, version = name.partition(" ")
    return reverse("surveys:questionnaire-json", args=[code, version])


QUESTIONNAIRES = LeafKind(code="questionnaire", title=_("Questionnaire"), address=_questionnaire)


def _wave(name: str) -> str:
    return reverse("surveys:wave", args=[name.partition(" ")[0]])


PLANS = LeafKind(code="survey-plan", title=_("Plan of a survey"), address=_wave)
OPENINGS = LeafKind(code="survey-opening", title=_("Opening of an urn"), address=_wave)
MARGINS = LeafKind(code="survey-margins", title=_("Margins changed after an urn was opened"), address=_wave)
RESULTS = LeafKind(code="survey-results", title=_("Results of a survey"), address=_wave)
ERRATA = LeafKind(code="survey-erratum", title=_("Erratum of a survey’s results"), address=_wave)
