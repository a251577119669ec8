"""The model as this installation uses it: what ships, with what LEEWARD_MODEL_FILE adds and scopes out."""

import functools

from django.conf import settings

from leeward.policy.assessment.rules.loading import Extension, extend, shipped_model
from leeward.policy.assessment.rules.model import Model


def current_model() -> Model:
    """The model that rounds are made of from now on."""
    return _extended(settings.LEEWARD_MODEL_EXTENSION)


@functools.lru_cache(maxsize=8)
def _extended(extension: Extension | None) -> Model:
    return extend(shipped_model(), extension) if extension else shipped_model()
