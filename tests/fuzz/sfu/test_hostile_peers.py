"""A peer that has keys and says anything: feedback, answers, and what follows from them, without an exception."""

import contextlib
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.sfu.sdp.answer import BadAnswer, parse
from tests.unit.sfu.test_feedback import Room

OFFER = "v=0" + "\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97" * 5
HONEST = [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "a=group:BUNDLE 0 1 2 3",
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
    "a=setup:active",
    "a=ice-ufrag:them",
]
for mid in range(4):
    HONEST += [
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
        f"a=mid:{mid}",
        "a=sendonly",
        f"a=ssrc-group:FID {2 * mid + 1} {2 * mid + 2}",
        f"a=ssrc:{2 * mid + 1} cname:x",
        f"a=ssrc:{2 * mid + 2} cname:x",
    ]
CHANGES = st.lists(
    st.tuples(
        st.integers(0, len(HONEST) - 1),
        st.one_of(
            st.none(),
            st.sampled_from(HONEST),
            st.text(max_size=30),
            st.sampled_from(["a=ssrc:", "a=ssrc-group:FID 1 1", "a=mid:", "m=", "a=setup:", "a=ssrc:\u0661"]),
        ),
        st.integers(1, 400),
    ),
    max_size=5,
)


@given(CHANGES)
def test_an_honest_answer_with_any_change_is_read_or_refused(
    changes: list[tuple[int, str | None, int]],
) -> None:
    lines = list(HONEST)
    for at, line, times in changes:
        lines[at : at + 1] = [] if line is None else [line] * times
    with contextlib.suppress(BadAnswer):
        answer = parse("\r\n".join(lines), OFFER)
        assert len(answer.sections) <= 5
        assert all(len(section.ssrcs) <= 8 for section in answer.sections.values())


PART = st.builds(
    lambda first, kind, ssrc, body: (
        bytes((0x80 | first, kind)) + ((len(body) + 4) // 4).to_bytes(2) + ssrc + body[: len(body) // 4 * 4]
    ),
    st.integers(0, 31),
    st.sampled_from([200, 201, 202, 203, 204, 205, 206, 207]),
    st.binary(min_size=4, max_size=4),
    st.binary(max_size=200).map(lambda body: body + bytes(-len(body) % 4)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["ann", "bo"]), st.lists(PART, min_size=1, max_size=40))))
def test_any_feedback_is_acted_on_or_dropped(compounds: list[tuple[str, list[bytes]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        room = Room(Path(folder), packets=40)
    line = room.line.ssrc.to_bytes(4)
    now = 1.0
    for peer, parts in compounds:
        now += 0.3
        # Some of them about the stream that there is.
        data = b"".join(part[:8] + line + part[12:] if len(part) >= 12 else part for part in parts)
        room.feedback.received(room.peers[peer], data, now)
        room.feedback.ask(now)
        room.feedback.report(room.peers[peer], now)
