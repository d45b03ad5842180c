"""What every message says of the shop it comes from: its name, how to reach it, and its colour."""

from cms.brand import tones_of
from cms.models.settings import ShopSettings
from notifications.contacts import readable_phone


def letterhead(shop: ShopSettings) -> dict[str, str]:
    """The placeholders about the shop, for the context of a message. Without a colour of its own, the house's stand."""
    told = {"shop_name": shop.name, "shop_phone": readable_phone(shop.phone), "shop_address": shop.address}
    tones = tones_of(shop.brand_colour)
    if tones is None:
        return told
    return told | {
        "brand": tones.day["brand"],
        "brand_tint": tones.day["brand-tint"],
        "brand_night": tones.night["brand"],
        "brand_night_tint": tones.night["brand-tint"],
    }
