"""Signed addresses: what says the same in another way is good, and any other byte is refused.

What an address says is read here a second time, by hand.
"""

from urllib.parse import quote

from hypothesis import strategies as st

from appliance.files.addresses import Address, Signer
from appliance.files.model import Kind
from appliance.ids import AttachmentId, ChannelId, Millis
from tests.fuzz.inputs import inputs

SIGNER, STRANGER = Signer(b"a key of thirty-two bytes, or so"), Signer(b"another key of thirty-two bytes.")
NOW = Millis(1_800_000_000_000)
DAY_MS = 24 * 3600 * 1000

IDS = st.integers(0, (1 << 63) - 1) | st.integers(0, 99)
NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=30
)
ADDRESSES = st.builds(
    Address, IDS.map(ChannelId), IDS.map(AttachmentId), NAMES, st.sampled_from(["", *Kind])
)  # fmt: skip
PIECES = st.sampled_from(
    ["", "&", "=", "%", "%00", "%2f", "/", "?", "#", ";", "+", " ", "0", "f", "é", "&ex=", "&sig=", "&k=", "&k=stripped", "k=", "A", "\0"]
) | st.text(max_size=2)  # fmt: skip


def verified(target: str, now: int = NOW) -> Address | None:
    path, _, query = target.partition("?")
    return SIGNER.verified(path, query, Millis(now))


def decoded(text: str, *, plus: bool = False) -> bytes:
    """Percent-encoding taken away."""
    found = bytearray()
    raw = text.encode()
    at = 0
    while at < len(raw):
        digits = raw[at + 1 : at + 3]
        if raw[at] == 0x25 and len(digits) == 2 and all(one in b"0123456789abcdefABCDEF" for one in digits):
            found.append(int(digits, 16))
            at += 3
        else:
            found.append(0x20 if plus and raw[at] == 0x2B else raw[at])
            at += 1
    return bytes(found)


def meaning(target: str) -> tuple[list[bytes], list[bytes]]:
    """What an address says: the parts of its path, and the first value of each field that counts."""
    path, _, query = target.partition("?")
    fields: dict[bytes, bytes] = {}
    for field in query.split("&"):
        key, _, value = field.partition("=")
        if value:
            fields.setdefault(decoded(key, plus=True), decoded(value, plus=True))
    return [decoded(part) for part in path.split("/")], [
        fields.get(key, b"") for key in (b"ex", b"k", b"sig")
    ]


@inputs(address=ADDRESSES, data=st.data())
def test_what_says_something_else_is_refused(address: Address, data: st.DataObject) -> None:
    """Up to three changes: another piece in the place of some letters, anywhere."""
    target = changed = SIGNER.path(address, NOW)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(changed)))
        changed = changed[:at] + data.draw(PIECES) + changed[at + data.draw(st.integers(0, 3)) :]

    found = verified(changed)

    assert found in {None, address}
    if found is not None:
        assert meaning(changed) == meaning(target), changed


@inputs(address=ADDRESSES, at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_no_byte_can_be_another(address: Address, at: int, byte: int) -> None:
    target = SIGNER.path(address, NOW)
    at %= len(target)
    changed = target[:at] + chr(byte) + target[at + 1 :]

    found = verified(changed)

    assert (found is None) or (found == address and meaning(changed) == meaning(target))


@inputs(address=ADDRESSES, encoded=st.lists(st.booleans(), min_size=1, max_size=120), small=st.booleans())
def test_what_says_the_same_in_another_way_is_good(
    address: Address, encoded: list[bool], small: bool
) -> None:
    """Clients write the name anew: more of it percent-encoded, or less."""
    path, _, query = SIGNER.path(address, NOW).partition("?")
    written = ""
    for number, one in enumerate(address.name):
        byte_wise = "".join(f"%{byte:02x}" if small else f"%{byte:02X}" for byte in one.encode())
        is_plain = one not in "%?#" and not encoded[number % len(encoded)]
        written += one if is_plain else byte_wise
    changed = path[: path.rindex("/") + 1] + written

    assert SIGNER.verified(changed, query, NOW) == address


@inputs(address=ADDRESSES, other=ADDRESSES, hours=st.integers(-48, 96))
def test_one_is_good_for_itself_alone_and_for_two_days_at_most(
    address: Address, other: Address, hours: int
) -> None:
    target = SIGNER.path(address, NOW)
    query = target.partition("?")[2]
    swapped = f"/files/{other.channel_id}/{other.attachment_id}/{quote(other.name, safe='')}?{query}"

    found = verified(target, NOW + hours * 3_600_000)
    assert found == address if hours < 24 else found in {None, address}
    assert hours < 48 or found is None
    assert verified(swapped) in ({address} if other[:3] == address[:3] else {None})
    assert verified(STRANGER.path(address, NOW)) is None
    # It expires later only for whoever can sign.
    later = f"ex={int(query.partition('ex=')[2].partition('&')[0], 16) + DAY_MS // 1000:x}"
    assert verified(target.replace(query.split("&")[0], later)) is None
