"""Our redirections of Oscar's basket app. No field of its models is changed."""

from typing import Any

from django.urls import path
from oscar.apps.basket import apps
from oscar.core.loading import get_class


class BasketConfig(apps.BasketConfig):
    name = "shop.basket"

    def ready(self) -> None:
        self.summary_view = get_class("basket.views", "BasketView")

    def get_urls(self) -> list[Any]:
        """Only the booking so far: prices come in through the steps, vouchers on the payment step."""
        return self.post_process_urls([path("", self.summary_view.as_view(), name="summary")])
