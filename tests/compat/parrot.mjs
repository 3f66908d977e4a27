// A discord.js bot as anybody would write one; only `rest.api` says where the box is (docs/bots.md).
// It tells what it sees on stdout, one JSON object a line.

import { Client, Events, GatewayIntentBits } from 'discord.js'

const tell = (event, more = {}) => console.log(JSON.stringify({ event, ...more }))

const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
  rest: { api: process.env.HEARTH_API, version: '10' }
})
client.once(Events.ClientReady, (ready) => tell('ready', { name: ready.user.username }))
client.on(Events.ShardResume, (_, replayed) => tell('resumed', { replayed }))
client.on(Events.MessageCreate, async (message) => {
  tell('heard', { content: message.content })
  if (message.content !== 'ping') return
  const reply = await message.reply('pong')
  await reply.edit('pong, mended')
  await message.react('🏓')
  tell('answered')
})
client.on(Events.Error, (error) => tell('error', { message: String(error) }))
process.stdin.on('end', () => client.destroy().then(() => process.exit(0))).resume()
await client.login(process.env.HEARTH_TOKEN)
