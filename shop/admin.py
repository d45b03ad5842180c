"""What Django's admin shows of the shop."""

from shop.payments import admin as payments_admin

__all__ = ["payments_admin"]
