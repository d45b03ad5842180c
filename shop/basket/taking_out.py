"""Taking a repair out of a booking, and putting the last one back: from the draft's answers when there is one."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from cms.models import RepairType
from cms.sites import site_for
from shop import baskets, drafts, quotes
from shop.models import Draft, Quote

SESSION_KEY = "taken_out"
REFUSALS = (
    baskets.BasketClosed, baskets.NotForSale, baskets.OtherCurrency, baskets.OtherShop,
    quotes.QuoteExpired, quotes.QuoteRedeemed, quotes.QuoteNotFound, quotes.NotOffered,
)  # fmt: skip


def take_out(request: HttpRequest, *, reference: str, draft: Draft | None, at: datetime) -> None:
    """Take the repair with this price out; one that is not there is out already. Raises REFUSALS."""
    basket: Any = request.basket  # type: ignore[attr-defined]
    lines = [] if basket.is_empty else basket.all_lines()
    quote = next((line.quote_row.quote for line in lines if line.quote_row.quote.reference == reference), None)
    if quote is None:
        return
    if draft is None or not _answer(draft, quote.item, quote.repair_type_id, wanted=False, at=at):
        baskets.remove_line(basket=basket, quote=quote)
    request.session[SESSION_KEY] = {
        "name": f"{quote.repair_name}, {quote.subject_name}",
        "quote": quote.reference,
        "item": str(quote.item or ""),
        "repair": quote.repair_type_id,
    }


def put_back(request: HttpRequest, *, draft: Draft | None, at: datetime) -> None:
    """Put the repair that was taken out last back in, at the price that holds now. Raises REFUSALS."""
    last = request.session.pop(SESSION_KEY, None)
    if last is None:
        return
    if draft is not None and _answer(draft, last["item"], last["repair"], wanted=True, at=at):
        return
    quote: Quote = quotes.find(site_for(request), last["quote"])
    baskets.add_quote(basket=request.basket, quote=quote, at=at)  # type: ignore[attr-defined]


def _answer(draft: Draft, key: Any, repair_id: int, *, wanted: bool, at: datetime) -> bool:
    """Answer anew what is to be done to a thing of the draft; False when the draft does not know the thing."""
    item = next((item for item in draft.items.all() if str(item.key) == str(key)), None)
    if item is None:
        return False
    chosen = [repair for repair in item.repair_types.all() if repair.pk != repair_id]
    if wanted:
        chosen += RepairType.objects.filter(pk=repair_id, live=True)
    add_ons = list(item.add_ons.all())
    drafts.answer_issue(
        draft,
        item,
        repair_types=chosen,
        add_ons=add_ons,
        part_grades=item.part_grades,
        condition=item.condition,
        problem=item.problem,
        at=at,
    )
    return True
