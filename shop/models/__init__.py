from shop.models.closing import DayClose, Reconciliation
from shop.models.documents import Document, DocumentSeries
from shop.models.drafts import Draft, DraftItem
from shop.models.facts import SiteShop
from shop.models.ledger import LedgerEntry, Refund
from shop.models.orders import BasketLineQuote, BasketVisit, OrderJob, OrderLineQuote, OrderVisit
from shop.models.payments import DemoCharge, Payment, PaymentEvent
from shop.models.prices import AddOn, PriceRule, RepairOffer, TaxRate
from shop.models.products import RepairProduct
from shop.models.quotes import Quote

__all__ = [
    "AddOn",
    "BasketLineQuote",
    "BasketVisit",
    "DayClose",
    "DemoCharge",
    "Document",
    "DocumentSeries",
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
    "Reconciliation",
    "Refund",
    "RepairOffer",
    "RepairProduct",
    "SiteShop",
    "TaxRate",
]
