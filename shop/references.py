"""References that people read aloud: random, and without letters or figures that look alike."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(prefix: str, length: int = 8) -> str:
    """Return a fresh unguessable reference such as M-7KQ2XR4D; the caller's unique column settles a rare clash."""
    return f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(length))}"
