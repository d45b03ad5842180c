"""What Django's admin shows of the shop."""

from shop import document_admin
from shop.payments import admin as payments_admin

__all__ = ["document_admin", "payments_admin"]
