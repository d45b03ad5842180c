"""Reading the tree of what is repaired."""

from cms.models import Subject


def tree_ids(device: Subject | None) -> list[int]:
    """The device's id, then its category's, then its family's: the nearest node first. Empty without a device."""
    ids: list[int] = []
    node = device
    while node is not None:
        ids.append(node.pk)
        node = node.parent
    return ids
