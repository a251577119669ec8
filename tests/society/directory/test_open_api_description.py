"""Whatever fits the published description, or nearly fits it, is answered as the description says; never with a 500."""

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from leeward.society.directory.api import openapi_text
from tests.depth import times
from tests.described import calls_of, try_call
from tests.society.directory.varied import Varied, fill

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def varied(transactional_db: None) -> Varied:
    return fill()


def test_the_description_is_the_committed_one() -> None:
    assert (ROOT / "docs" / "openapi-directory.json").read_text(encoding="utf-8") == openapi_text()


def test_no_text_or_list_in_the_description_may_be_empty_or_null() -> None:
    described = json.loads(openapi_text())
    for name, model in described["components"]["schemas"].items():
        if not name.endswith(("Object", "Basics", "Organization", "AtLocation")):
            continue
        for field, kind in model["properties"].items():
            assert "null" not in json.dumps(kind), f"{name}.{field}"
            if kind.get("type") == "array":
                assert kind["minItems"] == 1, f"{name}.{field}"
            if kind.get("type") == "string" and not {"format", "pattern", "enum"} & set(kind):
                assert kind["minLength"] == 1, f"{name}.{field}"


@pytest.mark.slow
@pytest.mark.parametrize("call", calls_of(openapi_text()))
def test_every_call_is_answered_as_described(call: str, varied: Varied, live_server: Any) -> None:
    # No schema can say which places are ours; an invented parameter without a value vanishes from the address.
    @settings(max_examples=times(10, deep=30), deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: Case) -> None:
        case.call_and_validate(
            base_url=f"{live_server.url}/directory/api/v3",
            excluded_checks=[positive_data_acceptance, negative_data_rejection],
        )

    try_call(openapi_text(), call, ask)


@pytest.mark.slow
def test_what_is_there_fits_the_description(varied: Varied, live_server: Any) -> None:
    ids = {
        "/services/{id}": varied.full.id,
        "/organizations/{id}": varied.parent,
        "/service_at_locations/{id}": varied.full.locations[0].id,
        "/taxonomy_terms/{id}": varied.full.terms[0],
    }
    schema = schemathesis.openapi.from_dict(json.loads(openapi_text()))
    for path, identity in ids.items():
        case = schema[path]["GET"].Case(path_parameters={"id": str(identity)}, query={})
        response = case.call_and_validate(base_url=f"{live_server.url}/directory/api/v3")
        assert response.status_code == 200
