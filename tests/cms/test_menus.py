"""Menus, footer, social links and logo as editors set them for a site."""

import io
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from django.test import Client
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import PageViewRestriction

from cms import menus
from cms.models import ContentPage, ShopSettings, SiteMenus
from cms.versions import Scope, bump
from repairs.models import OpeningHours
from site_config.roles import make_roles
from tests.cms.editors_forms import home_of
from tests.factories import Shop, make_user
from tests.shop.statements import counted


@pytest.fixture
def about(shop: Shop) -> ContentPage:
    page = home_of(shop.site).add_child(instance=ContentPage(title="About us", slug="about"))
    page.save_revision().publish()
    return page


def link(text: str, page: Any = None, address: str = "") -> dict[str, Any]:
    return {"text": text, "page": page, "address": address}


def chosen(site: Any, **parts: Any) -> SiteMenus:
    row = SiteMenus(site=site)
    row.main = [("link", one) for one in parts.get("main", ())]
    row.footer = [("column", {"heading": "Here", "links": links}) for links in parts.get("columns", ())]
    row.social = [("page", {"network": network, "address": where}) for network, where in parts.get("social", ())]
    row.footer_line = parts.get("line", "")
    row.save()
    return row


def body(client: Client, address: str = "/prices/") -> str:
    return client.get(address).content.decode()


def test_nobody_chose_and_the_shops_own_screens_stand_there(about: ContentPage, client: Client) -> None:
    shown = body(client)
    for address in ("/devices/", "/prices/", "/services/", "/track/"):
        assert shown.count(f'<li><a href="{address}">') == 3  # header, its menu on phones, footer
    assert 'href="/about/"' in shown
    assert not SiteMenus.objects.exists()  # looking writes nothing


def test_what_editors_choose_stands_in_header_and_footer_at_once(
    about: ContentPage, client: Client, shop: Shop
) -> None:
    body(client)
    chosen(
        shop.site,
        main=[link("Who we are", about), link("Book", address="/book/")],
        columns=[[link("Call", address="tel:+442079460018")]],
        social=[("instagram", "https://www.instagram.com/mendwell")],
        line="Mended in Brixton.",
    )
    shown = body(client)
    assert shown.count('<li><a href="/about/">Who we are</a></li>') == 2
    assert 'href="tel:+442079460018"' in shown
    assert 'href="https://www.instagram.com/mendwell"' in shown
    assert "Mended in Brixton." in shown
    assert '<li><a href="/services/">' not in shown


def test_a_page_that_is_unpublished_or_made_private_drops_out(about: ContentPage, client: Client, shop: Shop) -> None:
    chosen(shop.site, main=[link("Who we are", about), link("Book", address="/book/")])
    assert "Who we are" in body(client)
    hidden = PageViewRestriction.objects.create(page=about, restriction_type="login")
    assert "Who we are" not in body(client)
    hidden.delete()
    assert "Who we are" in body(client)
    about.unpublish()
    assert "Who we are" not in body(client)


def test_a_page_that_is_the_only_entry_and_goes_leaves_the_shops_own_menu(
    about: ContentPage, client: Client, shop: Shop
) -> None:
    chosen(shop.site, main=[link("Who we are", about)])
    about.delete()
    assert '<li><a href="/devices/">' in body(client)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "data:text/html,x", "\\\\evil", "nothing"]
)
def test_an_address_that_could_carry_a_script_is_never_shown(about: ContentPage, shop: Shop, address: str) -> None:
    row = chosen(shop.site, main=[link("Bad", address=address), link("Good", address="/book/")])
    assert [one.text for one in menus.read(row.site).menus.main] == ["Good"]


def test_any_number_of_links_costs_the_same_and_a_page_that_is_kept_costs_nothing(
    about: ContentPage, client: Client, shop: Shop
) -> None:
    chosen(shop.site, main=[link(f"L{n}", about) for n in range(2)])
    menus.read(shop.site)  # where the pages stand is read once
    with counted() as few:
        menus.read(shop.site)
    SiteMenus.objects.all().delete()
    chosen(shop.site, main=[link(f"L{n}", about) for n in range(6)], columns=[[link("A", about)] * 8] * 3)
    with counted() as many:
        menus.read(shop.site)
    assert len(few) <= 2
    assert len(many) <= 4  # versions and pages, for menus count as content: never one for each of thirty links
    body(client)
    with counted() as kept:
        body(client)
    assert not [statement for statement in kept if "cms_sitemenus" in statement]


def test_an_address_elsewhere_of_no_known_network_is_left_out(about: ContentPage, shop: Shop) -> None:
    row = chosen(shop.site, social=[("instagram", "https://www.instagram.com/x"), ("youtube", "javascript:x")])
    assert [one.network for one in menus.read(row.site).menus.social] == ["instagram"]


def test_the_logo_stands_in_the_header_with_the_shops_name_and_a_broken_one_gives_way_to_the_sign(
    about: ContentPage, client: Client, shop: Shop, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = io.BytesIO()
    Image.new("RGBA", (600, 120), (20, 90, 60, 255)).save(file, "PNG")
    file.seek(0)
    logo = get_image_model().objects.create(title="A logo", file=ImageFile(file, name="logo.png"))
    details = ShopSettings.for_site(shop.site)
    details.logo = logo
    details.save()
    shown = body(client)
    assert 'alt="Mendwell London"' in shown
    assert 'height="88"' in shown
    logo.renditions.all().delete()
    logo.file.storage.delete(logo.file.name)
    bump(Scope.CONTENT)
    broken = body(client)
    assert 'class="brand"' in broken
    assert "<span>Mendwell London</span>" in broken


def test_a_moderator_changes_menus_hours_and_shop_details_without_a_shell(about: ContentPage, shop: Shop) -> None:
    make_roles()
    user = make_user("moderator@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    client = Client()
    client.force_login(user)
    details = client.get(f"/cms/settings/cms/shopsettings/{shop.site.pk}/").content.decode()
    assert "/cms/openinghours/" in details
    assert client.get(f"/cms/settings/cms/sitemenus/{shop.site.pk}/").status_code == 200
    monday = OpeningHours.objects.get(weekday=0)
    assert "09:00–18:00" in body(Client())
    answer = client.post(
        f"/cms/openinghours/edit/{monday.pk}/",
        {"site": shop.site.pk, "weekday": 0, "opens": "08:30", "closes": "18:00"},
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert "08:30–18:00" in body(Client())
