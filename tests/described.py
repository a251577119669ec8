"""Every call of a published description, as schemathesis thinks it up.

Only the test of a call thinks it up: it takes seconds, and each process of a run reads all tests.
"""

import json
from collections.abc import Callable

import schemathesis
from schemathesis import Case
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source

from tests.depth import a_third_a_day

METHODS = {"get", "post", "put", "patch", "delete"}


def calls_of(description: str) -> list[str]:
    """A third a day of the calls that a description has, each by its method and path."""
    paths = json.loads(description)["paths"]
    return a_third_a_day(
        [f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in METHODS]
    )


def try_call(description: str, call: str, ask: Callable[[Case], None]) -> None:
    """Give `ask` whatever fits what is described of a call, and what nearly fits it."""
    schema = schemathesis.openapi.from_dict(json.loads(description))
    (operation,) = (each for found in schema.get_all_operations() if (each := found.ok()).label == call)
    feedback = FeedbackSources(constants_value_source=make_constants_value_source(schema))
    build_operation_test(config=schema.config, operation=operation, test_func=ask, given_kwargs={}, feedback=feedback)()
