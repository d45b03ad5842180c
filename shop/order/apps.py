"""Our redirections of Oscar's order app. No field of its models is changed."""

from oscar.apps.order import apps


class OrderConfig(apps.OrderConfig):
    name = "shop.order"
