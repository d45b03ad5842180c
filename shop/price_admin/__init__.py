"""Prices in Wagtail's admin: what each repair costs, the rules that change it, taxes, and the table of all prices."""
