"""The field mapping of each source: known atoms, paths that lead somewhere, the right shape."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db.models import Prefetch

from agentbox_sync.checks.adapter import find_model, find_sources, is_relation
from agentbox_sync.host.adapter import KindSource
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.registry import KINDS


@register("agentbox_sync")
def check_mappings(**_: Any) -> list[CheckMessage]:
    """Every declared field can be read from the model."""
    return [message for source in find_sources() for message in _check(source)]


def _check(source: KindSource) -> list[CheckMessage]:
    kind, model = KINDS[source.kind], find_model(source)
    where = f"{type(source).__module__}.{type(source).__qualname__}.fields"
    mapping = RecordMapping(kind, source.fields)
    found: list[CheckMessage] = [
        Error(
            f"{where} declares {atom!r}, which {kind.name} do not have.",
            hint=f"They have: {', '.join(kind.atoms)}.",
            id="agentbox_sync.E018",
        )
        for atom in mapping.unknown
    ]
    for atom, path in mapping.broken_paths(model):
        found.append(
            Error(
                f"{where}: {atom!r} is read from {path!r}, which leads nowhere in {source.model}.",
                hint=(
                    "Name a field, a property, or a relation to one row (“owner__company”); "
                    'several rows take Children("relation", "field").'
                ),
                id="agentbox_sync.E019",
            )
        )
    wanted = dict(mapping.misshapen()) | dict.fromkeys(mapping.malformed, "a name")
    for atom, right in wanted.items():
        found.append(
            Error(
                f"{where}: what {atom!r} is declared as makes something else.",
                hint=f"{atom!r}: {right}",
                id="agentbox_sync.E020",
            )
        )
    for name in mapping.prefetch():
        path = name.prefetch_to if isinstance(name, Prefetch) else name
        is_broken = any(path == way.split("__")[0] for _, way in mapping.broken_paths(model))
        if not is_broken and not is_relation(model, path):
            found.append(
                Error(
                    f"{where}: {path!r} is to be fetched ahead and is no relation.",
                    hint='Computed(make, ahead=("relation",))',
                    id="agentbox_sync.E024",
                )
            )
    return found
