"""Entries that were one signed amount become amounts between two accounts; payments learn how much came of them."""

from django.db import migrations
from django.db.models import F

ACCOUNTS = {
    "due": ("receivable", "sales"),
    "paid": ("provider", "receivable"),
    "refunded": ("receivable", "provider"),
    "written_off": ("written_off", "receivable"),
}


def forwards(apps, schema_editor):
    Entry, Payment = apps.get_model("shop", "LedgerEntry"), apps.get_model("shop", "Payment")
    Visit = apps.get_model("shop", "OrderVisit")
    for kind, (debit, credit) in ACCOUNTS.items():
        Entry.objects.filter(kind=kind).update(debit=debit, credit=credit)
    Entry.objects.filter(payment__provider="in_store", debit="provider").update(debit="till")
    Entry.objects.filter(payment__provider="in_store", credit="provider").update(credit="till")
    _credit_what_went_back(Entry)
    Entry.objects.filter(amount__lt=0).update(amount=-F("amount"))
    for visit in Visit.objects.values("order_id", "site_id").iterator():
        Entry.objects.filter(order=visit["order_id"], site=None).update(site=visit["site_id"])
    Payment.objects.filter(state__in=["succeeded", "late", "refunded"]).update(captured=F("amount"))
    for payment in Payment.objects.filter(captured__gt=0):
        went = Entry.objects.filter(payment=payment.pk, kind="refunded").values_list("amount", flat=True)
        if went:
            Payment.objects.filter(pk=payment.pk).update(returned=min(sum(went), payment.captured))


def _credit_what_went_back(Entry):
    """What was given back of an order that was not paid too much is taken off its price, as it is from now on."""
    for row in Entry.objects.filter(kind="refunded").order_by("pk"):
        earlier = Entry.objects.filter(order=row.order_id, pk__lt=row.pk)
        due = sum(one.amount for one in earlier if one.kind in ("due", "written_off"))
        kept = sum(one.amount for one in earlier if one.kind in ("paid", "refunded"))
        credited = sum(one.amount for one in Entry.objects.filter(order=row.order_id, kind="credited"))
        less = -row.amount - max(kept - (due - credited), 0)
        if less > 0:
            facts = {"order_id": row.order_id, "payment_id": row.payment_id, "currency": row.currency, "at": row.at}
            Entry.objects.create(
                kind="credited", debit="returns", credit="receivable", amount=less, key=f"credited:{row.pk}", **facts
            )


class Migration(migrations.Migration):
    dependencies = [("shop", "0005_payments")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
