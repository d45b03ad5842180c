"""Drafts: on the shop's own pages, and by a token in a frontend elsewhere."""
