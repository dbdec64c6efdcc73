"""Microsoft's own metadata and the checker of it, which lie beside the repository, not in it."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

from tests.environment.requirement import Missing

CHECKER = Path(__file__).resolve().parents[3] / "shared" / "graph" / "check_traffic.py"
# Documented (api-reference/v1.0/api/user-list.md), and not in the slice: who is there is looked up.
BEYOND_THE_SLICE = {"/users": {"get": {"responses": {}}}}
HINT = "Microsoft's metadata is not beside the repository (../shared)"


def load() -> ModuleType:
    """The checker as a module of its own, with counts of its own; raises Missing."""
    if not CHECKER.exists():
        raise Missing(f"{HINT}.")
    spec = importlib.util.spec_from_file_location("check_traffic", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.SLICE["paths"] |= {
        p: v for p, v in BEYOND_THE_SLICE.items() if p not in module.SLICE["paths"]
    }
    module.ROUTES[:] = module.compile_routes()
    # It tries some 300 patterns on every address; ours are few once their ids are made alike.
    module.find_route = cache(module.find_route)
    return module
