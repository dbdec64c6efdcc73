"""Fills the CRM with the demo's people, or serves the whole demo."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.demo.people import JANE, MARGARET, STAFF
from agentbox_sync.contrib.reference_crm.demo.seed import seed_crm

# Where Microsoft may send people back to: with a mailbox to connect, and after a sign-in.
CALLBACKS = ["agentbox_sync:callback", "microsoft_callback"]


class Command(BaseCommand):
    help = "Fill an empty CRM with made-up people; with --serve run the whole demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--serve",
            action="store_true",
            help="Prepare and run web, worker and Microsoft 365 emulator until Ctrl-C.",
        )
        parser.add_argument(
            "--once",
            action="store_true",
            help="Connect, approve and sync with a throwaway CRM and emulator, and report.",
        )
        parser.add_argument(
            "--then-sync", action="store_true", help="With --once: sync a second time."
        )
        parser.add_argument(
            "--port-web", type=int, default=os.environ.get("WEB_PORT", "8000"), metavar="PORT"
        )
        parser.add_argument(
            "--port-emulator",
            type=int,
            default=os.environ.get("EMULATOR_PORT", "8365"),
            metavar="PORT",
            help="0 means any free port, for both.",
        )
        parser.add_argument(
            "--folder", type=Path, help="Where database, secrets and logs are kept."
        )
        parser.add_argument("--json", action="store_true", help="Print one line of JSON instead.")

    def handle(self, **options: Any) -> None:
        password = os.environ.get("AGENTBOX_DEMO_PASSWORD", "")
        if not password:
            raise CommandError(
                "Choose a password for the demo's logins:\n"
                "    AGENTBOX_DEMO_PASSWORD=salty-lantern-42"
            )
        if options["serve"]:
            self.serve(password, options)
        elif options["once"]:
            self.once(password, options)
        else:
            self.seed(password, options)

    def seed(self, password: str, options: dict[str, Any]) -> None:
        seeded = seed_crm(timezone.localdate(), password)
        if options["json"]:
            self.stdout.write(json.dumps(vars(seeded)))
        elif seeded.is_new:
            self.stdout.write(
                f"{seeded.staff} staff, {seeded.contacts} contacts, {seeded.appointments} "
                f"appointments and {seeded.tasks} tasks were written.\n"
                f"Sign in as {JANE.login} or as {MARGARET.login} (Master User) "
                f"with the password {password}."
            )
        else:
            self.stdout.write("The CRM already holds data; nothing was changed.")

    def once(self, password: str, options: dict[str, Any]) -> None:
        # A lazy import, as below.
        from agentbox_sync.contrib.reference_crm.demo import once

        if not os.environ.get(once.THROWAWAY):
            # Settings name the database, so that a throwaway one needs a process of its own.
            sys.exit(once.in_a_throwaway_folder(settings.BASE_DIR, settings.DEMO_DEFAULTS))
        # JSON always holds both runs: what it is read for is that the second one does nothing.
        runs = 2 if options["then_sync"] or options["json"] else 1
        callbacks = [f"{settings.BASE_URL}{reverse(name)}" for name in CALLBACKS]
        try:
            reports = once.travel(settings.DEMO_FOLDER, password, callbacks, runs=runs)
        except once.WentWrong as reason:
            raise CommandError(str(reason)) from reason
        if options["json"]:
            self.stdout.write(json.dumps(dict(zip(("first", "second"), reports, strict=True))))
            return
        for name, report in zip(("First", "Second"), reports, strict=False):
            self.stdout.write(f"{name} run: {once.sentence(report)}")

    def serve(self, password: str, options: dict[str, Any]) -> None:
        # A lazy import: it needs a system with process groups, which seeding does not.
        from agentbox_sync.contrib.reference_crm.demo import ports, runner

        folder = getattr(settings, "DEMO_FOLDER", None)
        if folder is None:
            raise CommandError(
                "Serving the demo needs its own settings:\n"
                "    DJANGO_SETTINGS_MODULE=config.settings.demo"
            )
        if options["folder"] and options["folder"].resolve() != folder:
            _start_again_in(options["folder"].resolve())
        site = runner.Site(
            folder=folder,
            project=settings.BASE_DIR,
            settings=settings.SETTINGS_MODULE,
            wsgi=settings.WSGI_APPLICATION,
            password=password,
            callbacks=[reverse(name) for name in CALLBACKS],
        )
        as_json = options["json"]
        run = runner.Runner(
            site,
            ports.Port(options["port_web"], "WEB_PORT"),
            ports.Port(options["port_emulator"], "EMULATOR_PORT"),
            tell=lambda line: self.say(line, to_stderr=as_json),
        )
        try:
            run.serve(lambda facts: self.welcome(facts, password, as_json=as_json))
        except runner.CannotStart as reason:
            raise CommandError(str(reason)) from reason

    def say(self, line: str, *, to_stderr: bool) -> None:
        stream = self.stderr if to_stderr else self.stdout
        stream.write(line)
        stream.flush()

    def welcome(self, facts: dict[str, Any], password: str, *, as_json: bool) -> None:
        if as_json:
            logins = [
                {"username": person.login, "email": person.email, "master": person.is_master}
                for person in STAFF
                if person.login
            ]
            mailboxes = [person.email for person in STAFF]
            facts = facts | {"password": password, "logins": logins, "mailboxes": mailboxes}
            self.say(json.dumps(facts), to_stderr=False)
            return
        self.say(
            f"""
My Office is ready.

  CRM            {facts["web"]}/
  Microsoft 365  {facts["emulator"]}/   (emulator – not Microsoft)

  Sign in to the CRM as   {MARGARET.login}   (Master User)
                     or   {JANE.login}       (agent)
  Sign in to Microsoft    {JANE.email}
  Password for all        {password}

  {MARGARET.login} is asked for a code as well; the page that asks shows what her phone would.

  Database and logs are in {facts["folder"]}. Stop with Ctrl-C.
""",
            to_stderr=False,
        )


def _start_again_in(folder: Path) -> None:
    """Replaces this process by one whose settings belong to the other folder; does not return."""
    kept = {name: value for name, value in os.environ.items() if name not in settings.DEMO_DEFAULTS}
    arguments = [sys.executable, "-m", "django", *sys.argv[1:]]
    kept |= {"AGENTBOX_DEMO_FOLDER": str(folder)}
    kept |= {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    os.chdir(settings.BASE_DIR)
    os.execve(sys.executable, arguments, kept)  # noqa: S606  our own command
