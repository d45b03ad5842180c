"""An owner sets price rules in the admin: checked, shown before they are saved, kept with their history."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape

from cms.models import Version
from repairs.models import Closure
from shop.models import AddOn, PriceRule, RepairOffer
from tests.cms.editors import person
from tests.factories import Shop, repair_type, subject
from tests.shop.statements import counted

LIST = "/cms/pricerule/"


@pytest.fixture
def owner(shop: Shop) -> Any:
    """The browser of somebody who may set prices; every device is in the catalogue of the small shop."""
    return person("owner")


def form(shop: Shop, **more: Any) -> dict[str, Any]:
    """A rule as its form sends it."""
    empty = (
        "reason brand subject repair_type older_than_years at_most_years year_from year_until condition urgency "
        "service_type part_grade add_on visit_from visit_until valid_from valid_until group"
    )
    return dict.fromkeys(empty.split(), "") | {
        "site": shop.site.pk, "name": "Sunday visit", "effect": "multiply", "value": "1.25", "priority": "50",
        "active": "on", **more,
    }  # fmt: skip


def test_a_rule_is_made_and_counts_at_once(owner: Any, shop: Shop) -> None:
    before = Version.objects.get(site=shop.site, scope="prices").number
    answer = owner.post(f"{LIST}add/", form(shop, weekdays=["6", "5"], visit_from="17:00"))
    assert answer.status_code == 302, answer.context["form"].errors
    rule = PriceRule.objects.get(name="Sunday visit")
    assert (rule.weekdays, str(rule.visit_from)) == ([5, 6], "17:00:00")
    assert Version.objects.get(site=shop.site, scope="prices").number > before
    listed = owner.get(LIST).content.decode()
    assert "Multiplies by 1.25 (+25 %) when: visit on Saturday or Sunday, visit at 17:00 or later." in listed


def test_what_changes_is_shown_and_nothing_is_saved(owner: Any, shop: Shop) -> None:
    older = form(shop, name="Very old", older_than_years="6", value="2", **{"action-show": "1"})
    answer = owner.post(f"{LIST}add/", older)
    assert answer.status_code == 200
    rows = [
        (row.device.name, row.repair_type.name, row.before.total, row.after.total)
        for row in answer.context["form"].changes.rows
    ]
    assert rows == [
        ("iPhone 8", "Screen repair", Decimal("239.99"), Decimal("479.98")),
        ("iPhone 8", "Charging port repair", Decimal("143.99"), Decimal("287.98")),
        ("iPhone 8", "Battery replacement", Decimal("107.99"), Decimal("215.98")),
    ]
    page = answer.content.decode()
    assert "£479.98" in page
    assert 'value="Very old"' in page
    assert not PriceRule.objects.filter(name="Very old").exists()


def test_the_wish_that_a_rule_names_is_asked_for_too(owner: Any, shop: Shop) -> None:
    rule = PriceRule.objects.get(name="Urgent repair")
    answer = owner.post(
        f"{LIST}edit/{rule.pk}/", form(shop, name=rule.name, value="2", urgency="urgent", **{"action-show": "1"})
    )
    changes = answer.context["form"].changes
    assert (changes.dearer, changes.cheaper, changes.prices, changes.devices) == (9, 0, 9, 3)
    first = changes.rows[0]
    assert (first.before.total, first.after.total) == (Decimal("359.98"), Decimal("479.98"))
    assert "<small>Urgent</small>" in answer.content.decode()


def test_a_rule_about_visits_is_asked_for_with_a_visit_that_meets_it(owner: Any, shop: Shop) -> None:
    evening = form(shop, weekdays=["5", "6"], visit_from="16:00", **{"action-show": "1"})
    answer = owner.post(f"{LIST}add/", evening)
    changes = answer.context["form"].changes
    (visit,) = changes.visits
    assert (visit.weekday() in (5, 6), visit.strftime("%H:%M"), str(visit.tzinfo)) == (True, "16:00", "Europe/London")
    assert (changes.dearer, changes.prices) == (9, 9)
    assert {row.asked.visit for row in changes.rows} == {visit}
    page = answer.content.decode()
    assert f"Asked for with a visit on {date_format(visit, 'l j F, H:i')}." in page
    assert "While no visit is chosen, a rule about visits changes nothing." in page


def test_a_visit_is_looked_for_when_the_shop_is_open(owner: Any, shop: Shop) -> None:
    """Early visits begin at nine, not at midnight, and on no closed day."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    Closure.objects.create(site=shop.site, date=tomorrow)
    changes = owner.post(f"{LIST}add/", form(shop, visit_until="10:00", **{"action-show": "1"})).context["form"].changes
    (visit,) = changes.visits
    assert (visit.strftime("%H:%M"), visit.date()) == ("09:00", tomorrow + timedelta(days=1))


def test_a_rule_whose_day_is_changed_shows_both_days(owner: Any, shop: Shop) -> None:
    rule = PriceRule.objects.create(site=shop.site, name="Weekend", value=Decimal("1.25"), weekdays=[5], priority=50)
    sent = form(shop, name=rule.name, weekdays=["6"], **{"action-show": "1"})
    changes = owner.post(f"{LIST}edit/{rule.pk}/", sent).context["form"].changes
    assert {visit.weekday() for visit in changes.visits} == {5, 6}
    assert {row.asked.visit.weekday() for row in changes.rows} <= {5, 6}
    assert changes.dearer + changes.cheaper == 9


def test_a_rule_for_hours_at_which_the_shop_is_closed_is_pointed_out(owner: Any, shop: Shop) -> None:
    page = owner.post(f"{LIST}add/", form(shop, visit_from="19:00")).content.decode()
    assert "The shop is closed then: no visit can begin at these times." in page


def test_switching_a_rule_off_shows_what_gets_cheaper(owner: Any, shop: Shop) -> None:
    rule = PriceRule.objects.get(name="Older device")
    sent = form(shop, name=rule.name, value="1.2", older_than_years="5", priority="0", **{"action-show": "1"})
    sent.pop("active")
    changes = owner.post(f"{LIST}edit/{rule.pk}/", sent).context["form"].changes
    assert (changes.dearer, changes.cheaper) == (0, 6)
    assert changes.rows[0].difference == Decimal("-40.00")


def test_a_rule_that_begins_later_is_looked_at_from_then_on(owner: Any, shop: Shop) -> None:
    begins = timezone.now() + timedelta(days=40)
    sent = form(shop, valid_from=begins.strftime("%Y-%m-%d %H:%M"), **{"action-show": "1"})
    changes = owner.post(f"{LIST}add/", sent).context["form"].changes
    assert changes.dearer == 9
    assert changes.at.date() == begins.date()


def test_a_rule_that_can_never_count_is_refused_at_its_field(owner: Any, shop: Shop) -> None:
    answer = owner.post(f"{LIST}add/", form(shop, year_from="2022", year_until="2020", although="on"))
    assert "year_until" in answer.context["form"].errors
    assert "This rule can never count as it is" in answer.content.decode()
    assert not PriceRule.objects.filter(name="Sunday visit").exists()


@pytest.mark.parametrize("value", ["0", "-1", "", "abc", "nan"])
def test_a_factor_that_makes_no_price_is_refused(owner: Any, shop: Shop, value: str) -> None:
    assert "value" in owner.post(f"{LIST}add/", form(shop, value=value)).context["form"].errors


def test_the_tick_to_save_although_stands_only_beside_a_warning(owner: Any, shop: Shop) -> None:
    assert 'name="although"' not in owner.get(f"{LIST}add/").content.decode()
    odd = owner.post(f"{LIST}add/", form(shop, brand="Aple", **{"action-show": "1"}))
    assert odd.content.decode().count('name="although"') == 1


def test_a_warning_is_told_once_and_the_rule_may_be_saved_although(owner: Any, shop: Shop) -> None:
    odd = form(shop, brand="Aple")
    answer = owner.post(f"{LIST}add/", odd)
    assert "No device has this brand" in answer.content.decode()
    assert not PriceRule.objects.filter(name="Sunday visit").exists()
    assert owner.post(f"{LIST}add/", odd | {"although": "on"}).status_code == 302
    assert PriceRule.objects.get(name="Sunday visit").brand == "Aple"


def test_a_rule_of_another_site_is_no_neighbour(owner: Any, shop: Shop, second_site: Any) -> None:
    PriceRule.objects.create(site=second_site, name="All", value=2, stop=True)
    answer = owner.post(f"{LIST}add/", form(shop, **{"action-show": "1"}))
    assert answer.context["form"].findings == []


def test_nothing_is_saved_while_somebody_types(owner: Any, shop: Shop) -> None:
    rule = PriceRule.objects.get(name="Urgent repair")
    for address in (f"{LIST}add/", f"{LIST}edit/{rule.pk}/"):
        assert "data-w-autosave-interval-value" not in owner.get(address).content.decode()


def opened(browser: Any, rule: PriceRule) -> dict[str, Any]:
    """What the form of a rule sends when nothing was typed."""
    shown = browser.get(f"{LIST}edit/{rule.pk}/").context["form"]
    sent = {name: shown[name].value() for name in shown.fields}
    sent["active"] = "on" if sent["active"] else ""
    return {name: "" if value is None else value for name, value in sent.items()}


def test_who_saves_an_old_copy_is_told_what_the_other_wrote_and_loses_nothing(owner: Any, shop: Shop) -> None:
    rule, other = PriceRule.objects.get(name="Urgent repair"), person("moderator")
    mine, theirs = opened(owner, rule), opened(other, rule)
    assert other.post(f"{LIST}edit/{rule.pk}/", theirs | {"value": "1.7", "group": "hurry"}).status_code == 302
    answer = owner.post(f"{LIST}edit/{rule.pk}/", mine | {"value": "1.6", "reason": "We work late."})
    told = answer.context["form"].non_field_errors()[0]
    assert escape(told) in answer.content.decode()
    assert told.startswith("moderator@example.com (")
    assert "Value: 1.7" in told
    assert "yours stands in the form and replaces it" in told
    assert "Group: hurry (taken over into the form)" in told
    rule.refresh_from_db()
    assert (rule.value, rule.group, rule.reason) == (Decimal("1.7"), "hurry", "")
    shown = answer.context["form"]
    kept = {name: shown[name].value() for name in ("value", "group", "reason", "seen")}
    assert (kept["value"], kept["group"], kept["reason"]) == ("1.6", "hurry", "We work late.")
    assert owner.post(f"{LIST}edit/{rule.pk}/", mine | kept).status_code == 302
    rule.refresh_from_db()
    assert (rule.value, rule.group, rule.reason) == (Decimal("1.6"), "hurry", "We work late.")


def test_a_rule_that_was_switched_off_meanwhile_is_not_switched_on_by_an_old_copy(owner: Any, shop: Shop) -> None:
    rule = PriceRule.objects.get(name="Urgent repair")
    mine = opened(owner, rule)
    owner.post(f"/cms/bulk/shop/pricerule/switch_off/?id={rule.pk}&next=/cms/pricerule/")
    answer = owner.post(f"{LIST}edit/{rule.pk}/", mine | {"weekdays": ["5"], "value": "1.6"})
    assert "Active: no (taken over into the form)" in answer.context["form"].non_field_errors()[0]
    assert answer.context["form"]["active"].value() is False
    assert not PriceRule.objects.get(pk=rule.pk).active


def test_two_who_write_the_same_are_told_nothing(owner: Any, shop: Shop) -> None:
    rule = PriceRule.objects.get(name="Urgent repair")
    mine = opened(owner, rule)
    PriceRule.objects.filter(pk=rule.pk).update(value=Decimal("1.6"))
    assert owner.post(f"{LIST}edit/{rule.pk}/", mine | {"value": "1.6"}).status_code == 302


def test_a_rule_that_was_deleted_meanwhile_does_not_come_back(owner: Any, shop: Shop) -> None:
    rule = PriceRule.objects.get(name="Urgent repair")
    mine = opened(owner, rule)
    rule.delete()
    assert owner.post(f"{LIST}edit/{rule.pk}/", mine).status_code == 404
    assert not PriceRule.objects.filter(name="Urgent repair").exists()


def test_a_copy_has_another_name_and_is_off(owner: Any, shop: Shop) -> None:
    rule = PriceRule.objects.get(name="Battery week")
    page = owner.get(f"{LIST}copy/{rule.pk}/").context["form"]
    assert (page.initial["name"], page.initial["active"]) == ("Battery week (copy)", False)
    sent = form(shop, name="Battery week (copy)", repair_type=shop.battery.pk, value="0.9")
    sent.pop("active")
    assert owner.post(f"{LIST}add/", sent).status_code == 302
    assert PriceRule.objects.filter(name__startswith="Battery week").count() == 2


def test_each_version_is_kept_compared_and_brought_back(owner: Any, shop: Shop) -> None:
    rule = PriceRule.objects.get(name="Urgent repair")
    for value in ("1.6", "1.7"):
        sent = form(shop, name=rule.name, value=value, urgency="urgent", priority="3")
        assert owner.post(f"{LIST}edit/{rule.pk}/", sent).status_code == 302
    older, newer = rule.revisions.order_by("pk")
    told = owner.get(f"{LIST}history/{rule.pk}/revisions/compare/{older.pk}...{newer.pk}/").content.decode()
    assert "1.6" in told
    assert owner.get(f"{LIST}history/{rule.pk}/").status_code == 200
    form_of_then = owner.get(f"{LIST}history/{rule.pk}/revisions/{older.pk}/revert/").context["form"]
    assert form_of_then.initial["value"] == "1.6"


def test_rules_are_switched_off_and_on_together(owner: Any, shop: Shop) -> None:
    rows = list(PriceRule.objects.filter(name__endswith="condition"))
    asked = "&".join(f"id={row.pk}" for row in rows)
    before = Version.objects.get(site=shop.site, scope="prices").number
    for action, active in (("switch_off", False), ("switch_on", True)):
        address = f"/cms/bulk/shop/pricerule/{action}/?{asked}&next=/cms/pricerule/"
        assert owner.get(address).status_code == 200
        assert owner.post(address).status_code == 302
        assert set(PriceRule.objects.filter(pk__in=[row.pk for row in rows]).values_list("active", flat=True)) == {
            active
        }
    again = owner.post(address, follow=True)
    assert "0 rules switched on. 2 were on already." in again.content.decode()
    assert PriceRule.objects.filter(active=True).count() == 6
    assert rows[0].revisions.count() == 2
    assert Version.objects.get(site=shop.site, scope="prices").number > before


@pytest.mark.parametrize("role", ["editor", "translator"])
def test_who_may_not_set_prices_switches_no_rules(shop: Shop, role: str) -> None:
    rule = PriceRule.objects.first()
    person(role).post(f"/cms/bulk/shop/pricerule/switch_off/?id={rule.pk}&next=/cms/")
    assert PriceRule.objects.filter(active=False).count() == 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("counts=soon", {"Battery week"}),
        ("counts=off", {"Off"}),
        ("counts=past", {"Past"}),
        ("group=age", {"Past"}),
        ("effect=minimum", {"Off"}),
        ("q=courier", {"Courier handling"}),
    ],
)
def test_the_list_finds_what_an_owner_looks_for(owner: Any, shop: Shop, asked: str, found: set[str]) -> None:
    now = timezone.now()
    PriceRule.objects.filter(name="Battery week").update(
        valid_from=now + timedelta(days=9), valid_until=now + timedelta(days=16)
    )
    PriceRule.objects.create(site=shop.site, name="Off", effect="minimum", value=9, active=False)
    PriceRule.objects.create(site=shop.site, name="Past", value=2, valid_until=now, group="age")
    answer = owner.get(f"{LIST}?{asked}")
    assert {row.name for row in answer.context["object_list"]} == found


def test_a_long_list_costs_no_more_statements(owner: Any, shop: Shop) -> None:
    owner.get(LIST)
    with counted() as few:
        owner.get(LIST)
    extra = AddOn.objects.create(site=shop.site, name="Glass", slug="glass", price=9)
    for number in range(20):
        PriceRule.objects.create(
            site=shop.site, name=f"R{number}", value=2, subject=shop.iphone, repair_type=shop.screen, add_on=extra
        )
    with counted() as many:
        owner.get(LIST)
    assert len(many) <= len(few)


def test_a_big_catalogue_is_compared_in_the_same_few_statements(shop: Shop) -> None:
    from shop.facts import rule_of  # noqa: PLC0415
    from shop.rule_effects import changes  # noqa: PLC0415

    def ask() -> tuple[Any, int]:
        rule = PriceRule.objects.get(name="Poor condition")
        now = rule_of(rule)
        rule.value = Decimal(3)
        with counted() as statements:
            found = changes(site=shop.site, now=now, planned=rule_of(rule), add_on=None, at=timezone.now())
        return found, len(statements)

    small, few = ask()
    for number in range(30):
        subject("device", f"Phone {number}", f"phone-{number}", shop.iphone, brand="Apple", year=2015 + number % 9)
    for number in range(4):
        kind = repair_type(f"Repair {number}", f"repair-{number}", shop.iphone)
        RepairOffer.objects.create(site=shop.site, repair_type=kind, subject=shop.iphone, price=50 + number)
    big, many = ask()
    assert (small.prices, big.prices) == (9, 231)
    assert few == many <= 6
    assert len(big.rows) == 20
    assert big.dearer == 231


def test_more_devices_than_can_be_looked_at_are_sampled_and_said_so(
    owner: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.rule_effects.DEVICES_LOOKED_AT", 2)
    page = owner.post(f"{LIST}add/", form(shop, **{"action-show": "1"})).content.decode()
    assert "There are 3 devices; 2 of them, evenly spread, were looked at." in page


def test_the_price_list_of_customers_says_what_the_owner_reads(shop: Shop, client: Any) -> None:
    PriceRule.objects.create(
        site=shop.site, name="Evening", effect="add", value=15, weekdays=[5], visit_from="17:00", subject=shop.iphone
    )
    PriceRule.objects.create(site=shop.site, name="Least", effect="minimum", value=49, brand="Apple", year_from=2019)
    PriceRule.objects.create(site=shop.site, name="Keeps others out", effect="minimum", value=0, stop=True, priority=99)
    page = client.get("/prices/").content.decode()
    assert "+£15.00" in page
    assert "iPhone, visit on Saturday, visit at 17:00 or later" in page
    assert "£49.00 at least" in page
    assert "Brand: Apple, device of 2019 or newer" in page
    assert "Keeps others out" not in page
