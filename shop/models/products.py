"""Which Oscar product stands for which repair type: one product for each, never one per device."""

from django.db import models


class RepairProduct(models.Model):
    """The Oscar product (class "Repair service") that carries a repair type through basket and order."""

    repair_type = models.OneToOneField("cms.RepairType", models.PROTECT, primary_key=True, related_name="product_row")
    product = models.OneToOneField("catalogue.Product", models.PROTECT, related_name="repair_row")

    def __str__(self) -> str:
        return str(self.product)
