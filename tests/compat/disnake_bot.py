"""A disnake bot as anybody would write one; `Route.BASE` says where the box is (docs/bots.md)."""

import asyncio
import json
import os
import ssl
import sys

import aiohttp
import disnake

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
    for listener in (on_ready, on_resumed, on_message, on_typing, on_raw_reaction_add):
        client.event(listener)
    running = asyncio.create_task(client.start(os.environ["HEARTH_TOKEN"]))
    await asyncio.to_thread(sys.stdin.read)
    await client.close()
    await running


if __name__ == "__main__":
    asyncio.run(main())
