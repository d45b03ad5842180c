"""The dry run: a file against the catalogue, as lines. Reads only; whoever calls it writes the lines."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from catalogue_import import found, opening, plan
from catalogue_import.devices import Devices, Wish
from catalogue_import.doubts import Decided, Doubts, Skipped
from catalogue_import.groups import Groups
from catalogue_import.ledger import Ledger
from catalogue_import.match import CERTAIN, Named, Names
from catalogue_import.match_repairs import Offered
from catalogue_import.models import ImportLine, ImportRun, KnownName
from catalogue_import.plan import Change, key_of
from catalogue_import.reading.tables import Fault
from catalogue_import.repairs import Repairs
from catalogue_import.resolve import Priced, Resolver
from catalogue_import.rows import Pack, PriceRow, RepairTypeRow, Row, RowNotReadable, SubjectRow
from catalogue_import.sources import tidy
from catalogue_import.sources.entries import Terms
from cms.locales import default_locale
from cms.models import RepairType, Subject
from cms.sites import Site
from shop.models import SiteShop

CHUNK = 1_000
TOLD = 2_000  # rows between two words of how far it is
LONGEST_CODES = 300


class Planner:
    """One dry run. `lines()` gives what to keep; afterwards `counts` and `file.facts` are whole."""

    def __init__(self, *, run: ImportRun, file: opening.File, site: Site) -> None:
        self.run, self.file, self.site = run, file, site
        self.ledger = Ledger(run.pk)
        self.finder = found.Finder(site=site)
        self.prices: dict[tuple[str, ...], tuple[int, Any]] = {}

    def lines(self, terms: Terms, told: Callable[[int], None]) -> Iterator[ImportLine]:
        """Every line: what is new or changed, doubted or refused. `told` hears how many rows were read."""
        if self.file.source != ImportRun.Source.REGISTRY:  # rows are read again now; a tree was read once
            self.file.facts.seen.clear()
        if self.file.source == ImportRun.Source.PACK:
            yield from self._pack(told)
        else:
            yield from self._entries(terms, told)
        self.file.facts.rows = self.ledger.counts["rows"]

    # Our own format

    def _pack(self, told: Callable[[int], None]) -> Iterator[ImportLine]:
        rows: list[tuple[int, Row]] = []
        for loose in opening.loose(self.file):
            self.ledger.counts["rows"] += 1
            if isinstance(loose, Fault):
                yield self.ledger.refused(loose)
                continue
            try:
                rows.append((loose.number, loose.row()))
            except RowNotReadable as error:
                yield self.ledger.refused(Fault(loose.number, "", loose.place, str(error)))
        told(self.ledger.counts["rows"])
        there = found.rows_found(site=self.site)
        while True:
            wrong = {id(row): words for row, words in plan.faults(_pack_of([row for _number, row in rows]), there)}
            for number, row in rows:
                if id(row) in wrong:
                    yield self.ledger.refused(Fault(number, "", str(Change(row)), wrong[id(row)]))
            rows = [pair for pair in rows if id(pair[1]) not in wrong]
            if not wrong:
                break
        self.ledger.look_for_drafts([row for _number, row in rows if isinstance(row, (SubjectRow, RepairTypeRow))])
        order = {id(row): place for place, row in enumerate(_pack_of([row for _number, row in rows]).rows())}
        for number, row in sorted(rows, key=lambda pair: order[id(pair[1])]):
            yield from self.ledger.compared(row, there, number, CERTAIN, "")

    # Everybody else's

    def _entries(self, terms: Terms, told: Callable[[int], None]) -> Iterator[ImportLine]:
        resolver = self._resolver(terms)
        prices = self._prices(resolver, terms, told)
        while chunk := list(islice(prices, CHUNK)):
            yield from (one for one in chunk if isinstance(one, ImportLine))
            yield from self._compared_prices([one for one in chunk if isinstance(one, Priced)])
        yield from self._groups_and_devices(resolver)
        for doubt in resolver.doubts.asked.values():
            yield self.ledger.named(doubt, ImportLine.Outcome.DOUBTFUL)
        for doubt in resolver.doubts.assumed.values():
            yield self.ledger.named(doubt, ImportLine.Outcome.MATCHED)
        _note(self, resolver)

    def _resolver(self, terms: Terms) -> Resolver:
        groups, names, parents = _catalogue()
        offered = [
            Offered(slug, name, subject or "", also)
            for slug, name, subject, also in RepairType.objects.filter(locale=default_locale()).values_list(
                "slug", "name", "subject__slug", "also_called"
            )
        ]
        decided = {
            (row.what, row.said): Decided(row.decision, row.slug) for row in KnownName.objects.filter(site=self.site)
        }
        doubts = Doubts(decided)
        return Resolver(
            devices=Devices(names=names, groups=groups, parents=parents, doubts=doubts),
            repairs=Repairs(offered=offered, doubts=doubts),
            doubts=doubts,
            home=terms.home,
        )

    def _prices(self, resolver: Resolver, terms: Terms, told: Callable[[int], None]) -> Iterator[Priced | ImportLine]:
        last = 0
        for entry in opening.entries(self.file, terms):
            if entry.number != last:
                self.ledger.counts["rows"] += 1
                last = entry.number
                if self.ledger.counts["rows"] % TOLD == 0:
                    told(self.ledger.counts["rows"])
            read = entry if isinstance(entry, Fault) else resolver.read(entry)
            if isinstance(read, Fault):
                yield self.ledger.refused(read)
            elif isinstance(read, Skipped):
                self.ledger.counts[read.why] += 1
            elif read is not None:
                again = self._said_before(read)
                if again is None:
                    yield read
                elif isinstance(again, Fault):
                    yield self.ledger.refused(again)
        told(self.ledger.counts["rows"])

    def _said_before(self, price: Priced) -> Fault | bool | None:
        """A price that another row gave already: the same again is no matter, another one is refused."""
        row = price.row
        key = (row.repair_type, row.subject, row.currency, row.part_grade)
        said = (row.kind, row.price, row.price_max)
        number, before = self.prices.setdefault(key, (price.number, said))
        if number == price.number and before is said:
            return None
        if before == said:
            self.ledger.counts["repeated"] += 1
            return False
        words = _("Row %(row)s gives another price for the same repair of the same device.") % {"row": number}
        return Fault(price.number, price.column, str(row.price or row.kind), words)

    def _compared_prices(self, prices: list[Priced]) -> Iterator[ImportLine]:
        there = self.finder.rows_for([price.row for price in prices])
        for price in prices:
            before = there.get(key_of(price.row))
            row = price.row
            if isinstance(before, PriceRow):  # a file without times or warranties does not take them away
                row = replace(
                    row,
                    minutes=row.minutes if row.minutes is not None else before.minutes,
                    warranty_days=row.warranty_days if row.warranty_days is not None else before.warranty_days,
                )
            yield from self.ledger.compared(row, there, price.number, price.confidence, price.column)

    def _groups_and_devices(self, resolver: Resolver) -> Iterator[ImportLine]:
        for row in sorted(resolver.devices.groups.new.values(), key=lambda one: tidy.KINDS.index(one.kind)):
            yield from self.ledger.compared(row, {}, 0, CERTAIN, "")
        wishes = iter(resolver.devices.wishes.values())
        while chunk := list(islice(wishes, CHUNK)):
            there = self.finder.rows_for([wish.row or SubjectRow("device", wish.slug, "") for wish in chunk])
            self.ledger.look_for_drafts([SubjectRow("device", wish.slug, "") for wish in chunk if wish.row is None])
            for wish in chunk:
                before = there.get((SubjectRow, (wish.slug,)))
                wanted = wished(wish, before if isinstance(before, SubjectRow) else None)
                if wanted is not None:
                    yield from self.ledger.compared(wanted, there, wish.number, wish.confidence, "")
        for number, kind in resolver.repairs.kinds.values():
            yield from self.ledger.compared(kind, {}, number, CERTAIN, "")


def _note(planner: Planner, resolver: Resolver) -> None:
    """Say what a person should know about the whole file."""
    facts = planner.file.facts
    if "other-devices" in resolver.devices.groups.new and not planner.run.options.get("family"):
        facts.note(
            _('Nothing says what kind of devices these are: they go below "Other devices" unless you choose a family.')
        )
    fields = {column.field for column in planner.file.columns}
    if (
        fields & {"price", "price_from", "price_min"}
        and "repair" not in fields
        and not planner.run.options.get("repair")
    ):
        facts.note(_("There are prices, but nothing says of which repair: they are left out unless you name one."))
    if planner.ledger.counts["blank"]:
        facts.note(
            _("%(count)s prices are empty: not known, so nothing is offered.")
            % {"count": planner.ledger.counts["blank"]}
        )
    if planner.ledger.counts["repeated"]:
        facts.note(_("%(count)s rows repeat another one.") % {"count": planner.ledger.counts["repeated"]})


def _pack_of(rows: list[Row]) -> Pack:
    lists: dict[str, list[Any]] = {name: [] for name in tidy.LISTS}
    for row in rows:
        lists[next(name for name, kind in tidy.LISTS.items() if type(row) is kind)].append(row)
    lists["subjects"] = list(tidy.parents_first(lists["subjects"]))
    return Pack(**{name: tuple(some) for name, some in lists.items()})


def _catalogue() -> tuple[Groups, Names, dict[str, str]]:
    """Groups, names of devices, and the category of each. One statement."""
    groups: dict[str, SubjectRow] = {}
    parents: dict[str, str] = {}
    names = Names()
    taken: set[str] = set()
    columns = ("kind", "slug", "name", "parent__slug", "brand", "year", "model_codes", "also_called", "icon")
    for kind, slug, name, parent, brand, year, codes, also, icon in Subject.objects.values_list(*columns).iterator(
        2_000
    ):
        taken.add(slug)
        if kind == Subject.Kind.DEVICE:
            names.add(Named(slug, name, brand, year, codes, also))
            parents[slug] = parent or ""
        else:
            groups[slug] = SubjectRow(kind, slug, name, parent or "", icon=icon)
    return Groups(groups, taken), names, parents


def wished(wish: Wish, before: SubjectRow | None) -> SubjectRow | None:
    """The row of a device as the file wishes it. Where the file says nothing the catalogue is kept."""
    row = before or wish.row
    if row is None:
        return None
    codes = row.model_codes.split()
    have = {code.casefold() for code in codes}
    for code in wish.codes:
        if code.casefold() not in have and " " not in code and len(" ".join([*codes, code])) <= LONGEST_CODES:
            codes.append(code)
            have.add(code.casefold())
    return replace(
        row,
        brand=row.brand or wish.brand[:80],
        year=wish.year or row.year,
        model_codes=" ".join(codes) if len(codes) > len(row.model_codes.split()) else row.model_codes,
        also_called=row.also_called or wish.also_called,
        specifications={**row.specifications, **wish.specifications} if wish.specifications else row.specifications,
    )


def home_currency(site: Site) -> str:
    """The currency of the site's shop; empty when no shop is open yet."""
    return SiteShop.objects.filter(site=site).values_list("currency", flat=True).first() or ""
