"""Two people who live on a machine, and what they do with it from a device of their own."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from aiortc.mediastreams import MediaStreamTrack

from tests.box import PASSWORD
from tests.box.machine import Machine
from tests.integration.gateway.conftest import Client
from tests.integration.voice.browser import Browser


def move_in(machine: Machine) -> None:
    """Make the accounts of Nora, whose box it is, and of Otto, whom she invites."""
    with machine.network(), machine.client() as client:
        machine.until(lambda: machine.answers(client))
        machine.set_up(client)
        [guild] = client.get("/api/v10/users/@me/guilds").json()
        channels = client.get(f"/api/v10/guilds/{guild['id']}/channels").json()
        invite = client.post(f"/api/v10/channels/{channels[0]['id']}/invites", json={"max_age": 0})
        body = {"invite": invite.json()["code"], "username": "otto", "password": PASSWORD}
        client.post("/api/hearth/v1/auth/register", json=body).raise_for_status()


class Person:
    """Somebody who is signed in."""

    def __init__(self, machine: Machine, http: httpx.AsyncClient, session: dict[str, Any]) -> None:
        self.id: str = session["user"]["id"]
        self.http = http
        self._machine = machine
        self._token: str = session["access_token"]
        self._headers = {"Authorization": f"Bearer {self._token}"}

    async def get(self, path: str) -> Any:
        answer = await self.http.get(path, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any) -> int:
        return (await self.http.post(path, json=body, headers=self._headers)).status_code

    async def device(self) -> Client:
        """A client of the gateway that has been told everything."""
        url = "wss://127.0.0.1/ws?v=10&encoding=json"
        client = await Client(url, self._token, self._machine.trust).connect()
        await client.identify()
        return client


class Home:
    """The household; `general` is where it writes, `parlour` where it talks."""

    def __init__(self, machine: Machine, nora: Person, otto: Person) -> None:
        self.machine, self.nora, self.otto = machine, nora, otto
        self.guild = self.general = self.parlour = ""

    async def look_round(self) -> None:
        [guild] = await self.nora.get("/api/v10/users/@me/guilds")
        self.guild = guild["id"]
        channels = await self.nora.get(f"/api/v10/guilds/{self.guild}/channels")
        self.general, self.parlour = [
            next(one["id"] for one in channels if one["type"] == kind) for kind in (0, 2)
        ]

    async def says(self, who: Person, text: str) -> None:
        assert await who.post(f"/api/v10/channels/{self.general}/messages", {"content": text}) == 200

    async def history(self) -> list[str]:
        """What was written, the oldest first."""
        page = await self.nora.get(f"/api/v10/channels/{self.general}/messages")
        return [message["content"] for message in reversed(page)]

    async def page_of(
        self, who: Person, device: Client, sends: Mapping[str, Callable[[], MediaStreamTrack]]
    ) -> Browser:
        """Somebody's browser, in the call in the parlour."""
        page = Browser(device, who.post, (self.guild, self.parlour), sends)
        await page.join()
        return page


@asynccontextmanager
async def at_home(machine: Machine) -> AsyncIterator[Home]:
    """Both people signed in; this thread's new sockets are in the machine's network meanwhile."""
    with machine.network():
        async with httpx.AsyncClient(base_url="https://127.0.0.1", verify=machine.trust, timeout=20) as http:

            async def sign_in(name: str) -> Person:
                body = {"username": name, "password": PASSWORD}
                answer = await http.post("/api/hearth/v1/auth/login", json=body)
                assert answer.status_code == 200, answer.text
                return Person(machine, http, answer.json())

            home = Home(machine, await sign_in("nora"), await sign_in("otto"))
            await home.look_round()
            yield home


async def heard_until(client: Client, name: str) -> list[str]:
    """What was written, up to the first event of this name, which counts if it is a message itself."""
    found: list[str] = []
    while True:
        frame = await client.next(60)
        assert frame["op"] != 9, "the session is lost"
        if frame["t"] == "MESSAGE_CREATE":
            found.append(frame["d"]["content"])
        if frame["t"] == name:
            return found
