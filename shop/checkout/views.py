"""Oscar looks for its checkout views here; ours are in the modules beside."""

from shop.checkout.details import DetailsView
from shop.checkout.holding import HoldView
from shop.checkout.paying import PayView, ReturnView
from shop.checkout.payment import PaymentDetailsView
from shop.checkout.thanks import ThankYouView

__all__ = ["DetailsView", "HoldView", "PayView", "PaymentDetailsView", "ReturnView", "ThankYouView"]
