"""Who may do what: one group for each role, with permissions. Owners change them in Wagtail afterwards."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import Collection, GroupApprovalTask, GroupCollectionPermission, GroupPagePermission, Page

BENCH = ("repairs.see_bench", "repairs.work_bench")

# "app.codename"; a star stands for any letters. Owners get everything.
ROLES: dict[str, tuple[str, ...]] = {
    "owner": ("*.*",),
    "desk": (
        *BENCH,
        "partner.dashboard_access",
        "shop.add_payment",
        "shop.view_*",
        "repairs.view_*",
        "notifications.view_*",
        "notifications.change_message",
    ),
    "technician": (*BENCH, "repairs.view_job"),
    "editor": ("wagtailadmin.access_admin", "cms.add_*", "cms.change_*", "cms.view_*"),
    "moderator": ("wagtailadmin.access_admin", "cms.add_*", "cms.change_*", "cms.view_*", "cms.publish_*"),
    "translator": ("wagtailadmin.access_admin", "cms.view_*", "cms.change_repairtype", "cms.change_faq"),
    "customer": (),
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
    for task in GroupApprovalTask.objects.all():
        task.groups.add(groups["moderator"])
    Group.objects.filter(name__in=STOCK_GROUPS, user=None).delete()
    return groups


def _permissions(wanted: tuple[str, ...]) -> list[Permission]:
    if not wanted:
        return []
    which = Q()
    for entry in wanted:
        app, _, codename = entry.partition(".")
        part = Q(codename__regex=f"^{codename.replace('*', '.*')}$")
        which |= part if app == "*" else part & Q(content_type__app_label=app)
    return list(Permission.objects.filter(which))
