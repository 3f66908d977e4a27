"""IDENTIFY, READY, heartbeats, RESUME and every way in which a socket ends."""

import asyncio
import json
import socket
import zlib
from pathlib import Path
from typing import Any

import pytest
import websockets

from appliance.accounts.model import User
from appliance.events import MemberJoined, SessionsRevoked
from appliance.gateway import dialogue
from appliance.http import websocket
from appliance.ids import SessionId
from appliance.messages.events import MessageCreated
from appliance.messages.model import HeardMessage
from tests.integration.gateway.conftest import Box, running

pytestmark = pytest.mark.anyio


async def test_a_person_is_told_everything_at_once(box: Box) -> None:
    client = await box.client_of(box.bo).connect()

    ready = await client.identify()

    guild = ready["guilds"][0]
    assert (ready["v"], ready["user"]["username"], guild["name"]) == (10, "bo", "Maple Street")
    assert {channel["name"] for channel in guild["channels"]} == {"general", "Living room"}
    assert {member["user"]["username"] for member in guild["members"]} == {"ada", "bo"}
    assert [state["id"] for state in ready["read_state"]] == [str(box.general)]
    assert {presence["user"]["id"] for presence in guild["presences"]} == {str(box.bo)}
    assert ready["resume_gateway_url"] == f"wss://127.0.0.1:{box.port}/ws"
    assert client.frames[-1]["s"] == 1


async def test_a_message_reaches_everybody_once_and_a_stranger_never(box: Box) -> None:
    ada, bo, cy = await box.online(box.ada), await box.online(box.bo), await box.online(box.cy)

    said = await box.says(box.ada, "Soup is ready")

    for client in (ada, bo):
        heard = await client.until("MESSAGE_CREATE")
        assert (heard["id"], heard["content"], heard["member"]["nick"]) == (said["id"], "Soup is ready", None)
    await cy.nothing()


async def test_a_heartbeat_is_acknowledged(box: Box) -> None:
    client = await box.online(box.bo)

    await client.say(1, client.seq)

    while (await client.next())["op"] == 0:
        pass
    assert client.frames[-1]["op"] == 11


async def test_what_was_missed_is_told_in_order_and_then_resumed(box: Box) -> None:
    client = await box.online(box.bo)
    client.cut()
    for number in range(5):
        await box.says(box.ada, f"number {number}")

    await client.connect()
    await client.resume()

    await client.until("RESUMED")
    frames = [frame for frame in client.frames if frame["op"] == 0]
    texts = [frame["d"]["content"] for frame in frames if frame["t"] == "MESSAGE_CREATE"]
    assert texts == [f"number {number}" for number in range(5)]
    assert [frame["s"] for frame in frames] == list(range(1, len(frames) + 1))


async def test_what_one_may_no_longer_see_is_not_told_after_a_resume(box: Box) -> None:
    client = await box.online(box.bo)
    client.cut()
    await box.says(box.ada, "a secret")
    deny = {"type": 0, "allow": "0", "deny": "1024"}
    reply = await box.request(box.ada, "PUT", f"/channels/{box.general}/permissions/{box.guild}", json=deny)
    assert reply.status_code == 204

    await client.connect()
    await client.resume()

    await client.until("RESUMED")
    names = [frame["t"] for frame in client.frames]
    assert "MESSAGE_CREATE" not in names
    assert "CHANNEL_DELETE" in names


async def test_a_guild_is_replayed_without_what_has_been_hidden_since(box: Box) -> None:
    client = await box.online(box.cy)
    client.cut()
    await box.join(box.cy)
    async with box.database.transaction() as tx:
        tx.emit(MemberJoined(guild_id=box.guild, account_id=box.cy))
    deny = {"type": 0, "allow": "0", "deny": "1024"}
    reply = await box.request(box.ada, "PUT", f"/channels/{box.parlour}/permissions/{box.guild}", json=deny)
    assert reply.status_code == 204
    await box.says(box.ada, "welcome, cy")

    await client.connect()
    await client.resume()

    guild = await client.until("GUILD_CREATE")
    assert [channel["name"] for channel in guild["channels"]] == ["general"]
    assert (guild["id"], len(guild["members"])) == (str(box.guild), 3)
    assert (await client.until("MESSAGE_CREATE"))["content"] == "welcome, cy"
    frames = [frame for frame in client.frames if frame["op"] == 0]
    assert [frame["s"] for frame in frames] == list(range(1, len(frames) + 1))


async def test_the_first_picture_is_not_told_twice(box: Box) -> None:
    client = await box.online(box.bo)
    client.cut()

    await client.connect()
    await client.resume(0)

    assert (await client.next())["op"] == 9


async def test_a_session_that_is_unknown_is_invalid_and_one_can_identify_anew(box: Box) -> None:
    client = await box.client_of(box.bo).connect()
    client.session_id = "gone"

    await client.resume(3)

    assert await client.next() == {"op": 9, "d": False, "s": None, "t": None}
    assert (await client.identify())["user"]["id"] == str(box.bo)


async def test_nobody_resumes_the_session_of_another(box: Box) -> None:
    theirs = await box.online(box.bo)
    mine = await box.client_of(box.ada).connect()
    mine.session_id = theirs.session_id

    await mine.resume(0)

    assert (await mine.next())["op"] == 9


async def test_a_session_that_missed_too_much_starts_over(box: Box) -> None:
    client = await box.online(box.bo)
    seq = client.seq
    client.cut()
    for session in box.gateway.dispatcher.of(box.bo):
        session.last += 600

    await client.connect()
    await client.resume(seq)

    assert (await client.next())["op"] == 9


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", 4002),
        ('{"op":1,"d":"' + "x" * 16400 + '"}', 4002),
        ('{"op":99,"d":null}', 4001),
        ('{"op":3,"d":{"status":"online"}}', 4003),
        ('{"op":2,"d":{"token":"nobody","properties":{}}}', 4004),
        ('{"op":2,"d":{"properties":{}}}', 4002),
    ],
)
async def test_a_frame_that_is_wrong_ends_the_connection(box: Box, frame: str, code: int) -> None:
    client = await box.client_of(box.bo).connect()
    assert client.socket is not None

    await client.socket.send(frame)

    assert await client.closed() == code


async def test_identifying_twice_ends_the_connection(box: Box) -> None:
    client = await box.online(box.bo)

    await client.say(2, {"token": client.token, "properties": {}})

    assert await client.closed() == 4005


async def test_a_sequence_from_the_future_ends_the_connection(box: Box) -> None:
    client = await box.online(box.bo)
    client.cut()
    await client.connect()

    await client.resume(10_000)

    assert await client.closed() == 4007


async def test_more_than_120_frames_a_minute_end_the_connection(box: Box) -> None:
    client = await box.online(box.bo)

    for _ in range(120):
        await client.say(1, None)

    assert await client.closed() == 4008


async def test_a_silent_client_is_given_up_and_may_resume(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "PATIENCE", 0.2)
    client = await box.online(box.bo)

    assert await client.closed() == 4009

    await client.connect()
    await client.resume()
    await client.until("RESUMED")


async def test_who_never_identifies_is_shown_out(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogue, "IDENTIFY_SECONDS", 0.2)
    client = await box.client_of(box.bo).connect()

    assert await client.closed() == 4003


async def test_a_revoked_sign_in_is_closed_at_once_and_cannot_resume(box: Box) -> None:
    client = await box.online(box.bo)

    box.bus.publish([SessionsRevoked(account_id=box.bo, session_ids=frozenset({SessionId(box.bo)}))])

    assert await client.closed() == 4004
    await client.connect()
    await client.resume()
    assert await client.closed() == 4004


async def test_a_reader_who_takes_nothing_is_cut_and_misses_nothing(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "_CLOSING_SECONDS", 0.2)
    token = box.token(box.bo)
    client = box.client_of(box.bo)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    narrow.connect(("127.0.0.1", box.port))
    client.socket = await websockets.connect(client.url, max_queue=1, max_size=None, sock=narrow)
    await client.next()
    await client.identify()
    padding = "x" * 2000
    # Enough for the buffers of both kernels and then for the limit: two megabytes of one household's chatter.
    for number in range(1500):
        box.bus.publish(_spoken(box, f"{number} {padding}"))

    assert await _until_detached(box)
    client.cut()

    await client.connect()
    client.token = token
    seen = [frame["d"]["content"] for frame in client.frames if frame["t"] == "MESSAGE_CREATE"]
    await client.resume()
    while (frame := await client.next())["t"] != "RESUMED":
        if frame["t"] == "MESSAGE_CREATE":
            seen.append(frame["d"]["content"])
    assert [text.split()[0] for text in seen] == [str(number) for number in range(1500)]


async def _until_detached(box: Box) -> bool:
    for _ in range(200):
        if all(session.outlet is None for session in box.gateway.dispatcher.of(box.bo)):
            return True
        await asyncio.sleep(0.05)
    return False


def _spoken(box: Box, text: str) -> Any:
    payload = HeardMessage(
        id="1", channel_id=str(box.general), guild_id=str(box.guild),
        author=User(id="1", username="ada", global_name="Ada"), content=text, timestamp="", edited_timestamp=None,
        mention_everyone=False, mentions=[], mention_roles=[], type=0,
    )  # fmt: skip
    return [MessageCreated(guild_id=box.guild, channel_id=box.general, payload=payload)]


async def test_zlib_stream_is_one_stream_for_the_connection(box: Box) -> None:
    async with websockets.connect(f"ws://127.0.0.1:{box.port}/ws?v=10&compress=zlib-stream") as socket:
        inflate = zlib.decompressobj()
        hello = json.loads(inflate.decompress(await socket.recv(decode=False)))
        # In binary, as hikari sends.
        await socket.send(json.dumps({"op": 2, "d": {"token": box.token(box.bo)}}).encode())
        ready = json.loads(inflate.decompress(await socket.recv(decode=False)))

    assert (hello["op"], ready["t"]) == (10, "READY")


async def test_a_planned_restart_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, Box) as box:
        await box.furnish()
        client = await box.online(box.bo)
        lost = await box.online(box.bo)
        lost.cut()
        await box.says(box.ada, "before")
        people = (box.guild, box.general, box.ada, box.bo)
        # So that it is the box that ends the connection, not the fixture.
        box.clients.clear()

    assert (await client.closed(), client.frames[-1]["op"]) == (4000, 7)
    file = tmp_path / "run" / "gateway-sessions"
    assert file.stat().st_mode & 0o777 == 0o600
    async with running(tmp_path, Box) as again:
        again.guild, again.general, again.ada, again.bo = people
        assert not file.exists()
        await again.says(again.ada, "after")
        for one in (client, lost):
            one.url = one.url.replace(f":{box.port}/", f":{again.port}/")
            await one.connect()
            await one.resume()
            await one.until("RESUMED")
            await one.close()
    for one in (client, lost):
        said = [frame["d"]["content"] for frame in one.frames if frame["t"] == "MESSAGE_CREATE"]
        assert said == ["before", "after"]


async def test_sessions_are_worth_nothing_once_something_was_committed_after_them(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    async with running(tmp_path, Box) as box:
        await box.furnish()
        await box.online(box.bo)
    assert (tmp_path / "run" / "gateway-sessions").exists()

    box.bus.publish(_spoken(box, "too late"))

    assert not (tmp_path / "run" / "gateway-sessions").exists()
