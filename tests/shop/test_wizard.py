"""Booking without a script: each step answers in words, the price follows, the time is held, nothing is lost."""

import re
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from notifications.models import Message
from repairs import booking
from repairs.models import BookingPolicy, Hold
from shop import drafts, products, reserve
from shop.models import AddOn, Draft, DraftItem, Quote, RepairOffer
from shop.wizard import issue
from shop.wizard.days import as_days, chosen_day
from tests import forms
from tests.factories import SHOP_TIME, Shop, complaint, make_user, repair_type
from tests.shop.browsers import open_draft, soon
from tests.shop.orders import make_offer
from tests.shop.statements import counted

StockRecord = get_model("partner", "StockRecord")
LONDON = ZoneInfo("Europe/London")
BOOK = "/book/?device=iphone-8&repair=screen-repair&condition=poor&urgency=urgent"
FILLED = {"repairs": "screen-repair", "condition": "poor", "urgency": "urgent", "problem": "Dropped on the stairs"}
SAVE = {"HTTP_X_DRAFT": "save"}


def begun(client: Client, **more: Any) -> Any:
    """The page after the first step, as a visitor without a script gets there."""
    return client.post(BOOK, {**FILLED, **more}, follow=True)


def at(name: str, client: Client, *more: Any) -> str:
    """The address of a step of this browser's draft."""
    return reverse(name, args=[client.session[drafts.SESSION_KEY], *more])


def item() -> DraftItem:
    return DraftItem.objects.latest("pk")


def test_a_look_at_the_first_step_writes_nothing(client: Client, shop: Shop) -> None:
    for address in ("/book/", "/book/?q=iphone", "/book/?category=iphone", "/book/?device=iphone-8", BOOK):
        assert client.get(address).status_code == 200
    assert not Draft.objects.exists()
    assert not Quote.objects.exists()
    assert set(client.cookies) <= {"csrftoken"}


def test_the_first_step_shows_the_price_that_the_repair_page_showed(client: Client, shop: Shop) -> None:
    body = client.get(BOOK).content.decode()
    for words in ("£467.98", "Older device", "×1.2", "Poor condition", "×1.3", "Urgent repair", "×1.5", "Due today"):
        assert words in body


def test_the_first_step_shows_what_an_order_would_ask(client: Client, shop: Shop) -> None:
    """With the offer, the charge for handing over and the tax that the basket has a moment later."""
    make_offer(percent="10")
    address = f"{BOOK}&repair=battery-replacement&service_type=courier"
    told = client.get(address).context["summary"]
    assert [(row.code, str(row.amount)) for row in told.discounts] == [("", "71.25")]
    form = forms.find(client.get(address), "problem")
    kept = forms.send(client, form).context["summary"]
    for name in ("subtotal", "discounts", "charge", "total", "tax", "currency"):
        assert getattr(told, name) == getattr(kept, name), name
    assert told.method.code == kept.method.code == "courier"


def test_a_repair_that_cannot_be_ordered_yet_still_shows_its_price(client: Client, shop: Shop) -> None:
    StockRecord.objects.all().delete()
    body = client.get(BOOK).content.decode()
    assert "£467.98" in body
    assert "Older device" in body


def test_the_first_look_costs_few_statements_however_much_is_chosen(client: Client, shop: Shop) -> None:
    everything = f"{BOOK}&repair=battery-replacement&repair=charging-port-repair"
    make_offer(percent="10")
    costs = []
    for address in (BOOK, everything):
        client.get(address)
        with counted() as statements:
            client.get(address)
        costs.append(len(statements))
    assert costs[1] - costs[0] <= 2 * 5, costs  # each repair asks for its own price
    assert costs[0] <= 24, costs


def test_the_first_answer_makes_the_draft_and_keeps_the_price_and_the_words(client: Client, shop: Shop) -> None:
    page = begun(client)
    assert page.request["PATH_INFO"] == at("draft-time", client)
    quote = Quote.objects.get()
    assert (str(quote.total), quote.problem, quote.device) == ("467.98", "Dropped on the stairs", shop.iphone_8)
    assert quote.item == item().key
    assert client.get("/visitor/").json()["basket_count"] == 1


def test_the_steps_have_names_and_those_done_are_links(client: Client, shop: Shop) -> None:
    page = begun(client)
    names = [str(step.name) for step in page.context["steps"]]
    assert names == ["Device", "Issue", "Service and time", "Photos", "Details", "Payment", "Confirmation"]
    assert [step.state for step in page.context["steps"]] == ["done", "done", "current", *["next"] * 4]
    assert [bool(step.url) for step in page.context["steps"]] == [True, True, False, False, False, False, False]
    body = page.content.decode()
    assert body.count('aria-current="step"') == 1
    assert "Step 3 of 7:" in body
    back = client.get(page.context["steps"][1].url)
    assert [step.state for step in back.context["steps"]][:3] == ["done", "current", "open"]
    assert "Dropped on the stairs" in back.content.decode()


@pytest.mark.parametrize("address", ["/book/?device=toaster", "/book/?repair=none", "/book/?device=iphone-8&repair=x"])
def test_booking_what_is_not_offered_is_not_found(client: Client, shop: Shop, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address, FILLED).status_code == 404
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "query", ["q=%00", "device=%00", "thing=%00", "category=%00", "repair=%00", "key=%00", "q=" + "x" * 3000]
)
def test_crooked_questions_get_a_clear_answer(client: Client, shop: Shop, query: str) -> None:
    assert client.get(f"/book/?{query}").status_code in {200, 404}
    begun(client)
    assert client.get(f"{at('draft-device', client)}?{query}").status_code in {200, 404}


def test_the_finder_forgives_and_browsing_needs_no_words(client: Client, shop: Shop) -> None:
    assert "/book/?device=iphone-8" in client.get("/book/?q=ipone+8").content.decode()
    assert "/book/?category=iphone" in client.get("/book/").content.decode()
    assert "/book/?device=iphone-12" in client.get("/book/?category=iphone").content.decode()


def test_a_device_that_cannot_be_found_is_talked_about_honestly(client: Client, shop: Shop) -> None:
    body = client.get("/book/?thing=My+old+toaster").content.decode()
    assert "no fixed price for your My old toaster" in body
    assert "+44 20 7946 0018" in body
    assert client.post("/book/?thing=My+old+toaster", FILLED).status_code == 200
    assert not Quote.objects.exists()


def treatment(shop: Shop) -> Any:
    kind = repair_type("Data transfer", "data-transfer", None)
    RepairOffer.objects.create(site=shop.site, repair_type=kind, price="39.99")
    products.product_for(kind)
    return kind


def test_a_treatment_is_booked_without_a_device_and_for_a_thing_in_own_words(client: Client, shop: Shop) -> None:
    treatment(shop)
    body = client.get("/book/").content.decode()
    assert "/book/?repair=data-transfer" in body
    client.post("/book/?repair=data-transfer", {**FILLED, "repairs": "data-transfer", "urgency": "standard"})
    first = Quote.objects.get()
    assert (first.device, first.subject_name) == (None, "Data transfer")
    address = f"{at('draft-device', client)}?thing=My+Nokia"
    client.post(address, {**FILLED, "repairs": "data-transfer"})
    second = Quote.objects.latest("pk")
    assert (second.subject_name, second.thing) == ("My Nokia", {"name": "My Nokia"})


def test_several_repairs_and_common_issues_are_chosen_at_once(client: Client, shop: Shop) -> None:
    complaint("The glass is cracked", shop.iphone_8)
    complaint("It got wet", shop.iphone)
    begun(client, repairs=["screen-repair", "battery-replacement"], issues=["It got wet"])
    assert Quote.objects.count() == 2
    assert item().problem == "It got wet\nDropped on the stairs"
    address = at("draft-issue", client, item().key)
    body = client.get(address).content.decode()
    assert re.search(r'value="It got wet"[^>]*checked', body)
    assert not re.search(r'value="The glass is cracked"[^>]*checked', body)
    client.post(address, {**FILLED, "issues": "It got wet", "problem": item().problem})
    assert item().problem == "It got wet\nDropped on the stairs"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"repairs": []}, "Choose at least one repair."),
        ({"repairs": ["screen-repair", "brain-surgery"]}, "not offered any more"),
        ({"condition": "melted"}, "Choose one of these."),
        ({"condition": []}, "Choose one of these."),
        ({"problem": "x" * 2001}, "longer than two thousand"),
        ({"add_ons": ["gold"]}, "not offered any more"),
    ],
)
def test_a_wrong_answer_is_said_and_nothing_typed_is_lost(
    client: Client, shop: Shop, wrong: dict[str, Any], words: str
) -> None:
    page = client.post(BOOK, {**FILLED, **wrong})
    body = page.content.decode()
    assert page.status_code == 200
    assert "Something still needs a look" in body
    assert words in body
    assert wrong.get("problem", "Dropped on the stairs")[:2000] in body
    again = client.get(at("draft-issue", client, item().key)).content.decode()
    assert wrong.get("problem", "Dropped on the stairs")[:2000] in again


def test_add_ons_move_the_price_and_say_why(client: Client, shop: Shop) -> None:
    AddOn.objects.create(site=shop.site, name="Protective case", slug="case", description="Clear.", price="12.00")
    page = begun(client, add_ons=["case"])
    assert "£479.98" in page.content.decode()
    assert "Protective case" in page.content.decode()


def test_saving_in_passing_answers_with_the_price_and_judges_nothing(client: Client, shop: Shop) -> None:
    page = client.post(BOOK, {**FILLED, "repairs": []}, **SAVE)
    assert page.status_code == 200
    assert "Something still needs a look" not in page.content.decode()
    address = page["X-Draft-Address"]
    assert address == at("draft-issue", client, item().key)
    page = client.post(address, {**FILLED, "repairs": ["battery-replacement"]}, **SAVE)
    assert page.context["summary"].count == 1
    assert "£210.58" in page.content.decode()
    page = client.post(address, {**FILLED, "condition": "melted", "problem": "y" * 9000}, **SAVE)
    assert page.status_code == 200
    body = client.get(address).content.decode()
    assert "y" * 2000 in body
    assert re.search(r'value="screen-repair"[^>]*checked', body)


def test_the_first_answer_sent_twice_makes_one_thing(client: Client, shop: Shop) -> None:
    form = forms.find(client.get(BOOK), "problem")
    key = form.values["key"][0]
    for _press in range(2):
        client.post(BOOK, {**FILLED, "key": key})
    assert DraftItem.objects.count() == Draft.objects.count() == 1
    assert Quote.objects.count() == 1


def test_a_machine_cannot_begin_bookings_without_end(client: Client, shop: Shop, settings: Any) -> None:
    settings.GUESSES_PER_HOUR = {"new_drafts": 2}
    for _booking in range(2):
        assert begun(Client()).status_code == 200
    case = AddOn.objects.create(site=shop.site, name="Protective case", slug="case", price="12.00")
    form = forms.find(client.get(BOOK), "problem")
    key = form.values["key"][0]
    page = forms.send(client, form, add_ons=[case.slug], problem="Dropped on the stairs")
    assert (page.status_code, page["Retry-After"]) == (429, "3600")
    assert "Send this page again a little later, or call us" in page.content.decode()
    assert Draft.objects.count() == 2
    again = forms.find(page, "problem")
    kept = {name: again.values[name] for name in ("problem", "repairs", "add_ons", "condition", "urgency", "key")}
    assert kept == {
        "problem": ["Dropped on the stairs"],
        "repairs": ["screen-repair"],
        "add_ons": ["case"],
        "condition": ["poor"],
        "urgency": ["urgent"],
        "key": [key],
    }
    cache.clear()  # an hour later
    assert forms.send(client, again).request["PATH_INFO"] == at("draft-time", client)
    assert str(Quote.objects.latest("pk").total) == "479.98"


def test_the_limit_of_new_bookings_stops_nobody_at_one_and_counts_people_apart(
    client: Client, shop: Shop, settings: Any
) -> None:
    settings.GUESSES_PER_HOUR = {"new_drafts": 1}
    begun(client)
    for _more in range(3):
        assert client.post(BOOK, {**FILLED, "problem": "More"}).status_code == 302
    assert begun(Client()).status_code == 429
    ada = Client()
    ada.force_login(make_user())
    assert begun(ada).status_code == 200


def test_a_script_that_saves_is_told_to_wait_and_keeps_what_it_has(client: Client, shop: Shop, settings: Any) -> None:
    settings.GUESSES_PER_HOUR = {"new_drafts": 1}
    begun(Client())
    page = client.post(BOOK, FILLED, **SAVE)
    assert page.status_code == 429
    assert "X-Draft-Address" not in page


def test_going_back_to_the_start_of_the_same_device_goes_on_with_it(client: Client, shop: Shop) -> None:
    begun(client)
    page = client.get("/book/?device=iphone-8&repair=battery-replacement", follow=True)
    body = page.content.decode()
    assert page.request["PATH_INFO"] == at("draft-issue", client, item().key)
    for slug in ("screen-repair", "battery-replacement"):
        assert re.search(rf'value="{slug}"[^>]*checked', body)
    assert DraftItem.objects.count() == 1


def test_another_device_joins_the_booking_and_can_be_taken_out(client: Client, shop: Shop) -> None:
    begun(client)
    page = client.get("/book/?device=iphone-13&repair=screen-repair", follow=True)
    page = forms.send(client, forms.find(page, "problem"))
    assert page.request["PATH_INFO"] == at("draft-time", client)
    assert [thing.name for thing in page.context["summary"].things] == ["iPhone 8", "iPhone 13"]
    assert Draft.objects.get().urgency == "urgent"
    remove = forms.find(page, "remove")
    page = forms.send(client, remove)
    assert "Taken out of your booking" in page.content.decode()
    assert [thing.name for thing in page.context["summary"].things] == ["iPhone 13"]
    page = client.post(at("draft", client), {"remove": str(item().key)}, follow=True)
    assert page.request["PATH_INFO"] == at("draft-device", client)


@pytest.mark.parametrize("wish", ["x", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_taking_out_what_is_not_there_changes_nothing(client: Client, shop: Shop, wish: str) -> None:
    begun(client)
    client.post(at("draft", client), {"remove": wish})
    assert DraftItem.objects.count() == Quote.objects.count() == 1


def test_another_things_key_is_nobodys_way_into_a_draft(client: Client, shop: Shop) -> None:
    begun(client)
    begun(Client(), problem="Somebody else's words")
    page = client.get(at("draft-issue", client, item().key), follow=True)
    assert "Somebody else" not in page.content.decode()
    client.post(at("draft", client), {"remove": str(item().key)})
    client.post(at("draft-issue", client, item().key), {**FILLED, "problem": "Mine now"})
    assert item().problem == "Somebody else's words"


def test_a_chosen_time_is_held_and_the_way_leads_on(client: Client, shop: Shop) -> None:
    page = begun(client)
    form, start = forms.find(page, "starts_at"), soon(shop)
    page = forms.send(client, form, starts_at=start.isoformat(), service_type="postal")
    assert page.request["PATH_INFO"] == at("draft-photos", client)
    draft = Draft.objects.get()
    assert draft.basket.visit.hold.starts_at == start
    assert (draft.service_type, draft.reached) == ("postal", "photos")
    assert client.get(at("draft", client))["Location"] == at("draft-photos", client)
    body = client.get(at("draft-time", client)).content.decode()
    for words in ("£467.98", "£473.98", "Send it by post", "£6.00", "Kept for you until", "The time you have"):
        assert words in body


def test_a_day_without_a_script_keeps_what_was_chosen_beside_it(client: Client, shop: Shop) -> None:
    begun(client)
    day = (timezone.now() + timedelta(days=3)).date().isoformat()
    page = client.post(
        at("draft-time", client), {"urgency": "standard", "service_type": "courier", "show_day": day}, follow=True
    )
    assert page.context["day"].date.isoformat() == day
    assert (Draft.objects.get().urgency, Draft.objects.get().service_type) == ("standard", "courier")
    assert not Hold.objects.exists()


def test_a_time_picked_but_not_held_is_still_picked_after_a_reload(client: Client, shop: Shop) -> None:
    begun(client)
    wish = soon(shop).isoformat()
    client.post(at("draft-time", client), {"urgency": "urgent", "service_type": "in_store", "starts_at": wish}, **SAVE)
    body = client.get(at("draft-time", client)).content.decode()
    assert re.search(rf'value="{re.escape(wish)}" checked', body)
    assert not Hold.objects.exists()


def test_a_time_somebody_else_was_faster_for_shows_the_next_free_ones(client: Client, shop: Shop) -> None:
    begun(client)
    start = soon(shop)
    for _seat in shop.seats:
        booking.hold(site=shop.site, starts_at=start, at=timezone.now())
    page = client.post(
        at("draft-time", client), {"urgency": "standard", "service_type": "courier", "starts_at": start.isoformat()}
    )
    body = page.content.decode()
    assert page.status_code == 409
    assert "has just been taken" in body
    assert "Next free times" in body
    assert body.count('name="starts_at"') > 5
    assert (Draft.objects.get().urgency, Draft.objects.get().service_type) == ("standard", "courier")
    assert item().problem == "Dropped on the stairs"


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-11-24", "2026-11-24T10:00", "9999-12-31T23:59:59+00:00", "\x00", "x" * 500]
)
def test_a_time_that_is_none_is_refused_in_words(client: Client, shop: Shop, text: str) -> None:
    begun(client)
    wish = {"urgency": "urgent", "service_type": "in_store", "starts_at": text}
    page = client.post(at("draft-time", client), wish)
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert not Hold.objects.exists()


def test_a_step_whose_needs_are_missing_leads_to_them(client: Client, shop: Shop) -> None:
    client.post(BOOK, {**FILLED, "repairs": []}, **SAVE)
    missing = at("draft-issue", client, item().key)
    for name in ("draft", "draft-time", "draft-details", "draft-payment"):
        assert client.get(at(name, client))["Location"] == missing


def test_a_price_that_ran_out_is_made_anew_on_the_way(client: Client, shop: Shop) -> None:
    begun(client)
    Quote.objects.update(valid_until=timezone.now() - timedelta(minutes=1))
    page = client.get(at("draft-time", client))
    assert page.context["summary"].count == 1
    assert Quote.objects.get().valid_until > timezone.now()


def test_a_thing_taken_out_on_another_device_is_missed_in_words(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(client)
    address, known = at("draft-issue", client, item().key), issue.offered

    def meanwhile(**wish: Any) -> Any:
        draft = Draft.objects.get()
        drafts.remove_item(draft, key=item().key, at=timezone.now())
        return known(**wish)

    monkeypatch.setattr(issue, "offered", meanwhile)
    page = client.post(address, FILLED, follow=True)
    assert page.status_code == 200
    assert "taken out of your booking on another device" in page.content.decode()


def test_more_things_than_one_booking_takes_are_refused_in_words(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(client)
    monkeypatch.setattr(drafts, "MOST_THINGS", 1)
    page = client.post(f"{at('draft-device', client)}?device=iphone-13", FILLED, follow=True)
    assert "One booking takes ten things" in page.content.decode()
    assert DraftItem.objects.count() == 1


def test_a_shop_without_rules_of_booking_says_that_no_time_is_free(client: Client, shop: Shop) -> None:
    begun(client)
    BookingPolicy.objects.all().delete()
    assert "No free times" in client.get(at("draft-time", client)).content.decode()
    wish = {"urgency": "urgent", "service_type": "in_store", "starts_at": timezone.now().isoformat()}
    page = client.post(at("draft-time", client), wish)
    assert page.status_code == 200
    assert "when it can be booked" in page.content.decode()


def test_the_link_goes_on_elsewhere_with_everything(client: Client, shop: Shop) -> None:
    _draft, token = open_draft(client, shop)
    elsewhere = Client()
    page = elsewhere.get(reverse("draft", args=[token]), follow=True)
    assert page.request["PATH_INFO"] == reverse("draft-time", args=[token])
    assert page.context["summary"].hold is not None
    page = elsewhere.get(reverse("draft-details", args=[token]), follow=True)
    assert page.status_code == 200
    assert page.context["basket"].num_lines == 1


def test_the_link_is_shown_as_text_and_picture_and_mailed_some_times_an_hour(
    client: Client, shop: Shop, settings: Any
) -> None:
    settings.GUESSES_PER_HOUR = {"draft_mails": 2}
    _draft, token = open_draft(client, shop)
    address = reverse("draft-link", args=[token])
    body = client.get(address).content.decode()
    assert settings.PUBLIC_ORIGIN + reverse("draft", args=[token]) in body
    assert "<svg" in body
    for _time in range(2):
        assert client.post(address, {"email": "Ada@Example.com"}).status_code == 302
    sent = Message.objects.filter(kind="draft.link")
    assert [(row.to, row.context["link"]) for row in sent][0] == (
        "ada@example.com",
        settings.PUBLIC_ORIGIN + reverse("draft", args=[token]),
    )
    page = client.post(address, {"email": "ada@example.com"})
    assert "mailed several times" in page.content.decode()
    cache.clear()
    for wrong in ("", "nobody", "\x00", "x" * 5000 + "@example.com", "a@b.c\nBcc: d@example.com"):
        assert client.post(address, {"email": wrong}).status_code == 200
    assert sent.count() == 2


def test_a_secret_address_is_told_to_no_other_site_and_kept_by_no_cache(client: Client, shop: Shop) -> None:
    page = begun(client)
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]


def test_a_step_costs_few_statements_however_much_is_booked(client: Client, shop: Shop) -> None:
    begun(client, repairs=["screen-repair"])
    reserve.keep_time(site=shop.site, basket=Draft.objects.get().basket, starts_at=soon(shop), at=timezone.now())
    steps = {"issue": at("draft-issue", client, item().key), "time": at("draft-time", client)}
    steps |= {"device": at("draft-device", client)}
    most = {"issue": 16, "time": 18, "device": 13}
    costs = {}
    for _round in range(2):
        for name, address in steps.items():
            client.get(address)
            with counted() as statements:
                assert client.get(address).status_code == 200
            costs.setdefault(name, []).append(len(statements))
        everything = ["screen-repair", "battery-replacement", "charging-port-repair"]
        client.post(f"{at('draft-device', client)}?device=iphone-13", {**FILLED, "repairs": everything})
    for name, (one, many) in costs.items():
        assert one == many, (name, one, many)
        assert one <= most[name], (name, one)


def test_saving_in_passing_costs_few_statements(client: Client, shop: Shop) -> None:
    begun(client)
    address = at("draft-issue", client, item().key)
    client.post(address, FILLED, **SAVE)
    with counted() as statements:
        client.post(address, {**FILLED, "problem": "More words"}, **SAVE)
    assert len(statements) <= 34


def test_days_are_days_of_the_shop_and_parts_of_the_day_are_named() -> None:
    late = SHOP_TIME.replace(month=7, hour=23, minute=30)  # half past midnight of the next day in London
    days = as_days([late, late + timedelta(hours=14)], zone=LONDON, first=date(2026, 7, 23), days=3)
    assert [day.count for day in days] == [0, 2, 0]
    assert [(str(part), [f"{start.local:%H:%M}" for start in starts]) for part, starts in days[1].parts] == [
        ("Morning", ["00:30"]),
        ("Afternoon", ["14:30"]),
    ]
    assert chosen_day(days, "") is days[1]
    assert chosen_day(days, "2026-07-25") is days[2]
    assert chosen_day(days, "nonsense") is days[1]
