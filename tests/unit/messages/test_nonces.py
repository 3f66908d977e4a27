"""A nonce is a message's for five minutes, however many others come after it."""

from appliance.ids import AccountId, ChannelId, MessageId, Millis, first_id_of, now
from appliance.messages.nonces import KEPT_MS, Nonces

KEY = (AccountId(1), ChannelId(2), "n1")
AT = now()


def _message(at: int) -> MessageId:
    return MessageId(first_id_of(Millis(at)) + 1)


def _noted() -> Nonces:
    nonces = Nonces()
    nonces.note(KEY, _message(AT), AT)
    return nonces


def test_it_is_found_for_five_minutes() -> None:
    nonces = _noted()

    assert nonces.find(KEY, AT) == _message(AT)
    assert nonces.find(KEY, Millis(AT + KEPT_MS)) == _message(AT)
    assert nonces.find(KEY, Millis(AT + KEPT_MS + 1)) is None


def test_another_persons_or_channels_is_another() -> None:
    nonces = _noted()

    assert nonces.find((AccountId(2), *KEY[1:]), AT) is None
    assert nonces.find((KEY[0], ChannelId(3), KEY[2]), AT) is None


def test_the_newest_message_counts() -> None:
    nonces = _noted()
    nonces.note(KEY, _message(AT + 5), Millis(AT + 5))

    assert nonces.find(KEY, Millis(AT + 5)) == _message(AT + 5)


def test_none_is_lost_among_many_and_old_ones_take_no_room() -> None:
    nonces = _noted()
    # More than ever say something within five minutes, for a quarter of an hour.
    for n in range(9000):
        at = Millis(AT + n * 100)
        nonces.note((*KEY[:2], f"of {n}"), _message(at), at)

    last = Millis(AT + 8999 * 100)
    assert all(nonces.find((*KEY[:2], f"of {n}"), last) for n in range(9000 - KEPT_MS // 100, 9000))
    assert nonces.find(KEY, last) is None
    assert len(nonces._said) <= 3 * KEPT_MS // 100
