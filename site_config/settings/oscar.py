"""Oscar as a repair shop needs it: gross prices, our statuses, no pages of its own but the dashboard."""

from oscar.defaults import *  # noqa: F403

from site_config.settings.environment import env

HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"
OSCAR_SHOP_NAME = "Mendwell"
OSCAR_HOMEPAGE = "/"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_OFFERS_INCL_TAX = True  # prices are gross; without it a 10 % offer takes 12 %
OSCAR_OFFER_ROUNDING_FUNCTION = "shop.basket.rounding.half_up"
OSCAR_HIDDEN_FEATURES = ["wishlists", "reviews"]
OSCAR_SEND_REGISTRATION_EMAIL = False
OSCAR_DEFAULT_CURRENCY = env("CURRENCY", default="GBP")
OSCAR_INITIAL_ORDER_STATUS = "awaiting-payment"
OSCAR_INITIAL_LINE_STATUS = "ordered"
OSCAR_ORDER_STATUS_PIPELINE = {
    "awaiting-payment": ("paid", "part-paid", "released", "cancelled"),
    "part-paid": ("paid", "part-refunded", "refunded", "cancelled"),
    # Let off without any money, and asked again.
    "paid": ("awaiting-payment", "part-paid", "part-refunded", "refunded"),
    "part-refunded": ("paid", "part-paid", "refunded"),
    "refunded": ("paid", "part-paid", "part-refunded"),  # a refund may come back from the bank
    "released": ("paid", "part-paid", "refunded"),
    "cancelled": (),
}
OSCAR_LINE_STATUS_PIPELINE: dict[str, tuple[str, ...]] = {"ordered": ()}
OSCAR_ORDER_STATUS_CASCADE: dict[str, str] = {}
DASHBOARD_WITHOUT = {
    "dashboard:page-list",
    "dashboard:comms-list",
    "dashboard:reviews-list",
    "dashboard:stock-alert-list",
}
OSCAR_DASHBOARD_NAVIGATION = [
    {**entry, "children": [c for c in entry["children"] if c.get("url_name") not in DASHBOARD_WITHOUT]}
    if "children" in entry
    else entry
    for entry in OSCAR_DASHBOARD_NAVIGATION  # noqa: F405
]
OSCAR_DASHBOARD_NAVIGATION = [e for e in OSCAR_DASHBOARD_NAVIGATION if e.get("children", True)]
