"""The adapter and its sources: there, of the right class, complete."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.utils.module_loading import import_string

from agentbox_sync import conf
from agentbox_sync.host.adapter import CRMAdapter, KindSource
from agentbox_sync.host.paths import walk
from agentbox_sync.host.registry import KINDS
from agentbox_sync.models import Link

PASTE = conf.EXAMPLES["ADAPTER"]
LONGEST_KEY = Link._meta.get_field("local_pk").max_length or 0


def find_sources() -> list[KindSource]:
    """Return the sources that are worth a look: of the right class, with a model that is there."""
    adapter = _import(_path())
    declared = adapter.sources if _is_adapter(adapter) else ()
    return [source() for source in declared if _is_source(source) and find_model(source)]


def find_model(source: type[KindSource] | KindSource) -> type[models.Model] | None:
    """Return the model of a source, ``None`` where there is none of this name."""
    try:
        return apps.get_model(source.model)
    except (LookupError, ValueError, AttributeError, TypeError):
        return None


@register("agentbox_sync")
def check_adapter(**_: Any) -> list[CheckMessage]:
    """ADAPTER names a subclass of CRMAdapter that declares something."""
    path = _path()
    if path is None:
        return []  # E005 or E007
    if not path:
        return [Error('AGENTBOX_SYNC["ADAPTER"] is not set.', hint=PASTE, id="agentbox_sync.E010")]
    adapter = _import(path)
    if isinstance(adapter, Exception):
        return [
            Error(
                f'AGENTBOX_SYNC["ADAPTER"] is {path!r}, which cannot be imported '
                f"({type(adapter).__name__}: {adapter}).",
                hint=PASTE,
                id="agentbox_sync.E011",
            )
        ]
    if not _is_adapter(adapter):
        return [
            Error(
                f'AGENTBOX_SYNC["ADAPTER"] is {path!r}, which is no subclass of CRMAdapter.',
                hint="from agentbox_sync.host.adapter import CRMAdapter\n"
                f"class {path.rpartition('.')[2]}(CRMAdapter): ...",
                id="agentbox_sync.E012",
            )
        ]
    if not adapter.sources:
        return [
            Caution(
                f"{path} declares no source, so there is nothing to sync.",
                hint="sources = (Contacts,)",
                id="agentbox_sync.W009",
            )
        ]
    return []


@register("agentbox_sync")
def check_sources(**_: Any) -> list[CheckMessage]:
    """Each source has a kind of its own, a model, and says who may see what."""
    adapter = _import(_path())
    if not _is_adapter(adapter):
        return []
    found: list[CheckMessage] = []
    seen: set[str] = set()
    for source in adapter.sources:
        if not _is_source(source):
            found.append(
                Error(
                    f"{source!r} is no source of a known kind ({', '.join(KINDS)}).",
                    hint="from agentbox_sync.host.adapter import ContactSource\n"
                    "class Contacts(ContactSource): ...",
                    id="agentbox_sync.E013",
                )
            )
            continue
        if source.kind in seen:
            found.append(
                Error(
                    f"The kind {source.kind!r} has two sources; {_name(source)} is one too many.",
                    hint="Leave one of the two out, or join them.",
                    id="agentbox_sync.E014",
                )
            )
        seen.add(source.kind)
        found += [*_check_model(source), *_check_methods(source), *_check_capture(source)]
    return found


def _check_model(source: type[KindSource]) -> list[CheckMessage]:
    model = find_model(source)
    if model is None:
        return [
            Error(
                f"{_name(source)}.model is {source.model!r}, and there is no such model.",
                hint='model = "mycrm.Contact"',
                id="agentbox_sync.E015",
            )
        ]
    key = model._meta.pk
    length = getattr(key, "max_length", None) or 0
    if isinstance(model.__dict__.get("pk"), models.CompositePrimaryKey) or length > LONGEST_KEY:
        return [
            Error(
                f"The primary key of {model._meta.label} cannot be remembered: it must be one "
                f"column of at most {LONGEST_KEY} characters.",
                hint="Sync a model with a number or a UUID as its key.",
                id="agentbox_sync.E016",
            )
        ]
    return []


def _check_methods(source: type[KindSource]) -> list[CheckMessage]:
    return [
        Error(
            f"{_name(source)} does not say {question}.",
            hint=f"def {name}(self, {argument}): ...",
            id="agentbox_sync.E017",
        )
        for name, argument, question in (
            ("accessible", "staff", "which items a staff member may see"),
            ("concerned_staff", "pk", "whom a change of an item concerns"),
        )
        if getattr(source, name) is getattr(KindSource, name)
    ]


def _check_capture(source: type[KindSource]) -> list[CheckMessage]:
    model = find_model(source)
    found: list[CheckMessage] = []
    for label, attribute in source.depends_on.items():
        if not _is_dependency(label, attribute):
            found.append(
                Error(
                    f"{_name(source)}.depends_on: {label!r} has no {attribute!r}.",
                    hint='depends_on = {"mycrm.ContactAccess": "contact_id"}',
                    id="agentbox_sync.E021",
                )
            )
    for name in source.m2m if model else ():
        if not hasattr(getattr(model, name, None), "through"):
            found.append(
                Error(
                    f"{_name(source)}.m2m: {name!r} is no many-to-many field of {source.model}.",
                    hint='m2m = ("classes",)',
                    id="agentbox_sync.E022",
                )
            )
    for name in source.prefetch if model else ():
        if isinstance(name, str) and not is_relation(model, name):
            found.append(
                Error(
                    f"{_name(source)}.prefetch: {name!r} is no relation of {source.model}.",
                    hint='prefetch = ("access",)',
                    id="agentbox_sync.E023",
                )
            )
    return found


def is_relation(model: Any, path: str) -> bool:
    """Tell whether ``prefetch_related`` takes the path."""
    way = walk(model, path)
    return way.found and way.relations


def _is_dependency(label: Any, attribute: Any) -> bool:
    try:
        model = apps.get_model(label)
        return walk(model, attribute).found or attribute == "pk"
    except (LookupError, ValueError, AttributeError, TypeError, FieldDoesNotExist):
        return False


def _path() -> str | None:
    try:
        path = conf.options().get("ADAPTER") or ""
    except ImproperlyConfigured:
        return None
    return path if isinstance(path, str) else None


def _import(path: str | None) -> Any:
    """Return what the path names, or the exception that its import ends in."""
    try:
        return import_string(path or "")
    except Exception as error:  # noqa: BLE001  a host's own module may fail in any way
        return error


def _is_adapter(adapter: Any) -> bool:
    return isinstance(adapter, type) and issubclass(adapter, CRMAdapter)


def _is_source(source: Any) -> bool:
    return isinstance(source, type) and issubclass(source, KindSource) and source.kind in KINDS


def _name(source: type[KindSource]) -> str:
    return f"{source.__module__}.{source.__qualname__}"
