"""Which rules of booking are in force, and on whose clock they are meant."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from cms.models import ShopSettings
from cms.sites import Site
from repairs.models import BookingPolicy


class NoPolicy(Exception):
    """The site has no rules of booking in force yet, so no time can be offered."""

    code = "no_policy"


@dataclass(frozen=True)
class Terms:
    """The rules in force and the time zone that opening hours are meant in."""

    policy: BookingPolicy
    zone: ZoneInfo


def terms_for(*, site: Site, at: datetime) -> Terms:
    """Rules and time zone of a site at a moment, in one statement. Raises NoPolicy."""
    zone_name = ShopSettings.objects.filter(site=OuterRef("site")).values("time_zone")[:1]
    policy = (
        BookingPolicy.objects.filter(site=site, valid_from__lte=at)
        .annotate(zone_name=Subquery(zone_name))
        .order_by("-valid_from")
        .first()
    )
    if policy is None:
        raise NoPolicy("This shop has not said yet when it can be booked.")
    default = ShopSettings._meta.get_field("time_zone").get_default()
    return Terms(policy=policy, zone=ZoneInfo(policy.zone_name or default))


def policy_for(*, site: Site, at: datetime) -> BookingPolicy:
    """The rules in force at a moment: the newest row that is valid by then. Raises NoPolicy."""
    return terms_for(site=site, at=at).policy
