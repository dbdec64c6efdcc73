"""The host's adapter and its sources, found once per setting."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.module_loading import import_string

from agentbox_sync import conf
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds import Kind
from agentbox_sync.core.kinds.calendar import KIND as CALENDAR
from agentbox_sync.core.kinds.contacts import KIND as CONTACTS
from agentbox_sync.core.kinds.tasks import KIND as TASKS
from agentbox_sync.host.adapter import CRMAdapter, KindSource
from agentbox_sync.host.mapping import RecordMapping

KINDS: dict[str, Kind] = {kind.name: kind for kind in (CONTACTS, CALENDAR, TASKS)}


def get_adapter() -> CRMAdapter:
    """Return the adapter that AGENTBOX_SYNC["ADAPTER"] names; raises ImproperlyConfigured."""
    return _load(str(conf.option("ADAPTER")))


def link_to(row: models.Model) -> str:
    """Return the public address of a row's page in the CRM; empty where it has none."""
    path = get_adapter().item_url(LocalKey(row._meta.label_lower, str(row.pk)))
    return urljoin(f"{conf.base_url()}/", path) if path else ""


def get_sources() -> dict[str, KindSource]:
    """Return the host's sources by kind, in the host's order."""
    return _sources(get_adapter())


def offered() -> list[str]:
    """Return the kinds that the host has items of, in the order in which pages show them."""
    return [kind for kind in KINDS if kind in get_sources()]


def kind_of(model: str, first: str = "") -> str:
    """Return the kind whose rows a model (``app_label.model``) holds; empty for none.

    ``first`` is asked before all others.
    """
    wanted, sources = model.lower(), get_sources()
    kinds = [first, *sources] if first in sources else [*sources]
    return next((kind for kind in kinds if sources[kind].model.lower() == wanted), "")


def get_mapping(kind: str) -> RecordMapping:
    """Return the field mapping of a kind."""
    return RecordMapping(KINDS[kind], get_sources()[kind].fields)


@lru_cache(maxsize=8)
def _load(path: str) -> CRMAdapter:
    try:
        adapter = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(
            f'AGENTBOX_SYNC["ADAPTER"] names {path!r}, which cannot be imported: {error}\n'
            f"    {conf.EXAMPLES['ADAPTER']}"
        ) from error
    if not (isinstance(adapter, type) and issubclass(adapter, CRMAdapter)):
        raise ImproperlyConfigured(
            f'AGENTBOX_SYNC["ADAPTER"] names {path!r}, which is not a subclass of '
            "agentbox_sync.host.adapter.CRMAdapter."
        )
    return adapter()


@lru_cache(maxsize=8)
def _sources(adapter: CRMAdapter) -> dict[str, KindSource]:
    return {source.kind: source() for source in adapter.sources}
