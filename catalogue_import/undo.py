"""Taking an import back: what it made goes, what it changed is as before. What somebody touched since stays."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from catalogue_import.apply import Writer, kinds_by_slug, nodes_by_slug
from catalogue_import.found import rows_found
from catalogue_import.lines import row_of, values_of
from catalogue_import.models import ImportLine, ImportRun
from catalogue_import.plan import KEYS, NAMES, Key, key_of
from catalogue_import.rows import AddOnRow, PriceRow, RepairTypeRow, Row, RuleRow, SubjectRow
from cms import publishing
from cms.models import CommonIssue, RepairType, Subject
from cms.sites import Site
from cms.versions import Scope, bump
from shop.models import AddOn, PriceRule, RepairOffer, RepairProduct

CHUNK = 500
# Children first: a family goes after its categories, everything after its prices.
ORDER: tuple[tuple[type[Any], str], ...] = (
    (RuleRow, ""),
    (AddOnRow, ""),
    (PriceRow, ""),
    (RepairTypeRow, ""),
    (SubjectRow, "device"),
    (SubjectRow, "category"),
    (SubjectRow, "family"),
)


class Undoing:
    """Takes the lines of one run back, inside the caller's transaction."""

    def __init__(self, *, run: ImportRun, site: Site, at: datetime, by: Any = None) -> None:
        self.run, self.site = run, site
        self.writer = Writer(site=site, at=at, by=by)
        self.kept = self.taken_back = 0
        self.removed = False

    def lines(self) -> Iterator[list[ImportLine]]:
        """Take everything back; gives each batch of lines when it is done."""
        for kind, level in ORDER:
            rows = self.run.lines.filter(kind=NAMES[kind], outcome__in=["created", "changed"])
            rows = rows.filter(new__kind=level) if level and level != "device" else rows
            pks = [pk for pk, one in rows.values_list("pk", "new__kind") if not level or (one or "device") == level]
            for start in range(0, len(pks), CHUNK):
                batch = list(ImportLine.objects.filter(pk__in=pks[start : start + CHUNK]).order_by("pk"))
                self._take_back(kind, batch)
                yield batch
        self._told()

    def _take_back(self, kind: type[Any], batch: list[ImportLine]) -> None:
        there = self._there(kind, batch)
        remove, restore = [], []
        for line in batch:
            row = there.get((kind, tuple(line.key)))
            line.kept = self._why_not(line, row)
            if line.kept or row is None:
                continue
            if line.outcome == ImportLine.Outcome.CREATED:
                remove.append((line, row))
            else:
                restore.append(replace(row, **values_of(line.old or {})))
        if restore:
            self.writer.write(kind, restore)
        if remove:
            self._remove(kind, remove)
        kept = [line for line in batch if line.kept]
        ImportLine.objects.bulk_update(kept, ["kept"])
        self.kept += len(kept)
        self.taken_back += len(batch) - len(kept)

    def _there(self, kind: type[Any], batch: Sequence[ImportLine]) -> dict[Key, Row]:
        if kind in (RuleRow, AddOnRow):
            return rows_found(site=self.site)
        return self.writer.finder.rows_for([_asked(kind, line) for line in batch])

    def _why_not(self, line: ImportLine, row: Any) -> str:
        """Why a line stays; empty when it can be taken back."""
        if row is None:
            return _("It is not there any more.")
        wanted = values_of(line.new or {})
        if line.outcome == ImportLine.Outcome.CREATED:
            made = row_of(line)
            wanted = {
                name: getattr(made, name) for name in row.__dataclass_fields__ if name not in ("starts_in", "ends_in")
            }
        differing = [
            name
            for name, value in wanted.items()
            if getattr(row, name) != value and name not in ("starts_in", "ends_in")
        ]
        if differing:
            return (_("Somebody changed it since: %(fields)s.") % {"fields": ", ".join(differing)})[:300]
        return ""

    def _remove(self, kind: type[Any], made: list[tuple[ImportLine, Any]]) -> None:
        if kind is PriceRow:
            self._remove_prices(made)
        elif kind is RuleRow:
            PriceRule.objects.filter(site=self.site, name__in=[row.name for _line, row in made]).delete()
        elif kind is AddOnRow:
            AddOn.objects.filter(site=self.site, slug__in=[row.slug for _line, row in made]).delete()
        elif kind is RepairTypeRow:
            self._remove_things(RepairType, kinds_by_slug({row.slug for _line, row in made}), made)
        else:
            self._remove_things(Subject, nodes_by_slug({row.slug for _line, row in made}), made)

    def _remove_prices(self, made: list[tuple[ImportLine, Any]]) -> None:
        keys = {key_of(row) for _line, row in made}
        there = self.writer.finder.offers([row for _line, row in made])
        pks = [pk for pk, row in there if key_of(row) in keys]
        rows = RepairOffer.objects.filter(pk__in=pks)
        rows._raw_delete(using=rows.db)
        self.writer.prices_moved = True

    def _remove_things(self, model: type[Any], things: dict[str, Any], made: list[tuple[ImportLine, Any]]) -> None:
        """Remove what nothing refers to any more. Complaints that came with a node go with it."""
        pks = {thing.pk: slug for slug, thing in things.items()}
        used = publishing.in_use(
            model, list(pks), beside=[RepairProduct, CommonIssue] if model is Subject else [RepairProduct]
        )
        if model is RepairType:
            used |= self._sold(list(pks))
        for line, row in made:
            if words := used.get(things[row.slug].pk):
                line.kept = (_("Something else needs it: %(what)s.") % {"what": words})[:300]
        free = [pk for pk in pks if pk not in used]
        if model is RepairType:
            self._remove_products(free)
        else:
            CommonIssue.objects.filter(subject__in=free).delete()
        publishing.remove_many(model, free)
        self.removed = self.removed or bool(free)

    def _sold(self, pks: list[int]) -> dict[int, str]:
        """Repair types whose product lies in a basket or in an order."""
        products = dict(RepairProduct.objects.filter(repair_type__in=pks).values_list("product_id", "repair_type_id"))
        if not products:
            return {}
        product = RepairProduct._meta.get_field("product").related_model
        stock = {
            relation.related_model for relation in product._meta.related_objects if relation.name == "stockrecords"
        }
        used = publishing.in_use(product, list(products), beside=[RepairProduct, *stock])
        return {products[pk]: words for pk, words in used.items()}

    def _remove_products(self, pks: list[int]) -> None:
        for row in RepairProduct.objects.filter(repair_type__in=pks).select_related("product"):
            product = row.product
            row.delete()
            product.delete()

    def _told(self) -> None:
        self.writer.priced = set()
        self.writer.finish()
        if self.removed:
            bump(Scope.CONTENT)


def _asked(kind: type[Any], line: ImportLine) -> Any:
    """A row with the key of the line, to ask for what is there."""
    named = dict(zip(KEYS[kind], line.key, strict=True))
    if kind is SubjectRow:
        return SubjectRow("device", named["slug"], "")
    if kind is RepairTypeRow:
        return RepairTypeRow(named["slug"], "")
    return PriceRow(**named, price=None)
