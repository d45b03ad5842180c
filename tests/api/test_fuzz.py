"""Schemathesis reads our schema and asks whatever it allows, and what it does not; always the same questions."""

from contextlib import nullcontext, suppress
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.callers import Caller
from tests.factories import make_shop

SEED = 20261121
QUESTIONS = 5
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def ask_all(operation: Any, mode: GenerationMode, token: str, number: str) -> None:
    """Ask one operation a fixed series of questions and hold every answer against the schema."""

    @seeded(SEED)
    @settings(
        max_examples=QUESTIONS,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if token:
            case.headers["X-Basket-Token"] = token
        if "number" in case.path_parameters:
            case.path_parameters["number"] = number
        case.call_and_validate(checks=CHECKS)

    # Where everything is allowed there is nothing wrong to ask.
    with suppress(Unsatisfiable) if mode == GenerationMode.NEGATIVE else nullcontext():
        ask()


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore")
def test_no_question_that_the_schema_allows_or_forbids_is_answered_with_500() -> None:
    make_shop()
    caller = Caller().fill()
    placed = Caller().fill().order()["number"]
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode, token in ((GenerationMode.POSITIVE, caller.token), (GenerationMode.NEGATIVE, "")):
            ask_all(operation, mode, token, placed)
        asked += 1
    assert asked >= 24
