"""The SQL behind polls."""

import msgspec

from appliance.accounts.model import AccountRow
from appliance.accounts.queries import ACCOUNT_COLUMNS
from appliance.ids import AccountId, MessageId, Millis
from appliance.storage import Select, Transaction


class PollRow(msgspec.Struct, frozen=True):
    message_id: MessageId
    question: str
    allow_multiselect: bool
    ends_at: Millis
    is_ended: bool


class AnswerRow(msgspec.Struct, frozen=True):
    message_id: MessageId
    answer_id: int
    text: str
    emoji: str | None


class VoteRow(msgspec.Struct, frozen=True):
    message_id: MessageId
    answer_id: int
    account_id: AccountId


class OwnVoteRow(msgspec.Struct, frozen=True):
    answer_id: int


class EndRow(msgspec.Struct, frozen=True):
    message_id: MessageId
    ends_at: Millis


POLLS = Select(
    PollRow,
    """
    SELECT message_id, question, allow_multiselect, ends_at, is_ended
      FROM poll
     WHERE message_id IN (SELECT value FROM json_each(:ids))
    """,
)
ANSWERS = Select(
    AnswerRow,
    """
    SELECT message_id, answer_id, text, emoji
      FROM poll_answer
     WHERE message_id IN (SELECT value FROM json_each(:ids))
     ORDER BY message_id, answer_id
    """,
)
VOTES = Select(
    VoteRow,
    """
    SELECT message_id, answer_id, account_id
      FROM poll_vote
     WHERE message_id IN (SELECT value FROM json_each(:ids))
     ORDER BY made_at, account_id
    """,
)
OWN_VOTES = Select(
    OwnVoteRow,
    "SELECT answer_id FROM poll_vote WHERE message_id = :message_id AND account_id = :account_id",
)
VOTERS = Select(
    AccountRow,
    f"""
    SELECT {ACCOUNT_COLUMNS}
      FROM poll_vote v
      JOIN account a ON a.id = v.account_id
     WHERE v.message_id = :message_id AND v.answer_id = :answer_id AND v.account_id > :after
     ORDER BY v.account_id
     LIMIT :limit
    """,
)
NEXT_END = Select(
    EndRow, "SELECT message_id, ends_at FROM poll WHERE is_ended = 0 ORDER BY ends_at, message_id LIMIT 1"
)


async def add(tx: Transaction, poll: PollRow, answers: list[AnswerRow]) -> None:
    await tx.run(
        "INSERT INTO poll (message_id, question, allow_multiselect, ends_at, is_ended)"
        " VALUES (:message_id, :question, :allow_multiselect, :ends_at, 0)",
        message_id=poll.message_id, question=poll.question, allow_multiselect=poll.allow_multiselect,
        ends_at=poll.ends_at,
    )  # fmt: skip
    await tx.run_many(
        "INSERT INTO poll_answer (message_id, answer_id, text, emoji) VALUES (:message_id, :answer_id, :text, :emoji)",
        [msgspec.structs.asdict(answer) for answer in answers],
    )


async def add_vote(tx: Transaction, message_id: MessageId, answer_id: int, account_id: AccountId) -> None:
    await tx.run(
        "INSERT INTO poll_vote (message_id, answer_id, account_id, made_at)"
        " VALUES (:message_id, :answer_id, :account_id, :at)",
        message_id=message_id, answer_id=answer_id, account_id=account_id, at=tx.now,
    )  # fmt: skip


async def remove_vote(tx: Transaction, message_id: MessageId, answer_id: int, account_id: AccountId) -> None:
    await tx.run(
        "DELETE FROM poll_vote"
        " WHERE message_id = :message_id AND answer_id = :answer_id AND account_id = :account_id",
        message_id=message_id, answer_id=answer_id, account_id=account_id,
    )  # fmt: skip


async def end(tx: Transaction, message_id: MessageId) -> bool:
    """Close a poll now, if its time has not come yet; False if it was closed."""
    touched = await tx.run(
        "UPDATE poll SET is_ended = 1, ends_at = CASE WHEN ends_at > :now THEN :now ELSE ends_at END"
        " WHERE message_id = :id AND is_ended = 0",
        id=message_id, now=tx.now,
    )  # fmt: skip
    return touched == 1
