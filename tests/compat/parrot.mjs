// A discord.js bot as anybody would write one; only `rest.api` says where the box is (docs/bots.md).
// It tells what it sees on stdout, one JSON object a line.

import { once } from 'node:events'

import { AttachmentBuilder, Client, EmbedBuilder, Events, GatewayIntentBits, Partials, Routes } from 'discord.js'

const tell = (event, more = {}) => console.log(JSON.stringify({ event, ...more }))

async function lookAround(message) {
  const { guild, channel } = message
  const made = await guild.roles.create({ name: 'painted', colors: { primaryColor: 0x112233 } })
  const first = made.hexColor
  const edited = await made.edit({ colors: { primaryColor: 0x445566 } })
  const fetched = await guild.roles.fetch(made.id, { force: true })
  await fetched.setPosition(1)
  await guild.members.me.setNickname('Painter')
  const invite = await channel.createInvite()
  await message.react('🎨')
  const again = await channel.messages.fetch({ message: message.id, force: true })
  const application = await client.application.fetch()
  tell('looked', {
    colours: [first, edited.hexColor, fetched.hexColor],
    people: [...(await guild.members.fetch()).values()].map((one) => one.displayName),
    found: [...(await guild.members.search({ query: 'nor' })).values()].map((one) => one.user.username),
    invite: (await guild.invites.fetch()).has((await client.fetchInvite(invite.code)).code),
    space: (await guild.fetch()).name,
    counts: again.reactions.cache.get('🎨').countDetails,
    flags: application.flags.toArray(),
    empty: [
      (await application.commands.fetch()).size,
      (await guild.emojis.fetch()).size,
      (await guild.stickers.fetch()).size,
      (await client.fetchDefaultSoundboardSounds()).size,
      (await client.fetchStickerPacks()).size
    ]
  })
}

async function beginThread(message) {
  const { guild, channel } = message
  const thread = await message.startThread({ name: 'Boiler man', autoArchiveDuration: 60 })
  await thread.send('he comes at eight')
  const { threads } = await guild.channels.fetchActiveThreads()
  const active = [...threads.values()].map((one) => one.name)
  const people = await thread.members.fetch()
  const history = await thread.messages.fetch()
  await thread.setName('Plumber')
  await thread.setArchived(true)
  const archived = await channel.threads.fetchArchived()
  tell('threaded', {
    id: thread.id,
    active,
    members: people.size,
    archived: [...archived.threads.values()].map((one) => one.name),
    history: [...history.values()].map((one) => one.content)
  })
}

async function answerInPrivate(message) {
  tell('whispered', { content: message.content, author: message.author.username })
  if (message.content !== 'ping in private') return
  const reply = await message.reply('pong in private')
  await reply.edit('pong in private, mended')
  await message.react('🏓')
  await message.channel.sendTyping()
  const channel = await message.author.createDM(true)
  await channel.send('and by myself')
  await message.author.send('and to you')
  const fetched = await client.channels.fetch(channel.id, { force: true })
  tell('answered in private', {
    channel: channel.id,
    same: channel.id === message.channelId && channel.id === fetched.id,
    to: channel.recipient.username,
    history: [...(await channel.messages.fetch()).values()].map((one) => one.content)
  })
}

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

async function sendFiles(message) {
  const content = Buffer.from(await (await fetch(message.attachments.first().url)).arrayBuffer())
  const back = new AttachmentBuilder(content, { name: 'back.txt', description: 'What you sent' })
  const pixel = new AttachmentBuilder(PIXEL, { name: 'pixel.gif' }).setSpoiler()
  const sent = await message.channel.send({ content: 'Both', files: [back, pixel] })
  const fetched = await message.channel.messages.fetch({ message: sent.id, force: true })
  const files = [...fetched.attachments.values()]
  const more = new AttachmentBuilder(Buffer.from('more'), { name: 'more.txt' })
  const mended = await fetched.edit({ attachments: [files[0]], files: [more] })
  tell('files', {
    read: content.length,
    names: files.map((one) => one.name),
    types: files.map((one) => one.contentType),
    spoilers: files.map((one) => one.spoiler),
    described: mended.attachments.first().description
  })
}

async function pinBoth(message) {
  const { channel } = message
  const list = async () => (await channel.messages.fetchPins()).items
  await message.pin()
  const second = await channel.send('and this')
  // Its older path, for which the library has no words any more.
  await client.rest.put(Routes.channelPin(channel.id, second.id))
  const both = await list()
  await message.unpin()
  const older = [...(await channel.messages.fetchPinned()).values()]
  tell('pinned', {
    both: both.map((one) => one.message.content),
    times: both.map((one) => one.pinnedTimestamp),
    left: older.map((one) => one.content)
  })
}

async function makeSoup(message) {
  const { guild, channel } = message
  const emoji = await guild.emojis.create({ attachment: PIXEL, name: 'soup' })
  const names = [emoji.name]
  await message.react(emoji)
  await emoji.edit({ name: 'stew' })
  names.push((await guild.emojis.fetch(emoji.id, { force: true })).name)
  const again = await channel.messages.fetch({ message: message.id, force: true })
  const poll = {
    question: { text: 'Soup?' },
    answers: [{ text: 'Yes', emoji: emoji.id }, { text: 'No', emoji: '🥶' }],
    duration: 4,
    allowMultiselect: false
  }
  const voting = once(client, Events.MessagePollVoteAdd)
  const asked = await channel.send({ poll })
  tell('asked', { message: asked.id })
  const [answer] = await voting
  const voters = await answer.voters.fetch()
  const ended = (await asked.poll.end()).poll
  const card = new EmbedBuilder({ title: 'Soup', description: 'On the *stove*.', color: 0xcf6a3d })
    .addFields({ name: 'Salt', value: 'some' })
    .setFooter({ text: 'Feeds nine' })
  const shown = await channel.send({ embeds: [card] })
  const [kept] = shown.embeds
  const sent = [kept.title, kept.description, kept.hexColor, kept.footer.text, kept.fields[0].value]
  const mended = await shown.edit({ embeds: [card.addFields({ name: 'Pepper', value: 'none' })] })
  const fields = mended.embeds[0].fields.map((one) => one.name)
  const hidden = await mended.suppressEmbeds()
  await emoji.delete()
  tell('made', {
    emoji: names,
    reaction: again.reactions.cache.get(emoji.id).emoji.name,
    voted: answer.id,
    voters: [...voters.values()].map((one) => one.username),
    counts: ended.answers.map((one) => one.voteCount),
    answers: ended.answers.map((one) => one.text),
    answer_emoji: ended.answers.map((one) => one.emoji.name),
    over: ended.resultsFinalized,
    card: sent,
    fields,
    hidden: hidden.embeds.length
  })
}

const client = new Client({
  intents: [
    GatewayIntentBits.Guilds,
    GatewayIntentBits.GuildMembers,
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.MessageContent,
    GatewayIntentBits.GuildExpressions,
    GatewayIntentBits.GuildMessagePolls,
    GatewayIntentBits.DirectMessages,
    GatewayIntentBits.DirectMessageReactions,
    GatewayIntentBits.DirectMessageTyping
  ],
  // As for Discord itself: without it a direct message that was there before the bot started is not told.
  partials: [Partials.Channel],
  rest: { api: process.env.HEARTH_API, version: '10' }
})
client.once(Events.ClientReady, (ready) => tell('ready', { name: ready.user.username }))
client.on(Events.ShardResume, (_, replayed) => tell('resumed', { replayed }))
client.on(Events.TypingStart, (typing) => {
  if (!typing.inGuild()) tell('typing', { user: typing.user.id })
})
client.on(Events.MessageReactionAdd, (reaction, user) => {
  if (!reaction.message.guildId) tell('reacted', { emoji: reaction.emoji.name, user: user.id })
})
client.on(Events.ChannelPinsUpdate, () => tell('pins changed'))
client.on(Events.MessageCreate, async (message) => {
  if (!message.inGuild()) {
    if (!message.author.bot) await answerInPrivate(message).catch((error) => tell('error', { message: String(error) }))
    return
  }
  tell('heard', { content: message.content })
  if (message.content === 'begin a thread') await beginThread(message).catch((error) => tell('error', { message: String(error) }))
  if (message.content === 'pin this') await pinBoth(message).catch((error) => tell('error', { message: String(error) }))
  if (message.content === 'make soup') await makeSoup(message).catch((error) => tell('error', { message: String(error) }))
  if (message.content === 'look around') await lookAround(message).catch((error) => tell('error', { message: String(error) }))
  if (message.content === 'here is a file') await sendFiles(message).catch((error) => tell('error', { message: String(error) }))
  if (message.content !== 'ping') return
  const reply = await message.reply('pong')
  await reply.edit('pong, mended')
  await message.react('🏓')
  tell('answered')
})
client.on(Events.Error, (error) => tell('error', { message: String(error) }))
process.stdin.on('end', () => client.destroy().then(() => process.exit(0))).resume()
await client.login(process.env.HEARTH_TOKEN)
