"""A hikari bot as anybody would write one; only `rest_url` says where the box is (docs/bots.md)."""

import asyncio
import base64
import json
import os
import ssl
import sys

import hikari

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
BOT = hikari.GatewayBot(
    os.environ["HEARTH_TOKEN"],
    rest_url=os.environ["HEARTH_API"] + "/v10",
    intents=hikari.Intents.ALL_UNPRIVILEGED | hikari.Intents.GUILD_MEMBERS | hikari.Intents.MESSAGE_CONTENT,
    http_settings=hikari.impl.HTTPSettings(ssl=ssl.create_default_context(cafile=os.environ["HEARTH_CA"])),
    banner=None,
    logs=None,
)


def tell(event: str, **more: object) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


async def on_started(_: hikari.StartedEvent) -> None:
    tell("ready")


async def on_resumed(_: hikari.ShardResumedEvent) -> None:
    tell("resumed")


async def send_files(event: hikari.GuildMessageCreateEvent) -> None:
    content = await event.message.attachments[0].read()
    back = hikari.Bytes(content, "back.txt")
    pixel = hikari.Bytes(PIXEL, "pixel.gif", spoiler=True)
    sent = await BOT.rest.create_message(event.channel_id, "Both", attachments=[back, pixel])
    fetched = await BOT.rest.fetch_message(event.channel_id, sent.id)
    more = hikari.Bytes(b"more", "more.txt")
    await fetched.edit(attachments=[fetched.attachments[0], more])
    tell(
        "files",
        read=len(content),
        names=[one.filename for one in fetched.attachments],
        types=[one.media_type for one in fetched.attachments],
    )


async def pin_both(event: hikari.GuildMessageCreateEvent) -> None:
    rest, channel = BOT.rest, event.channel_id
    await rest.pin_message(channel, event.message_id)
    second = await rest.create_message(channel, "and this")
    await rest.pin_message(channel, second)
    both = [one async for one in rest.fetch_pins(channel)]
    await rest.unpin_message(channel, event.message_id)
    left = [one async for one in rest.fetch_pins(channel)]
    tell(
        "pinned",
        both=[one.message.content for one in both],
        times=[one.pinned_at.timestamp() for one in both],
        left=[one.message.content for one in left],
    )


async def make_soup(event: hikari.GuildMessageCreateEvent) -> None:
    rest, channel, guild = BOT.rest, event.channel_id, event.guild_id
    emoji = await rest.create_emoji(guild, "soup", hikari.Bytes(PIXEL, "pixel.gif"))
    await event.message.add_reaction(emoji)
    await rest.edit_emoji(guild, emoji, name="stew")
    [renamed] = await rest.fetch_guild_emojis(guild)
    again = await rest.fetch_message(channel, event.message_id)
    poll = hikari.impl.PollBuilder(question_text="Soup?", duration=4, allow_multiselect=False)
    poll.add_answer(text="Yes", emoji=renamed).add_answer(text="No", emoji=hikari.UnicodeEmoji("🥶"))
    with BOT.stream(hikari.PollVoteCreateEvent, timeout=60) as votes:
        asked = await rest.create_message(channel, poll=poll)
        tell("asked", message=str(asked.id))
        vote = await votes.__anext__()
    voters = await rest.fetch_poll_voters(channel, asked, vote.answer_id)
    ended = (await rest.end_poll(channel, asked)).poll
    card = hikari.Embed(title="Soup", description="On the *stove*.", color=0xCF6A3D)
    card.add_field("Salt", "some").set_footer("Feeds nine")
    shown = await rest.create_message(channel, embed=card)
    [kept] = shown.embeds
    mended = await shown.edit(embed=card.add_field("Pepper", "none"))
    hidden = await mended.edit(flags=hikari.MessageFlag.SUPPRESS_EMBEDS)
    await rest.delete_emoji(guild, emoji)
    tell(
        "made",
        emoji=[emoji.name, renamed.name],
        reaction=again.reactions[0].emoji.name,
        voted=vote.answer_id,
        voters=[one.username for one in voters],
        counts=[one.count for one in ended.results.answer_counts],
        answers=[one.poll_media.text for one in ended.answers],
        answer_emoji=[one.poll_media.emoji.name for one in ended.answers],
        over=ended.results.is_finalized,
        card=[kept.title, kept.description, str(kept.color).lower(), kept.footer.text, kept.fields[0].value],
        fields=[one.name for one in mended.embeds[0].fields],
        hidden=len(hidden.embeds),
    )


async def on_pins(_: hikari.GuildPinsUpdateEvent) -> None:
    tell("pins changed")


async def on_message(event: hikari.GuildMessageCreateEvent) -> None:
    tell("heard", content=event.content)
    if event.content == "ping":
        reply = await event.message.respond("pong", reply=True)
        await reply.edit("pong, mended")
        await event.message.add_reaction("🏓")
        tell("answered")
    elif event.content in DEEDS:
        try:
            await DEEDS[event.content](event)
        except Exception as error:  # noqa: BLE001  told to the test
            tell("error", message=repr(error))
    elif event.content == "begin a thread":
        rest = BOT.rest
        thread = await rest.create_message_thread(
            event.channel_id, event.message_id, "Boiler man", auto_archive_duration=60
        )
        await rest.create_message(thread, "he comes at eight")
        active = await rest.fetch_active_threads(event.guild_id)
        people = await rest.fetch_thread_members(thread)
        history = [one.content async for one in rest.fetch_messages(thread)]
        await rest.edit_channel(thread, name="Plumber")
        await rest.edit_channel(thread, archived=True)
        tell(
            "threaded",
            id=str(thread.id),
            active=[one.name for one in active],
            members=len([one async for one in people]) if hasattr(people, "__aiter__") else len(people),
            archived=[one.name async for one in rest.fetch_public_archived_threads(event.channel_id)],
            history=history,
        )
    elif event.content == "look around":
        rest, guild = BOT.rest, event.guild_id
        role = await rest.create_role(guild, name="painted", color=0x112233)
        role = await rest.edit_role(guild, role, color=0x445566)
        invite = await rest.create_invite(event.channel_id, max_age=60)
        await rest.edit_my_member(guild, nickname="Hikari")
        message = await rest.fetch_message(event.channel_id, event.message_id)
        await rest.reposition_roles(guild, {1: role.id})
        tell(
            "looked",
            colour=str(role.color),
            roles=[one.name for one in await rest.fetch_roles(guild)],
            people=[one.username for one in await rest.fetch_members(guild)],
            found=[one.username for one in await rest.search_members(guild, "nor")],
            invites=[one.code for one in await rest.fetch_guild_invites(guild)],
            invite=(await rest.fetch_invite(invite.code)).code,
            space=(await rest.fetch_guild(guild)).name,
            spaces=[one.name for one in await rest.fetch_my_guilds()],
            channel=(await rest.fetch_channel(event.channel_id)).name,
            owner=(await rest.fetch_application()).owner.username,
            reactions=[str(one.emoji) for one in message.reactions],
            empty=[*await rest.fetch_guild_emojis(guild), *await rest.fetch_available_sticker_packs()],
        )


DEEDS = {"here is a file": send_files, "pin this": pin_both, "make soup": make_soup}


async def on_direct_message(event: hikari.DMMessageCreateEvent) -> None:
    if event.author_id == BOT.get_me().id:
        return
    tell("whispered", content=event.content, author=event.author.username)
    if event.content == "ping in private":
        reply = await event.message.respond("pong in private", reply=True)
        await reply.edit("pong in private, mended")
        await event.message.add_reaction("🏓")
        await BOT.rest.trigger_typing(event.channel_id)
        channel = await BOT.rest.create_dm_channel(event.author_id)
        await channel.send("and by myself")
        await event.author.send("and to you")
        fetched = await BOT.rest.fetch_channel(channel.id)
        tell(
            "answered in private",
            channel=str(channel.id),
            same=channel.id == event.channel_id == fetched.id,
            to=channel.recipient.username,
            history=[one.content async for one in channel.fetch_history()],
        )


async def on_direct_typing(event: hikari.DMTypingEvent) -> None:
    tell("typing", user=str(event.user_id))


async def on_direct_reaction(event: hikari.DMReactionAddEvent) -> None:
    tell("reacted", emoji=str(event.emoji_name), user=str(event.user_id))


async def main() -> None:
    for kind, listener in (
        (hikari.StartedEvent, on_started),
        (hikari.ShardResumedEvent, on_resumed),
        (hikari.GuildMessageCreateEvent, on_message),
        (hikari.GuildPinsUpdateEvent, on_pins),
        (hikari.DMMessageCreateEvent, on_direct_message),
        (hikari.DMTypingEvent, on_direct_typing),
        (hikari.DMReactionAddEvent, on_direct_reaction),
    ):
        BOT.subscribe(kind, listener)
    await BOT.start()
    await asyncio.to_thread(sys.stdin.read)
    await BOT.close()


if __name__ == "__main__":
    asyncio.run(main())
