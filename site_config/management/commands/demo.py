"""`manage.py demo`: database, data, server, streams and worker with one command; Ctrl-C ends all of it."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from site_config.demo import data, packs, people, port, scale, schema, serving, standins


def start_at_scale(number: int) -> None:
    """Become the demo of a made-up shop, with pack, database and files in a folder of its own. Raises CommandError."""
    if number < 1:
        raise CommandError("--scale wants a number of devices, at least 1.")
    if "DATABASE_URL" in os.environ:
        raise CommandError("--scale keeps a database of its own; take DATABASE_URL away first.")
    place = Path(settings.VAR_DIR) / f"scale-{number}"
    pack = scale.write(place / "pack", number)
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    around = {**os.environ, "VAR_DIR": str(place), "DEMO_PACK": str(pack)}
    os.execve(sys.executable, [sys.executable, manage, "demo"], around)  # noqa: S606 - our own interpreter and file


def start_with_standins() -> None:
    """Begin again in an environment in which Stripe and PayPal are stand-ins: settings are read once. Raises
    CommandError."""
    try:
        host, number = port.wanted()
        around = standins.surroundings(host=host, demo_port=number, environment=os.environ)
    except (port.PortTaken, port.PortNotKnown) as error:
        raise CommandError(str(error)) from error
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    os.execve(sys.executable, [sys.executable, manage, "demo"], around)  # noqa: S606 - our own interpreter and file


class Command(BaseCommand):
    help = "Serves the demo on DEMO_HOST:DEMO_PORT (127.0.0.1:8000) until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale", type=int, metavar="N", help="A shop of N made-up devices instead, with a database of its own."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("These settings are not the demo's: DEMO is switched off.")
        if options["scale"]:
            start_at_scale(options["scale"])
        try:
            host, number = port.wanted()
            if standins.wanted(os.environ) and standins.MARK not in os.environ:
                start_with_standins()
            listener = port.reserve(host, number)
        except (port.PortTaken, port.PortNotKnown, standins.NotKnown) as error:
            raise CommandError(str(error)) from error
        serving.end_in_order()
        worker = serving.Worker(manage=Path(settings.BASE_DIR) / "manage.py", log=Path(settings.VAR_DIR) / "worker.log")
        banks = self.banks(host, number)
        try:
            schema.migrate(out=sys.stdout)
            self.open_banks(banks)
            if os.environ.get("DEMO_WORKER", "1") != "0":
                worker.start()
            self.stdout.write("Bringing the demo's days up to date ...")
            self.stdout.flush()
            data.load(at=timezone.now())
            self.stdout.write(self.welcome())
            self.stdout.flush()
            serving.serve(listener=listener)
        except KeyboardInterrupt:
            self.stdout.write("")
        finally:
            listener.close()
            worker.stop()
            if banks is not None:
                banks.stop()
            self.stdout.write("Mendwell has stopped. Everything is kept for the next start.")

    def banks(self, host: str, number: int) -> serving.Child | None:
        """The stand-ins for Stripe and PayPal, where they were asked for."""
        if not standins.wanted(os.environ):
            return None
        root, var = Path(settings.BASE_DIR), Path(settings.VAR_DIR)
        return standins.child(environment=os.environ, root=root, var=var, demo_host=host, demo_port=number)

    def open_banks(self, banks: serving.Child | None) -> None:
        """Start them and wait until they answer. Raises CommandError."""
        if banks is None:
            return
        banks.start()
        try:
            standins.wait_for(int(os.environ[standins.MARK]), log=banks.log)
        except standins.NotStarted as error:
            raise CommandError(str(error)) from error

    def welcome(self) -> str:
        """Addresses and log-ins, as they are printed at every start."""
        origin = settings.PUBLIC_ORIGIN
        pages = (
            ("Begin here", "/demo/"),
            ("Shop", "/"),
            ("Messages sent", "/demo/inbox/"),
            ("Bench", "/bench/"),
            ("Pages and catalogue", "/cms/"),
            ("Orders and offers", "/dashboard/"),
            ("API", "/api/docs/"),
        )
        lines = ["", "Mendwell is ready.", ""]
        lines += [f"  {name:<20} {origin}{path}" for name, path in pages]
        lines += ["", f"Log in at {origin}/accounts/login/ with the password  {people.password()}"]
        lines += [f"  {role:<20} {people.email_of(role)}" for role in people.PEOPLE]
        voucher = packs.pack().shop.get("voucher")
        said = f" Voucher: {voucher['code']}." if voucher else ""
        if standins.wanted(os.environ):
            lines += ["", *standins.welcome(os.environ)[:-1]]
        lines += ["", f"No money moves and no message leaves this machine.{said}", "Ctrl-C ends it.", ""]
        return "\n".join(lines)
