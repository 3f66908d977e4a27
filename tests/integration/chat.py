"""What the tests of guilds, channels, conversations and messages do again and again."""

from typing import Any

from appliance.events import Event
from appliance.ids import AccountId, ChannelId
from appliance.storage import Transaction
from tests.integration.conftest import Server


async def ok(server: Server, who: AccountId, method: str, path: str, **more: Any) -> Any:
    """A request that must be granted; its JSON, or None."""
    reply = await server.request(who, method, path, **more)
    assert reply.status_code < 300, (method, path, reply.status_code, reply.text)
    return reply.json() if reply.content else None


async def refused(
    server: Server, who: AccountId | None, method: str, path: str, **more: Any
) -> tuple[int, int, str]:
    """A request that must be refused and change nothing that is announced: its status, code and key."""
    server.heard.clear()
    reply = await server.request(who, method, path, **more)
    assert reply.status_code >= 400, (method, path, reply.text)
    assert server.heard == []
    body = reply.json()
    return reply.status_code, body["code"], body["key"]


async def said(server: Server, who: AccountId, content: str = "Soup?", **more: Any) -> Any:
    body = {"content": content, **more}
    return await ok(server, who, "POST", f"/channels/{server.general}/messages", json=body)


async def role(server: Server, permissions: int = 0, **more: Any) -> Any:
    """A role that Ada makes."""
    body = {"name": "role", "permissions": str(int(permissions)), **more}
    return await ok(server, server.ada, "POST", f"/guilds/{server.guild}/roles", json=body)


async def give(server: Server, who: AccountId, role_id: str) -> None:
    await ok(server, server.ada, "PUT", f"/guilds/{server.guild}/members/{who}/roles/{role_id}")


async def member_with(server: Server, name: str, permissions: int, **more: Any) -> AccountId:
    """Somebody in the space with a role of their own."""
    account = await server.account(name)
    await server.join(account)
    made = await role(server, permissions, **more)
    await give(server, account, made["id"])
    server.heard.clear()
    return account


# One pixel, as small as PNG can be.
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


async def emoji(server: Server, name: str = "soup", who: AccountId | None = None) -> Any:
    """An emoji of the household's space."""
    body = {"name": name, "image": PIXEL}
    return await ok(server, who or server.ada, "POST", f"/guilds/{server.guild}/emojis", json=body)


def heard(server: Server, *names: str) -> list[Any]:
    """The payloads of what was announced under these names, in order."""
    return [event.payload for event in server.heard if getattr(event, "name", "") in names]  # type: ignore[attr-defined]  # each event declares its payload


def kinds(server: Server) -> list[type[Event]]:
    return [type(event) for event in server.heard]


async def time_out(server: Server, account: AccountId) -> None:
    async with server.database.transaction() as tx:
        until = tx.now + 24 * 3600 * 1000
        await tx.run(
            "UPDATE member SET timeout_until = :until WHERE account_id = :id", until=until, id=account
        )


async def pair(tx: Transaction, one: AccountId, other: AccountId) -> ChannelId:
    """A direct message between two people."""
    channel_id = ChannelId(tx.new_id())
    await tx.run("INSERT INTO channel (id, type, name, position) VALUES (:id, 1, '', 0)", id=channel_id)
    await tx.run(
        "INSERT INTO conversation (channel_id, low_id, high_id) VALUES (:id, :low, :high)",
        id=channel_id, low=min(one, other), high=max(one, other),
    )  # fmt: skip
    for account_id in (one, other):
        await recipient(tx, channel_id, account_id)
    return channel_id


async def group(tx: Transaction, *people: AccountId, name: str = "") -> ChannelId:
    """A group of the first, who owns it, and others."""
    channel_id = ChannelId(tx.new_id())
    await tx.run(
        "INSERT INTO channel (id, type, name, position) VALUES (:id, 3, :name, 0)", id=channel_id, name=name
    )
    await tx.run(
        "INSERT INTO conversation (channel_id, owner_id) VALUES (:id, :owner)", id=channel_id, owner=people[0]
    )
    for account_id in people:
        await recipient(tx, channel_id, account_id)
    return channel_id


async def recipient(tx: Transaction, channel_id: ChannelId, account_id: AccountId, since: int = 0) -> None:
    await tx.run(
        "INSERT INTO recipient (channel_id, account_id, history_from, joined_at)"
        " VALUES (:channel_id, :account_id, :since, :at)",
        channel_id=channel_id, account_id=account_id, since=since, at=tx.now,
    )  # fmt: skip


async def relate(tx: Transaction, one: AccountId, other: AccountId, kind: int) -> None:
    await tx.run(
        "INSERT INTO relationship (account_id, other_id, type, since) VALUES (:one, :other, :kind, :at)",
        one=one, other=other, kind=kind, at=tx.now,
    )  # fmt: skip
