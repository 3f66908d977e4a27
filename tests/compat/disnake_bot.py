"""A disnake bot as anybody would write one; `Route.BASE` says where the box is (docs/bots.md)."""

import asyncio
import base64
import datetime
import json
import os
import ssl
import sys

import aiohttp
import disnake

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
disnake.http.Route.BASE = os.environ["HEARTH_API"] + "/v10"


def tell(event: str, **more: object) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


async def on_ready() -> None:
    tell("ready")


async def on_resumed() -> None:
    tell("resumed")


async def on_typing(channel: object, user: disnake.User, _when: object) -> None:
    if isinstance(channel, disnake.DMChannel):
        tell("typing", user=str(user.id))


async def on_raw_reaction_add(event: disnake.RawReactionActionEvent) -> None:
    if event.guild_id is None:
        tell("reacted", emoji=event.emoji.name, user=str(event.user_id))


async def answer_in_private(message: disnake.Message) -> None:
    tell("whispered", content=message.content, author=message.author.name)
    if message.content != "ping in private":
        return
    reply = await message.reply("pong in private")
    await reply.edit(content="pong in private, mended")
    await message.add_reaction("🏓")
    await message.channel.trigger_typing()
    channel = await message.author.create_dm()
    await channel.send("and by myself")
    await message.author.send("and to you")
    fetched = await message._state._get_client().fetch_channel(channel.id)
    tell(
        "answered in private",
        channel=str(channel.id),
        same=channel.id == message.channel.id == fetched.id,
        to=channel.recipient.name,
        history=[one.content async for one in channel.history()],
    )


async def on_guild_channel_pins_update(_channel: object, _last: object) -> None:
    tell("pins changed")


async def pin_both(message: disnake.Message) -> None:
    await message.pin()
    second = await message.channel.send("and this")
    await second.pin()
    both = [one async for one in message.channel.pins()]
    await message.unpin()
    tell(
        "pinned",
        both=[one.content for one in both],
        times=[one.pinned_at.timestamp() for one in both],
        left=[one.content async for one in message.channel.pins()],
    )


async def make_soup(message: disnake.Message) -> None:
    guild, channel, client = message.guild, message.channel, message._state._get_client()
    emoji = await guild.create_custom_emoji(name="soup", image=PIXEL)
    await message.add_reaction(emoji)
    renamed = await emoji.edit(name="stew")
    again = await channel.fetch_message(message.id)
    yes, no = disnake.PollAnswer(disnake.PollMedia("Yes", emoji=emoji)), disnake.PollMedia("No", emoji="🥶")
    poll = disnake.Poll("Soup?", answers=[yes, disnake.PollAnswer(no)], duration=datetime.timedelta(hours=4))
    voting = asyncio.ensure_future(client.wait_for("raw_poll_vote_add", timeout=60))
    asked = await channel.send(poll=poll)
    tell("asked", message=str(asked.id))
    vote = await voting
    voters = [one.name async for one in asked.poll.get_answer(vote.answer_id).voters()]
    ended = (await asked.poll.expire()).poll
    card = disnake.Embed(title="Soup", description="On the *stove*.", colour=0xCF6A3D)
    card.add_field(name="Salt", value="some").set_footer(text="Feeds nine")
    shown = await channel.send(embed=card)
    [kept] = shown.embeds
    mended = await shown.edit(embed=card.copy().add_field(name="Pepper", value="none"))
    fields = [one.name for one in mended.embeds[0].fields]
    hidden = await mended.edit(suppress_embeds=True)
    await emoji.delete()
    tell(
        "made",
        emoji=[emoji.name, renamed.name],
        reaction=again.reactions[0].emoji.name,
        voted=vote.answer_id,
        voters=voters,
        counts=[one.vote_count for one in ended.answers],
        answers=[one.media.text for one in ended.answers],
        answer_emoji=[one.media.emoji.name for one in ended.answers],
        over=ended.is_finalized,
        card=[kept.title, kept.description, str(kept.colour), kept.footer.text, kept.fields[0].value],
        fields=fields,
        hidden=len(hidden.embeds),
    )


DEEDS = {"pin this": pin_both, "make soup": make_soup}


async def on_message(message: disnake.Message) -> None:
    if message.guild is None:
        if not message.author.bot:
            await answer_in_private(message)
        return
    tell("heard", content=message.content)
    if message.content == "ping":
        reply = await message.reply("pong")
        await reply.edit(content="pong, mended")
        await message.add_reaction("🏓")
        tell("answered")
    elif message.content in DEEDS:
        try:
            await DEEDS[message.content](message)
        except Exception as error:  # noqa: BLE001  told to the test
            tell("error", message=repr(error))
    elif message.content == "look around":
        guild = message.guild
        role = await guild.create_role(name="painted", colour=disnake.Colour(0x112233))
        role = await role.edit(colour=disnake.Colour(0x445566))
        invite = await message.channel.create_invite(max_age=60)
        await guild.me.edit(nick="Disnake")
        again = await message.channel.fetch_message(message.id)
        await role.edit(position=1)
        tell(
            "looked",
            colour=str(role.colour),
            roles=[one.name for one in await guild.fetch_roles()],
            people=[one.name async for one in guild.fetch_members(limit=None)],
            found=[one.name for one in await guild.search_members("nor")],
            invites=[one.code for one in await guild.invites()],
            invite=(await guild._state._get_client().fetch_invite(invite.code)).code,
            space=guild.name,
            spaces=[guild.name],
            channel=message.channel.name,
            owner=(await guild._state._get_client().application_info()).owner.name,
            reactions=[str(one.emoji) for one in again.reactions],
            empty=[*await guild.fetch_emojis(), *await guild.fetch_stickers()],
        )


async def main() -> None:
    trust = ssl.create_default_context(cafile=os.environ["HEARTH_CA"])
    client = disnake.Client(intents=disnake.Intents.all(), connector=aiohttp.TCPConnector(ssl=trust))
    listeners = (on_ready, on_resumed, on_message, on_typing, on_raw_reaction_add)
    for listener in (*listeners, on_guild_channel_pins_update):
        client.event(listener)
    running = asyncio.create_task(client.start(os.environ["HEARTH_TOKEN"]))
    await asyncio.to_thread(sys.stdin.read)
    await client.close()
    await running


if __name__ == "__main__":
    asyncio.run(main())
