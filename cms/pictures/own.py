"""The pictures that stand for a shop itself: its logo, the map, and what links to it show."""

from typing import Any

from cms.pictures.renditions import by_ids
from cms.sites import Site, shop_settings


def of_shop(site: Site) -> dict[int, Any]:
    """Logo, map and share picture of a site's shop by id, with all their renditions; once for each request."""
    known: dict[int, Any] | None = getattr(site, "pictures", None)
    if known is None:
        shop = shop_settings(site)
        known = by_ids(pk for pk in (shop.logo_id, shop.map_image_id, shop.share_image_id) if pk)
        if hasattr(site, "content_version"):  # it came with a request, and goes with it
            site.pictures = known
    return known
