"""What a counter would hand out for what people type: a judged list against the London shop's pack.

`judged_answers.txt`: what the API answers to each, in order, on every database alike.
`judged_queries.csv`: the words, the sort of the wanted first answer (device, kind, repair, faq, unknown), its slug or
question (several when each would do), for a device the repair that the words ask for, and why.
"""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from wagtail.models import Locale

from cms import catalogue, questions, search, search_repairs
from cms.models import FAQ, CommonIssue, RepairType, Subject
from cms.sites import default_site

PACK = Path(settings.BASE_DIR) / "fixtures" / "packs" / "electronics-london"
JUDGED = Path(__file__).parent / "judged_queries.csv"
ANSWERS = Path(__file__).parent / "judged_answers.txt"
LEAST = 0.95
ON_BOTH = pytest.mark.parametrize("database", ["here", pytest.param("postgres", marks=pytest.mark.postgres)])


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill() -> None:
    """The pack's devices, repairs, complaints and questions, published; prices and pages are not searched."""
    told = json.loads((PACK / "catalogue.json").read_text(encoding="utf-8"))
    locale, by_slug = Locale.get_default(), dict[str, Subject]()
    rows: list[dict[str, Any]] = [
        *told["subjects"],
        *({**row, "kind": "device"} for row in table(PACK / "devices.csv")),
    ]
    for kind in ("family", "category", "device"):
        made = [
            Subject(
                kind=kind,
                slug=row["slug"],
                name=row["name"],
                parent=by_slug.get(row.get("parent") or ""),
                brand=row.get("brand") or "",
                year=int(row["year"]) if row.get("year") else None,
                model_codes=row.get("model_codes") or "",
                also_called=row.get("also_called") or "",
                sort_order=int(row.get("sort_order") or 0),
                live=True,
            )
            for row in rows
            if row["kind"] == kind
        ]
        Subject.objects.bulk_create(made)
        by_slug |= {row.slug: row for row in Subject.objects.filter(kind=kind)}
    for row in told["repair_types"]:
        words = {name: row.get(name, "") for name in ("slug", "name", "summary", "also_called")}
        node, order = by_slug.get(row.get("subject") or ""), row.get("sort_order", 0)
        RepairType.objects.create(**words, subject=node, sort_order=order, locale=locale, live=True)
    repairs = {row.slug: row for row in RepairType.objects.all()}
    for row in table(PACK / "issues.csv"):
        CommonIssue.objects.create(
            phrase=row["phrase"],
            subject=by_slug[row["subject"]],
            repair_type=repairs.get(row["repair_type"]),
            locale=locale,
            live=True,
        )
    for group in json.loads((PACK / "faqs.json").read_text(encoding="utf-8"))["groups"]:
        for row in next(value for value in group.values() if isinstance(value, list)):
            about = by_slug.get(row.get("subject") or "")
            FAQ.objects.create(question=row["question"], answer=row["answer"], subject=about, locale=locale, live=True)


def first(known: catalogue.Catalogue, about: questions.Questions, words: str) -> tuple[str, str, str]:
    """The sort, the slug and the repair of what the search box lists first."""
    found = search.find(known, words, about)
    if found.first == search.DEVICES:
        pk = (found.devices or found.near)[0]
        repair = found.asked(search_repairs.may_have(known, pk, found.repairs))
        return "device", known.nodes[pk].slug, known.repairs[repair].slug if repair else ""
    if found.first == search.KINDS:
        return "kind", known.nodes[found.kinds[0]].slug, ""
    if found.first == search.REPAIRS:
        return "repair", known.repairs[next(iter(found.repairs))].slug, ""
    if found.first == search.QUESTIONS:
        return "faq", about.in_language(settings.LANGUAGE_CODE)[found.questions[0]].question, ""
    return "unknown", "", ""


def right(row: dict[str, str], got: tuple[str, str, str]) -> bool:
    """Whether the first answer is the wanted one; without a wanted repair any will do, for the device is right."""
    sort, slug, repair = got
    return sort == row["kind"] and slug in row["slug"].split("|") and repair in (row["repair"] or repair).split("|")


@ON_BOTH
@pytest.mark.django_db
def test_nineteen_of_twenty_judged_queries_are_answered_as_the_counter_would(database: str) -> None:
    fill()
    known, about = catalogue.read(default_site()), questions.read(default_site())
    judged = table(JUDGED)
    answers = {row["query"]: first(known, about, row["query"]) for row in judged}
    wrong = [f"{row['query']}: {answers[row['query']]}" for row in judged if not right(row, answers[row["query"]])]
    assert len(judged) >= 220
    assert len(answers) == len(judged)
    assert 1 - len(wrong) / len(judged) >= LEAST, "\n".join(wrong)


def answered(client: Client, words: str) -> str:
    """All that the API answers to these words, in one line."""
    told = client.get("/api/v1/search/", {"q": words, "limit": 12}).json()
    devices = [f"{row['slug']}+{row['repair_type'] or ''}" for row in told["devices"]["items"]]
    others = [row["slug"] for row in (*told["kinds"], *told["repair_types"]["items"])]
    asked = [row["question"] for row in told["faqs"]["items"]]
    return f"{words} | {told['first']} | {told['devices']['total']} | {' '.join((*devices, '|', *others))} | {asked}"


@ON_BOTH
@pytest.mark.django_db
def test_every_database_gives_the_same_answers_in_the_same_order(client: Client, database: str) -> None:
    """Where the search was changed on purpose: take the file away, run this, and read what became different."""
    fill()
    got = [answered(client, row["query"]) for row in table(JUDGED)]
    if not ANSWERS.exists():
        ANSWERS.write_text("\n".join(got) + "\n", encoding="utf-8")
        pytest.fail("The answers were written down anew: look at them, and run this again.")
    assert got == ANSWERS.read_text(encoding="utf-8").splitlines()


def test_every_judged_answer_is_in_the_pack() -> None:
    told = json.loads((PACK / "catalogue.json").read_text(encoding="utf-8"))
    faqs = (PACK / "faqs.json").read_text(encoding="utf-8")
    known = {row["slug"] for row in (*told["subjects"], *told["repair_types"], *table(PACK / "devices.csv"))}
    wanted = [slug for row in table(JUDGED) for slug in (row["slug"], row["repair"]) if slug and row["kind"] != "faq"]
    assert {one for slug in wanted for one in slug.split("|")} <= known
    asked = [row["slug"].split("|") for row in table(JUDGED) if row["kind"] == "faq"]
    assert all(any(one in faqs for one in row) for row in asked)
