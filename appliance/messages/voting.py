"""Voting in a poll, who voted, and its end: by whoever asked, or when its time has come."""

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from appliance.access import ChannelAccess, ChannelNotFound
from appliance.access.permissions import NONE, Permission
from appliance.accounts.callers import Caller
from appliance.accounts.model import User
from appliance.embeds import service as embeds
from appliance.embeds.model import Embed, EmbedField
from appliance.errors import ApplianceError, Forbidden, Invalid, NotFound, parse_id
from appliance.ids import AccountId, ChannelId, GuildId, MessageId, Millis, text_or_unset
from appliance.messages import queries, recipients, text_channel, updates, view
from appliance.messages.events import MessageCreated
from appliance.messages.model import POLL_RESULT, HeardMessage, Message
from appliance.messages.queries import MessageRow, NewRow
from appliance.polls import queries as poll_queries
from appliance.polls.events import PollVoteAdded, PollVoteRemoved, Voted
from appliance.polls.model import AnswerCount, Ballot, Poll, Voters
from appliance.polls.queries import PollRow
from appliance.storage import Database, Reader, Select, Transaction


class NotAPoll(ApplianceError):
    status = 400
    code = 520006
    key = "not_a_poll"
    message = "There is no poll under this message."


class PollIsOver(ApplianceError):
    status = 400
    code = 520001
    key = "poll_is_over"
    message = "This poll is over, so votes can no longer be changed."


class NotYourPoll(Forbidden):
    key = "not_your_poll"
    message = "Only whoever asked can end a poll early."


class UnknownAnswer(Invalid):
    problem_key = "unknown_answer"
    problem = "This poll has no such answer."


class AnswerNotFound(NotFound):
    code = 10102
    key = "answer_not_found"
    message = "This poll has no such answer."


class OneAnswerOnly(Invalid):
    problem_key = "one_answer_only"
    problem = "In this poll everybody has one vote."


class Page(msgspec.Struct, frozen=True):
    """So many voters, after one of them."""

    after: AccountId
    limit: int


class WhereRow(msgspec.Struct, frozen=True):
    """Where a message is, for whoever acts on it without a caller."""

    channel_id: ChannelId
    channel_type: int
    guild_id: GuildId | None


WHERE_OF = Select(
    WhereRow,
    """
    SELECT c.id AS channel_id, c.type AS channel_type, c.guild_id
      FROM message m
      JOIN channel c ON c.id = m.channel_id
     WHERE m.id = :message_id
    """,
)


async def vote(
    tx: Transaction, caller: Caller, channel_id: ChannelId, message_id: MessageId, ballot: Ballot
) -> None:
    """Vote for these answers and no others, until the poll ends; for none takes the vote back."""
    caller.require_person()
    where = await text_channel.require_to_respond(tx, caller, channel_id, Permission.SEND_MESSAGES)
    await text_channel.author_of(tx, where, message_id)
    text_channel.require_open(where)
    row = await _poll(tx, message_id)
    if row.is_ended or row.ends_at <= tx.now:
        raise PollIsOver
    wanted = {parse_id(sent, "answer_ids") for sent in ballot.answer_ids}
    known = await tx.all(poll_queries.ANSWERS, ids=queries.id_list([message_id]))
    if wanted - {answer.answer_id for answer in known}:
        raise UnknownAnswer("answer_ids")
    if len(wanted) > 1 and not row.allow_multiselect:
        raise OneAnswerOnly("answer_ids")
    before = {
        own.answer_id
        for own in await tx.all(poll_queries.OWN_VOTES, message_id=message_id, account_id=caller.account_id)
    }
    for answer_id in sorted(before - wanted):
        await poll_queries.remove_vote(tx, message_id, answer_id, caller.account_id)
        tx.emit(
            PollVoteRemoved(
                guild_id=where.guild_id,
                channel_id=channel_id,
                payload=_voted(where, message_id, answer_id),
            )
        )
    for answer_id in sorted(wanted - before):
        await poll_queries.add_vote(tx, message_id, answer_id, caller.account_id)
        tx.emit(
            PollVoteAdded(
                guild_id=where.guild_id,
                channel_id=channel_id,
                payload=_voted(where, message_id, answer_id),
            )
        )


def _voted(where: ChannelAccess, message_id: MessageId, answer_id: int) -> Voted:
    return Voted(
        user_id=str(where.account_id),
        channel_id=str(where.channel_id),
        message_id=str(message_id),
        guild_id=text_or_unset(where.guild_id),
        answer_id=answer_id,
    )


async def _poll(reader: Reader, message_id: MessageId) -> PollRow:
    row = await reader.one(poll_queries.POLLS, ids=queries.id_list([message_id]))
    if row is None:
        raise NotAPoll
    return row


async def voters(
    reader: Reader,
    caller: Caller,
    channel_id: ChannelId,
    message_id: MessageId,
    answer_id: int,
    page: Page,
) -> Voters:
    """Who voted for an answer, in the order of their ids."""
    where = await text_channel.require(reader, caller, channel_id, Permission.READ_MESSAGE_HISTORY)
    await text_channel.author_of(reader, where, message_id)
    await _poll(reader, message_id)
    known = await reader.all(poll_queries.ANSWERS, ids=queries.id_list([message_id]))
    if answer_id not in {answer.answer_id for answer in known}:
        raise AnswerNotFound
    rows = await reader.all(
        poll_queries.VOTERS, message_id=message_id, answer_id=answer_id, after=page.after, limit=page.limit
    )
    return Voters([User.of(row) for row in rows])


async def expire(tx: Transaction, caller: Caller, channel_id: ChannelId, message_id: MessageId) -> Message:
    """End one's own poll now; the message as it is then. A poll that is over stays as it ended."""
    where = await text_channel.require(tx, caller, channel_id, Permission.READ_MESSAGE_HISTORY)
    author = await text_channel.author_of(tx, where, message_id)
    await _poll(tx, message_id)
    if author.author_id != caller.account_id:
        raise NotYourPoll
    text_channel.require_open(where)
    return await _end(tx, where, message_id)


async def close_due(database: Database) -> Millis | None:
    """End every poll whose time has come; when the next one ends."""
    while True:
        async with database.transaction() as tx:
            row = await tx.one(poll_queries.NEXT_END)
            if row is None:
                return None
            if row.ends_at > tx.now:
                return row.ends_at
            await _end(tx, await _as_its_author(tx, row.message_id), row.message_id)


async def _as_its_author(tx: Transaction, message_id: MessageId) -> ChannelAccess:
    """The channel of a poll as its author sees it, who may have left since."""
    found = await tx.one(WHERE_OF, message_id=message_id)
    assert found is not None  # noqa: S101  a poll goes with its message, and a message with its channel
    row = await tx.one(queries.MESSAGE, message_id=message_id, channel_id=found.channel_id)
    assert row is not None  # noqa: S101  as above
    try:
        return await text_channel.require(
            tx, Caller(row.author_id, is_bot=bool(row.is_bot)), found.channel_id
        )
    except ChannelNotFound:
        return ChannelAccess(
            account_id=row.author_id,
            guild_id=found.guild_id,
            channel_id=found.channel_id,
            channel_type=found.channel_type,
            rate_limit=0,
            permissions=NONE,
            history_from=MessageId(0),
            timed_out=False,
            user=view.author_of(row),
            shown=UNSET,
        )


async def _end(tx: Transaction, where: ChannelAccess, message_id: MessageId) -> Message:
    was_open = await poll_queries.end(tx, message_id)
    row = await tx.one(queries.MESSAGE, channel_id=where.channel_id, message_id=message_id)
    assert row is not None  # noqa: S101  its poll was just read
    if not was_open:
        [message] = await view.load(tx, where, [row])
        return message
    message = await updates.tell(tx, where, row)
    if not isinstance(message.poll, UnsetType):
        await _tell_result(tx, where, row, message.poll)
    return message


async def _tell_result(tx: Transaction, where: ChannelAccess, asked: MessageRow, poll: Poll) -> None:
    """Say how a poll ended, as a message of its own."""
    result = [_result(poll)]
    row = NewRow(
        message_id=MessageId(tx.new_id()),
        channel_id=where.channel_id,
        author_id=asked.author_id,
        type=POLL_RESULT,
        content="",
        reference_id=asked.message_id,
        mention_everyone=False,
        mention_roles=(),
        nonce=None,
        embeds=embeds.kept(result),
    )
    await queries.add(tx, row)
    if where.guild_id is None:
        await recipients.reopen(tx, where.channel_id)
    heard: HeardMessage = replace(view.new(where, row, UNSET, [], UNSET), embeds=result)
    tx.emit(MessageCreated(guild_id=where.guild_id, channel_id=where.channel_id, payload=heard))


def _result(poll: Poll) -> Embed:
    """The facts of an ended poll, as the public API names them; no `victor_answer_id` if nobody voted or several lead."""
    counts = poll.results.answer_counts
    most = max((count.count for count in counts), default=0)
    leading = [count for count in counts if count.count == most]
    facts = {
        "poll_question_text": poll.question.text,
        "victor_answer_votes": str(most),
        "total_votes": str(sum(count.count for count in counts)),
    }
    if most and len(leading) == 1:
        facts |= _winner(poll, leading[0])
    return Embed(
        type="poll_result", fields=[EmbedField(name=name, value=value) for name, value in facts.items()]
    )


def _winner(poll: Poll, first: AnswerCount) -> dict[str, str]:
    media = next(answer.poll_media for answer in poll.answers if answer.answer_id == first.id)
    facts = {"victor_answer_id": str(first.id), "victor_answer_text": media.text}
    if not isinstance(media.emoji, UnsetType):
        if media.emoji.name is not None:
            facts["victor_answer_emoji_name"] = media.emoji.name
        if media.emoji.id is not None:
            facts["victor_answer_emoji_id"] = media.emoji.id
            facts["victor_answer_emoji_animated"] = str(media.emoji.animated).lower()
    return facts
