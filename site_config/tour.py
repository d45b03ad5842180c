"""The tour of the demo: sign in as anybody with one click, look behind the curtain, let the clock run.

Mounted only when settings.DEMO; every view asks once more, so that a slip in the addresses opens nothing.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cms.sites import shop_settings, site_for
from notifications import outbox, schedules, tasks, work
from notifications.models import Message
from repairs import tracking
from repairs.models import Job
from shop import guesses
from shop.accounts.limits import too_many
from shop.models import OrderVisit
from site_config.demo import people
from site_config.tour_words import HOMES, PLACES, ROLES, Role, filled, role_named

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """The view in a demo; a 404 anywhere else, whatever the addresses say."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def not_too_often(view: View) -> View:
    """The view, so many times an hour for one address (settings.GUESSES_PER_HOUR["demo"])."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            guesses.take(what="demo", who=[str(get_adapter(request).get_client_ip(request))])
        except guesses.TooManyGuesses:
            return too_many(request)
        return view(request, *args, **kwargs)

    return counted


@demo_only
@require_safe
@never_cache
def tour(request: HttpRequest) -> HttpResponse:
    """The first page of the demo: what this is, who to be, what to try, and how the shop is doing."""
    at, site = timezone.now(), site_for(request)
    chosen = role_named(request.GET.get("role", "")) or ROLES[0]
    me = role_of(request.user)
    facts = examples(site)
    context = {
        "roles": ROLES,
        "chosen": chosen,
        "me": me,
        "person": people.PEOPLE.get(chosen.key),
        "is_me": (me == chosen.key) if chosen.person else True,
        "things": [(number, thing, filled(thing.to, facts)) for number, thing in enumerate(chosen.things)],
        "places": PLACES,
        "password": people.password(),
        "email": people.email_of(chosen.key),
        "zone": shop_settings(site).zone,
        "shop": shop_settings(site),
        "at": at,
        "pulse": work.pulse(at=at),
        "queued": outbox.queued(),
        "upcoming": upcoming(at),
    }
    return render(request, "demo/index.html", context)


def role_of(user: Any) -> str:
    """Which person of the demo is signed in; blank for others and for nobody."""
    email = getattr(user, "email", "")
    return next((key for key in people.PEOPLE if people.email_of(key) == email), "")


def examples(site: Any) -> dict[str, str]:
    """A job on the bench and its tracking page, to show things at; addresses of lists when there is none yet."""
    open_jobs = Job.objects.filter(site=site).exclude(status__in=[Job.Status.COLLECTED, Job.Status.CANCELLED])
    job = open_jobs.exclude(status=Job.Status.BOOKED).order_by("-status_at", "-pk").first() or open_jobs.first()
    if job is None:
        return {"job": "none", "track": "/track/"}
    return {"job": job.reference, "track": urlsplit(tracking.link(job)).path}


def upcoming(at: datetime) -> list[tuple[Any, datetime]]:
    """What happens by itself next, in the order of time: words and moment."""
    release = OrderVisit.objects.filter(release_at__gt=at, order__status="awaiting-payment").order_by("release_at")
    due = [
        (_("An unpaid order is released"), release.values_list("release_at", flat=True).first()),
        (_("A message that waits for its time goes out"), work.next_message(at=at)),
        *((_("By the clock: %(name)s") % {"name": row.name}, row.due) for row in work.schedules()),
    ]
    return sorted(((words, moment) for words, moment in due if moment), key=lambda each: each[1])[:6]


@demo_only
@require_POST
@never_cache
@not_too_often
def sign_in(request: HttpRequest) -> HttpResponse:
    """Become a person of the demo, or nobody, and go on to one of the role's things (`to`, its number) or home."""
    role = role_named(request.POST.get("role", ""))
    if role is None:
        raise Http404
    if role.person and not _become(request, role):
        messages.error(request, _("This person is not here. Whoever runs the demo calls: manage.py load_demo"))
        return redirect("demo")
    if not role.person:
        logout(request)
    return redirect(_onward(request, role))


def _become(request: HttpRequest, role: Role) -> bool:
    user = get_user_model().objects.filter(email=people.email_of(role.key), is_active=True).first()
    if user is None or role.key not in people.PEOPLE:
        return False
    logout(request)  # nothing of the last person's session goes along, such as the basket
    login(request, user, backend=BACKEND)
    return True


def _onward(request: HttpRequest, role: Role) -> str:
    """An address of ours: a thing of the role by its number, else the role's home, else the tour."""
    wanted = request.POST.get("to", "")
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 3 and int(wanted) < len(role.things):
        return filled(role.things[int(wanted)].to, examples(site_for(request)))
    return HOMES.get(role.key) or f"{reverse('demo')}?role={role.key}"


@demo_only
@require_POST
@never_cache
@not_too_often
def run_now(request: HttpRequest) -> HttpResponse:
    """Let the clock strike: everything the worker does by schedule is done once, here and now."""
    waiting = outbox.queued()
    schedules.ensure()
    for entry in settings.SCHEDULES.values():
        import_string(entry["func"])(*entry.get("args", ()))
    tasks.drain()
    left, failed = outbox.queued(), Message.objects.filter(status=Message.Status.FAILED).count()
    said = {"sent": max(waiting - left, 0), "left": left, "failed": failed}
    messages.success(
        request,
        _("The clock has struck. Went out: %(sent)s. Still waiting: %(left)s. Failed so far: %(failed)s.") % said,
    )
    return redirect(f"{reverse('demo')}#clock")
