"""An event that could not be delivered: nobody goes on without knowing that they have missed something."""

from typing import Any, cast

import pytest

from appliance.accounts.events import ProfileChanged
from appliance.channels.events import ChannelCreated, ChannelUpdated
from appliance.events import Event, VisibilityChanged
from appliance.gateway.codec import Sent
from tests.integration.gateway.conftest import Box, Client

pytestmark = pytest.mark.anyio

# What no encoder of ours can write.
UNSPEAKABLE = cast("Any", object())


def told_at_once(box: Box) -> Event:
    return ChannelUpdated(guild_id=box.guild, channel_id=box.general, payload=UNSPEAKABLE)


def told_after_a_look(box: Box) -> Event:
    audience = frozenset({box.ada, box.bo})
    return ChannelCreated(
        guild_id=box.guild, channel_id=box.general, account_ids=audience, payload=UNSPEAKABLE
    )


def told_to_own_devices(box: Box) -> Event:
    return ProfileChanged(account_ids=frozenset({box.bo}), payload=UNSPEAKABLE)


async def refused(client: Client) -> bool:
    """Whether the box says that the session is no more, in the way after which a client loads everything afresh."""
    await client.resume()
    frame = await client.next()
    return (frame["op"], frame["d"]) == (9, False)


@pytest.mark.parametrize("happening", [told_at_once, told_after_a_look, told_to_own_devices])
async def test_whoever_missed_it_identifies_anew_and_hears_on(box: Box, happening: Any) -> None:
    here, away = await box.online(box.bo), await box.online(box.bo)
    away.cut()

    box.bus.publish([happening(box)])

    assert await here.closed() == 4000
    for client in (here, away):
        await client.connect()
        assert await refused(client)
        assert (await client.identify())["guilds"][0]["id"] == str(box.guild)
    await box.says(box.ada, "all is well")
    for client in (here, away):
        assert (await client.until("MESSAGE_CREATE"))["content"] == "all is well"


@pytest.mark.parametrize("happening", [told_at_once, told_after_a_look])
async def test_it_is_nothing_to_those_of_other_guilds(box: Box, happening: Any) -> None:
    cy = await box.online(box.cy)

    box.bus.publish([happening(box)])

    await cy.nothing()
    cy.cut()
    await cy.connect()
    await cy.resume()
    await cy.until("RESUMED")


async def test_who_listens_to_the_bus_after_the_gateway_hears_it_all_the_same(box: Box) -> None:
    await box.online(box.bo)
    heard: list[Event] = []
    box.bus.subscribe(heard.append)
    event = told_at_once(box)

    box.bus.publish([event])

    assert heard == [event]


async def test_where_visibility_cannot_be_worked_out_nobody_is_told_by_the_old_one(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = await box.online(box.bo)
    queue = box.gateway.dispatcher._guild_queues[box.guild]
    look_again, looks = queue.look_again, iter([True])

    async def fail_once(*args: Any) -> Any:
        if next(looks, False):
            raise RuntimeError("a defect of ours")
        return await look_again(*args)

    monkeypatch.setattr(queue, "look_again", fail_once)
    async with box.database.transaction() as tx:
        await tx.run(
            "INSERT INTO overwrite (channel_id, target_id, kind, allow, deny) VALUES (:c, :g, 0, 0, 1024)",
            c=box.general, g=box.guild,
        )  # fmt: skip
        tx.emit(VisibilityChanged(guild_id=box.guild))
    await box.says(box.ada, "a secret")

    assert await bo.closed() == 4000
    await bo.connect()
    assert await refused(bo)
    ready = await bo.identify()
    assert [channel["name"] for channel in ready["guilds"][0]["channels"]] == ["Living room"]
    assert "MESSAGE_CREATE" not in [frame["t"] for frame in bo.frames]


async def test_one_device_in_trouble_does_not_cost_the_others_their_sessions(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, desk = await box.online(box.bo), await box.online(box.bo)
    outlet = box.gateway.dispatcher.sessions[phone.session_id].outlet

    def breaks(_event: Sent, seq: int) -> None:
        raise OSError(seq, "gone")

    monkeypatch.setattr(outlet, "send", breaks)
    await box.says(box.ada, "hello")
    monkeypatch.undo()

    assert (await desk.until("MESSAGE_CREATE"))["content"] == "hello"
    assert await phone.closed() == 4000
    await phone.connect()
    assert await refused(phone)
