"""What the tests of guilds, channels, conversations and messages do again and again."""

from typing import Any

from appliance.events import Event
from appliance.ids import AccountId, ChannelId
from appliance.storage import Transaction
from tests.integration.conftest import House


async def ok(house: House, who: AccountId, method: str, path: str, **more: Any) -> Any:
    """A request that must be granted; its JSON, or None."""
    reply = await house.request(who, method, path, **more)
    assert reply.status_code < 300, (method, path, reply.status_code, reply.text)
    return reply.json() if reply.content else None


async def refused(
    house: House, who: AccountId | None, method: str, path: str, **more: Any
) -> tuple[int, int, str]:
    """A request that must be refused and change nothing that is announced: its status, code and key."""
    house.heard.clear()
    reply = await house.request(who, method, path, **more)
    assert reply.status_code >= 400, (method, path, reply.text)
    assert house.heard == []
    body = reply.json()
    return reply.status_code, body["code"], body["key"]


async def said(house: House, who: AccountId, content: str = "Soup?", **more: Any) -> Any:
    body = {"content": content, **more}
    return await ok(house, who, "POST", f"/channels/{house.general}/messages", json=body)


async def role(house: House, permissions: int = 0, **more: Any) -> Any:
    """A role that Ada makes."""
    body = {"name": "role", "permissions": str(int(permissions)), **more}
    return await ok(house, house.ada, "POST", f"/guilds/{house.guild}/roles", json=body)


async def give(house: House, who: AccountId, role_id: str) -> None:
    await ok(house, house.ada, "PUT", f"/guilds/{house.guild}/members/{who}/roles/{role_id}")


async def member_with(house: House, name: str, permissions: int, **more: Any) -> AccountId:
    """Somebody in the space with a role of their own."""
    account = await house.account(name)
    await house.join(account)
    made = await role(house, permissions, **more)
    await give(house, account, made["id"])
    house.heard.clear()
    return account


def heard(house: House, *names: str) -> list[Any]:
    """The payloads of what was announced under these names, in order."""
    return [event.payload for event in house.heard if getattr(event, "name", "") in names]  # type: ignore[attr-defined]  # each event declares its payload


def kinds(house: House) -> list[type[Event]]:
    return [type(event) for event in house.heard]


async def time_out(house: House, account: AccountId) -> None:
    async with house.database.transaction() as tx:
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
