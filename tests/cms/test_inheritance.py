"""Words hold for everything below the node they were written at, and every front says where they are from."""

from django.test import Client

from cms.inheritance import Text, chain, inherited
from cms.models import RepairType, Subject
from tests.factories import Shop


def family(preparation: str = "") -> Subject:
    return Subject(pk=1, kind="family", name="Phones", slug="phones", live=True, preparation=preparation)


def below(parent: Subject, kind: str, name: str, **more: str) -> Subject:
    node = Subject(pk=parent.pk + 1, kind=kind, name=name, slug=name.lower().replace(" ", "-"), live=True, **more)
    node.parent = parent
    return node


def test_the_nearest_text_counts() -> None:
    phones = family("Back it up.")
    device = below(below(phones, "category", "iPhone"), "device", "iPhone 8")
    assert inherited("preparation", chain(device)) == Text("Back it up.", "family", "phones", "Phones")
    device.preparation = "Bring the code."
    assert inherited("preparation", chain(device)) == Text(
        "Bring the code.", "device", "iphone-8", "iPhone 8", own=True
    )
    repair = RepairType(name="Screen", slug="screen", preparation="Take the film off.")
    assert inherited("preparation", chain(device, repair)).source_kind == "repair-type"
    assert not inherited("description", chain(device, repair))


def test_blanks_are_no_text_and_what_is_unpublished_says_nothing() -> None:
    phones = family("Back it up.")
    device = below(phones, "category", "iPhone", preparation=" \n ")
    assert inherited("preparation", chain(device)).source_name == "Phones"
    phones.live = False
    assert not inherited("preparation", chain(device))


def test_a_draft_without_a_parent_has_only_its_own_words() -> None:
    assert chain(None) == []
    assert inherited("description", chain(Subject(name="New", description="Mine."))).own


def test_every_front_shows_inherited_words_and_the_api_their_source(client: Client, shop: Shop) -> None:
    Subject.objects.filter(pk=shop.phones.pk).update(
        preparation="Back up your phone.\nBring the code.", description="F"
    )
    Subject.objects.filter(pk=shop.iphone.pk).update(description="Every iPhone.")
    RepairType.objects.filter(pk=shop.screen.pk).update(description="New glass.")
    for path in ("/devices/iphone-8/", "/repairs/iphone/", "/devices/iphone-8/battery-replacement/"):
        body = client.get(path).content.decode()
        assert "Before your visit" in body and "Bring the code." in body and "Every iPhone." in body, path
    assert "New glass." in client.get("/devices/iphone-8/screen-repair/").content.decode()
    found = client.get("/api/v1/devices/iphone-8/").json()
    assert found["description"] == {
        "text": "Every iPhone.",
        "from": {"kind": "category", "slug": "iphone", "name": "iPhone"},
    }
    assert found["preparation"]["from"] == {"kind": "family", "slug": "phones", "name": "Phones"}
    screen = next(row for row in found["repairs"] if row["slug"] == "screen-repair")
    assert screen["description"]["from"]["kind"] == "repair-type"
    assert screen["preparation"]["from"]["kind"] == "family"
    rows = client.get("/api/v1/repair-types/").json()["items"]
    battery = next(row for row in rows if row["slug"] == "battery-replacement")
    assert battery["description"]["text"] == "Every iPhone."


def test_nothing_written_is_said_as_such(client: Client, shop: Shop) -> None:
    assert client.get("/api/v1/devices/iphone-8/").json()["description"] == {"text": "", "from": None}
    assert "Before your visit" not in client.get("/devices/iphone-8/").content.decode()
