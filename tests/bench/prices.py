"""Prints what 1,500 prices pasted into the price table cost to save, and to show again; exit code 1 above the budget.

`python -m tests.bench.prices`. The request as a browser sends it, through Django, on the database of DATABASE_URL, else
SQLite: processor time of this process, median of three. The statements are asserted in tests/shop/test_price_table.py.
"""

import json
import statistics
import sys
import time

import tests.bench.environment  # noqa: F401 - sets Django up before the next lines
from shop.models import RepairOffer
from shop.products import product_for
from tests.bench.__main__ import database
from tests.cms.editors import person
from tests.factories import make_shop, repair_type, subject

BUDGET_SECONDS = 1.0
DEVICES, REPAIRS, ROUNDS = 100, 15, 3


def main() -> int:
    """Paste new prices over a full page of the table, again and again."""
    with database():
        shop = make_shop()
        shop.iphone.children.all().delete()
        kinds = [shop.screen, shop.battery, shop.port]
        kinds += [repair_type(f"Repair {n}", f"repair-{n}", shop.iphone) for n in range(REPAIRS - len(kinds))]
        for kind in kinds:
            product_for(kind)
        nodes = [subject("device", f"Phone {n}", f"phone-{n}", shop.iphone, year=2020) for n in range(DEVICES)]
        owner, address = person("owner"), f"/cms/price-table/?node={shop.iphone.pk}"
        owner.get(address)
        keys, was = [f"{kind.pk}-{node.pk}" for kind in kinds for node in nodes], ""
        saving, showing = [], []
        for round_ in range(ROUNDS):
            price = f"{50 + round_}.00"
            form = {f"c-{key}": price for key in keys} | {"was": json.dumps(dict.fromkeys(keys, was))}
            for method, data, spent in ((owner.post, form, saving), (owner.get, {}, showing)):
                began = time.process_time()
                answer = method(address, data)
                spent.append(time.process_time() - began)
                assert answer.status_code in {200, 302}, answer.status_code
            assert RepairOffer.objects.filter(price=price).count() == len(keys)
            was = price
        save, show = statistics.median(saving), statistics.median(showing)
        verdict = "ok" if save <= BUDGET_SECONDS else "missed"
        print(f"{len(keys)} prices saved: {save:.2f} s of processor time (budget {BUDGET_SECONDS:.1f} s): {verdict}")
        print(f"the table of {len(keys)} prices shown: {show:.2f} s")
    return int(save > BUDGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
