"""An event says everything about itself, or cannot be imported."""

from typing import ClassVar

import pytest

import appliance.app
from appliance.events import (
    ChannelEvent,
    Dispatch,
    GuildEvent,
    Intent,
    MemberJoined,
    declared_dispatches,
)
from appliance.ids import ChannelId, GuildId

assert appliance.app.CONTROLLERS


def test_an_event_without_an_audience_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="Lost has no audience"):

        class Lost(Dispatch, frozen=True, kw_only=True):
            name: ClassVar[str] = "LOST"
            intent: ClassVar[Intent] = Intent.GUILDS
            payload: str


def test_an_event_without_an_intent_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="Unasked does not say its intent"):

        class Unasked(GuildEvent, frozen=True, kw_only=True):
            name: ClassVar[str] = "UNASKED"
            payload: str


def test_an_event_of_a_channel_says_what_governs_it_in_conversations() -> None:
    with pytest.raises(TypeError, match="Half does not say its direct_intent"):

        class Half(ChannelEvent, frozen=True, kw_only=True):
            name: ClassVar[str] = "HALF"
            intent: ClassVar[Intent] = Intent.GUILDS
            payload: str


def test_an_event_without_a_payload_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="Empty does not declare its payload"):

        class Empty(GuildEvent, frozen=True, kw_only=True):
            name: ClassVar[str] = "EMPTY"
            intent: ClassVar[Intent] = Intent.GUILDS


class Waved(ChannelEvent, frozen=True, kw_only=True):
    intent: ClassVar[Intent] = Intent.GUILD_MESSAGES
    direct_intent: ClassVar[Intent] = Intent.DIRECT_MESSAGES


def test_another_intent_governs_an_event_in_a_conversation() -> None:
    in_guild = Waved(guild_id=GuildId(1), channel_id=ChannelId(2))
    in_conversation = Waved(guild_id=None, channel_id=ChannelId(2))

    assert in_guild.governing_intent() == 1 << 9
    assert in_conversation.governing_intent() == 1 << 12


def test_every_event_of_a_domain_is_found() -> None:
    names = {event.name for event in declared_dispatches()}

    assert {"READY", "MESSAGE_CREATE", "GUILD_ROLE_CREATE", "VOICE_STATE_UPDATE", "USER_UPDATE"} <= names


def test_events_that_change_what_is_seen_say_so() -> None:
    changing = {event.__name__ for event in declared_dispatches() if event.changes_visibility}

    assert changing == {"ChannelCreated", "ChannelDeleted", "ThreadCreated", "ThreadDeleted"}
    assert MemberJoined.changes_visibility
