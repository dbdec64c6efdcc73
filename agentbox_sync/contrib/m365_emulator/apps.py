from __future__ import annotations

from django.apps import AppConfig


class M365EmulatorConfig(AppConfig):
    """Makes the `m365_emulator` command available; the emulator itself knows no Django."""

    name = "agentbox_sync.contrib.m365_emulator"
    label = "m365_emulator"
    verbose_name = "Microsoft 365 emulator"
