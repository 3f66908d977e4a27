"""What a poll may be, and how it stands: without the message that it is under, which `messages.voting` knows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import msgspec
from msgspec import UNSET

from appliance.emojis import service as emojis
from appliance.emojis.queries import EmojiRow
from appliance.errors import BadLength, Invalid, OutOfRange, parse_id
from appliance.ids import AccountId, EmojiId, MessageId, Millis, iso
from appliance.polls import queries
from appliance.polls.model import (
    AnswerCount,
    NewPoll,
    NewPollMedia,
    Poll,
    PollAnswer,
    PollEmoji,
    PollMedia,
    PollResults,
)
from appliance.polls.queries import AnswerRow, PollRow, VoteRow
from appliance.storage import Reader, Transaction
from appliance.text import lines
from appliance.text.emoji import canonical

# The public API's, in code points, answers and hours.
LONGEST_QUESTION, LONGEST_ANSWER = 300, 55
MOST_ANSWERS = 10
LONGEST_HOURS, USUAL_HOURS = 768, 24

MOST_FACES = 50
"""So many voters of an answer are named in a message; the rest are asked for."""

_HOUR_MS = 3_600_000


class UnknownLayout(Invalid):
    problem_key = "unknown_poll_layout"
    problem = "Polls have one layout, 1."
    kind = "BASE_TYPE_CHOICES"


class NotAPollEmoji(Invalid):
    problem_key = "not_a_poll_emoji"
    problem = "This is not an emoji that the box knows."


class Draft(msgspec.Struct, frozen=True):
    """A poll that may be, before it is under a message; each answer with its emoji, a guild's own as `:ID`."""

    question: str
    answers: tuple[tuple[str, str | None], ...]
    hours: int
    allow_multiselect: bool

    def ends_at(self, begun_at: Millis) -> Millis:
        """When it closes by itself."""
        return Millis(begun_at + self.hours * _HOUR_MS)


def draft(new: NewPoll) -> Draft:
    """The poll as it is kept; `Invalid` names what it cannot be."""
    hours = USUAL_HOURS if new.duration is None else new.duration
    if not 1 <= hours <= LONGEST_HOURS:
        raise OutOfRange("poll.duration", least=1, most=LONGEST_HOURS)
    if new.layout_type not in (None, 1):
        raise UnknownLayout("poll.layout_type")
    if not 1 <= len(new.answers) <= MOST_ANSWERS:
        raise BadLength("poll.answers", shortest=1, longest=MOST_ANSWERS)
    question = lines.one_line(new.question.text or "", "poll.question.text", 1, LONGEST_QUESTION)
    answers = tuple(
        _answer(answer.poll_media, f"poll.answers.{index}.poll_media")
        for index, answer in enumerate(new.answers)
    )
    return Draft(question, answers, round(hours), allow_multiselect=bool(new.allow_multiselect))


def _answer(media: NewPollMedia, field: str) -> tuple[str, str | None]:
    text = lines.one_line(media.text or "", f"{field}.text", 1, LONGEST_ANSWER)
    if media.emoji is None or (media.emoji.id is None and not media.emoji.name):
        return text, None
    if media.emoji.id is not None:
        return text, f":{parse_id(media.emoji.id, f'{field}.emoji.id')}"
    emoji = canonical(media.emoji.name or "")
    if emoji is None:
        raise NotAPollEmoji(f"{field}.emoji")
    return text, emoji


async def add(tx: Transaction, message_id: MessageId, new: Draft) -> Poll:
    """Keep a poll with the message that it is under; how it begins."""
    row = PollRow(
        message_id,
        new.question,
        new.allow_multiselect,
        new.ends_at(tx.now),
        is_ended=False,
    )
    answers = [
        AnswerRow(message_id, index, text, emoji) for index, (text, emoji) in enumerate(new.answers, start=1)
    ]
    await queries.add(tx, row, answers)
    return _view(row, answers, (), AccountId(0), await _own(tx, answers))


async def load(reader: Reader, ids: str, me: AccountId) -> dict[MessageId, Poll]:
    """The polls under these messages (a JSON array) as one account sees them.

    Three queries, whatever their number, and one if an answer has a guild's own emoji.
    """
    rows = await reader.all(queries.POLLS, ids=ids)
    answers: defaultdict[MessageId, list[AnswerRow]] = defaultdict(list)
    found = await reader.all(queries.ANSWERS, ids=ids)
    for answer in found:
        answers[answer.message_id].append(answer)
    own = await _own(reader, found)
    votes: defaultdict[MessageId, list[VoteRow]] = defaultdict(list)
    for vote in await reader.all(queries.VOTES, ids=ids):
        votes[vote.message_id].append(vote)
    return {
        row.message_id: _view(row, answers[row.message_id], votes[row.message_id], me, own) for row in rows
    }


def for_everybody(poll: Poll) -> Poll:
    """A poll as an event has it: whoever hears it knows for themselves what they voted."""
    counts = [msgspec.structs.replace(count, me_voted=False) for count in poll.results.answer_counts]
    return msgspec.structs.replace(poll, results=PollResults(poll.results.is_finalized, counts))


async def _own(reader: Reader, answers: Iterable[AnswerRow]) -> dict[EmojiId, EmojiRow]:
    """Those of the answers' emoji that are guilds' own and still there."""
    ids = [int(answer.emoji[1:]) for answer in answers if answer.emoji is not None and _is_own(answer.emoji)]
    return await emojis.by_ids(reader, ids) if ids else {}


def _is_own(kept: str) -> bool:
    return kept[0] == ":"


def _view(
    row: PollRow,
    answers: list[AnswerRow],
    votes: Collection[VoteRow],
    me: AccountId,
    own: Mapping[EmojiId, EmojiRow],
) -> Poll:
    voters: defaultdict[int, list[AccountId]] = defaultdict(list)
    for vote in votes:
        voters[vote.answer_id].append(vote.account_id)
    counts = [
        AnswerCount(
            id=answer.answer_id,
            count=len(voters[answer.answer_id]),
            me_voted=me in voters[answer.answer_id],
            hearth_voters=[str(one) for one in voters[answer.answer_id][:MOST_FACES]],
        )
        for answer in answers
    ]
    return Poll(
        question=PollMedia(text=row.question),
        answers=[
            PollAnswer(answer.answer_id, PollMedia(text=answer.text, emoji=_emoji(answer.emoji, own)))
            for answer in answers
        ],
        expiry=iso(row.ends_at),
        allow_multiselect=bool(row.allow_multiselect),
        results=PollResults(bool(row.is_ended), counts),
    )


def _emoji(kept: str | None, own: Mapping[EmojiId, EmojiRow]) -> PollEmoji | msgspec.UnsetType:
    if kept is None:
        return UNSET
    if not _is_own(kept):
        return PollEmoji(name=kept)
    row = own.get(EmojiId(int(kept[1:])))
    return PollEmoji(id=kept[1:], name=row.name if row else None, animated=bool(row and row.animated))
