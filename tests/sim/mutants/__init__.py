"""One rule of the protocol removed at a time: small patches, applied to a copy of the product."""

from __future__ import annotations

from tests.sim.mutants.deciding import DECIDING
from tests.sim.mutants.looking import LOOKING
from tests.sim.mutants.record import Mutant, Patch
from tests.sim.mutants.remembering import REMEMBERING
from tests.sim.mutants.writing import WRITING

MUTANTS: dict[str, Mutant] = {
    mutant.name: mutant for mutant in (*DECIDING, *WRITING, *LOOKING, *REMEMBERING)
}

__all__ = ["MUTANTS", "Mutant", "Patch"]
