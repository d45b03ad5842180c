"""A basket line can be removed; there is nothing else to change on it."""

from django import forms
from oscar.apps.basket import forms as oscar_forms


class BasketLineForm(oscar_forms.BasketLineForm):
    quantity = forms.IntegerField(min_value=1, max_value=1, initial=1, required=False, widget=forms.HiddenInput)
    save_for_later = None

    def clean_quantity(self) -> int:
        return 1

    class Meta(oscar_forms.BasketLineForm.Meta):
        pass
