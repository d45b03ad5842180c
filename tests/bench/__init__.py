"""`make bench`: what each operation costs, in the form in which production serves it."""
