"""The counter as a provider."""

from shop.payments.in_store import InStore
from tests.shop.payments.contract import ProviderContract


class TestInStore(ProviderContract):
    def provider(self) -> InStore:
        return InStore()
