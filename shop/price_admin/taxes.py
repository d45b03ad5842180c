"""Whether every shop has a tax rate today."""

from datetime import date

from shop.models import SiteShop, TaxRate


def without_rate(day: date, *, instead_of: int, planned: TaxRate | None = None) -> list[str]:
    """The shops that would have no rate on a day if a row went away, or became as planned. Two statements."""
    rows = TaxRate.objects.filter(valid_from__lte=day).exclude(pk=instead_of)
    codes = set(rows.values_list("code", flat=True))
    if planned is not None and planned.valid_from <= day:
        codes.add(planned.code)
    shops = SiteShop.objects.select_related("site")
    return [str(shop) for shop in shops if shop.tax_code not in codes]
