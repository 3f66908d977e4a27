"""What follows for a call from permissions, a moderator's mute and what is switched on."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.access.model import Member
from appliance.access.permissions import EVERYONE, NONE, Permission
from appliance.ids import AccountId, ChannelId, GuildId, Millis
from appliance.voice.model import SelfState
from appliance.voice.participant import Label, Participant, Rights, read_label

MEMBER = Member(nick=None, roles=[], joined_at="", deaf=False, mute=False)


def participant(rights: Rights, **flags: bool) -> Participant:
    label = Label(GuildId(1), ChannelId(2), AccountId(3), "session", Millis(0), SelfState(**flags))
    return Participant(label, "rtc", MEMBER, rights)


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [
        (Rights(EVERYONE), {"mic", "camera", "screen", "screen_audio"}),
        (Rights(EVERYONE & ~Permission.SPEAK), {"camera", "screen", "screen_audio"}),
        (Rights(EVERYONE & ~Permission.STREAM), {"mic"}),
        (Rights(EVERYONE, muted=True), {"camera", "screen"}),
        (Rights(EVERYONE, deafened=True), {"mic", "camera", "screen", "screen_audio"}),
        (Rights(NONE), set()),
    ],
)
def test_only_what_is_permitted_is_forwarded(rights: Rights, allowed: set[str]) -> None:
    assert participant(rights).allowed() == allowed


@pytest.mark.parametrize(
    ("flags", "active", "hears"),
    [
        ({}, {"mic"}, True),
        ({"self_mute": True}, set(), True),
        ({"self_deaf": True}, set(), False),
        ({"self_video": True, "self_stream": True}, {"mic", "camera", "screen", "screen_audio"}, True),
    ],
)
def test_what_is_switched_on_is_active(flags: dict[str, bool], active: set[str], *, hears: bool) -> None:
    command = participant(Rights(EVERYONE), **flags).allow()

    assert (set(command.active), command.hears) == (active, hears)


@pytest.mark.parametrize(
    ("rights", "push", "priority"),
    [
        (Rights(EVERYONE), False, False),
        (Rights(EVERYONE & ~Permission.USE_VAD), True, False),
        (Rights(EVERYONE, has_priority=True), False, True),
    ],
)
def test_the_state_says_who_must_push_to_talk_and_who_has_priority(
    rights: Rights, *, push: bool, priority: bool
) -> None:
    state = participant(rights).state()

    assert (state.hearth_push_to_talk, state.hearth_priority_speaker) == (push, priority)


def test_a_moderators_deafening_holds_whatever_one_says() -> None:
    assert participant(Rights(EVERYONE, deafened=True)).allow().hears is False


@given(st.integers(0, int(max(Permission)) * 2 - 1))
def test_staying_needs_both_visibility_and_connect(bits: int) -> None:
    permissions = Permission(bits & int(sum(Permission)))

    expected = Permission.VIEW_CHANNEL in permissions and Permission.CONNECT in permissions

    assert Rights(permissions).may_stay == expected


@given(st.booleans(), st.booleans(), st.booleans())
def test_the_label_brings_back_what_the_sfu_kept(mute: bool, video: bool, stream: bool) -> None:
    one = participant(Rights(EVERYONE), self_mute=mute, self_video=video, self_stream=stream)

    label = read_label(one.join().label)

    assert label == one.label


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_other_label_is_none(text: str) -> None:
    assert read_label(text) is None


def test_the_state_names_no_channel_as_they_leave() -> None:
    one = participant(Rights(EVERYONE & ~Permission.SPEAK))

    assert (one.state().channel_id, one.state(gone=True).channel_id, one.state().suppress) == (
        "2",
        None,
        True,
    )


def test_a_label_that_the_server_before_this_one_left_is_read() -> None:
    kept = (
        '{"guild":1,"channel":2,"account":3,"session":"s","since":4,"was_moved":false,"stream_since":null,'
        '"wish":{"guild_id":1,"channel_id":2,"self_mute":true,"self_deaf":false,"self_video":false,'
        '"self_stream":false,"rtc_session_id":null}}'
    )

    assert read_label(kept) == Label(
        GuildId(1), ChannelId(2), AccountId(3), "s", Millis(4), SelfState(self_mute=True)
    )


def test_in_a_conversation_a_state_has_neither_guild_nor_member() -> None:
    label = Label(None, ChannelId(2), AccountId(3), "session", Millis(0), SelfState(self_video=True))
    one = Participant(label, "rtc", None, Rights(EVERYONE))

    told = msgspec.json.decode(msgspec.json.encode(one.state()))

    assert read_label(one.join().label) == label
    assert (told["channel_id"], told["user_id"], told["self_video"]) == ("2", "3", True)
    assert not {"guild_id", "member"} & told.keys()
