"""No text that people type is stored with a card number in it: a new field of a model is masked, or says why not."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.house.rooms import BELOW

LONG = 26  # characters: references, codes and names of kinds are shorter
MACHINE = "written by us or by a provider, not by people"
EDITORS = "words that editors publish"
# "room.Model" for all of a model's texts, or "room.Model.field": why they are stored as they are.
STORED_AS_THEY_ARE = {
    "notifications.Message.to": "an address",
    "notifications.Message.attachments": MACHINE,
    "notifications.Message.dedupe_key": MACHINE,
    "notifications.Message.kind": MACHINE,
    "notifications.Message.provider": MACHINE,
    "notifications.Message.provider_id": MACHINE,
    "notifications.Message.error": MACHINE,
    "notifications.Receipt": MACHINE,
    "notifications.Resending": MACHINE,
    "notifications.Webhook": "set up by staff: a name, a secret, kinds",
    "notifications.Delivery": "made from rows that are masked",
    "cms.DraftPreview": "an editor's draft as it is, for minutes",
    "cms.FAQGroup": EDITORS,
    "cms.FAQ": EDITORS,
    "cms.ShopSettings": EDITORS,
    "cms.HomePage": EDITORS,
    "cms.ContentPage": EDITORS,
    "cms.LandingPage": EDITORS,
    "cms.FAQPage": EDITORS,
    "cms.StorefrontPage": EDITORS,
    "cms.FormAnswer.digest": "made from words that are masked",
    "cms.FormField": EDITORS,
    "cms.FormPage": EDITORS,
    "cms.Subject": EDITORS,
    "cms.RepairType": EDITORS,
    "cms.CommonIssue": EDITORS,
    "cms.SiteMenus": EDITORS,
    "repairs.JobTask.name": EDITORS,
    "repairs.JobEvent.kind": MACHINE,
    "repairs.Photo.batch": MACHINE,
    "repairs.Closure": EDITORS,
    "repairs.Resource": EDITORS,
    "accounts.User.password": "only its hash",
    "shop.Reconciliation": MACHINE,
    "shop.DayClose.takings": MACHINE,
    "shop.Payment": MACHINE,
    "shop.PaymentEvent": MACHINE,
    "shop.DemoCharge": MACHINE,
    "shop.LedgerEntry.key": MACHINE,
    "shop.Refund.provider_id": MACHINE,
    "shop.Refund.detail": MACHINE,
    "shop.Refund.once": MACHINE,
    "shop.Document": "made from rows that are masked",
    "shop.Draft.token_hash": MACHINE,
    "shop.DraftItem.part_grades": MACHINE,
    "shop.PriceRule": EDITORS,
    "shop.AddOn": EDITORS,
    "shop.SiteShop": EDITORS,
    "shop.BasketVisit": MACHINE,
    "shop.OrderVisit": MACHINE,
    "shop.Quote.repair_name": EDITORS,
    "shop.Quote.add_ons": MACHINE,
    "shop.Quote.lines": MACHINE,
    "shop.Quote.snapshot": MACHINE,
    "catalogue_import.ImportRun": EDITORS,
    "catalogue_import.ImportLine": EDITORS,
    "catalogue_import.ColumnMapping": EDITORS,
    "catalogue_import.KnownName": EDITORS,
    "api.IdempotencyRow.caller": MACHINE,
    "api.IdempotencyRow.key": "a name that a program gives",
    "api.IdempotencyRow.path": MACHINE,
    "api.IdempotencyRow.body_hash": MACHINE,
    "api.IdempotencyRow.headers": MACHINE,
    "basket.Line": MACHINE,
}
TYPED = (
    ("accounts", "User", "first_name"),
    ("api", "IdempotencyRow", "answer"),
    ("cms", "FormAnswer", "form_data"),
    ("notifications", "Contact", "name"),
    ("notifications", "Message", "context"),
    ("notifications", "Message", "text"),
    ("repairs", "Job", "problem"),
    ("repairs", "Job", "thing"),
    ("repairs", "JobEvent", "note"),
    ("repairs", "Photo", "caption"),
    ("shop", "DayClose", "note"),
    ("shop", "Draft", "details"),
    ("shop", "Draft", "unsent"),
    ("shop", "DraftItem", "problem"),
    ("shop", "LedgerEntry", "note"),
    ("shop", "Quote", "problem"),
    ("shop", "Refund", "note"),
)


def texts() -> Iterator[tuple[str, Any]]:
    """Every long text of our own rooms' models, and its name."""
    for model in apps.get_models():
        if model.__module__.partition(".")[0] not in BELOW:
            continue
        for field in model._meta.local_concrete_fields:
            chosen = field.choices or not isinstance(field, models.CharField | models.TextField | models.JSONField)
            special = type(field).__module__.startswith(("django.db.models.fields", "notifications")) is False
            short = isinstance(field, models.CharField) and (field.max_length or LONG) < LONG
            known = isinstance(field, models.SlugField | models.URLField | models.EmailField | models.FilePathField)
            if not (chosen or short or known or special):
                yield f"{model._meta.app_label}.{model.__name__}.{field.name}", field


def test_every_text_that_people_type_is_masked_or_says_why_not() -> None:
    bare = [
        name
        for name, field in texts()
        if not hasattr(field, "masks_cards") and not {name, name.rpartition(".")[0]} & set(STORED_AS_THEY_ARE)
    ]
    assert bare == [], "take a field of notifications/masked_fields.py, or say above why not"


def test_no_reason_outlives_its_field() -> None:
    names = {name for name, field in texts() if not hasattr(field, "masks_cards")}
    assert set(STORED_AS_THEY_ARE) - names - {name.rpartition(".")[0] for name in names} == set()


@pytest.mark.parametrize(("room", "model", "field"), TYPED)
def test_what_customers_and_staff_type_is_masked(room: str, model: str, field: str) -> None:
    assert hasattr(apps.get_model(room, model)._meta.get_field(field), "masks_cards")
