"""Whatever fits the published description, or nearly fits it, is answered as the description says; never with a 500."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from leeward.industry.exchange.api import openapi_text
from tests.industry.conftest import Keys, picture, protect

schema = schemathesis.openapi.from_dict(json.loads(openapi_text()))

KEY_OF = {("POST", "/api/v1/feedback"): "feedback_key", ("POST", "/api/v1/hashes"): "submit_key"}


@pytest.fixture
def keys(alpha: Keys) -> Keys:
    protect(picture("a", variants=("upright", "rot90")))
    return alpha


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_call_is_answered_as_described(case: Case, keys: Keys, live_server) -> None:
    key = getattr(keys, KEY_OF.get((case.method.upper(), case.path), "fetch_key"))
    # A cursor must be one of ours, and a digest as long as its type says: no schema can say so.
    excluded = [positive_data_acceptance]
    if case.method.upper() == "GET":
        # An invented parameter without a value vanishes from the address, and the call is then a good one.
        excluded.append(negative_data_rejection)
    case.call_and_validate(
        base_url=live_server.url, headers={"Authorization": f"Bearer {key}"}, excluded_checks=excluded
    )
