"""A card number that a customer types into the booking is kept nowhere, and they are told kindly."""

from django.test import Client

from notifications.card_numbers import REMOVED
from shop.models import Draft, DraftItem
from tests.factories import Shop
from tests.shop.test_wizard import FILLED, SAVE, at, begun, item

SAID = "It fell. My card is 4242 4242 4242 4242"
KEPT = "It fell. My card is •••• 4242"


def test_what_went_wrong_is_kept_without_the_card_number_and_the_next_page_says_so(client: Client, shop: Shop) -> None:
    begun(client)
    page = client.post(at("draft-issue", client, item().key), {**FILLED, "problem": SAID}, follow=True)
    assert item().problem == KEPT
    assert str(REMOVED) in page.content.decode()
    again = client.get(at("draft-issue", client, item().key)).content.decode()
    assert KEPT in again and "4242 4242" not in again and str(REMOVED) not in again


def test_words_that_were_not_sent_yet_are_kept_without_it_too(client: Client, shop: Shop) -> None:
    begun(client)
    address = at("draft-issue", client, item().key)
    client.post(address, {**FILLED, "repairs": "no-such-thing", "problem": SAID}, **SAVE)
    kept = str(list(Draft.objects.values_list("unsent", flat=True)) + list(DraftItem.objects.values_list("problem")))
    assert "4242 4242" not in kept and KEPT in kept


def test_words_without_one_are_kept_as_they_are_and_nobody_is_warned(client: Client, shop: Shop) -> None:
    begun(client)
    said = "IMEI 356938035643809, call +44 7911 123456"
    page = client.post(at("draft-issue", client, item().key), {**FILLED, "problem": said}, follow=True)
    assert item().problem == said
    assert str(REMOVED) not in page.content.decode()
