"""One person for each role of the demo, all with one password."""

import os

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db import transaction
from oscar.core.loading import get_model

from site_config.roles import make_roles

DOMAIN = "mendwell.example"
PASSWORD = "mendwell-demo-2026"  # noqa: S105 - printed at every start; DEMO_PASSWORD names another
# role: first name, last name, whether Django's staff flag is set (Oscar's whole dashboard and the Django admin)
PEOPLE = {
    "owner": ("Olivia", "Grant", True),
    "desk": ("Daniel", "Osei", False),
    "technician": ("Tariq", "Mahmood", False),
    "editor": ("Ellen", "Doyle", False),
    "moderator": ("Marta", "Kowalska", False),
    "translator": ("Bruna", "Carvalho", False),
    "customer": ("Clara", "Whitfield", False),
}

User = get_user_model()


def password() -> str:
    """The password of all demo log-ins: DEMO_PASSWORD, else the printed one."""
    return os.environ.get("DEMO_PASSWORD") or PASSWORD


def email_of(role: str) -> str:
    """The log-in of a role."""
    return f"{role}@{DOMAIN}"


@transaction.atomic
def make_people() -> None:
    """Write the roles and the people who are missing; a changed DEMO_PASSWORD is given to all of them."""
    groups = make_roles()
    owner = User.objects.filter(email=email_of("owner")).first()
    renew = owner is not None and not owner.check_password(password())
    for role, (first, last, staff) in PEOPLE.items():
        user = User.objects.filter(email=email_of(role)).first()
        if user is None:
            user = User.objects.create_user(
                email=email_of(role),
                password=password(),
                first_name=first,
                last_name=last,
            )
            if staff:
                user.is_staff = True
                user.save(update_fields=["is_staff"])
            user.groups.add(groups[role])
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        elif renew:
            user.set_password(password())
            user.save(update_fields=["password"])


def see_orders(partner: object) -> None:
    """Let the front desk see this partner's orders in Oscar's dashboard, and nothing else there."""
    get_model("partner", "Partner").objects.get(pk=partner.pk).users.add(  # type: ignore[attr-defined]
        User.objects.get(email=email_of("desk"))
    )
