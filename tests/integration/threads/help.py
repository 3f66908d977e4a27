"""What the tests of threads do again and again."""

from typing import Any

from appliance.access.permissions import Permission
from appliance.ids import AccountId
from tests.integration.chat import ok
from tests.integration.conftest import Server


async def begun(server: Server, who: AccountId, message: Any, **more: Any) -> Any:
    """A thread at a message."""
    path = f"/channels/{server.general}/messages/{message['id']}/threads"
    return await ok(server, who, "POST", path, json={"name": "Boiler man", **more})


async def apart(server: Server, who: AccountId, kind: int = 12, **more: Any) -> Any:
    """A thread without a message."""
    body = {"name": "Presents", "type": kind, **more}
    return await ok(server, who, "POST", f"/channels/{server.general}/threads", json=body)


async def says(server: Server, who: AccountId, thread: Any, content: str = "Yes.", **more: Any) -> Any:
    return await ok(
        server, who, "POST", f"/channels/{thread['id']}/messages", json={"content": content, **more}
    )


async def change(server: Server, who: AccountId, thread: Any, **more: Any) -> Any:
    return await ok(server, who, "PATCH", f"/channels/{thread['id']}", json=more)


async def deny(server: Server, *flags: Permission) -> None:
    body = {"type": 0, "allow": "0", "deny": str(int(sum(flags)))}
    path = f"/channels/{server.general}/permissions/{server.guild}"
    await ok(server, server.ada, "PUT", path, json=body)
