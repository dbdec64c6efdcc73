"""Holds one exchange with Graph against msgraph-sdk: its paths, its models, and nothing of ours.

Paths are walked through the SDK's own request builders, which also say what a body is made of.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

from kiota_abstractions.authentication import AnonymousAuthenticationProvider
from kiota_abstractions.serialization import AdditionalDataHolder
from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from kiota_serialization_json.json_serialization_writer import JsonSerializationWriter
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.extension import Extension
from msgraph.generated.models.o_data_errors.o_data_error import ODataError

MODELS = "msgraph.generated.models"
# Documented (user-get-mailboxsettings.md, profilephoto-update.md), but without a builder.
NOT_IN_THE_SDK = re.compile(r"^GET .+/mailboxSettings/\w+$|^PATCH .+/photo/\$value$", re.IGNORECASE)
# What concepts/errors.md says of an innerError, and the model of it leaves out.
OPEN_ERRORS = {"error.inner_error.code", "error.inner_error.innerError"}


def problems(entry: dict[str, Any], *, is_ours: bool) -> Iterator[str]:
    """What the SDK does not know, or loses, of one line of the emulator's log.

    What was refused is looked at only where our own client sent it: tests send nonsense on purpose.
    """
    path = entry["url"].partition("?")[0].removeprefix("/v1.0")
    if path.strip("/").lower() == "$batch":
        yield from _of_batch(entry, is_ours)
        return
    answered = entry["status"]
    asked_well = is_ours or 0 < answered < 400
    if NOT_IN_THE_SDK.match(f"{entry['method']} {path}"):
        return
    builder, label = builder_of(path)
    operation = getattr(builder, entry["method"].lower(), None)
    label = f"{entry['method']} {label}"
    if operation is None:
        if asked_well:
            yield f"{label}: msgraph-sdk has no such path or method (answered {answered})"
        return
    sent, got = _types(builder, operation)
    if asked_well and isinstance(entry["request_body"], dict):
        body = entry["request_body"] if is_ours else as_the_sdk_says_it(entry["request_body"])
        yield from _compared(label, body, sent)
    if isinstance(entry["response_body"], dict) and not entry.get("synthetic"):
        kind = got if answered < 400 else ODataError
        yield from _compared(f"{label} → {answered}", entry["response_body"], kind)


# What Graph takes of others although the SDK would write it otherwise: python-o365 and examples of
# Microsoft's send these, and our own client is held to the exact words.
LOOSE: dict[str, Any] = {"HTML": "html", "true": True, "false": False}


def as_the_sdk_says_it(body: Any) -> Any:
    """A body of somebody else's with the words that Graph reads loosely in their exact form."""
    if isinstance(body, dict):
        return {
            name: value if name == "value" else as_the_sdk_says_it(value)
            for name, value in body.items()
        }
    if isinstance(body, list):
        return [as_the_sdk_says_it(value) for value in body]
    return LOOSE.get(body, body) if isinstance(body, str) else body


def _of_batch(entry: dict[str, Any], is_ours: bool) -> Iterator[str]:
    if entry["status"] >= 400:
        if not entry.get("synthetic"):
            yield from _compared("POST /$batch", entry["response_body"], ODataError)
        return
    scripted = {str(id_) for id_ in entry.get("synthetic_items", ())}
    answers = {row["id"]: row for row in (entry["response_body"] or {}).get("responses", ())}
    for item in (entry["request_body"] or {}).get("requests", ()):
        answer = answers.get(item["id"], {})
        is_scripted = bool(entry.get("synthetic")) or item["id"] in scripted
        yield from problems(
            {
                "method": item["method"],
                "url": "/" + item["url"].lstrip("/"),
                "request_body": item.get("body"),
                "status": answer.get("status", 0),
                "response_body": answer.get("body"),
                "synthetic": is_scripted,
            },
            is_ours=is_ours,
        )


# ------------------------------------------------------------------------------ paths


@cache
def client() -> GraphServiceClient:
    adapter = GraphRequestAdapter(AnonymousAuthenticationProvider())
    return GraphServiceClient(request_adapter=adapter)


@cache
def builder_of(path: str) -> tuple[Any, str]:
    """The SDK's builder for a path (None: it has none), and the path without its ids."""
    at: Any = client()
    names: list[str] = []
    for part in _segments(path):
        segment = "content" if part == "$value" else part
        word = segment.lower().removeprefix("$").partition("(")[0].rpartition(".")[2]
        property_, function, by_id = _ways_from(type(at))
        if word in property_:
            at = getattr(at, property_[word])
            names.append(property_[word])
        elif "(" in segment and word in function:
            at = getattr(at, function[word])(segment)
            names.append(word)
        elif by_id:
            at = getattr(at, by_id)(segment)
            names.append("{id}")
        else:
            return None, path
    return at, "/" + "/".join(names)


@cache
def _ways_from(kind: type) -> tuple[dict[str, str], dict[str, str], str]:
    names = [name for name in dir(kind) if not name.startswith("_")]
    known = {
        name.replace("_", ""): name
        for name in names
        if isinstance(inspect.getattr_static(kind, name), property)
    }
    functions = {
        name.partition("_with_")[0].replace("_", ""): name for name in names if "_with_" in name
    }
    by_id = next((name for name in names if name.startswith("by_")), "")
    return known, functions, by_id


def _segments(path: str) -> Iterator[str]:
    for part in path.strip("/").split("/"):
        text = unquote(part)
        keyed = re.fullmatch(r"(\w+)\('(.+)'\)", text)
        if keyed:
            yield from keyed.groups()
        else:
            yield text


def _types(builder: Any, operation: Any) -> tuple[type | None, type | None]:
    """The models of what is sent and of what comes back; None where it is no object."""
    signature = inspect.signature(operation)
    body = signature.parameters.get("body")
    sent = _model(type(builder).__module__, body.annotation) if body is not None else None
    return sent, _model(type(builder).__module__, signature.return_annotation)


@cache
def _model(module: str, annotation: str) -> type | None:
    name = re.sub(r"^Optional\[(.+)\]$", r"\1", str(annotation))
    if name in {"None", "bytes", "int", "str"}:
        return None
    file = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    for package in (module.rpartition(".")[0], MODELS):
        if importlib.util.find_spec(f"{package}.{file}") is not None:
            found: type = getattr(importlib.import_module(f"{package}.{file}"), name)
            return found
    raise LookupError(f"msgraph-sdk names {name} in {module} and has no module for it")


# ----------------------------------------------------------------------------- bodies


def _compared(label: str, value: dict[str, Any], kind: type | None) -> tuple[str, ...]:
    """The problems of a body; bodies of one form are read once, since there are thousands."""
    if kind is None:
        return (f"{label}: a body where msgraph-sdk knows none",)
    key = (label, kind, form(value))
    if key not in _known:
        _known[key] = tuple(_held_against(label, value, kind))
    return _known[key]


_known: dict[tuple[str, type, Any], tuple[str, ...]] = {}


def form(value: Any) -> Any:
    """What a model can trip over: names, types, words of an enum, and how a date is written."""
    if isinstance(value, dict):
        return frozenset((name, form(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return (list, frozenset(form(inner) for inner in value))
    if not isinstance(value, str):
        return type(value)
    if re.fullmatch(r"[-\d:.TZ+]{4,}", value):
        return re.sub(r"\d", "0", value)
    return value if re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", value) else str


def _held_against(label: str, value: dict[str, Any], kind: type) -> Iterator[str]:
    try:
        node = JsonParseNodeFactory().get_root_parse_node(
            "application/json", json.dumps(value).encode()
        )
        parsed = node.get_object_value(kind)
    except (ValueError, TypeError, AttributeError) as error:
        yield f"{label}: msgraph-sdk cannot read it ({type(error).__name__}: {error})"
        return
    for where in set(_left_over(parsed)) - OPEN_ERRORS:
        yield f"{label}: {where} is no property that msgraph-sdk knows"
    writer = JsonSerializationWriter()
    writer.write_object_value(None, parsed)
    for where in _lost(value, json.loads(writer.get_serialized_content())):
        yield f"{label}: {where} has a value that msgraph-sdk cannot hold"


def _left_over(model: Any, where: str = "") -> Iterator[str]:
    if not isinstance(model, Extension):  # an open type: its data is whatever somebody put there
        known = _spelled(model)
        for name in model.additional_data:
            # @odata.…, @removed and property@odata.… describe, they are no data.
            if "@" not in name and name not in known:
                yield f"{where}{name}"
    for field in fields(model):
        value = getattr(model, field.name)
        for row in value if isinstance(value, list) else [value]:
            if isinstance(row, AdditionalDataHolder):
                yield from _left_over(row, f"{where}{field.name}.")


def _spelled(model: Any) -> set[str]:
    """Other spellings of what a model knows: the metadata writes InputIds, every page inputIds."""
    if not type(model).__name__.endswith("PostRequestBody"):
        return set()
    return {name[0].lower() + name[1:] for name in model.get_field_deserializers()}


def _lost(before: Any, after: Any, where: str = "") -> Iterator[str]:
    """Where what was read differs from what was there, by more than its spelling."""
    if isinstance(before, dict):
        held = after if isinstance(after, dict) else {}
        for name, value in before.items():
            if value not in (None, {}, []) and "@" not in name:
                yield from _lost(value, held.get(name), f"{where}.{name}" if where else name)
    elif isinstance(before, list):
        rows = after if isinstance(after, list) else []
        if len(rows) != len(before):
            yield where
        for row, held in zip(before, rows, strict=False):
            yield from _lost(row, held, where)
    elif before != after and _plain(before) != _plain(after):
        yield where


def _plain(value: Any) -> Any:
    """One form for a moment, a time of day and an enum's value."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return re.sub(r"\.0+$", "", value).lower()
