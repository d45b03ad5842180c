"""Model fields for what people type: a card number in it is masked before it is stored, whichever door it came by.

To migrations they are the fields of Django whose name they carry. `tests/house/test_card_numbers.py` finds a text that
people type and that is none of these.
"""

from typing import TYPE_CHECKING

from django.db import models

from notifications.card_numbers import mask_all, masked_by

if TYPE_CHECKING:
    MaskedCharField = models.CharField
    MaskedTextField = models.TextField
    MaskedJSONField = models.JSONField
else:
    MaskedCharField = masked_by(models.CharField, mask_all)
    MaskedTextField = masked_by(models.TextField, mask_all)
    MaskedJSONField = masked_by(models.JSONField, mask_all)
