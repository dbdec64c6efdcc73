"""Following a path such as ``"owner__company"`` through the host's models and rows."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models


@dataclass(frozen=True, slots=True)
class Way:
    """Where a path leads from a model.

    ``found``: every step is there. ``many``: a step stands for several rows. ``ahead``: the part
    that ``select_related`` fetches. ``relations``: no step is a mere value. ``end``: the model at
    the end; ``None`` when it is a value, or nothing that the model says.
    """

    found: bool
    many: bool = False
    ahead: str = ""
    relations: bool = True
    end: type[models.Model] | None = None


def follow(instance: Any, path: str) -> Any:
    """Return the value at the end of the path; ``None`` where a relation has no row."""
    value: Any = instance
    for name in path.split("__"):
        if value is None:
            return None
        try:
            value = getattr(value, name)
        except ObjectDoesNotExist:  # the other end of a one-to-one relation has no row
            return None
    return value


def walk(model: type[models.Model], path: str) -> Way:
    """Return where the path leads, by the names that :func:`follow` uses."""
    current: type[models.Model] | None = model
    many, relations, ahead, is_known = False, True, "", True
    for name in path.split("__"):
        if current is None and is_known:
            return Way(found=False)  # below a plain value
        if current is None:
            return Way(found=True, many=many, ahead=ahead, relations=False)
        step = _field(current, name)
        if step is None:
            if not _is_attribute(current, name):
                return Way(found=False)
            # A property is as good as a field; where it leads, the model does not say.
            current, relations, is_known = None, False, False
            continue
        if name == getattr(step, "attname", "") != step.name:  # "firm_id": a value, not the firm
            current, relations = None, False
            continue
        relations = relations and step.is_relation
        many = many or bool(step.one_to_many or step.many_to_many)
        current, is_known = step.related_model, not (step.is_relation and not step.related_model)
        if current is not None and not many and name == step.name:
            ahead = f"{ahead}__{name}" if ahead else name
    return Way(True, many, ahead, relations, current)


def _field(model: type[models.Model], name: str) -> Any | None:
    """Return the field, or the relation whose accessor has this name."""
    for relation in model._meta.related_objects:
        if relation.get_accessor_name() == name:
            return relation
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    # By the name for queries, which is not always that of the attribute.
    is_reverse = found.auto_created and not found.concrete
    return None if is_reverse else found


def _is_attribute(model: type[models.Model], name: str) -> bool:
    """Tell whether every row has this attribute; a method is none, because nobody calls it."""
    missing = object()
    value = inspect.getattr_static(model, name, missing)
    return (
        value is not missing
        and not isinstance(value, classmethod | staticmethod | type)
        and not inspect.isroutine(value)
    )
