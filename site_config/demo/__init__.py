"""The demo: data that is made by the product's own verbs, and one process tree that serves it."""
