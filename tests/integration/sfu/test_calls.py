"""The media process as it runs, with independent WebRTC clients."""

import asyncio
import functools
import operator
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.sfu import control
from tests.integration.sfu.rig import ALL, Call, Client, Media, media_process

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[Media]:
    async with media_process(tmp_path) as running:
        yield running


@pytest.fixture
async def call(media: Media) -> AsyncIterator[Call]:
    server = await media.connect()
    one = Call(server)
    yield one
    await one.close()
    await server.close()


async def connected(call: Call, *clients: Client) -> None:
    for name in [client.peer for client in clients]:
        await call.server.until(functools.partial(operator.eq, control.Connected(name)))


async def test_two_people_get_each_others_sound_and_picture(call: Call) -> None:
    ann, bo = call.client("ann", voice=True, camera=True), call.client("bo", voice=True)
    ann.join()
    bo.join()
    await connected(call, ann, bo)

    assert (await ann.frame_from("owner-of-bo", "mic")).sample_rate == 48000
    assert (await bo.frame_from("owner-of-ann", "mic")).sample_rate == 48000
    assert (await bo.frame_from("owner-of-ann", "camera")).width == 640


async def test_who_comes_later_gets_what_is_there_in_the_first_offer(call: Call) -> None:
    ann, bo = call.client("ann", voice=True, camera=True), call.client("bo")
    ann.join()
    await connected(call, ann)
    call.server.send(control.Allow("ann", ALL, frozenset(("mic", "camera"))))

    bo.join()

    assert (await bo.frame_from("owner-of-ann", "camera")).height == 480
    assert {track.kind for track in bo.offers[0].tracks} == {"mic", "camera"}


async def test_a_publisher_is_asked_for_a_key_frame_and_then_left_in_peace(call: Call) -> None:
    ann, bo = call.client("ann", camera=True), call.client("bo")
    ann.join()
    await connected(call, ann)
    sender: Any = next(one.sender for one in ann.pc.getTransceivers() if one.mid == control.SLOTS["camera"])
    asked: list[float] = []
    answer_it = sender._send_keyframe

    def count() -> None:
        asked.append(asyncio.get_running_loop().time())
        answer_it()

    sender._send_keyframe = count
    await asyncio.sleep(1.0)

    bo.join()
    for _ in range(5):
        await bo.frame_from("owner-of-ann", "camera")
    await asyncio.sleep(0.6)
    joined = len(asked)
    receiver = next(one.receiver for one in bo.pc.getTransceivers() if one.mid == bo.offers[-1].tracks[0].mid)
    ssrc = int(re.findall(r"a=ssrc-group:FID (\d+)", bo.offers[-1].sdp)[0])
    for _ in range(3):
        await receiver._send_rtcp_pli(ssrc)
    await asyncio.sleep(3.0)

    assert 1 <= joined <= 2
    assert 1 <= len(asked) - joined <= 2


async def test_who_leaves_takes_their_lines_along_and_the_next_one_gets_them(call: Call) -> None:
    ann, bo = call.client("ann", voice=True), call.client("bo")
    ann.join()
    bo.join()
    await bo.frame_from("owner-of-ann", "mic")

    call.server.send(control.Leave("ann"))
    gone = await call.server.until(
        lambda one: (
            isinstance(one, control.Offered) and one.peer == "bo" and one.revision > 1 and not one.tracks
        )
    )
    cy = call.client("cy", voice=True)
    cy.join()

    assert "a=inactive" in getattr(gone, "sdp")  # noqa: B009  a report of any kind, as far as the types know
    await bo.frame_from("owner-of-cy", "mic")
    assert bo.offers[-1].tracks[0].mid == "4"


async def test_who_may_not_speak_is_not_forwarded_until_they_may(call: Call) -> None:
    ann, bo = call.client("ann", voice=True), call.client("bo")
    ann.join(allow=frozenset())
    bo.join()
    await connected(call, ann, bo)
    await asyncio.sleep(1.0)
    silent = await received(bo)

    call.server.send(control.Allow("ann", ALL, frozenset(("mic",))))
    await bo.frame_from("owner-of-ann", "mic")
    call.server.send(control.Allow("ann", frozenset(), frozenset(("mic",))))
    await asyncio.sleep(0.3)
    stopped = await received(bo)
    await asyncio.sleep(0.5)

    assert silent == 0
    assert stopped > 0
    assert await received(bo) == stopped


async def test_who_is_deaf_gets_nothing(call: Call) -> None:
    ann, bo = call.client("ann", voice=True), call.client("bo")
    ann.join()
    bo.join()
    await bo.frame_from("owner-of-ann", "mic")

    call.server.send(control.Allow("bo", ALL, frozenset(), hears=False))
    await asyncio.sleep(0.3)
    stopped = await received(bo)
    await asyncio.sleep(0.5)
    still = await received(bo)
    call.server.send(control.Allow("bo", ALL, frozenset(), hears=True))
    await asyncio.sleep(0.5)

    assert still == stopped
    assert await received(bo) > stopped


async def received(client: Client) -> int:
    """How many RTP packets have come to a client on all its lines."""
    reports = await client.pc.getStats()
    return sum(one.packetsReceived for one in reports.values() if one.type == "inbound-rtp")


async def test_a_certificate_that_is_not_the_answers_is_refused(call: Call) -> None:
    ann = call.client("ann", voice=True)
    ann.mangle = lambda sdp: re.sub(r"(a=fingerprint:sha-\d+) .*", r"\1 " + ":".join(["AB"] * 32), sdp)
    ann.join()

    refused = await call.server.until(lambda one: isinstance(one, control.Refused))
    lost = await call.server.until(lambda one: isinstance(one, control.Lost))

    assert isinstance(refused, control.Refused)
    assert (refused.peer, refused.key) == ("ann", "bad_fingerprint")
    assert lost == control.Lost("ann", "bad_fingerprint")
    assert not [one for one in call.server.reports if isinstance(one, control.Connected)]


async def test_the_network_changes_and_the_call_goes_on(call: Call) -> None:
    ann, bo = call.client("ann", voice=True), call.client("bo")
    ann.join()
    bo.join()
    await bo.frame_from("owner-of-ann", "mic")
    before = ann.offers[-1]

    call.server.send(control.Restart("ann"))
    after = await call.server.until(
        lambda one: isinstance(one, control.Accepted) and one.peer == "ann" and one.revision > before.revision
    )

    credentials = {re.findall(r"a=ice-ufrag:(\S+)", one.sdp)[0] for one in (before, ann.offers[-1])}
    assert len(credentials) == 2
    assert isinstance(after, control.Accepted)
    now = await received(bo)
    await asyncio.sleep(0.5)
    assert await received(bo) > now


async def test_old_answers_bad_ones_and_strangers_are_refused_by_name(call: Call) -> None:
    ann = call.client("ann")
    ann.join()
    await connected(call, ann)

    call.server.send(control.Answer("ann", 77, "v=0"))
    call.server.send(control.Restart("ann"))
    call.server.send(control.Restart("nobody"))
    keys = {
        await refusal(call, "stale_offer"),
        await refusal(call, "unknown_peer"),
    }
    ann.mangle = lambda _: "nonsense"
    call.server.send(control.Restart("ann"))

    assert keys == {"ann", "nobody"}
    assert await refusal(call, "bad_sdp") == "ann"


async def test_a_browser_that_is_slower_than_an_offer_is_repeated_gets_there_too(call: Call) -> None:
    ann, bo = call.client("ann", voice=True), call.client("bo")
    bo.thinks_seconds = 6.0
    ann.join()
    bo.join()

    await bo.frame_from("owner-of-ann", "mic")

    said = [one for one in call.server.reports if isinstance(one, control.Offered) and one.peer == "bo"]
    assert len(said) > len({one.revision for one in said}), "one was said again"
    assert len({(one.revision, one.sdp) for one in said}) == len({one.revision for one in said})
    assert [one for one in call.server.reports if isinstance(one, control.Refused)] == []


async def refusal(call: Call, key: str) -> str:
    report = await call.server.until(lambda one: isinstance(one, control.Refused) and one.key == key)
    assert isinstance(report, control.Refused)
    return report.peer


async def test_calls_go_on_without_the_server_and_the_next_one_is_told(media: Media, call: Call) -> None:
    ann, bo = call.client("ann", voice=True), call.client("bo")
    ann.join()
    bo.join()
    await bo.frame_from("owner-of-ann", "mic")

    await call.server.close()
    before = await received(bo)
    await asyncio.sleep(0.5)
    after = await received(bo)
    second = await media.connect()
    state = await second.until(lambda one: isinstance(one, control.State))
    await second.close()

    assert after > before
    assert isinstance(state, control.State)
    assert state.occupants == [
        control.Occupant("ann", "room", "owner-of-ann", "label of ann"),
        control.Occupant("bo", "room", "owner-of-bo", "label of bo"),
    ]


async def test_a_closed_browser_is_noticed_at_once(call: Call) -> None:
    ann = call.client("ann", voice=True)
    ann.join()
    await connected(call, ann)
    while ann.pc.connectionState != "connected":  # noqa: ASYNC110  the client's side is a flight behind ours
        await asyncio.sleep(0.02)

    await ann.pc.close()

    assert await call.server.until(lambda one: isinstance(one, control.Lost)) == control.Lost(
        "ann", "dtls closed"
    )


async def test_nonsense_on_the_control_socket_is_refused_and_the_line_goes_on(media: Media) -> None:
    reader, writer = await asyncio.open_unix_connection(str(media.socket))
    await control.read_frame(reader)
    wrong = msgspec.msgpack.encode({"type": "answer", "peer": "ann", "revision": "many"})
    writer.write(b"\x00\x00\x00\x03abc" + len(wrong).to_bytes(4) + wrong)
    long = control.MAX_MESSAGE_BYTES + 1
    writer.write(long.to_bytes(4) + bytes(long))
    writer.write(control.encode(control.Leave("bo")))

    refusals = [control.decode_report(await control.read_frame(reader) or b"") for _ in range(2)]
    writer.write(b"\xff\xff\xff\xff")
    end = await reader.read()

    assert [(one.peer, one.key) for one in refusals if isinstance(one, control.Refused)] == [
        ("ann", "bad_command"),
        ("bo", "unknown_peer"),
    ]
    assert end == b""
    writer.close()
