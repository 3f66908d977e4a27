"""The addresses of files: ours are good for a while, and nothing else is, whatever somebody makes of them."""

from itertools import pairwise
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from appliance.files.addresses import Address, Signer
from appliance.files.model import Kind
from appliance.ids import AttachmentId, ChannelId, Millis

SIGNER = Signer(b"a key of thirty-two bytes, or so")
NOW = Millis(1_800_000_000_000)
HOUR = 3600 * 1000

NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=40
)
ADDRESSES = st.builds(
    Address,
    st.integers(0, (1 << 63) - 1).map(ChannelId),
    st.integers(0, (1 << 63) - 1).map(AttachmentId),
    NAMES,
    st.sampled_from(["", *Kind]),
)


def verified(target: str, now: int = NOW) -> Address | None:
    path, _, query = target.partition("?")
    return SIGNER.verified(path, query, Millis(now))


@given(ADDRESSES, st.integers(0, 400))
def test_ours_is_good_for_a_day_at_least_and_two_at_most(address: Address, hours: int) -> None:
    target = SIGNER.path(address, Millis(NOW + hours * HOUR))

    assert verified(target, NOW + hours * HOUR) == address
    assert verified(target, NOW + (hours + 24) * HOUR - 1000) == address
    assert verified(target, NOW + (hours + 48) * HOUR) is None


@given(ADDRESSES)
def test_it_changes_once_a_day(address: Address) -> None:
    week = [SIGNER.path(address, Millis(NOW + hour * HOUR)) for hour in range(7 * 24)]

    assert sum(one != other for one, other in pairwise(week)) in {6, 7}


@given(ADDRESSES, st.data())
def test_no_letter_of_it_can_be_another(address: Address, data: st.DataObject) -> None:
    target = SIGNER.path(address, NOW)
    at = data.draw(st.integers(0, len(target) - 1))
    letter = data.draw(st.characters(max_codepoint=255))

    changed = target[:at] + letter + target[at + 1 :]

    found = verified(changed)
    # What says the same in another way (`%c3` for `%C3`) is the same address.
    assert found in {None, address}


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_asked_is_answered(path: str, query: str) -> None:
    assert SIGNER.verified(f"/files/{path}", query, NOW) is None


@given(ADDRESSES, ADDRESSES)
def test_one_does_not_sign_another(one: Address, other: Address) -> None:
    query = SIGNER.path(one, NOW).partition("?")[2]
    path = f"/files/{other.channel_id}/{other.attachment_id}/{quote(other.name, safe='')}"

    found = SIGNER.verified(path, query, NOW)

    assert found is None or (found[:3] == one[:3] == other[:3])
