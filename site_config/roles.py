"""Who may do what: one group for each role, with permissions. Owners change them in Wagtail afterwards."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import FAQ, CommonIssue, FAQGroup, RepairType, Subject

WORKFLOW, STOCK_WORKFLOW = "Moderators approve", "Moderators approval"
BENCH = ("repairs.see_bench", "repairs.work_bench")

# What editors write as snippets.
WORDS = ("subject", "repairtype", "commonissue", "faqgroup", "faq")
TRANSLATED = ("repairtype", "commonissue", "faqgroup", "faq")


def _on(models: tuple[str, ...], *actions: str, app: str = "cms") -> tuple[str, ...]:
    return tuple(f"{app}.{action}_{model}" for model in models for action in actions)


# "app.codename"; a star stands for any letters. Owners get everything.
ROLES: dict[str, tuple[str, ...]] = {
    "owner": ("*.*",),
    "desk": (
        *BENCH,
        "partner.dashboard_access",
        "shop.add_payment",
        "shop.add_refund",
        "shop.add_dayclose",
        "shop.view_*",
        "repairs.view_*",
        "notifications.view_*",
        "notifications.change_message",
    ),
    "technician": (*BENCH, "repairs.view_job"),
    # Writes drafts, and proposes prices: one that is added without the right to change stays inactive.
    "editor": (
        "wagtailadmin.access_admin",
        "wagtail_localize.submit_translation",
        *_on(WORDS, "add", "change", "view"),
        *_on(("formanswer",), "change", "view"),
        *_on(("repairoffer",), "add", "view", app="shop"),
        *_on(("pricerule", "addon"), "view", app="shop"),
        # Sends a list and checks it; who sets prices and publishes writes it (catalogue_import/pages/view.py).
        *_on(("importrun",), "add", "change", "view", app="catalogue_import"),
    ),
    # Approves and publishes, sets prices, and keeps the shop's details, hours, menus and redirects.
    "moderator": (
        "wagtailadmin.access_admin",
        "wagtail_localize.submit_translation",
        *_on(WORDS, "add", "change", "view", "delete", "publish", "lock", "unlock"),
        *_on(("shopsettings", "sitemenus"), "change", "view"),
        *_on(("formanswer",), "change", "view", "delete"),
        *_on(("openinghours", "closure"), "add", "change", "view", "delete", app="repairs"),
        *_on(("repairoffer", "pricerule", "addon"), "add", "change", "view", app="shop"),
        *_on(("importrun",), "add", "change", "view", app="catalogue_import"),
        *_on(("redirect",), "add", "change", "view", "delete", app="wagtailredirects"),
    ),
    # Changes translations only: an original takes the right to add as well (cms/translations/rights.py).
    "translator": (
        "wagtailadmin.access_admin",
        *_on(TRANSLATED, "change", "view"),
        *_on(("subject",), "view"),
    ),
    "customer": (),
}
# What a role had before and has no more: taken away even where it was given by an earlier version.
_INNARDS = ("cms.*_version", "cms.*_draftpreview")
_SETTINGS = ("cms.*_shopsettings", "cms.*_sitemenus")
NO_MORE: dict[str, tuple[str, ...]] = {
    "editor": (*_INNARDS, *_SETTINGS),
    "moderator": (*_INNARDS, "cms.add_shopsettings", "cms.add_sitemenus"),
    "translator": (*_INNARDS, *_SETTINGS, "cms.*_formanswer"),
}
# What each role may do with pages and with pictures and documents.
PAGES = {
    "owner": ("add", "change", "publish", "lock", "unlock", "bulk_delete"),
    "editor": ("add", "change"),
    "moderator": ("add", "change", "publish", "lock", "unlock"),
    "translator": ("change",),
}
FILES = ("owner", "editor", "moderator")
STOCK_GROUPS = ("Editors", "Moderators")


def make_roles() -> dict[str, Group]:
    """Write the groups that are missing and give each what its role may do; returns them by name.

    Wagtail's own two groups make room for ours as long as nobody is in them. Safe to repeat.
    """
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in ROLES}
    for name, wanted in ROLES.items():
        groups[name].permissions.remove(*_permissions(NO_MORE.get(name, ())))
        groups[name].permissions.add(*_permissions(wanted))
    root = Page.get_first_root_node()
    for name, kinds in PAGES.items():
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailcore", codename__in=[f"{kind}_page" for kind in kinds]
        ):
            GroupPagePermission.objects.get_or_create(group=groups[name], page=root, permission=permission)
    files = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"],
        codename__regex=r"^(add|change|choose)_(image|document)$",
    )
    for name in FILES:
        for permission in files:
            GroupCollectionPermission.objects.get_or_create(
                group=groups[name], collection=Collection.get_first_root_node(), permission=permission
            )
    make_workflow(root, approvers=[groups["moderator"], groups["owner"]])
    Group.objects.filter(name__in=STOCK_GROUPS, user=None).delete()
    return groups


def make_workflow(root: Page, *, approvers: list[Group]) -> Workflow:
    """The workflow that pages and snippets go through, for every kind that has none yet. Safe to repeat.

    Wagtail's own workflow becomes ours. What owners assigned otherwise in Wagtail stays as they want it.
    """
    stock = Workflow.objects.filter(name__in=[WORKFLOW, STOCK_WORKFLOW]).order_by("pk").first()
    workflow = stock or Workflow.objects.create(name=WORKFLOW)
    if workflow.name != WORKFLOW:
        workflow.name = WORKFLOW
        workflow.save()
    if not workflow.workflow_tasks.exists():
        task = GroupApprovalTask.objects.create(name=WORKFLOW)
        WorkflowTask.objects.create(workflow=workflow, task=task)
    for task in GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow):
        task.groups.add(*approvers)
    WorkflowPage.objects.get_or_create(page=root, defaults={"workflow": workflow})
    for model in (Subject, RepairType, CommonIssue, FAQGroup, FAQ):
        kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
        WorkflowContentType.objects.get_or_create(content_type=kind, defaults={"workflow": workflow})
    return workflow


def _permissions(wanted: tuple[str, ...]) -> list[Permission]:
    if not wanted:
        return []
    which = Q()
    for entry in wanted:
        app, _, codename = entry.partition(".")
        part = Q(codename__regex=f"^{codename.replace('*', '.*')}$")
        which |= part if app == "*" else part & Q(content_type__app_label=app)
    return list(Permission.objects.filter(which))
