"""Which price counts: for each repair and grade of part the one on the nearest node of the catalogue."""

from collections.abc import Iterable, Iterator
from operator import itemgetter

from shop.models import RepairOffer

Tree = tuple[int, ...]
Grades = dict[str, RepairOffer]


def grades(offers: Iterable[RepairOffer], tree: Tree, currency: str) -> dict[int, Grades]:
    """For each repair type that fits the tree, the offers to choose from: for each grade the one on the nearest node.

    One without a node comes last. A nearer "not offered" of the standard grade hides every grade from farther away;
    one of another grade hides only that grade.
    """
    found: dict[int, dict[str, tuple[int, RepairOffer]]] = {}
    for offer in _fitting(offers, tree, currency):
        far = tree.index(offer.subject_id) if offer.subject_id in tree else len(tree)
        mine = found.setdefault(offer.repair_type_id, {})
        best = mine.get(offer.part_grade)
        if best is None or far < best[0]:
            mine[offer.part_grade] = far, offer
    return {pk: left for pk, mine in found.items() if (left := _offered(mine))}


def elsewhere(offers: Iterable[RepairOffer], tree: Tree, currency: str, own: str) -> dict[int, Grades]:
    """The same of the repairs that are done at a price in the shop's own currency and not spoken of in this one."""
    offers = list(offers)
    told = {offer.repair_type_id for offer in _fitting(offers, tree, currency)}
    return {pk: choice for pk, choice in grades(offers, tree, own).items() if pk not in told}


def _fitting(offers: Iterable[RepairOffer], tree: Tree, currency: str) -> Iterator[RepairOffer]:
    for offer in offers:
        on_tree = offer.subject_id is None or offer.subject_id in tree
        fits = offer.repair_type.subject_id is None or offer.repair_type.subject_id in tree
        if on_tree and fits and offer.currency == currency:
            yield offer


def _offered(mine: dict[str, tuple[int, RepairOffer]]) -> Grades:
    standard = mine.get("")
    hidden_from = standard[0] if standard and standard[1].kind == RepairOffer.Kind.NOT_OFFERED else None
    return {
        grade: offer
        for grade, (far, offer) in sorted(mine.items())
        if offer.kind != RepairOffer.Kind.NOT_OFFERED and (hidden_from is None or far <= hidden_from)
    }


def priced(choice: Grades) -> Grades:
    """Those of the grades that have a price."""
    return {grade: offer for grade, offer in choice.items() if offer.price is not None}


def plain(choice: Grades) -> RepairOffer:
    """The offer that counts when nobody chose a grade: the standard one, else the cheapest, else one on request."""
    known = [(offer.part_grade != "", offer.price, offer) for offer in priced(choice).values()]
    return min(known, key=itemgetter(0, 1))[2] if known else next(iter(choice.values()))


def nearest(offers: Iterable[RepairOffer], tree: Tree, currency: str) -> dict[int, RepairOffer]:
    """For each repair type that has a price on the tree, the offer that counts when nobody chose a grade."""
    found = {pk: plain(choice) for pk, choice in grades(offers, tree, currency).items()}
    return {pk: offer for pk, offer in found.items() if offer.price is not None}
