"""Words in another language: how far they are, how they become a draft, and what keeps half of them off the site.

wagtail-localize keeps the sentences (its Translation, its segments) and gives translators their screen. What it writes
into our rows goes through `writing.py` alone; decision 22 says why.
"""
