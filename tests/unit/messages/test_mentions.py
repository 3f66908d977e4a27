"""Whom a text mentions: what counts, what is an example in code, and that no text can break or stall it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.access import GuildVisibility, Membership
from appliance.access.permissions import EVERYONE, NONE, Overwrite, Permission, Standing, in_guild
from appliance.guilds.queries import RoleRow
from appliance.ids import AccountId, ChannelId, GuildId, RoleId
from appliance.messages import mentions
from appliance.messages.mentions import Named
from appliance.messages.model import AllowedMentions

GUILD, OPEN, CLOSED = GuildId(1), ChannelId(20), ChannelId(21)
BO, CY, DEE = AccountId(101), AccountId(102), AccountId(103)
COOKS = RoleId(10)

fragments = st.sampled_from(
    [
        "<@101>",
        "<@!102>",
        "<@&10>",
        "@everyone",
        "@here",
        "`",
        "``",
        "```",
        "````",
        "\\",
        " ",
        "\n",
        "<@",
        ">",
        "é",
        "@",
    ]
)
texts = st.lists(fragments | st.text(max_size=4), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("hello", Named()),
        ("<@101> and <@!102>", Named(users=frozenset({BO, CY}))),
        ("<@&10>!", Named(roles=frozenset({COOKS}))),
        ("@everyone", Named(everyone=True)),
        ("soup, @here?", Named(everyone=True)),
        ("bo@here.example", Named()),
        ("`<@101>` <@102>", Named(users=frozenset({CY}))),
        ("```\n<@101>\n@everyone``` done", Named()),
        ("``a ` <@101>`` <@102>", Named(users=frozenset({CY}))),
        ("an open ` and <@101>", Named(users=frozenset({BO}))),
        ("\\`<@101>\\`", Named(users=frozenset({BO}))),
        ("<@`x`101>", Named()),
        ("<@" + "9" * 40 + ">", Named()),
    ],
)
def test_a_text_names(text: str, named: Named) -> None:
    assert mentions.parse(text) == named


@given(texts)
def test_nothing_is_named_that_the_text_does_not_hold(text: str) -> None:
    named = mentions.parse(text)

    assert all(f"<@{id_}>" in text or f"<@!{id_}>" in text for id_ in named.users)
    assert all(f"<@&{id_}>" in text for id_ in named.roles)
    assert not named.everyone or "@everyone" in text or "@here" in text


@given(texts.map(lambda text: text.replace("`", "")))
def test_what_stands_in_a_block_calls_nobody(text: str) -> None:
    assert mentions.parse(f"```{text.removesuffix(chr(92))}.```") == Named()


def test_backticks_without_end_do_not_stall_it() -> None:
    text = "@" + "".join("`" * (1 + n % 2) + "x" for n in range(20_000))

    began = time.process_time()
    mentions.parse(text)

    assert time.process_time() - began < 1.0


def membership(account: AccountId, roles: dict[int, int] | None = None) -> Membership:
    who = Standing(account, GUILD, is_owner=False, everyone=int(EVERYONE), roles=roles or {})
    return Membership(account, GUILD, who, in_guild(who), (0, 0))


@pytest.fixture
def look() -> GuildVisibility:
    """Three people, of whom Dee cooks, an open channel and one that only Bo sees."""
    view = int(Permission.VIEW_CHANNEL)
    closed = [Overwrite(GUILD, 0, 0, view), Overwrite(BO, 1, view, 0)]
    people = {BO: membership(BO), CY: membership(CY), DEE: membership(DEE, {COOKS: 0})}
    return GuildVisibility(GUILD, people, {OPEN: [], CLOSED: closed})


def cooks(*, mentionable: bool) -> RoleRow:
    return RoleRow(
        id=COOKS, guild_id=GUILD, name="cooks", color=0, hoist=False, mentionable=mentionable, managed=False,
        position=1, permissions=0,
    )  # fmt: skip


def test_who_cannot_see_the_channel_is_not_called(look: GuildVisibility) -> None:
    told = mentions.resolve(Named(users=frozenset({BO, CY})), look, CLOSED, (), NONE)

    assert told.by_name == {BO}


@pytest.mark.parametrize(
    ("loud", "expected"), [(NONE, frozenset()), (Permission.MENTION_EVERYONE, {BO, CY, DEE})]
)
def test_everyone_is_plain_text_without_the_permission(
    look: GuildVisibility, loud: Permission, expected: set[AccountId]
) -> None:
    told = mentions.resolve(Named(everyone=True), look, OPEN, (), loud)

    assert told.everyone == bool(expected)
    assert told.otherwise == expected


@pytest.mark.parametrize(
    ("mentionable", "loud", "called"),
    [(False, NONE, ()), (True, NONE, (COOKS,)), (False, Permission.MENTION_EVERYONE, (COOKS,))],
)
def test_a_role_is_called_if_it_may_be(
    look: GuildVisibility, mentionable: bool, loud: Permission, called: tuple[RoleId, ...]
) -> None:
    told = mentions.resolve(
        Named(roles=frozenset({COOKS})), look, OPEN, [cooks(mentionable=mentionable)], loud
    )

    assert told.roles == called
    assert told.otherwise == ({DEE} if called else set())


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (None, Named(frozenset({BO, CY}), frozenset({COOKS}), everyone=True)),
        (AllowedMentions(), Named()),
        (AllowedMentions(parse=["users"]), Named(users=frozenset({BO, CY}))),
        (AllowedMentions(users=[str(CY), 5]), Named(users=frozenset({CY}))),
        (
            AllowedMentions(parse=["everyone"], roles=[int(COOKS)]),
            Named(roles=frozenset({COOKS}), everyone=True),
        ),
    ],
)
def test_a_sender_may_say_whom_to_call(wanted: AllowedMentions | None, left: Named) -> None:
    named = Named(frozenset({BO, CY}), frozenset({COOKS}), everyone=True)

    assert mentions.allowed(named, wanted) == left
