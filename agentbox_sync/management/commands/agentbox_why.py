"""Say why one item is, or is not, in somebody's Outlook."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder

from agentbox_sync.services.stories import Account, Story
from agentbox_sync.services.why import why


class Command(BaseCommand):
    """Prints keys instead of names, and no values: its output ends up in tickets."""

    help = (
        "Say with whom an item of the CRM is synced, which rule decided, and what stands in the "
        "way. Ends with 0 when it is synced everywhere, 1 when not, 2 when nothing is known."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the item, ``--staff`` and ``--json``."""
        parser.add_argument("model", help="app_label.Model of the item, as the adapter names it.")
        parser.add_argument("pk", help="The item's primary key.")
        parser.add_argument("--staff", default="", help="Only this one: e-mail or primary key.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, **options: Any) -> None:
        """Print the story."""
        story = why(options["model"], options["pk"], staff=options["staff"], named=False)
        if story is None:
            if options["json"]:
                self.stdout.write(json.dumps({"accounts": [], "events": []}))
            else:
                self.stderr.write("Nothing is known of it: nobody who is connected may see it.")
            raise SystemExit(2)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(story), cls=DjangoJSONEncoder))
        else:
            for line in _lines(story):
                self.stdout.write(line)
        if any(account.answer.code != "synced" for account in story.answers):
            raise SystemExit(1)


def _as_json(story: Story) -> dict[str, Any]:
    return {
        "kind": story.kind,
        "url": story.url,
        "accounts": [
            {
                "connection": account.connection,
                "staff": account.staff,
                "place": account.place,
                "compared_at": account.compared_at,
                **asdict(account.answer),
            }
            for account in story.answers
        ],
        "events": [asdict(event) for event in story.events],
        "more": story.more,
    }


def _lines(story: Story) -> list[str]:
    lines = [line for account in story.answers for line in _of(account)]
    for event in story.events:
        by = f" (begun by {event.who})" if event.who else ""
        lines.append(f"{event.at:%Y-%m-%d %H:%M} {event.account}: {event.what} {event.why}{by}")
    if story.more:
        lines.append(f"{story.more} more accounts are not shown.")
    return [*lines, *filter(None, [story.url])]


def _of(account: Account) -> list[str]:
    said = (*account.answer.reasons, account.answer.step, *account.answer.notes)
    at = account.compared_at
    compared = f"; last compared {at:%Y-%m-%d %H:%M}" if at else ""
    where = f"{account.place}: " if account.place else ""
    head = f"connection {account.connection}: {where}{account.answer.title} [{account.answer.code}]"
    return [f"{head}{compared}", *(f"    {line}" for line in said if line)]
