"""A box with one person in it and a bot of theirs, reached over a wire that can be cut."""

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from appliance.access.permissions import Permission
from tests.box import Box, running_box
from tests.compat.wire import Wire


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def id_in(token: str) -> str:
    """The bot's id, as libraries take it out of its token."""
    return base64.urlsafe_b64decode(token.partition(".")[0] + "==").decode()


class Home:
    """What a bot's owner knows: the box, the channel, and the token shown once."""

    def __init__(self, box: Box, client: httpx.Client) -> None:
        self.box = box
        self.client = client
        box.set_up(client)
        [guild] = client.get("/api/v10/users/@me/guilds").json()
        self.guild: str = guild["id"]
        channels = client.get(f"/api/v10/guilds/{self.guild}/channels").json()
        self.general: str = next(channel["id"] for channel in channels if channel["type"] == 0)
        self.messages = f"/api/v10/channels/{self.general}/messages"

    def new_bot(self, name: str) -> str:
        made = self.client.post(f"/api/hearth/v1/guilds/{self.guild}/bots", json={"name": name})
        assert made.status_code == 201, made.text
        token: str = made.json()["token"]
        return token

    def new_keeper(self, name: str) -> str:
        """A bot that looks after the space: it may do all that its owner may."""
        token = self.new_bot(name)
        bot = id_in(token)
        body = {"name": f"{name}'s role", "permissions": str(int(Permission.ADMINISTRATOR))}
        made = self.client.post(f"/api/v10/guilds/{self.guild}/roles", json=body)
        given = self.client.put(f"/api/v10/guilds/{self.guild}/members/{bot}/roles/{made.json()['id']}")
        assert given.status_code == 204, given.text
        return token

    def roles(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get(f"/api/v10/guilds/{self.guild}/roles").json()
        return found

    def remove_role(self, role: str) -> None:
        self.client.delete(f"/api/v10/guilds/{self.guild}/roles/{role}").raise_for_status()

    def say(self, content: str) -> dict[str, Any]:
        sent = self.client.post(self.messages, json={"content": content})
        assert sent.status_code == 200, sent.text
        message: dict[str, Any] = sent.json()
        return message

    def open_direct_message(self, token: str) -> str:
        """The direct message between the box's person and a bot."""
        made = self.client.post("/api/v10/users/@me/channels", json={"recipient_id": id_in(token)})
        assert made.status_code == 200, made.text
        channel: str = made.json()["id"]
        return channel

    def act(self, method: str, path: str, **more: Any) -> Any:
        """What the person does in a channel; the JSON of the answer, or None."""
        reply = self.client.request(method, f"/api/v10/channels/{path}", **more)
        assert reply.status_code < 300, reply.text
        return reply.json() if reply.content else None

    def history(self) -> list[dict[str, Any]]:
        """Newest first."""
        page: list[dict[str, Any]] = self.client.get(self.messages).json()
        return page


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with running_box(tmp_path_factory.mktemp("box")) as box, box.client() as client:
        yield Home(box, client)


@pytest.fixture
async def wire(home: Home) -> AsyncIterator[Wire]:
    async with Wire(home.box.https).laid() as wire:
        yield wire
