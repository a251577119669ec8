"""What of surveys stands in the public log: what is asked, what will be printed, and that an urn was opened."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind


def _questionnaire(name: str) -> str:
    code, _space, version = name.partition(" ")
    return reverse("surveys:questionnaire-json", args=[code, version])


QUESTIONNAIRES = LeafKind(code="questionnaire", title=_("Questionnaire"), address=_questionnaire)
PLANS = LeafKind(
    code="survey-plan", title=_("Plan of a survey"), address=lambda wave: reverse("surveys:wave", args=[wave])
)
OPENINGS = LeafKind(
    code="survey-opening", title=_("Opening of an urn"), address=lambda wave: reverse("surveys:wave", args=[wave])
)
