"""The control socket's frames: what is not the protocol is refused by itself, and the next one is read."""

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.sfu import control

pytestmark = pytest.mark.anyio
LEAVE = control.encode(control.Leave("bo"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def reader(data: bytes) -> asyncio.StreamReader:
    one = asyncio.StreamReader()
    one.feed_data(data)
    one.feed_eof()
    return one


async def test_a_message_that_is_too_long_is_read_past() -> None:
    length = control.MAX_MESSAGE_BYTES + 1
    line = reader(length.to_bytes(4) + bytes(length) + LEAVE)

    with pytest.raises(control.BadMessage):
        await control.read_frame(line)

    assert await control.read_frame(line) == LEAVE[4:]
    assert await control.read_frame(line) is None


async def test_a_length_that_is_none_ends_the_line() -> None:
    with pytest.raises(control.BadFrame):
        await control.read_frame(reader(b"\xff\xff\xff\xff"))


@pytest.mark.parametrize(
    "sdp",
    ["\N{GRINNING FACE}" * (1 << 18), "x" * (1 << 20), "half of it: \ud83d"],
    ids=["emoji", "long", "half"],
)
def test_what_the_other_side_would_not_take_is_not_sent(sdp: str) -> None:
    with pytest.raises(control.Unsendable):
        control.encode(control.Answer("ann", 1, sdp))


def test_who_a_wrong_command_is_about_is_known_if_it_says_so() -> None:
    wrong = msgspec.msgpack.encode({"type": "answer", "peer": "ann", "revision": []})

    with pytest.raises(control.BadMessage) as caught:
        control.decode_command(wrong)
    with pytest.raises(control.BadMessage) as nobody:
        control.decode_command(b"\xc1")

    assert caught.value.peer == "ann"
    assert nobody.value.peer is None


@given(st.lists(st.binary(max_size=100), max_size=8))
async def test_any_bodies_are_read_one_by_one(bodies: list[bytes]) -> None:
    line = reader(b"".join(len(body).to_bytes(4) + body for body in bodies))

    assert [await control.read_frame(line) for _ in bodies] == bodies
    assert await control.read_frame(line) is None


@given(st.binary(max_size=300))
async def test_any_bytes_end_or_are_refused(data: bytes) -> None:
    line = reader(data)
    for _ in range(100):
        try:
            if await control.read_frame(line) is None:
                break
        except control.BadMessage:
            continue
        except control.BadFrame:
            break


@given(st.text(max_size=3000))
def test_an_answer_may_be_as_long_as_its_offer_lets_it(offer: str) -> None:
    assert len(offer) < control.longest_answer(offer) <= control.MAX_ANSWER_BYTES
