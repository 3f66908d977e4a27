"""A nonce is a message's for five minutes, however many others come after it and whatever the wall clock does."""

from appliance.ids import AccountId, ChannelId, MessageId
from appliance.messages.nonces import KEPT_MS, Nonces

KEY = (AccountId(1), ChannelId(2), "n1")
MESSAGE = MessageId(7)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _noted(clock: Clock) -> Nonces:
    nonces = Nonces(clock)
    nonces.note(KEY, MESSAGE)
    return nonces


def test_it_is_found_for_five_minutes() -> None:
    clock = Clock()
    nonces = _noted(clock)

    assert nonces.find(KEY) == MESSAGE
    clock.now += KEPT_MS / 1000
    assert nonces.find(KEY) == MESSAGE
    clock.now += 0.001
    assert nonces.find(KEY) is None


def test_a_message_from_the_future_is_no_exception() -> None:
    clock = Clock()
    nonces = Nonces(clock)
    nonces.note(KEY, MessageId(2**62))

    clock.now += KEPT_MS / 1000 + 1

    assert nonces.find(KEY) is None


def test_what_was_said_before_a_start_has_less_time_left() -> None:
    clock = Clock()
    nonces = Nonces(clock)
    nonces.note(KEY, MESSAGE, age_ms=KEPT_MS - 1000)

    assert nonces.find(KEY) == MESSAGE
    clock.now += 2
    assert nonces.find(KEY) is None


def test_another_persons_or_channels_is_another() -> None:
    nonces = _noted(Clock())

    assert nonces.find((AccountId(2), *KEY[1:])) is None
    assert nonces.find((KEY[0], ChannelId(3), KEY[2])) is None


def test_the_newest_message_counts() -> None:
    nonces = _noted(Clock())
    nonces.note(KEY, MessageId(8))

    assert nonces.find(KEY) == MessageId(8)


def test_none_is_lost_among_many_and_old_ones_take_no_room() -> None:
    clock = Clock()
    nonces = _noted(clock)
    # More than ever say something within five minutes, for a quarter of an hour.
    for n in range(9000):
        clock.now += 0.1
        nonces.note((*KEY[:2], f"of {n}"), MessageId(n))

    assert all(nonces.find((*KEY[:2], f"of {n}")) is not None for n in range(9000 - KEPT_MS // 100, 9000))
    assert nonces.find(KEY) is None
    assert len(nonces._said) <= 3 * KEPT_MS // 100
