// A family that lives in a box already: people, channels, and an evening's conversation.

import { Api } from './api.js'

/** Fills a box that Walter has set up; returns everybody by name. */
export async function furnish(box, walter, invite) {
  const family = { Walter: walter }
  for (const name of ['Nora', 'Tom', 'Rose', 'Mia', 'Leo']) {
    family[name] = await Api.register(box, { invite, name, username: name.toLowerCase() })
  }
  await walter.call('PATCH', `/api/v10/channels/${walter.channels.general}`, {
    topic: 'Everyday things. Dinner is at half past six unless someone says otherwise.'
  })
  for (const name of ['groceries', 'who-is-where', 'homework']) {
    const { id } = await walter.call('POST', `/api/v10/guilds/${walter.guild}/channels`, { name, type: 0 })
    for (const somebody of Object.values(family)) somebody.channels[name] = id
  }
  await walter.call('POST', `/api/v10/guilds/${walter.guild}/channels`, { name: 'Game night', type: 2 })
  await talk(family)
  return family
}

async function talk({ Nora, Tom, Rose, Mia, Leo }) {
  const first = await Tom.say('Picking Leo up at five, then the hardware shop. Does anyone need anything?')
  await Tom.say('Also: the boiler man comes **Tuesday between 8 and 10**. Someone has to be in.')
  await Rose.say('Two small light bulbs please, the kind for my reading lamp.', { to: first })
  await Nora.say('Milk is on the list already.', { channel: 'groceries' })
  await Rose.say('And apples, the small red ones.', { channel: 'groceries' })
  const robin = await Mia.say('He came back! Same spot on the fence as last winter.')
  for (const somebody of [Tom, Rose, Leo]) await somebody.react(robin, '❤️')
  for (const somebody of [Nora, Mia]) await somebody.react(robin, '🐦')
  await Leo.say(
    `my guessing game works now!! <@${Mia.me.id}> try to beat 4 tries\n\`\`\`python\nwhile guess != secret:\n    guess = int(input("Your number? "))\n    tries += 1  # no cheating, Mia\n\`\`\``
  )
  await Tom.say(`<@${Nora.me.id}> still on for seven? I can bring the folding table.`)
}
