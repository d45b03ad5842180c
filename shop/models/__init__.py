from shop.models.facts import SiteShop
from shop.models.orders import BasketLineQuote, BasketVisit, OrderJob, OrderLineQuote, OrderVisit
from shop.models.payments import DemoCharge, LedgerEntry, Payment, PaymentEvent
from shop.models.prices import PriceRule, RepairOffer
from shop.models.products import RepairProduct
from shop.models.quotes import Quote

__all__ = [
    "BasketLineQuote",
    "BasketVisit",
    "DemoCharge",
    "LedgerEntry",
    "OrderJob",
    "OrderLineQuote",
    "OrderVisit",
    "Payment",
    "PaymentEvent",
    "PriceRule",
    "Quote",
    "RepairOffer",
    "RepairProduct",
    "SiteShop",
]
