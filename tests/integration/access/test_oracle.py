"""The gate and the visibility against a slow reading of the rules that shares nothing with them, in random households.

Each household is kept twice: as rows, which `access` reads, and as the plain sets below, which the oracle reads. Then it is
changed and asked everything again, for a transaction remembers what the gate has made of rows.

Long because it is the rules once more: the oracle, the rows it is held against and the random household belong together.
"""

import random
from collections.abc import Awaitable
from dataclasses import dataclass, field
from itertools import combinations, permutations

import pytest

from appliance import access
from appliance.access import (
    CannotWriteToThem,
    ChannelNotFound,
    GuildNotFound,
    NotInConversations,
    NotInThreads,
    ThreadLocked,
)
from appliance.access.membership import finds_channel, membership
from appliance.access.permissions import Permission
from appliance.accounts.callers import Caller
from appliance.errors import ApplianceError, Forbidden
from appliance.ids import AccountId, ChannelId, GuildId, Millis
from appliance.storage import Reader, Transaction
from tests.integration.chat import relate
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

P = Permission
FLAGS = tuple(Permission)
SEEDS = range(5)
LEAST_CASES = 20_000

LOOKING = {P.VIEW_CHANNEL, P.READ_MESSAGE_HISTORY}
NEEDS_SEND = {P.MENTION_EVERYONE, P.SEND_TTS_MESSAGES, P.ATTACH_FILES, P.EMBED_LINKS, P.SEND_POLLS}
NEEDS_CONNECT = {
    P.SPEAK, P.STREAM, P.MUTE_MEMBERS, P.DEAFEN_MEMBERS, P.MOVE_MEMBERS, P.USE_VAD, P.PRIORITY_SPEAKER,
}  # fmt: skip
TALKING = {
    P.VIEW_CHANNEL, P.SEND_MESSAGES, P.READ_MESSAGE_HISTORY, P.ADD_REACTIONS, P.EMBED_LINKS, P.ATTACH_FILES,
    P.USE_EXTERNAL_EMOJIS, P.CONNECT, P.SPEAK, P.STREAM, P.USE_VAD, P.PIN_MESSAGES, P.SEND_POLLS,
}  # fmt: skip
WRITING = {P.SEND_MESSAGES, P.ADD_REACTIONS, P.CONNECT}

type Flags = set[Permission]


@dataclass
class Overwritten:
    """What a channel allows and denies a role or a person."""

    allow: Flags
    deny: Flags


@dataclass
class Thread:
    """A thread of a channel: for everybody who sees that, or for the people who are in it."""

    is_private: bool
    is_locked: bool
    people: set[AccountId] = field(default_factory=set)


@dataclass
class Room:
    kind: int
    threads: dict[ChannelId, Thread] = field(default_factory=dict)
    roles: dict[int, Overwritten] = field(default_factory=dict)
    people: dict[AccountId, Overwritten] = field(default_factory=dict)


@dataclass
class Belonging:
    roles: set[int]
    until: Millis | None


@dataclass
class Space:
    id: GuildId
    owner: AccountId
    roles: dict[int, Flags]
    people: dict[AccountId, Belonging] = field(default_factory=dict)
    rooms: dict[ChannelId, Room] = field(default_factory=dict)


@dataclass
class Talk:
    """A direct message or a group: its people, and the first message that each may read."""

    is_pair: bool
    people: dict[AccountId, int]


@dataclass
class Household:
    people: list[AccountId] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    talks: dict[ChannelId, Talk] = field(default_factory=dict)
    friends: set[frozenset[AccountId]] = field(default_factory=set)
    blocks: set[tuple[AccountId, AccountId]] = field(default_factory=set)


# The rules, read one flag at a time.


def timed_out(one: Belonging, now: Millis) -> bool:
    return one.until is not None and one.until > now


def granted(space: Space, who: AccountId) -> Flags:
    """What roles grant, @everyone's among them."""
    return space.roles[space.id].union(*(space.roles[role] for role in space.people[who].roles))


def rules_over_all(space: Space, who: AccountId) -> bool:
    return space.owner == who or P.ADMINISTRATOR in granted(space, who)


def in_space(space: Space, who: AccountId, now: Millis) -> Flags:
    if rules_over_all(space, who):
        return set(FLAGS)
    return granted(space, who) & LOOKING if timed_out(space.people[who], now) else granted(space, who)


def in_room(space: Space, room: Room, who: AccountId, now: Millis, thread: Thread | None = None) -> Flags:
    """What somebody may do in a channel, or in a thread of it."""
    if rules_over_all(space, who):
        return set(FLAGS)
    held: Flags = {flag for flag in FLAGS if flag != P.ADMINISTRATOR and speaks_for(flag, space, room, who)}
    if timed_out(space.people[who], now):
        held &= LOOKING
    if thread is not None:
        held = in_thread(thread, who, held)
    if P.VIEW_CHANNEL not in held:
        return set()
    if P.SEND_MESSAGES not in held:
        held -= NEEDS_SEND
    if P.CONNECT not in held:
        held -= NEEDS_CONNECT
    return held


def in_thread(thread: Thread, who: AccountId, held: Flags) -> Flags:
    """What is left in a thread of what somebody holds in its channel."""
    looks_after = P.MANAGE_THREADS in held
    if thread.is_private and not looks_after and who not in thread.people:
        return set()
    held = held - {P.SEND_MESSAGES} | ({P.SEND_MESSAGES} if P.SEND_MESSAGES_IN_THREADS in held else set())
    if thread.is_locked and not looks_after:
        held -= {P.SEND_MESSAGES, P.SEND_MESSAGES_IN_THREADS}
    return held


def speaks_for(flag: Permission, space: Space, room: Room, who: AccountId) -> bool:
    """The first that speaks of a flag decides: the person's own overwrite, their roles', @everyone's, the roles."""
    own = [room.people[who]] if who in room.people else []
    roles = [room.roles[role] for role in space.people[who].roles if role in room.roles]
    everyone = [room.roles[space.id]] if space.id in room.roles else []
    for voices in (own, roles, everyone):
        if any(flag in voice.allow for voice in voices):
            return True
        if any(flag in voice.deny for voice in voices):
            return False
    return flag in granted(space, who)


def share(home: Household, one: AccountId, other: AccountId) -> bool:
    return any(one in space.people and other in space.people for space in home.spaces)


def apart(home: Household, one: AccountId, other: AccountId) -> bool:
    return (one, other) in home.blocks or (other, one) in home.blocks


def may_write(home: Household, one: AccountId, other: AccountId) -> bool:
    if one == other or apart(home, one, other):
        return False
    return frozenset({one, other}) in home.friends or share(home, one, other)


def in_talk(home: Household, talk: Talk) -> Flags:
    if talk.is_pair and not may_write(home, *talk.people):
        return {P.VIEW_CHANNEL, P.READ_MESSAGE_HISTORY, P.USE_EXTERNAL_EMOJIS}
    return TALKING


# Households by chance.


class Chance(random.Random):
    def flags(self, share: float = 0.5) -> Flags:
        some: Flags = {flag for flag in FLAGS if flag != P.ADMINISTRATOR and self.random() < share}
        return some | {P.ADMINISTRATOR} if self.random() < 0.06 else some

    def happens(self, share: float = 0.5) -> bool:
        return self.random() < share


def bits(flags: Flags, chance: Chance) -> int:
    """As it is stored; now and then with a bit that means nothing, as a bot may send it."""
    return sum(flags) | (1 << 62 if chance.happens(0.2) else 0)


async def furnish(tx: Transaction, home: Household, chance: Chance) -> None:
    for _ in range(3):
        home.spaces.append(await space(tx, home, chance))
    for one, other in combinations(home.people, 2):
        await relation(tx, home, chance, one, other)
    for one, other in chance.sample(list(combinations(home.people, 2)), 6):
        await talk(tx, home, Talk(is_pair=True, people={one: 0, other: 0}))
    for _ in range(3):
        some = chance.sample(home.people, chance.randint(1, 5))
        await talk(tx, home, Talk(is_pair=False, people={who: chance.choice((0, 5, 9)) for who in some}))


async def space(tx: Transaction, home: Household, chance: Chance) -> Space:
    guild_id = GuildId(tx.new_id())
    roles = [int(guild_id), *(tx.new_id() for _ in range(3))]
    made = Space(guild_id, chance.choice(home.people), {role: chance.flags() for role in roles})
    await tx.run(
        "INSERT INTO guild (id, name, owner_id, created_at) VALUES (:id, 'Home', :owner, 0)",
        id=guild_id, owner=made.owner,
    )  # fmt: skip
    for position, (role, flags) in enumerate(made.roles.items()):
        await tx.run(
            "INSERT INTO role (id, guild_id, name, position, permissions) VALUES (:id, :guild, 'role', :position, :may)",
            id=role, guild=guild_id, position=position, may=bits(flags, chance),
        )  # fmt: skip
    for who in home.people:
        if who == made.owner or chance.happens(0.6):
            await join(tx, made, chance, who)
    for kind in (0, 0, 2, 4):
        await room(tx, home, made, chance, kind)
    return made


async def join(tx: Transaction, space: Space, chance: Chance, who: AccountId) -> None:
    until = chance.choice((None, None, Millis(tx.now - 1), tx.now, Millis(tx.now + 3_600_000)))
    held = {role for role in space.roles if role != space.id and chance.happens(0.4)}
    space.people[who] = Belonging(held, until)
    await tx.run(
        "INSERT INTO member (guild_id, account_id, joined_at, timeout_until) VALUES (:guild, :who, 0, :until)",
        guild=space.id, who=who, until=until,
    )  # fmt: skip
    for role in held:
        await tx.run(
            "INSERT INTO member_role (guild_id, account_id, role_id) VALUES (:guild, :who, :role)",
            guild=space.id, who=who, role=role,
        )  # fmt: skip


async def room(tx: Transaction, home: Household, space: Space, chance: Chance, kind: int) -> None:
    channel_id = ChannelId(tx.new_id())
    await tx.run(
        "INSERT INTO channel (id, guild_id, type, name, position) VALUES (:id, :guild, :kind, 'room', 0)",
        id=channel_id, guild=space.id, kind=kind,
    )  # fmt: skip
    made = space.rooms[channel_id] = Room(kind)
    for role in space.roles:
        if chance.happens():
            made.roles[role] = Overwritten(chance.flags(0.25), chance.flags(0.25))
            await overwrite(tx, chance, channel_id, (role, 0), made.roles[role])
    # Somebody may have left the space, and their overwrite stayed.
    for who in home.people:
        if chance.happens(0.3):
            made.people[who] = Overwritten(chance.flags(0.25), chance.flags(0.25))
            await overwrite(tx, chance, channel_id, (who, 1), made.people[who])
    for is_private in (False, True, True) if kind == 0 else ():
        await thread(tx, space, chance, channel_id, Thread(is_private, chance.happens(0.3)))


async def thread(tx: Transaction, space: Space, chance: Chance, parent_id: ChannelId, made: Thread) -> None:
    thread_id = ChannelId(tx.new_id())
    space.rooms[parent_id].threads[thread_id] = made
    await tx.run(
        "INSERT INTO channel (id, guild_id, type, name, position, parent_id) VALUES (:id, :guild, :kind, 'thread', 0, :parent)",
        id=thread_id, guild=space.id, kind=12 if made.is_private else 11, parent=parent_id,
    )  # fmt: skip
    await tx.run(
        "INSERT INTO thread (channel_id, owner_id, created_at, is_locked, auto_archive_minutes, archive_changed_at)"
        " VALUES (:id, :owner, 0, :locked, 60, 0)",
        id=thread_id, owner=space.owner, locked=made.is_locked,
    )  # fmt: skip
    for who in space.people:
        if chance.happens(0.4):
            made.people.add(who)
            await tx.run(
                "INSERT INTO thread_member (channel_id, guild_id, account_id, joined_at) VALUES (:id, :guild, :who, 0)",
                id=thread_id, guild=space.id, who=who,
            )  # fmt: skip


async def overwrite(
    tx: Transaction, chance: Chance, channel_id: ChannelId, target: tuple[int, int], said: Overwritten
) -> None:
    await tx.run(
        "INSERT INTO overwrite (channel_id, target_id, kind, allow, deny) VALUES (:id, :target, :kind, :allow, :deny)",
        id=channel_id, target=target[0], kind=target[1], allow=bits(said.allow, chance), deny=bits(said.deny, chance),
    )  # fmt: skip


async def relation(
    tx: Transaction, home: Household, chance: Chance, one: AccountId, other: AccountId
) -> None:
    match chance.choice(("none", "none", "friends", "asked", "one blocks", "other blocks", "both block")):
        case "friends":
            home.friends.add(frozenset({one, other}))
            await relate(tx, one, other, 1)
            await relate(tx, other, one, 1)
        case "asked":
            await relate(tx, one, other, 4)
            await relate(tx, other, one, 3)
        case "one blocks":
            await block(tx, home, one, other)
        case "other blocks":
            await block(tx, home, other, one)
        case "both block":
            await block(tx, home, one, other)
            await block(tx, home, other, one)
        case _:
            pass


async def block(tx: Transaction, home: Household, one: AccountId, other: AccountId) -> None:
    home.blocks.add((one, other))
    await relate(tx, one, other, 2)


async def talk(tx: Transaction, home: Household, made: Talk) -> None:
    channel_id = ChannelId(tx.new_id())
    home.talks[channel_id] = made
    await tx.run(
        "INSERT INTO channel (id, type, name, position) VALUES (:id, :kind, '', 0)",
        id=channel_id, kind=1 if made.is_pair else 3,
    )  # fmt: skip
    people = list(made.people)
    await tx.run(
        "INSERT INTO conversation (channel_id, owner_id, low_id, high_id) VALUES (:id, :owner, :low, :high)",
        id=channel_id, owner=None if made.is_pair else people[0],
        low=min(people) if made.is_pair else None, high=max(people) if made.is_pair else None,
    )  # fmt: skip
    for who, since in made.people.items():
        await tx.run(
            "INSERT INTO recipient (channel_id, account_id, history_from, joined_at) VALUES (:id, :who, :since, 0)",
            id=channel_id, who=who, since=since,
        )  # fmt: skip


async def change(tx: Transaction, home: Household, chance: Chance) -> None:
    """Something of each kind becomes otherwise, as it does in the course of a day."""
    for space in home.spaces:
        role = chance.choice(list(space.roles))
        space.roles[role] = chance.flags()
        await tx.run(
            "UPDATE role SET permissions = :may WHERE id = :id", id=role, may=bits(space.roles[role], chance)
        )
        if gone := [who for who in space.people if who != space.owner and chance.happens(0.2)]:
            del space.people[gone[0]]
            await tx.run(
                "DELETE FROM member WHERE guild_id = :guild AND account_id = :who",
                guild=space.id,
                who=gone[0],
            )
        space.owner = chance.choice(list(space.people))
        await tx.run("UPDATE guild SET owner_id = :owner WHERE id = :id", owner=space.owner, id=space.id)
        for channel_id, room in space.rooms.items():
            if chance.happens():
                room.people.clear()
                await tx.run("DELETE FROM overwrite WHERE channel_id = :id AND kind = 1", id=channel_id)
            for thread_id, made in room.threads.items():
                await change_thread(tx, chance, thread_id, made)
    one, other = chance.choice(list(permutations(home.people, 2)))
    await tx.run(
        "DELETE FROM relationship WHERE account_id IN (:one, :other) AND other_id IN (:one, :other)",
        one=one, other=other,
    )  # fmt: skip
    home.friends.discard(frozenset({one, other}))
    home.blocks -= {(one, other), (other, one)}
    await block(tx, home, one, other)


async def change_thread(tx: Transaction, chance: Chance, thread_id: ChannelId, made: Thread) -> None:
    made.is_locked = chance.happens()
    await tx.run("UPDATE thread SET is_locked = :on WHERE channel_id = :id", on=made.is_locked, id=thread_id)
    for who in chance.sample(sorted(made.people), len(made.people) // 2):
        made.people.remove(who)
        await tx.run(
            "DELETE FROM thread_member WHERE channel_id = :id AND account_id = :who", id=thread_id, who=who
        )


# Everything that can be asked.


class Count:
    """Compares answers, and knows how many there were."""

    def __init__(self) -> None:
        self.cases = 0

    def same(self, found: object, expected: object, *about: object) -> None:
        self.cases += 1
        assert found == expected, about


async def refusal(asked: Awaitable[object]) -> type[ApplianceError] | None:
    try:
        await asked
    except ApplianceError as error:
        return type(error)
    return None


async def ask_everything(reader: Reader, home: Household, count: Count) -> None:
    for space in home.spaces:
        await ask_space(reader, home, space, count)
        for channel_id, room in space.rooms.items():
            await ask_room(reader, home, space, (channel_id, room), count)
    for channel_id, talk in home.talks.items():
        await ask_talk(reader, home, channel_id, talk, count)
    for one, other in [*permutations(home.people, 2), (home.people[0], home.people[0])]:
        wrote = await access.may_write_to(reader, Caller(one), other)
        count.same(wrote, may_write(home, one, other), home, one, other)
        if one != other:
            count.same(await access.share_a_guild(reader, one, other), share(home, one, other), one, other)


async def ask_room(
    reader: Reader, home: Household, space: Space, at: tuple[ChannelId, Room], count: Count
) -> None:
    await ask_inside(reader, home, space, (*at, None), count)
    for thread_id, made in at[1].threads.items():
        await ask_inside(reader, home, space, (thread_id, at[1], made), count)
        for who in home.people:
            may = in_room(space, at[1], who, reader.now, made) if who in space.people else set()
            told = await refusal(access.require_guild_channel(reader, Caller(who), thread_id))
            count.same(told, NotInThreads if may else ChannelNotFound, space, at[1], made, who)


async def ask_inside(
    reader: Reader,
    home: Household,
    space: Space,
    at: tuple[ChannelId, Room, Thread | None],
    count: Count,
) -> None:
    channel_id, room, made = at
    seen = await access.visibility_of_guild(reader, space.id)
    count.same(set(seen.members), set(space.people), "members")
    holds = {who: in_room(space, room, who, reader.now, made) for who in space.people}
    for who in home.people:
        may = holds.get(who, set())
        count.same(set(seen.permissions(who, channel_id)), may, space, room, who)
        for flag in FLAGS:
            told = await refusal(access.require(reader, Caller(who), channel_id, flag))
            expected: type[ApplianceError] | None = Forbidden if may else ChannelNotFound
            if may and made is not None and made.is_locked and not timed_out(space.people[who], reader.now):
                expected = ThreadLocked if flag == P.SEND_MESSAGES else Forbidden
            if flag in may:
                expected = None
            count.same(told, expected, space, room, who, flag)
    for flag in FLAGS:
        heard = {who for who, may in holds.items() if P.VIEW_CHANNEL in may and flag in may}
        count.same(seen.audience(channel_id, flag), heard, space, room, flag)
    count.same(seen.audiences[channel_id], {who for who, may in holds.items() if may}, space, room)


async def ask_readable(reader: Reader, space: Space, who: AccountId, count: Count) -> None:
    """What is looked through for somebody: every channel and thread whose history they may read, and nothing else."""
    readable = await access.readable_in_guild(reader, Caller(who), space.id)
    expected = {
        channel_id
        for parent_id, room in space.rooms.items()
        for channel_id, made in [(parent_id, None), *room.threads.items()]
        if P.READ_MESSAGE_HISTORY in in_room(space, room, who, reader.now, made)
    }
    count.same(set(readable), expected, space, who)


async def ask_space(reader: Reader, home: Household, space: Space, count: Count) -> None:
    for who in home.people:
        may = in_space(space, who, reader.now) if who in space.people else set()
        for flag in FLAGS:
            told = await refusal(access.require_guild(reader, Caller(who), space.id, flag))
            expected = GuildNotFound if who not in space.people else None if flag in may else Forbidden
            count.same(told, expected, space, who, flag)
        found = await membership(reader, space.id, who)
        if found is None:
            continue
        await ask_readable(reader, space, who, count)
        count.same(found.is_owner, space.owner == who, space, who)
        for channel_id, room in space.rooms.items():
            sees = P.VIEW_CHANNEL in in_room(space, room, who, reader.now)
            named = await finds_channel(reader, found, channel_id, room.kind, P.VIEW_CHANNEL)
            count.same(named, sees, space, room, who)
            count.same(await finds_channel(reader, found, channel_id, 99, P.VIEW_CHANNEL), False, room)


async def ask_talk(reader: Reader, home: Household, channel_id: ChannelId, talk: Talk, count: Count) -> None:
    may = in_talk(home, talk)
    for who in home.people:
        for flag in FLAGS:
            told = await refusal(access.require(reader, Caller(who), channel_id, flag))
            expected: type[ApplianceError] | None = (
                CannotWriteToThem if flag in TALKING else NotInConversations
            )
            if who not in talk.people:
                expected = ChannelNotFound
            elif flag in may:
                expected = None
            count.same(told, expected, home, talk, who, flag)
        if who in talk.people:
            found = await access.require(reader, Caller(who), channel_id)
            count.same((found.guild_id, found.history_from), (None, talk.people[who]), talk, who)
        told = await refusal(access.require_guild_channel(reader, Caller(who), channel_id))
        count.same(told, NotInConversations if who in talk.people else ChannelNotFound, talk, who)
    seen = await access.visibility_of_conversation(reader, channel_id)
    count.same(seen.audience(), set(talk.people), talk)
    for actor in talk.people:
        heard = {who for who in talk.people if not apart(home, who, actor)}
        count.same(seen.audience(actor), heard, home, talk, actor)


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_gate_and_visibility_say_what_the_rules_say(
    server: Server, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, count = Chance(seed), Count()
    home = Household([await server.account(name) for name in ("di", "ed", "flo", "gus", "hal", "ina", "jo")])

    async with server.database.transaction() as tx:
        await furnish(tx, home, chance)
        await ask_everything(tx, home, count)
        await change(tx, home, chance)
        await ask_everything(tx, home, count)
    async with server.database.read() as reader:
        await ask_everything(reader, home, count)

    with capsys.disabled():
        print(f"\n{count.cases} cases of household {seed}")
    assert count.cases * len(SEEDS) >= LEAST_CASES
