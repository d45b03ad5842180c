"""Names that people read out on the telephone: R-7K2M-9QXD."""

import secrets

# No 0/O, 1/I/L, U/V twins.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new(prefix: str, *, groups: int = 2) -> str:
    """A random reference such as R-7K2M-9QXD. It names a thing; it is never a secret that opens one."""
    parts = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups))
    return "-".join((prefix, *parts))
