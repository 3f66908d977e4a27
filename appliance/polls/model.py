"""Polls as they go over the wire (docs/protocol.md)."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from appliance.accounts.model import User
from appliance.ids import Snowflake


class PollEmoji(Struct, frozen=True, kw_only=True):
    """The emoji of an answer; with an id a guild's own, and without a name then if it was deleted."""

    id: str | None = None
    name: str | None
    animated: bool = False


class PollMedia(Struct, frozen=True, kw_only=True):
    """A question or an answer."""

    text: str
    emoji: PollEmoji | UnsetType = UNSET


class PollAnswer(Struct, frozen=True):
    answer_id: int
    poll_media: PollMedia


class AnswerCount(Struct, frozen=True, kw_only=True):
    """How many voted for an answer; `hearth_voters` are the first of them, so that their faces need no further request."""

    id: int
    count: int
    me_voted: bool
    hearth_voters: list[str]


class PollResults(Struct, frozen=True):
    is_finalized: bool
    answer_counts: list[AnswerCount]


class Poll(Struct, frozen=True, kw_only=True):
    """`expiry`: when it closes, or closed. To everybody who hears of a change `me_voted` is false."""

    question: PollMedia
    answers: list[PollAnswer]
    expiry: str
    allow_multiselect: bool
    layout_type: Literal[1] = 1
    results: PollResults


class Voters(Struct, frozen=True):
    users: list[User]


class NewPollEmoji(Struct, frozen=True):
    id: Snowflake | None = None
    name: str | None = None


class NewPollMedia(Struct, frozen=True):
    text: str | None = None
    emoji: NewPollEmoji | None = None


class NewPollAnswer(Struct, frozen=True):
    poll_media: NewPollMedia


class NewPoll(Struct, frozen=True):
    """`duration` in hours, which discord.py sends with a fraction (`24.0`)."""

    question: NewPollMedia
    answers: list[NewPollAnswer]
    duration: float | None = None
    allow_multiselect: bool | None = None
    layout_type: int | None = None


class Ballot(Struct, frozen=True):
    """All answers that somebody votes for; none takes the vote back."""

    answer_ids: list[Snowflake]
