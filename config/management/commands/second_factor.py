"""Says who has a second factor, lets somebody in who lost it, and follows a change of keys."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agentbox_sync import conf
from agentbox_sync.oauth.cipher import Cipher
from agentbox_sync.oauth.errors import KeyMissing
from config.second_factor import must_have_one, take_away

SEALED = ("secret", "seed")  # where an authenticator and a set of recovery codes hide theirs


class Command(BaseCommand):
    help = "List who must have a second factor; --reset NAME after a lost phone; --rotate keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--reset", metavar="NAME", help="Take the second factor of this user name away."
        )
        what.add_argument(
            "--rotate",
            action="store_true",
            help="Seal every secret with the first of MS365_TOKEN_KEYS.",
        )

    def handle(self, **options: Any) -> None:
        if options["reset"]:
            self.reset(options["reset"])
        elif options["rotate"]:
            self.rotate()
        else:
            self.report()

    def reset(self, name: str) -> None:
        model = get_user_model()
        try:
            user = model.objects.get_by_natural_key(name)
        except model.DoesNotExist as absent:
            raise CommandError(f"No login is called {name}.") from absent
        if take_away(user):
            self.stdout.write(
                f"{name} has no second factor any more and sets up a new one at the next sign-in."
            )
        else:
            self.stdout.write(f"{name} has no second factor; nothing was changed.")

    def rotate(self) -> None:
        """Raises CommandError, and changes nothing, where a secret opens with none of the keys."""
        cipher = Cipher(conf.token_keys())
        with transaction.atomic():
            rows = list(Authenticator.objects.select_for_update().order_by("pk"))
            for row in rows:
                try:
                    row.data |= {
                        name: cipher.rotate(row.data[name]) for name in SEALED if name in row.data
                    }
                except KeyMissing as missing:
                    problem = f"The second factor of login {row.user_id} cannot be read. {missing}"
                    raise CommandError(problem) from missing
                row.save(update_fields=["data"])
        self.stdout.write(f"{len(rows)} secrets are sealed with the first key now.")

    def report(self) -> None:
        cipher = Cipher(conf.token_keys())
        rows = {
            row.user_id: row for row in Authenticator.objects.filter(type=Authenticator.Type.TOTP)
        }
        active = get_user_model().objects.filter(is_active=True).order_by("pk")
        for user in active:
            row = rows.get(user.pk)
            if row is None:
                if must_have_one(user):
                    self.stdout.write(f"{user.get_username()}: none yet, asked for at sign-in")
                continue
            try:
                cipher.decrypt(row.data["secret"])
            except KeyMissing:
                state = "cannot be read with the present MS365_TOKEN_KEYS"
            else:
                state = f"since {row.created_at:%Y-%m-%d}"
            self.stdout.write(f"{user.get_username()}: {state}")
