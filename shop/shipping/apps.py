"""Our redirections of Oscar's shipping app. No field of its models is changed."""

from oscar.apps.shipping import apps


class ShippingConfig(apps.ShippingConfig):
    name = "shop.shipping"
