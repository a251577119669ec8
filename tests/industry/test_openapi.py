"""Whatever fits the published description, or nearly fits it, is answered as the description says; never with a 500."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from leeward.industry.exchange.api import openapi_text
from tests.depth import times
from tests.described import calls_of, try_call
from tests.industry.conftest import Keys, picture, protect

KEY_OF = {("POST", "/api/v1/feedback"): "feedback_key", ("POST", "/api/v1/hashes"): "submit_key"}


@pytest.fixture
def keys(alpha: Keys) -> Keys:
    protect(picture("a", variants=("upright", "rot90")))
    return alpha


@pytest.mark.slow
@pytest.mark.parametrize("call", calls_of(openapi_text()))
def test_every_call_is_answered_as_described(call: str, keys: Keys, live_server: Any) -> None:
    # A cursor must be one of ours, and a digest as long as its type says: no schema can say so.
    excluded = [positive_data_acceptance]
    method, _, path = call.partition(" ")
    if method == "GET":
        # An invented parameter without a value vanishes from the address, and the call is then a good one.
        excluded.append(negative_data_rejection)
    key = getattr(keys, KEY_OF.get((method, path), "fetch_key"))

    @settings(max_examples=times(13, deep=40), deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: Case) -> None:
        case.call_and_validate(
            base_url=live_server.url, headers={"Authorization": f"Bearer {key}"}, excluded_checks=excluded
        )

    try_call(openapi_text(), call, ask)
