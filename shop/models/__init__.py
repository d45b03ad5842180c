from shop.models.drafts import Draft, DraftItem
from shop.models.facts import SiteShop
from shop.models.orders import BasketLineQuote, BasketVisit, OrderJob, OrderLineQuote, OrderVisit
from shop.models.payments import DemoCharge, LedgerEntry, Payment, PaymentEvent
from shop.models.prices import AddOn, PriceRule, RepairOffer, TaxRate
from shop.models.products import RepairProduct
from shop.models.quotes import Quote

__all__ = [
    "AddOn",
    "BasketLineQuote",
    "BasketVisit",
    "DemoCharge",
    "Draft",
    "DraftItem",
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
    "TaxRate",
]
