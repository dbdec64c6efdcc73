from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .accounts import App
from .scopes import Requested

KEPT = 500
LIFE = 15 * 60


@dataclass
class Flow:
    """One visit of a browser to Entra, from the request to the answer."""

    id: str
    kind: str  # "authorize" or "adminconsent"
    authority: str
    app: App
    requested: Requested
    redirect_uri: str
    params: Mapping[str, str]
    started: float
    stage: str = "email"  # pick, email, password, consent, approval, refused
    account: str = ""  # object id, once it is known
    typed: str = ""
    message: str = ""

    @property
    def state(self) -> str:
        return self.params.get("state", "")


@dataclass
class Flows:
    by_id: dict[str, Flow] = field(default_factory=dict)

    def keep(self, flow: Flow) -> Flow:
        for old in list(self.by_id)[: max(0, len(self.by_id) - KEPT)]:
            del self.by_id[old]
        self.by_id[flow.id] = flow
        return flow

    def find(self, flow_id: str, now: float) -> Flow | None:
        flow = self.by_id.get(flow_id)
        return flow if flow and now - flow.started < LIFE else None

    def end(self, flow: Flow) -> None:
        self.by_id.pop(flow.id, None)
