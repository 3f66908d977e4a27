"""What the tests of guilds, channels and messages do again and again."""

from typing import Any

from appliance.events import Event
from appliance.ids import AccountId
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
