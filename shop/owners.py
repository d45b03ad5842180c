"""Whose order it is: of the customer who was logged in, or whose verified address claimed the guest that ordered."""

from typing import Any

from django.db.models import Q

from shop.models import OrderVisit


def owned_by(user: Any, *, at: str = "") -> Q:
    """The condition that an order is this user's; `at` is the way to the order, such as "order__", from another row."""
    return Q(**{f"{at}user": user.pk}) | Q(**{f"{at}visit__contact__user": user.pk})


def owns(user: Any, visit: OrderVisit) -> bool:
    """Whether the order of this visit is the user's. Reads visit.order and visit.contact; a stranger owns nothing."""
    return user.is_authenticated and user.pk in (visit.order.user_id, visit.contact.user_id)
