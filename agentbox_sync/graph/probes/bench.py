"""A folder of our own in somebody's mailbox, to try things in: nothing of it stays."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from agentbox_sync import __version__
from agentbox_sync.core.errors import OutcomeUnknown, ServerFault
from agentbox_sync.graph import delta, stamp
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import query, relative, segment
from agentbox_sync.graph.probes.answers import Unanswered, checked, status_of
from agentbox_sync.graph.stores.base import etag_of
from agentbox_sync.ports import Clock

# A probe asks on purpose what is refused: no sync does, and whoever reads a log should see that.
AGENT = f"agentbox_probe/{__version__}"
FOLDER_NAME = "Agentbox probe"
# On folders and contacts of a probe: what carries it is removed by the next probe at the latest.
MARK = "agentbox-probe"
PATIENCE = 24  # looks, five seconds apart, until a change is expected to be in the feed
PAUSE = 5.0
MOST_PAGES = 50
ATTEMPTS = 4

Item = Mapping[str, Any]


class Bench:
    """The folder, and the hands that work in it."""

    def __init__(self, client: GraphClient, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self.folder = ""
        self.main = ""  # the Contacts folder, of which ours is a child
        self.stamp = f"{MARK}:{uuid.uuid4()}"
        self._made: dict[str, None] = {}  # contacts
        self._folders: set[str] = set()

    def open(self) -> None:
        """Remove what an earlier probe left behind, and make the folder."""
        self.client.call_itself(AGENT)
        for left in self._marked():
            self._remove_folder(left)
        # Numbered, because a folder that has the name already is a person's.
        name = f"{FOLDER_NAME} {self.stamp[-6:]}"
        answer = self.ask("POST", "/me/contactFolders", self.marked({"displayName": name}))
        made = _entity(answer, "the folder was not made")
        self.folder, self.main = str(made["id"]), str(made.get("parentFolderId") or "")
        self._folders |= {self.folder, self.main}

    def close(self) -> list[str]:
        """Remove everything; return in words what is still there."""
        for left in dict.fromkeys([*self._marked(), *([self.folder] if self.folder else [])]):
            self._remove_folder(left)
        for remote_id in self._made:
            self._purge(remote_id)
        still = [f"the folder “{FOLDER_NAME}”" for _ in self._marked()]
        present = [key for key in self._made if self._is_there(key)]
        return still + ([f"{len(present)} contacts of the probe"] if present else [])

    # --------------------------------------------------------------------------------- the hands

    def ask(self, method: str, path: str, body: Item | None = None, etag: str = "") -> Response:
        """Send one request in a batch of its own; raises what :func:`checked` raises."""
        request = Request(method, path, if_match=etag, body=body)
        return self._checked(self.client.batch([request])[0])

    def get(self, path: str, *prefer: str) -> Response:
        """Read; raises what :func:`checked` raises."""
        return self._checked(self.client.get(path, prefer=prefer))

    def person(self, folder: str = "", **properties: Any) -> Item:
        """Make a contact in the folder; raises Unanswered when that is refused."""
        response = self.try_person(folder, **properties)
        return _entity(response, "a contact was not made")

    def try_person(self, folder: str = "", **properties: Any) -> Response:
        """Try to make a contact in the folder."""
        place = folder or self.folder
        body = {"givenName": "Agentbox", "surname": "Probe", **properties}
        response = self.ask("POST", f"{folder_path(place)}/contacts", self.marked(body))
        if response.ok:
            self._made[str(_entity(response, "a contact was not made")["id"])] = None
        return response

    def change(self, item: Item, **properties: Any) -> Response:
        """Try to change a contact as it was last seen."""
        return self.ask("PATCH", item_path(item), properties, etag_of(item))

    def read(self, item: Item) -> Item:
        """Return a contact as it is now; raises Unanswered when it is not there."""
        return _entity(self.get(item_path(item)), "a contact could not be read")

    def remove(self, item: Item) -> Response:
        """Delete a contact as a person does: it goes into Deleted Items."""
        return self.ask("DELETE", item_path(item), etag=etag_of(item))

    def subfolder(self, name: str) -> str:
        """Make a folder in the folder; returns its id."""
        path = f"{folder_path(self.folder)}/childFolders"
        answer = self.ask("POST", path, self.marked({"displayName": name}))
        made = str(_entity(answer, "a folder was not made")["id"])
        self._folders.add(made)
        return made

    def marked(self, body: Item) -> dict[str, Any]:
        """Return a body with the mark that says whose it is."""
        is_folder = "displayName" in body and "givenName" not in body
        name = stamp.FOLDER_PROPERTY_ID if is_folder else stamp.PROPERTY_ID
        return {**body, **stamp.payload(self.stamp, name)}

    def round(self, link: str = "", folder: str = "") -> tuple[list[Item], str]:
        """Read one round of the folder's feed; returns its rows and the delta link."""
        path = f"{folder_path(folder or self.folder)}/contacts/delta"
        rows: list[Item] = []
        for _ in range(MOST_PAGES):
            body = self._feed(relative(link, self.client.base_url) if link else path)
            rows += body["value"]
            link = str(body.get("@odata.nextLink") or "")
            if not link:
                return rows, str(body.get("@odata.deltaLink") or "")
        raise Unanswered(f"the feed had more than {MOST_PAGES} pages")

    def wait_for(self, item: Item, link: str, folder: str = "") -> tuple[Item, str, float]:
        """Wait until the feed says something of a contact: its row, the link, the seconds."""
        begun = self.clock.now()
        for _ in range(PATIENCE):
            rows, link = self.round(link, folder)
            found = [row for row in rows if row.get("id") == item["id"]]
            waited = (self.clock.now() - begun).total_seconds()
            if found:
                return found[-1], link, waited
            self.clock.sleep(PAUSE)
        raise Unanswered(f"the feed said nothing of it within {PATIENCE * PAUSE:.0f} seconds")

    # --------------------------------------------------------------------------------- tidying up

    def _marked(self) -> list[str]:
        """Return the ids of the living folders that carry the mark of any probe."""
        options = query(expand=stamp.EXPAND_FOLDER, top="999")
        return [
            str(row["id"])
            for row in self._rows(f"/me/contactFolders?{options}")
            if stamp.stamp_of(row, stamp.FOLDER_PROPERTY_ID).startswith(MARK)
        ]

    def _remove_folder(self, folder: str) -> None:
        for row in self._rows(f"{folder_path(folder)}/contacts?{query(top='999', select='id')}"):
            self._purge(str(row["id"]))
        for row in self._rows(f"{folder_path(folder)}/childFolders?{query(top='999')}"):
            self._remove_folder(str(row["id"]))
        self._gone(folder_path(folder))

    def _purge(self, remote_id: str) -> None:
        self._gone(item_path({"id": remote_id}))

    def _gone(self, path: str) -> None:
        """Remove for good; where that is not offered, as a person does.

        Nobody else gets this id, so that removing it twice is the same as removing it once.
        """
        for attempt in range(ATTEMPTS):
            try:
                self._remove(path)
                return
            except (OutcomeUnknown, ServerFault):
                if attempt == ATTEMPTS - 1:
                    return  # it is looked for at the end, and told
                self.clock.sleep(PAUSE)

    def _remove(self, path: str) -> None:
        answer = self.ask("POST", f"{path}/permanentDelete")
        if not answer.ok and answer.status != 404:
            found = self.get(path)
            etag = etag_of(found.body) if isinstance(found.body, Mapping) else ""
            self.ask("DELETE", path, etag=etag)

    def _is_there(self, remote_id: str) -> bool:
        answer = self.get(item_path({"id": remote_id}))
        body = answer.body if answer.ok and isinstance(answer.body, Mapping) else {}
        # In Deleted Items or in a folder that is deleted it is on no phone any more.
        return body.get("parentFolderId") in self._folders

    def _rows(self, path: str) -> Iterator[Item]:
        body = self.get(path).body
        rows = body.get("value") if isinstance(body, Mapping) else None
        return iter(rows if isinstance(rows, list) else ())

    def _feed(self, path: str) -> dict[str, Any]:
        answer = self.get(path, *delta.PREFER)
        if not answer.ok or not isinstance(answer.body, dict):
            raise Unanswered(f"the feed was refused: {status_of(answer)}")
        return answer.body

    def _checked(self, response: Response) -> Response:
        return checked(response, self.client.wait_of(response))


def folder_path(folder: str) -> str:
    """Return the path of a contact folder."""
    return f"/me/contactFolders/{segment(folder)}"


def item_path(item: Item) -> str:
    """Return the path of a contact."""
    return f"/me/contacts/{segment(str(item['id']))}"


def _entity(response: Response, otherwise: str) -> Item:
    if response.ok and isinstance(response.body, Mapping) and response.body.get("id"):
        return response.body
    raise Unanswered(f"{otherwise}: {status_of(response)}")
