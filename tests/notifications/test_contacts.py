"""Who we can write to."""

from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from notifications import contacts
from notifications.contacts import ContactNotUsable, can_text, dialled_phone, normal_phone, readable_phone
from notifications.models import Contact
from tests.factories import make_user
from tests.notifications.facts import AT

DETAILS = {"name": "Ada Byron", "email": "ada@example.com", "phone": "07911 123456", "language": "en-gb"}


def find(**details: object) -> Contact:
    site = Site.objects.get(is_default_site=True)
    return contacts.find_or_create(site=site, at=AT, **{**DETAILS, **details})  # type: ignore[arg-type]


@pytest.mark.django_db
def test_equal_details_share_a_row_however_they_are_typed() -> None:
    first = find()
    again = find(name="  Ada   Byron ", email="ADA@Example.com", phone="+44 7911 123456")
    assert first.pk == again.pk
    assert Contact.objects.get().email == "ada@example.com"
    assert str(Contact.objects.get().phone) == "+447911123456"


@pytest.mark.django_db
def test_a_guest_is_found_or_made_in_one_statement() -> None:
    site = Site.objects.get(is_default_site=True)
    with CaptureQueriesContext(connection) as seen:
        made = contacts.find_or_create(site=site, at=AT, **DETAILS)
    assert len(seen) == 1
    assert Contact.objects.get(pk=made.pk).created_at == AT
    assert (made.email, str(made.phone), made.user_id) == ("ada@example.com", "+447911123456", None)


@pytest.mark.django_db
def test_a_stranger_who_types_my_address_does_not_change_my_row() -> None:
    mine = find()
    theirs = find(phone="07911 999999", name="Mallory")
    assert theirs.pk != mine.pk
    mine.refresh_from_db()
    assert (mine.name, str(mine.phone)) == ("Ada Byron", "+447911123456")


@pytest.mark.django_db
def test_somebody_who_is_logged_in_has_rows_of_their_own() -> None:
    guest = find()
    user = make_user()
    mine = find(user=user)
    assert mine.pk != guest.pk
    assert mine.user_id == user.pk
    assert find(user=user).pk == mine.pk
    guest.refresh_from_db()
    assert guest.user_id is None


@pytest.mark.django_db
def test_a_verified_address_claims_every_guest_row_and_no_other() -> None:
    find()
    find(phone="")
    find(email="bob@example.com")
    user = make_user()
    assert contacts.claim(user=user, email="ADA@example.com") == 2
    assert contacts.claim(user=user, email="ada@example.com") == 0
    assert Contact.objects.get(email="bob@example.com").user_id is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("details", "field"),
    [({"email": "", "phone": ""}, "email"), ({"email": "ada@"}, "email"), ({"phone": "call me"}, "phone")],
)
def test_nobody_is_kept_who_cannot_be_reached(details: dict[str, str], field: str) -> None:
    with pytest.raises(ContactNotUsable) as refused:
        find(**details)
    assert refused.value.field == field
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_a_name_may_be_odd_but_not_break_lines() -> None:
    assert find(name="O'Brien \u0130pek\r\nBcc: x\x00").name == "O'Brien \u0130pek Bcc: x"
    assert len(find(name="x" * 500).name) == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07911 123456", "+447911123456"),
        ("0044 7911 123456", "+447911123456"),
        ("+351 912 345 678", "+351912345678"),
        ("(020) 7946-0018", "+442079460018"),
        ("  ", ""),
    ],
)
def test_numbers_are_kept_in_the_international_form(typed: str, kept: str) -> None:
    assert normal_phone(typed) == kept


@pytest.mark.parametrize("typed", ["123", "call me", "020 7946 0018 ext 3", "0909 879 1234", "+44" + "7" * 30])
def test_numbers_that_cannot_be_used_are_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(ContactNotUsable) as refused:
        normal_phone(typed)
    assert len(str(refused.value)) > 20


@pytest.mark.parametrize(
    ("phone", "texts"), [("+447911123456", True), ("+14155552671", True), ("+442079460018", False), ("", False)]
)
def test_texts_go_to_phones_that_can_take_them(phone: str, texts: bool) -> None:
    assert can_text(phone) is texts


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_guest_in_twenty_windows_is_one_row() -> None:
    site = Site.objects.get(is_default_site=True)
    barrier, found = Barrier(20), []

    def book() -> None:
        try:
            barrier.wait()
            found.append(contacts.find_or_create(site=site, at=AT, **DETAILS).pk)
        finally:
            connections.close_all()

    threads = [Thread(target=book) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert set(found) == {Contact.objects.get().pk}


@pytest.mark.parametrize(
    ("kept", "read", "dialled"),
    [
        ("+447911123456", "+44 7911 123456", "+447911123456"),
        ("020 7946 0018", "+44 20 7946 0018", "+442079460018"),
        ("+44 (0)20 7946-0018", "+44 20 7946 0018", "+442079460018"),
        ("+5511961234567", "+55 11 96123-4567", "+5511961234567"),
        ("0800 REPAIR", "0800 REPAIR", "0800"),
        ("12", "12", "12"),
        ("ada07911123456@example.com", "ada07911123456@example.com", "07911123456"),
        ("", "", ""),
    ],
)
def test_a_number_is_shown_in_groups_and_dialled_in_one_piece(kept: str, read: str, dialled: str) -> None:
    assert readable_phone(kept) == read
    assert dialled_phone(kept) == dialled
