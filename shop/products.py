"""Oscar's side of a repair type: one product, with a stock record for each currency it is priced in."""

from typing import Any

from django.conf import settings
from django.db import transaction
from oscar.core.loading import get_model

from cms.models import RepairType
from shop.models import RepairOffer, RepairProduct, SiteShop

QUOTE_OPTION = "quote"
PRODUCT_CLASS = "Repair service"


def quote_option() -> Any:
    """The product option that carries a quote's reference; made when missing."""
    option, _ = get_model("catalogue", "Option").objects.get_or_create(
        code=QUOTE_OPTION, defaults={"name": "Quote", "type": "text", "required": True}
    )
    return option


def repair_class() -> Any:
    """The product class of all repairs: nothing to ship, no stock to count; made when missing."""
    kind, made = get_model("catalogue", "ProductClass").objects.get_or_create(
        name=PRODUCT_CLASS, defaults={"requires_shipping": False, "track_stock": False}
    )
    if made:
        kind.options.add(quote_option())
    return kind


def delivery_country(code: str) -> Any:
    """The row of a country that devices may be sent back to, made when missing. `code`: two letters."""
    country, _ = get_model("address", "Country").objects.get_or_create(
        iso_3166_1_a2=code.upper(),
        defaults={"printable_name": code.upper(), "name": code.upper(), "is_shipping_country": True},
    )
    return country


@transaction.atomic
def product_for(repair_type: RepairType) -> Any:
    """Return the product of a repair type, making or completing it: class, option, product, stock records.

    Stock records follow the offers' sites and currencies (the default currency for sites without an offer yet).
    Their price is never read: the quote is the price. Call it when prices are set up, not in a customer's request.
    """
    row = RepairProduct.objects.filter(repair_type=repair_type).select_related("product").first()
    if row is None:
        product = get_model("catalogue", "Product").objects.create(
            structure="standalone",
            product_class=repair_class(),
            title=repair_type.name,
            upc=f"repair-{repair_type.pk}",
            is_public=False,
        )
        row = RepairProduct.objects.create(repair_type=repair_type, product=product)
    stock = get_model("partner", "StockRecord").objects
    wanted = set(
        RepairOffer.objects.filter(repair_type=repair_type).values_list("site__shop__partner_id", "currency")
    ) or {(partner, settings.OSCAR_DEFAULT_CURRENCY) for partner in SiteShop.objects.values_list("partner", flat=True)}
    for partner_id, currency in wanted:
        stock.get_or_create(
            product=row.product,
            partner_id=partner_id,
            price_currency=currency,
            defaults={"partner_sku": f"repair-{repair_type.pk}-{currency}", "price": 0},
        )
    return row.product
