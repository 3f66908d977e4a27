"""ICE, SDP and addresses, without a socket."""

import ipaddress

import pytest
from aioice import stun

from appliance.sfu import ice
from appliance.sfu.kinds import SLOTS, Kind
from appliance.sfu.routing.router import Participant, Router
from appliance.sfu.sdp import answer, offer
from appliance.sfu.transport.addresses import candidates, local_addresses
from appliance.sfu.transport.send_batch import cuts

FINGERPRINT = ":".join(["AB"] * 32)
ALL: frozenset[Kind] = frozenset(SLOTS)


def request(credentials: ice.Credentials, **attributes: object) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{credentials.ufrag}:them"
    message.attributes.update({name.replace("_", "-"): value for name, value in attributes.items()})
    message.add_message_integrity(credentials.password.encode())
    return bytes(message)


def test_a_check_is_answered_with_the_address_that_we_saw() -> None:
    credentials = ice.new_credentials()
    check = ice.read_check(request(credentials, USE_CANDIDATE=None, ICE_CONTROLLING=1))

    reply = stun.parse_message(ice.reply(check, credentials, ("192.0.2.7", 4242)))

    assert check.nominates
    assert ice.is_authentic(check, credentials)
    assert reply.message_class == stun.Class.RESPONSE
    assert reply.transaction_id == check.message.transaction_id
    assert reply.attributes["XOR-MAPPED-ADDRESS"] == ("192.0.2.7", 4242)
    assert reply.check_message_integrity(credentials.password.encode())


def test_a_check_with_the_wrong_password_or_none_is_not_authentic() -> None:
    credentials = ice.new_credentials()
    wrong = ice.read_check(request(ice.Credentials(credentials.ufrag, "something else")))
    unsigned = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    unsigned.attributes["USERNAME"] = f"{credentials.ufrag}:them"

    assert not ice.is_authentic(wrong, credentials)
    assert not ice.is_authentic(ice.read_check(bytes(unsigned)), credentials)
    assert not wrong.nominates


def test_who_takes_us_for_the_controlling_side_is_corrected() -> None:
    credentials = ice.new_credentials()

    reply = ice.reply(ice.read_check(request(credentials, ICE_CONTROLLED=1)), credentials, ("192.0.2.7", 1))

    assert stun.parse_message(reply).error_code == 487


def test_what_is_no_check_is_refused() -> None:
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)

    for data in (b"", bytes(response), bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST))):
        with pytest.raises(ice.BadStun):
            ice.read_check(data)


def sdp_answer(*sections: str, setup: str = "active", fingerprint: str = FINGERPRINT) -> str:
    head = ["v=0", f"a=fingerprint:sha-256 {fingerprint.lower()}", f"a=setup:{setup}", "a=ice-ufrag:them"]
    return "\r\n".join([*head, *sections]) + "\r\n"


# What counts of an offer here: how long it is, and how many m-lines it has.
OFFER = "v=0" + "\r\nm=video 9 UDP/TLS/RTP/SAVPF 96" * 4

CAMERA = "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\na=sendonly\r\na=ssrc-group:FID 5 6\r\na=ssrc:5 cname:x\r\na=ssrc:6 cname:x"


def test_an_answer_tells_who_sends_what() -> None:
    found = answer.parse(
        sdp_answer("m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendonly", CAMERA), OFFER
    )

    assert found.sections["0"].direction == "inactive"
    assert found.sections["1"].direction == "sendonly"
    assert found.sections["1"].ssrcs == {5: 6}
    assert found.sections["1"].payload_types == {96, 97}
    assert found.fingerprints == {("sha-256", FINGERPRINT)}


def test_a_direction_may_stand_in_the_head_or_nowhere() -> None:
    video = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1"

    assert answer.parse(sdp_answer("a=recvonly", video), OFFER).sections["1"].direction == "recvonly"
    assert answer.parse(sdp_answer(video), OFFER).sections["1"].direction == "sendrecv"


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "v=0\r\n",
        sdp_answer(),
        sdp_answer(CAMERA, setup="passive"),
        sdp_answer(CAMERA, fingerprint="nonsense"),
        sdp_answer(CAMERA, CAMERA),
        sdp_answer(CAMERA, "a=ice-ufrag:another"),
        sdp_answer("m=video 9 UDP/TLS/RTP/SAVPF 96"),
        sdp_answer("m=video 9\r\na=mid:1"),
        sdp_answer("m=video 9 UDP/TLS/RTP/SAVPF 500\r\na=mid:1"),
        sdp_answer("m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=ssrc:x y"),
        "v=0\r\na=setup:active\r\na=ice-ufrag:x\r\n" + CAMERA,
        sdp_answer(CAMERA, "a=x:" + "x" * 40_000),
        sdp_answer(CAMERA, "a=x:" + "😀" * 8_000),
        sdp_answer(*(CAMERA.replace("mid:1", f"mid:{mid}") for mid in range(5))),
        sdp_answer(CAMERA, *["a=x"] * 300),
        sdp_answer(*["a=x"] * 100, CAMERA),
        sdp_answer(CAMERA, *(f"a=ssrc:{ssrc} cname:x" for ssrc in range(100, 110))),
        sdp_answer(CAMERA.replace("mid:1", "mid:" + "1" * 40)),
    ],
)
def test_an_answer_that_cannot_hold_is_refused(sdp: str) -> None:
    with pytest.raises(answer.BadAnswer):
        answer.parse(sdp, OFFER)


def test_the_offer_has_our_slots_first_and_then_what_others_send() -> None:
    router = Router()
    ann, bo = Participant("ann", "17", ALL), Participant("bo", "18", ALL)
    router.join(ann)
    router.join(bo)
    ann.switch(frozenset(("mic", "camera")), 1.0)
    router.reattach(0.0)
    credentials = ice.Credentials("us", "secret")
    session = offer.Session(
        1, 3, credentials, f"sha-256 {FINGERPRINT}", ["candidate:1 1 udp 1 192.0.2.1 8443 typ host"], 8443
    )

    first = offer.render(session, bo.consumers)
    ann.switch(frozenset(), 1.0)
    router.reattach(0.0)
    assert first.count("a=rtcp-fb:111 nack\r\n") == first.count("a=rtpmap:111 opus")
    second = offer.render(session, bo.consumers)

    assert "a=ice-lite" in first
    assert "a=group:BUNDLE 0 1 2 3 4 5" in first
    assert first.count("a=setup:passive") == 6
    assert first.count("a=recvonly") == 4
    assert "a=msid:17 17:camera" in first
    camera = next(one for one in bo.consumers if one.kind == "camera")
    assert f"a=ssrc-group:FID {camera.ssrc} {camera.rtx_ssrc}" in first
    assert first.index("a=rtpmap:96 VP8/90000") < first.index("a=rtpmap:102 H264/90000")
    # the microphone keeps no line here: nothing was heard of it
    assert second.count("a=inactive") == 2
    assert str(camera.ssrc) not in second


def test_candidates_are_what_can_be_reached_and_then_the_routers_address() -> None:
    home, outside = ipaddress.ip_address("192.0.2.1"), ipaddress.ip_address("198.51.100.9")

    lines = candidates([home], [outside, home], 8443)

    assert [line.split()[4] for line in lines] == ["192.0.2.1", "198.51.100.9"]
    priorities = [int(line.split()[3]) for line in lines]
    assert priorities[0] > priorities[1]


def test_an_unspecified_address_stands_for_the_machines_own() -> None:
    lines = candidates([ipaddress.ip_address("0.0.0.0")], [], 8443)  # noqa: S104  the meaning under test

    mine = [str(address) for address in local_addresses() if address.version == 4]
    assert [line.split()[4] for line in lines] == list(dict.fromkeys(mine))


@pytest.mark.parametrize(
    ("sizes", "messages"),
    [
        ([9], [(0, 1)]),
        ([9, 9, 9], [(0, 3)]),
        ([10, 10, 4, 4, 9], [(0, 3), (3, 1), (4, 1)]),
        ([10, 4, 10, 10, 4], [(0, 2), (2, 3)]),
        ([4, 9, 10], [(0, 1), (1, 1), (2, 1)]),
    ],
)
def test_a_shorter_packet_ends_a_message_and_a_longer_one_begins_another(
    sizes: list[int], messages: list[tuple[int, int]]
) -> None:
    assert cuts(sizes) == messages
