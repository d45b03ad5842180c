"""A booking under way is kept: by its link, on every device, through a log-in; and nobody else gets in."""

import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_class, get_model

from repairs.models import Photo
from shop import draft_links, drafts, reserve
from shop.baskets import BasketClosed
from shop.bill import PriceMoved
from shop.models import AddOn, BasketLineQuote, Draft, PriceRule, Quote
from tests.factories import SHOP_TIME, Shop, make_shop, make_user
from tests.shop.browsers import open_draft
from tests.shop.orders import TOMORROW
from tests.shop.orders import place as order_it
from tests.shop.statements import counted
from tests.shop.test_races import at_once

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
Selector = get_class("partner.strategy", "Selector")


def started(shop: Shop, *repairs: Any, at: Any = SHOP_TIME, **answers: Any) -> tuple[Draft, str]:
    """A draft with an iPhone 8 and these repairs (its screen by default), as `find` gives it, and its token."""
    draft, token = drafts.start(site=shop.site, at=at)
    item = drafts.add_item(draft, at=at, device=shop.iphone_8)
    wish: dict[str, Any] = {"condition": "good", "problem": "", **answers}
    drafts.answer_issue(draft, item, repair_types=repairs or [shop.screen], at=at, **wish)
    return drafts.find(site=shop.site, token=token), token


def totals(draft: Draft) -> list[str]:
    rows = BasketLineQuote.objects.filter(line__basket=draft.basket)
    return [str(row.quote.total) for row in rows.select_related("quote").order_by("quote__total")]


def test_only_the_hash_of_the_link_is_kept(shop: Shop) -> None:
    draft, token = drafts.start(site=shop.site, at=SHOP_TIME)
    assert len(token) >= 43
    assert token not in str(Draft.objects.values())
    assert drafts.find(site=shop.site, token=token) == draft


@pytest.mark.parametrize("token", ["", "x", "\x00", "x" * 5000, "1.forged", "1-abc.forged", "\ud800", "."])
def test_a_link_that_is_not_ours_finds_nothing(shop: Shop, token: str) -> None:
    started(shop)
    with pytest.raises(drafts.DraftNotFound):
        drafts.find(site=shop.site, token=token)


def test_a_link_of_another_shop_finds_nothing(shop: Shop, second_site: Any) -> None:
    draft, token = started(shop)
    for one in (token, drafts.link_token(draft)):
        with pytest.raises(drafts.DraftNotFound):
            drafts.find(site=second_site, token=one)


def test_a_signed_link_dies_with_its_draft(shop: Shop) -> None:
    draft, _token = started(shop)
    link = drafts.link_token(draft)
    assert drafts.find(site=shop.site, token=link) == draft
    Draft.objects.filter(pk=draft.pk).update(token_hash="0" * 64)  # as a new row with the same number would have
    with pytest.raises(drafts.DraftNotFound):
        drafts.find(site=shop.site, token=link)


def test_a_draft_is_found_in_four_statements_whatever_it_holds(shop: Shop) -> None:
    draft, token = started(shop, shop.screen, shop.battery)
    for _more in range(3):
        item = drafts.add_item(draft, at=SHOP_TIME, device=shop.iphone_13)
        drafts.answer_issue(draft, item, repair_types=[shop.port], condition="fair", problem="", at=SHOP_TIME)
    with counted() as statements:
        found = drafts.find(site=shop.site, token=token)
        for item in found.items.all():
            assert item.device.parent
            assert item.repair_types.all()
        assert found.basket.visit.hold is None
    assert len(statements) == 4


def test_prices_follow_the_answers_and_only_where_they_changed(shop: Shop) -> None:
    draft, _token = started(shop, shop.screen, shop.battery)
    assert totals(draft) == ["107.99", "239.99"]
    item = draft.items.get()
    before = set(Quote.objects.values_list("pk", flat=True))
    drafts.answer_issue(
        draft, item, repair_types=[shop.screen, shop.port], condition="good", problem="Now this", at=SHOP_TIME
    )
    assert totals(draft) == ["143.99", "239.99"]
    kept = Quote.objects.get(repair_type=shop.screen)
    assert kept.pk in before
    assert kept.problem == "Now this"
    assert not Quote.objects.filter(repair_type=shop.battery).exists()
    drafts.answer_service(draft, urgency="urgent", service_type="in_store", at=SHOP_TIME)
    assert totals(draft) == ["215.98", "359.98"]
    assert Quote.objects.count() == 2


def test_a_price_that_is_kept_stays_when_the_shop_changes_its_prices(shop: Shop) -> None:
    draft, _token = started(shop)
    PriceRule.objects.filter(name="Older device").update(value=Decimal(3))
    drafts.reprice(draft, SHOP_TIME)
    assert totals(draft) == ["239.99"]


def test_a_price_that_ran_out_is_asked_for_anew(shop: Shop) -> None:
    draft, _token = started(shop)
    later = SHOP_TIME + timedelta(days=31)
    assert not drafts.is_stale(draft, SHOP_TIME)
    assert drafts.is_stale(draft, later)
    PriceRule.objects.filter(name="Older device").update(value=Decimal(3))
    drafts.reprice(draft, later)
    assert totals(draft) == ["599.97"]


def test_a_repair_that_is_no_longer_offered_leaves_and_is_named(shop: Shop) -> None:
    draft, _token = started(shop, shop.screen, shop.battery)
    shop.battery.offers.update(active=False)
    assert drafts.reprice(draft, SHOP_TIME + timedelta(days=31)).gone == ["Battery replacement"]
    assert totals(draft) == ["239.99"]
    assert [repair.slug for repair in draft.items.get().repair_types.all()] == ["screen-repair"]


def test_an_add_on_is_charged_once_however_many_repairs_it_fits(shop: Shop) -> None:
    add_on = AddOn.objects.create(site=shop.site, name="Case", slug="case", price=Decimal("12.00"))
    draft, _token = started(shop, shop.screen, shop.battery, add_ons=[add_on])
    assert totals(draft) == ["119.99", "239.99"]
    only = AddOn.objects.create(
        site=shop.site, name="Film", slug="film", price=Decimal("5.00"), repair_type=shop.battery
    )
    item = draft.items.get()
    drafts.answer_issue(
        draft,
        item,
        repair_types=[shop.screen, shop.battery],
        add_ons=[only],
        condition="good",
        problem="",
        at=SHOP_TIME,
    )
    assert totals(draft) == ["112.99", "239.99"]


def test_two_equal_devices_are_two_things(shop: Shop) -> None:
    draft, token = started(shop)
    second = drafts.add_item(draft, at=SHOP_TIME, device=shop.iphone_8)
    drafts.answer_issue(draft, second, repair_types=[shop.screen], condition="poor", problem="", at=SHOP_TIME)
    assert totals(draft) == ["239.99", "311.98"]
    drafts.remove_item(draft, key=second.key, at=SHOP_TIME)
    assert totals(draft) == ["239.99"]
    assert Quote.objects.count() == 1
    assert drafts.find(site=shop.site, token=token).items.count() == 1


def test_a_thing_sent_twice_is_added_once_and_another_drafts_key_is_not_taken(shop: Shop) -> None:
    draft, _token = started(shop)
    key = uuid.uuid4()
    first = drafts.add_item(draft, at=SHOP_TIME, device=shop.iphone_13, key=key)
    assert drafts.add_item(draft, at=SHOP_TIME, device=shop.iphone_13, key=key) == first
    other, _other_token = drafts.start(site=shop.site, at=SHOP_TIME)
    mine = drafts.add_item(other, at=SHOP_TIME, device=shop.iphone_13, key=key)
    assert mine.key != key
    assert first.draft_id == draft.pk


def test_a_booking_takes_so_many_things_and_no_more(shop: Shop) -> None:
    draft, _token = drafts.start(site=shop.site, at=SHOP_TIME)
    for _number in range(drafts.MOST_THINGS):
        drafts.add_item(draft, at=SHOP_TIME, device=shop.iphone_8)
    with pytest.raises(drafts.TooManyThings):
        drafts.add_item(draft, at=SHOP_TIME, device=shop.iphone_8)


def test_what_was_not_sent_is_kept_by_step_and_cut_to_length(shop: Shop) -> None:
    draft, token = started(shop)
    drafts.keep_unsent(draft, "time", {"starts_at": ["soon"]}, at=SHOP_TIME)
    drafts.keep_unsent(draft, "details", {"name": ["A\x00da", "x" * 9000], "e" * 500: [str(n) for n in range(500)]})
    kept = drafts.find(site=shop.site, token=token).unsent
    assert kept["time"] == {"starts_at": ["soon"]}
    assert kept["details"]["name"] == ["Ada", "x" * 2000]
    assert len(kept["details"]["e" * 60]) == drafts.MOST_VALUES


def test_two_devices_write_one_after_the_other_and_lose_nothing_of_another_step(shop: Shop) -> None:
    draft, token = started(shop)
    here, there = (drafts.find(site=shop.site, token=token) for _device in range(2))
    drafts.keep_unsent(here, "time", {"starts_at": ["10"]})
    drafts.keep_unsent(there, "details", {"name": ["Ada"]})
    drafts.keep_unsent(here, "photos", {"note": ["x"]})
    assert set(drafts.find(site=shop.site, token=token).unsent) == {"time", "details", "photos"}


def log_in(client: Client, user: Any) -> None:
    """Log in as the door does it: the session goes on, the basket's cookie stays."""
    kept = dict(client.session)
    client.force_login(user)
    session = client.session
    session.update({key: value for key, value in kept.items() if not key.startswith("_auth")})
    session.save()


def test_a_log_in_in_the_middle_takes_the_draft_along(client: Client, shop: Shop) -> None:
    draft, token = open_draft(client, shop)
    log_in(client, make_user())
    client.get("/visitor/")  # Oscar merges the guest's basket into the log-in's with the first look at it
    page = client.get(reverse("draft-time", args=[token]))
    assert page.status_code == 200
    assert page.context["summary"].total == Decimal("239.99")
    assert page.context["summary"].hold is not None
    draft.refresh_from_db()
    assert draft.basket.owner.email == "ada@example.com"
    assert draft.basket.status == Basket.OPEN
    assert client.get(reverse("draft-details", args=[token]), follow=True).status_code == 200


def test_a_log_in_whose_basket_has_a_draft_already_joins_both_and_both_links_work(client: Client, shop: Shop) -> None:
    ada = make_user()
    earlier, earlier_token = started(shop, shop.battery, at=timezone.now())
    Basket.objects.filter(pk=earlier.basket_id).update(owner=ada)
    _draft, token = open_draft(client, shop)
    log_in(client, ada)
    client.get("/visitor/")
    for one in (token, earlier_token):
        page = client.get(reverse("draft-time", args=[one]))
        assert page.status_code == 200
        assert sorted(quote.repair_name for thing in page.context["summary"].things for quote in thing.repairs) == [
            "Battery replacement",
            "Screen repair",
        ]


def test_taking_up_another_draft_puts_the_one_before_aside_unharmed(client: Client, shop: Shop) -> None:
    ada = make_user()
    client.force_login(ada)
    first, first_token = started(shop, at=timezone.now())
    second, second_token = started(shop, shop.battery, at=timezone.now())
    for token in (first_token, second_token, first_token):
        assert client.post(reverse("draft-details", args=[token])).status_code == 302
    states = dict(Basket.objects.filter(owner=ada).values_list("pk", "status"))
    assert states[first.basket_id] == Basket.OPEN
    assert states[second.basket_id] == Basket.SAVED
    assert client.get(reverse("draft-time", args=[second_token])).context["summary"].count == 1
    assert totals(second) == ["107.99"]


def test_a_draft_of_another_log_in_is_refused_in_words(client: Client, shop: Shop) -> None:
    draft, token = started(shop, problem="My secret words", at=timezone.now())
    Basket.objects.filter(pk=draft.basket_id).update(owner=make_user())
    for path in ("draft", "draft-device", "draft-time", "draft-photos", "draft-details", "draft-payment", "draft-link"):
        for call in (client.get, client.post):
            page = call(reverse(path, args=[token]))
            assert page.status_code == 403, path
            assert "belongs to another log-in" in page.content.decode()
            assert "My secret words" not in page.content.decode()
    client.force_login(make_user("eve@example.com"))
    assert client.get(reverse("draft-time", args=[token])).status_code == 403


def place(client: Client) -> Any:
    """From a held time to an order, by the checkout's pages."""
    client.post(reverse("checkout:index"), {"name": "Ada", "email": "ada@example.com", "shipping_method": "in-store"})
    form = client.get(reverse("checkout:preview")).context["form"]
    answer = client.post(
        reverse("checkout:preview"), {**form.initial, "action": "place_order", "pay_by": "in_store", "agree": "on"}
    )
    assert answer.status_code == 302
    return Order.objects.get()


def test_a_placed_draft_leads_its_browser_to_the_confirmation_and_tells_others_no_more(
    client: Client, shop: Shop
) -> None:
    _draft, token = open_draft(client, shop)
    order = place(client)
    assert client.get(reverse("draft", args=[token]))["Location"] == reverse("checkout:thank-you")
    page = Client().get(reverse("draft-time", args=[token]))
    assert page.status_code == 200
    assert "This one is booked" in page.content.decode()
    assert order.number not in page.content.decode()
    assert client.get("/book/").status_code == 200  # the next booking begins anew


def test_an_unknown_link_is_a_page_in_words(client: Client, shop: Shop) -> None:
    for path in ("draft", "draft-time", "draft-details"):
        page = client.get(reverse(path, args=["no-such-token"]))
        assert page.status_code == 404
        assert "We do not know this link" in page.content.decode()


def test_guesses_are_throttled_and_look_like_misses(client: Client, shop: Shop, settings: Any) -> None:
    settings.GUESSES_PER_HOUR = {"drafts": 3}
    _draft, token = started(shop, at=timezone.now())
    for number in range(4):
        miss = client.get(reverse("draft-time", args=[f"guess-{number}"]))
    hit = client.get(reverse("draft-time", args=[token]))
    assert (hit.status_code, hit.content) == (miss.status_code, miss.content)


def test_a_browser_at_its_own_draft_is_not_hurt_by_guesses_from_its_address(
    client: Client, shop: Shop, settings: Any
) -> None:
    settings.GUESSES_PER_HOUR = {"drafts": 1}
    _draft, token = open_draft(client, shop)
    for number in range(3):
        Client().get(reverse("draft-time", args=[f"guess-{number}"]))
    assert client.get(reverse("draft-time", args=[token])).status_code == 200


def test_looking_at_somebodys_link_does_not_make_it_this_browsers_booking(client: Client, shop: Shop) -> None:
    _draft, token = started(shop, at=timezone.now())
    assert client.get(reverse("draft-time", args=[token])).status_code == 200
    assert drafts.SESSION_KEY not in client.session
    assert client.get("/visitor/").json()["basket_count"] == 0
    assert client.get("/book/").status_code == 200


def test_a_link_that_somebody_sent_does_not_take_the_place_of_the_booking_here(client: Client, shop: Shop) -> None:
    _mine, token = open_draft(client, shop)
    theirs, their_token = started(shop, shop.battery, at=timezone.now())
    page = client.get(reverse("draft-details", args=[their_token]))
    assert page.status_code == 200
    assert "You are at another booking on this device" in page.content.decode()
    assert client.session[drafts.SESSION_KEY] == token
    assert "Battery replacement" not in client.get(reverse("basket:summary")).content.decode()
    assert client.post(reverse("draft-details", args=[their_token])).status_code == 302
    assert client.session[drafts.SESSION_KEY] == their_token


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_devices_that_answer_at_once_leave_one_price_for_each_repair() -> None:
    shop = make_shop()
    draft, token = started(shop, shop.battery)

    def answer(number: int) -> None:
        found = drafts.find(site=shop.site, token=token)
        found.basket.strategy = Selector().strategy(at=SHOP_TIME)
        chosen = [shop.screen, shop.battery] if number % 2 else [shop.screen]
        words = f"From device {number}"
        item = found.items.all()[0]
        drafts.answer_issue(found, item, repair_types=chosen, condition="poor", problem=words, at=SHOP_TIME)

    found = at_once(*[partial(answer, number) for number in range(6)])
    assert found == [None] * 6, found
    item = draft.items.get()
    rows = BasketLineQuote.objects.filter(line__basket=draft.basket).select_related("quote")
    assert sorted(row.quote.repair_type_id for row in rows) == sorted(item.repair_types.values_list("pk", flat=True))
    assert {row.quote.problem for row in rows} == {item.problem}
    assert Quote.objects.count() == len(rows)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_answer_in_one_tab_and_the_order_in_another_never_mix() -> None:
    """Either the order is of the price that was shown, or it is refused; an answer that came too late is told so."""
    shop = make_shop()
    draft, token = started(shop, shop.screen, shop.battery)
    reserve.keep_time(site=shop.site, basket=draft.basket, starts_at=TOMORROW, at=SHOP_TIME)

    def answer() -> Any:
        found = drafts.find(site=shop.site, token=token)
        found.basket.strategy = Selector().strategy(at=SHOP_TIME)
        item = found.items.all()[0]
        return drafts.answer_issue(found, item, repair_types=[shop.screen], condition="poor", problem="", at=SHOP_TIME)

    shown = Decimal("347.98")
    order, answered = at_once(partial(order_it, Basket.objects.get(pk=draft.basket_id), shown_total=shown), answer)
    quotes = [row.quote for row in BasketLineQuote.objects.filter(line__basket=draft.basket).select_related("quote")]
    if isinstance(order, Order):
        assert isinstance(answered, BasketClosed), answered
        assert (order.total_incl_tax, {quote.redeemed_order_id for quote in quotes}) == (shown, {order.pk})
    else:
        assert isinstance(order, PriceMoved), order
        assert not isinstance(answered, Exception), answered  # it was first, and is told what the new answer costs
        assert [quote.answers["condition"] for quote in quotes] == ["poor"]


def test_old_drafts_are_forgotten_with_their_baskets_and_prices_stay_out_of_orders_way(shop: Shop) -> None:
    old, _token = started(shop)
    Photo.objects.create(site=shop.site, batch=str(old.items.get().key), image="a.webp", thumbnail="b.webp",
                         width=1, height=1, size=1, created_at=SHOP_TIME)  # fmt: skip
    fresh, _fresh_token = started(shop, at=SHOP_TIME + timedelta(days=20))
    now = SHOP_TIME + timedelta(days=settings.DRAFT_DAYS, minutes=1)
    assert drafts.prune(now) == 1
    assert list(Draft.objects.all()) == [fresh]
    assert list(Basket.objects.all()) == [fresh.basket]
    assert not Photo.objects.exists()
    assert drafts.prune(now) == 0


def test_a_placed_basket_outlives_its_draft(client: Client, shop: Shop) -> None:
    _draft, _token = open_draft(client, shop)
    order = place(client)
    drafts.prune(timezone.now() + timedelta(days=settings.DRAFT_DAYS + 1))
    assert not Draft.objects.exists()
    order.refresh_from_db()
    assert order.basket.status == Basket.SUBMITTED


def test_the_schedule_forgets_drafts() -> None:
    assert settings.SCHEDULES["forget old drafts"]["args"] == ("shop.drafts.prune",)


def test_a_lost_time_is_chosen_again_in_the_draft(shop: Shop) -> None:
    draft, _token = started(shop)
    address = draft_links.address_of_time(draft.basket_id)
    assert address == reverse("draft-time", args=[drafts.link_token(draft)])
    assert draft_links.address_of_time(None) == reverse("book")


def test_a_basket_placed_in_the_same_moment_is_not_opened_again(shop: Shop) -> None:
    draft, _token = started(shop)
    Basket.objects.filter(pk=draft.basket_id).update(status=Basket.SUBMITTED)  # after it was read
    with pytest.raises(BasketClosed):
        drafts._own(draft.basket, make_user())
    basket = Basket.objects.get(pk=draft.basket_id)
    assert (basket.status, basket.owner) == (Basket.SUBMITTED, None)


def test_a_basket_that_somebody_else_took_in_the_same_moment_stays_theirs(shop: Shop) -> None:
    draft, _token = started(shop)
    eve = make_user("eve@example.com")
    Basket.objects.filter(pk=draft.basket_id).update(owner=eve)
    with pytest.raises(BasketClosed):
        drafts._own(draft.basket, make_user())
    assert Basket.objects.get(pk=draft.basket_id).owner == eve


def test_an_answer_in_one_tab_is_not_priced_by_what_another_tab_had_before(shop: Shop) -> None:
    draft, token = started(shop)
    stale = drafts.find(site=shop.site, token=token)
    drafts.answer_service(draft, urgency="urgent", service_type="in_store", at=SHOP_TIME)
    stale.basket.strategy = Selector().strategy(at=SHOP_TIME)
    drafts.answer_issue(
        stale, stale.items.get(), repair_types=[shop.screen], condition="good", problem="x", at=SHOP_TIME
    )
    assert [row.quote.answers["urgency"] for row in BasketLineQuote.objects.all()] == ["urgent"]


def test_a_machine_cannot_fill_a_draft_with_unsent_text(shop: Shop) -> None:
    draft, token = started(shop)
    drafts.keep_unsent(draft, "details", {f"n{number}": ["x" * 9000] * 90 for number in range(90)}, at=SHOP_TIME)
    assert len(str(drafts.find(site=shop.site, token=token).unsent)) < 2 * drafts.MOST_UNSENT


def test_sending_one_step_keeps_what_another_tab_left_unsent_meanwhile(shop: Shop) -> None:
    draft, token = started(shop)
    drafts.keep_unsent(draft, "time", {"starts_at": ["10"]})
    here = drafts.find(site=shop.site, token=token)
    drafts.keep_unsent(draft, "details", {"name": ["Ada"]})
    drafts.forget_unsent(here, "time")
    assert set(drafts.find(site=shop.site, token=token).unsent) == {"details"}


def test_following_a_link_puts_nobodys_booking_under_a_log_in_unasked(client: Client, shop: Shop) -> None:
    draft, token = started(shop, at=timezone.now())
    client.force_login(make_user())
    page = client.get(reverse("draft-details", args=[token]))
    assert "It was begun without a log-in" in page.content.decode()
    draft.refresh_from_db()
    assert draft.basket.owner is None
    assert drafts.SESSION_KEY not in client.session
    assert client.post(reverse("draft-details", args=[token])).status_code == 302
    draft.basket.refresh_from_db()
    assert draft.basket.owner is not None


# --- forgotten between a look and an answer


def forgotten(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> None:
    """Let the schedule forget every draft just before this verb writes."""
    verb = getattr(place, name)

    def late(*given: Any, **wish: Any) -> Any:
        drafts.prune(timezone.now() + timedelta(days=settings.DRAFT_DAYS + 1))
        return verb(*given, **wish)

    monkeypatch.setattr(place, name, late)


ISSUE = {"repairs": "screen-repair", "condition": "poor", "problem": "Dropped"}
TIME = {"urgency": "urgent", "service_type": "in_store", "starts_at": "2026-11-24T10:00:00+00:00"}
WRITES = [
    ("draft-issue", "answer_issue", ISSUE),
    ("draft-issue", "keep_unsent", ISSUE | {"repairs": "none"}),
    ("draft-device", "add_item", ISSUE),
    ("draft-time", "answer_service", TIME),
    ("draft-time", "keep_unsent", TIME),
    ("draft-photos", "reach", {}),
    ("draft", "remove_item", {"remove": "here"}),
]


@pytest.mark.parametrize("saved", [{}, {"HTTP_X_DRAFT": "save"}])
@pytest.mark.parametrize(("step", "verb", "answers"), WRITES)
def test_an_answer_to_a_booking_that_was_just_forgotten_is_told_so(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, verb: str, answers: Any, saved: Any
) -> None:
    draft, token = open_draft(client, shop)
    key = draft.items.get().key
    address = reverse(step, args=[token, key] if step == "draft-issue" else [token])
    query = "?device=iphone-13" if step == "draft-device" else ""
    forgotten(monkeypatch, drafts, verb)
    page = client.post(address + query, {**answers, **({"remove": key} if "remove" in answers else {})}, **saved)
    assert page.status_code == 404
    assert "no longer kept" in page.content.decode()
    assert not Draft.objects.exists()
    assert client.get("/book/").status_code == 200


def test_details_of_a_booking_that_was_just_forgotten_lead_to_where_it_is_said(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_draft(client, shop)
    forgotten(monkeypatch, drafts, "save_details")
    who = {"name": "Ada", "email": "ada@example.com", "shipping_method": "in-store"}
    page = client.post(reverse("checkout:index"), who, follow=True)
    assert page.status_code == 200
    assert "no longer kept" in page.content.decode()
    assert page.context["basket"].is_empty


def test_what_is_typed_for_a_forgotten_booking_is_not_called_kept(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_draft(client, shop)
    forgotten(monkeypatch, drafts, "keep_unsent")
    assert client.post(reverse("checkout:index"), {"action": "keep", "name": "Ada"}).status_code == 404


def test_a_draft_that_was_touched_or_forgotten_since_it_was_listed_is_passed_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched, _token = started(shop)
    gone, _token = started(shop)
    late = SHOP_TIME + timedelta(days=settings.DRAFT_DAYS, minutes=1)
    real = Draft.objects.select_for_update

    def meanwhile() -> Any:
        Draft.objects.filter(pk=touched.pk).update(changed_at=late)
        Draft.objects.filter(pk=gone.pk).delete()
        return real()

    monkeypatch.setattr(Draft.objects, "select_for_update", meanwhile)
    drafts.prune(late)
    assert list(Draft.objects.all()) == [touched]
    assert Basket.objects.filter(pk=touched.basket_id).exists()
