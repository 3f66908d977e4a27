"""The one algorithm that combines permissions, against a slow oracle that knows nothing of how ours is written."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.access.permissions import (
    ALL,
    EVERYONE,
    NONE,
    Overwrite,
    Permission,
    Standing,
    by_name,
    in_channel,
    in_guild,
    in_thread,
)

P = Permission
GUILD, ME, SOMEBODY = 1, 100, 101
ROLES = (10, 11, 12)
NEEDS_SEND = {P.MENTION_EVERYONE, P.SEND_TTS_MESSAGES, P.ATTACH_FILES, P.EMBED_LINKS, P.SEND_POLLS}
NEEDS_CONNECT = {
    P.SPEAK, P.STREAM, P.MUTE_MEMBERS, P.DEAFEN_MEMBERS, P.MOVE_MEMBERS, P.USE_VAD, P.PRIORITY_SPEAKER,
}  # fmt: skip

# Bits between and above the flags, as a bot may send them: none must ever come through.
bits = st.integers(0, 2**54)
targets = st.sampled_from(
    [(GUILD, 0), *((role, 0) for role in ROLES), (99, 0), (ME, 1), (SOMEBODY, 1), (GUILD, 1)]
)
overwrites = st.lists(
    st.builds(lambda at, allow, deny: Overwrite(at[0], at[1], allow, deny), targets, bits, bits),
    max_size=6,
    unique_by=lambda one: one.target_id,
)
standings = st.builds(
    Standing,
    account_id=st.just(ME),
    guild_id=st.just(GUILD),
    is_owner=st.booleans(),
    everyone=bits,
    roles=st.dictionaries(st.sampled_from(ROLES), bits),
    timed_out=st.booleans(),
)


def holds(flag: Permission, who: Standing, overwrites: list[Overwrite]) -> bool:
    """Whether the first voice that speaks of a flag, from the strongest to the weakest, grants it."""
    if who.timed_out and flag not in {P.VIEW_CHANNEL, P.READ_MESSAGE_HISTORY}:
        return False
    own = [one for one in overwrites if (one.target_id, one.kind) == (ME, 1)]
    mine = [one for one in overwrites if one.kind == 0 and one.target_id in who.roles]
    everyones = [one for one in overwrites if (one.target_id, one.kind) == (GUILD, 0)]
    for voices in (own, mine, everyones):
        if any(one.allow & flag for one in voices):
            return True
        if any(one.deny & flag for one in voices):
            return False
    return any(grant & flag for grant in (who.everyone, *who.roles.values()))


def oracle(who: Standing, overwrites: list[Overwrite]) -> set[Permission]:
    """The documented rules, one flag at a time."""
    everything = set(Permission)
    if who.is_owner or any(grant & P.ADMINISTRATOR for grant in (who.everyone, *who.roles.values())):
        return everything
    held = {flag for flag in everything - {P.ADMINISTRATOR} if holds(flag, who, overwrites)}
    if P.VIEW_CHANNEL not in held:
        return set()
    if P.SEND_MESSAGES not in held:
        held -= NEEDS_SEND
    if P.CONNECT not in held:
        held -= NEEDS_CONNECT
    return held


@given(standings, overwrites)
def test_a_channel_grants_what_the_rules_say(who: Standing, these: list[Overwrite]) -> None:
    assert set(in_channel(who, these)) == oracle(who, these)


@given(standings, st.randoms(use_true_random=False), overwrites)
def test_the_order_of_overwrites_says_nothing(who: Standing, chance: object, these: list[Overwrite]) -> None:
    shuffled = list(these)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random

    assert in_channel(who, shuffled) == in_channel(who, these)


@given(standings)
def test_a_guild_grants_the_union_of_everyone_and_the_roles(who: Standing) -> None:
    union = who.everyone
    for role in who.roles.values():
        union |= role

    granted = in_guild(who)

    if who.is_owner or union & P.ADMINISTRATOR:
        assert granted == ALL
    elif who.timed_out:
        assert granted == union & (P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY)
    else:
        assert granted == union & ALL


def member(
    everyone: Permission = EVERYONE, *, roles: dict[int, int] | None = None, timed_out: bool = False
) -> Standing:
    return Standing(ME, GUILD, is_owner=False, everyone=int(everyone), roles=roles or {}, timed_out=timed_out)


def test_the_flags_have_the_public_numbers() -> None:
    newer = {
        P.MANAGE_THREADS: 34,
        P.CREATE_PUBLIC_THREADS: 35,
        P.CREATE_PRIVATE_THREADS: 36,
        P.SEND_MESSAGES_IN_THREADS: 38,
        P.CREATE_GUILD_EXPRESSIONS: 43,
        P.SEND_POLLS: 49,
        P.PIN_MESSAGES: 51,
    }

    assert {flag.bit_length() - 1 for flag in Permission} == set(range(31)) - {19} | set(newer.values())
    assert all(flag == 1 << bit for flag, bit in newer.items())


def test_in_a_thread_a_permission_of_its_own_says_who_writes() -> None:
    silent = [Overwrite(GUILD, 0, 0, int(P.SEND_MESSAGES))]
    deaf = [Overwrite(GUILD, 0, 0, int(P.SEND_MESSAGES_IN_THREADS))]

    assert not in_channel(member(), silent) & P.SEND_MESSAGES
    assert in_thread(member(), silent) & P.SEND_MESSAGES
    assert in_thread(member(), silent) & P.ATTACH_FILES
    assert not in_thread(member(), deaf) & (P.SEND_MESSAGES | P.ATTACH_FILES)
    assert not in_thread(member(timed_out=True), []) & P.SEND_MESSAGES


def test_in_a_locked_thread_only_those_who_look_after_it_write() -> None:
    keeper = member(roles={10: int(P.MANAGE_THREADS)})

    assert not in_thread(member(), [], is_shut=True) & P.SEND_MESSAGES
    assert in_thread(member(), [], is_shut=True) & P.ADD_REACTIONS
    assert in_thread(member(), [], is_shut=True) & P.READ_MESSAGE_HISTORY
    assert in_thread(keeper, [], is_shut=True) & P.SEND_MESSAGES


def test_an_administrator_passes_every_overwrite() -> None:
    admin = member(roles={10: int(P.ADMINISTRATOR)})

    assert in_channel(admin, [Overwrite(ME, 1, 0, int(ALL)), Overwrite(GUILD, 0, 0, int(ALL))]) == ALL


def test_an_overwrite_cannot_make_an_administrator() -> None:
    granted = in_channel(member(), [Overwrite(ME, 1, int(P.ADMINISTRATOR), 0)])

    assert not granted & P.ADMINISTRATOR


def test_a_role_that_allows_beats_a_role_that_denies() -> None:
    who = member(roles={10: 0, 11: 0})
    these = [Overwrite(10, 0, 0, int(P.SEND_MESSAGES)), Overwrite(11, 0, int(P.SEND_MESSAGES), 0)]

    assert in_channel(who, these) & P.SEND_MESSAGES


def test_who_cannot_see_can_do_nothing() -> None:
    assert in_channel(member(), [Overwrite(GUILD, 0, 0, int(P.VIEW_CHANNEL))]) == NONE


def test_a_time_out_leaves_looking_and_reading_even_against_an_overwrite() -> None:
    these = [Overwrite(ME, 1, int(P.SEND_MESSAGES | P.CONNECT), 0)]

    assert in_channel(member(timed_out=True), these) == P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY


def test_a_time_out_does_not_bind_an_administrator() -> None:
    assert in_guild(member(P.ADMINISTRATOR, timed_out=True)) == ALL


@given(standings, overwrites)
def test_by_name_is_what_a_member_has_who_neither_owns_nor_administers(
    who: Standing, overwrites: list[Overwrite]
) -> None:
    named = by_name(who, overwrites)

    assert named in in_channel(who, overwrites)
    administers = any(grant & P.ADMINISTRATOR for grant in (who.everyone, *who.roles.values()))
    if not (who.is_owner or administers):
        assert named == in_channel(who, overwrites)


def test_owning_a_guild_makes_nobody_a_priority_speaker_until_a_role_does() -> None:
    owner = Standing(ME, GUILD, is_owner=True, everyone=int(EVERYONE), roles={})
    granted = Standing(ME, GUILD, is_owner=True, everyone=int(EVERYONE), roles={10: int(P.PRIORITY_SPEAKER)})

    assert P.PRIORITY_SPEAKER not in by_name(owner, [])
    assert P.PRIORITY_SPEAKER in by_name(granted, [])
