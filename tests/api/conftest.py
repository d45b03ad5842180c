"""The small shop and a caller, for every test of the API."""

import pytest

from tests.api.callers import Caller
from tests.factories import Shop, make_shop


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


@pytest.fixture
def caller(shop: Shop) -> Caller:
    return Caller()
