"""Opcode 8: the people of a guild, in pieces, as bot libraries ask for them."""

from collections.abc import Sequence

from msgspec import UNSET

from appliance.access.model import Member
from appliance.accounts.model import User
from appliance.channels.view import full_guilds
from appliance.gateway.codec import AskMembers, Sent, encode
from appliance.gateway.events import MembersChunk, MembersChunkPayload
from appliance.gateway.ready import Pictures
from appliance.gateway.session import Session
from appliance.guilds.members import is_called
from appliance.ids import AccountId
from appliance.storage import Database

# As the public API has it.
_CHUNK = 1000
_LONGEST_NONCE = 32


async def chunks(database: Database, pictures: Pictures, session: Session, asked: AskMembers) -> list[Sent]:
    """The answer, at least one piece; nothing at all to someone who is not in the guild."""
    async with database.read() as reader:
        guilds = await full_guilds(reader, session.account_id, asked.guild_id)
    if not guilds:
        return []
    chosen = _chosen(guilds[0].members, asked)
    pieces = [chosen[start : start + _CHUNK] for start in range(0, len(chosen), _CHUNK)] or [[]]
    found = {_user(member).id for member in chosen}
    missing = [str(one) for one in asked.user_ids or () if str(one) not in found]
    answers: list[Sent] = []
    for index, piece in enumerate(pieces):
        here = [
            pictures.presence(AccountId(int(_user(one).id)), asked.guild_id, session.account_id)
            for one in piece
        ]
        payload = MembersChunkPayload(
            guild_id=str(asked.guild_id),
            members=piece,
            chunk_index=index,
            chunk_count=len(pieces),
            not_found=missing,
            presences=[one for one in here if one.status != "offline"] if asked.presences else UNSET,
            # A longer one is left out rather than cut, as the public API does.
            nonce=asked.nonce if asked.nonce and len(asked.nonce) <= _LONGEST_NONCE else UNSET,
        )
        answers.append(encode(MembersChunk, payload, asked.guild_id))
    return answers


def _chosen(members: Sequence[Member], asked: AskMembers) -> list[Member]:
    if asked.user_ids is not None:
        wanted = {str(one) for one in asked.user_ids}
        return [member for member in members if _user(member).id in wanted]
    chosen = [member for member in members if is_called(member, asked.query or "")]
    return chosen[: asked.limit] if asked.limit > 0 else chosen


def _user(member: Member) -> User:
    if member.user is UNSET:
        raise ValueError("a member of a guild's list without its user")
    return member.user
