"""Our redirections of Oscar's basket app. No field of its models is changed."""

from typing import Any

from django.urls import path
from oscar.apps.basket import apps


class BasketConfig(apps.BasketConfig):
    name = "shop.basket"

    def get_urls(self) -> list[Any]:
        """Only what the storefront needs: nothing is added here, quotes come in through shop.reserve."""
        return self.post_process_urls(
            [
                path("", self.summary_view.as_view(), name="summary"),
                path("vouchers/add/", self.add_voucher_view.as_view(), name="vouchers-add"),
                path("vouchers/<int:pk>/remove/", self.remove_voucher_view.as_view(), name="vouchers-remove"),
            ]
        )
