"""People who log in. They do so by e-mail; what they may do comes from groups."""

from oscar.apps.customer.abstract_models import AbstractUser


class User(AbstractUser):
    """A person with a log-in: a customer, or staff by group."""
