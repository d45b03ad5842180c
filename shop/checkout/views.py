"""Oscar looks for its checkout views here; ours are in the modules beside."""

from shop.checkout.coming_back import PayStateView, ReturnView
from shop.checkout.details import DetailsView
from shop.checkout.holding import HoldView
from shop.checkout.papers import PlacedDocument
from shop.checkout.paying import PayView
from shop.checkout.payment import PaymentDetailsView
from shop.checkout.thanks import ThankYouView

__all__ = [
    "DetailsView", "HoldView", "PayStateView", "PayView", "PaymentDetailsView", "PlacedDocument", "ReturnView",
    "ThankYouView",
]  # fmt: skip
