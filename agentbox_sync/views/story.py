"""What the panel "Why?" needs, for our own page and for a host's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from agentbox_sync.services.stories import Story
from agentbox_sync.services.wording.kinds import WORDS
from agentbox_sync.views.access import card_address


def story_context(request: HttpRequest, story: Story) -> dict[str, Any]:
    """Return the context of ``agentbox_sync/why/panel.html``."""
    return {
        "story": story,
        "words": WORDS[story.kind],
        "first": story.accounts[0],
        "accounts": [(one, card_address(request, one.staff_record)) for one in story.answers],
        "is_shared": len(story.accounts) > 1,
        "others": len(story.accounts) - 1 + story.more,
    }
