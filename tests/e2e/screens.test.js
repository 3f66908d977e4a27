// Pictures of every screen, on a desk and on a phone of 360 pixels, in three themes: for the README and for eyes.

import assert from 'node:assert/strict'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Api } from './harness/api.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { Person, PASSWORD } from './harness/person.js'
import { callStats, eventually, pictures } from './harness/stats.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
const THEMES = ['dark', 'light', 'black']
const BOTH = { desktop: SIZES.desktop, phone: SIZES.phone }

let box, chromium, walter, invite

before(async () => {
  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
  box = await Box.start()
  chromium = await launch('chromium')
})

after(async () => {
  await chromium?.close()
  await box?.stop()
})

/** One picture in each theme and size; and nothing may stick out of the side of a page. */
async function photograph(name, person, { sizes = BOTH, prepare } = {}) {
  for (const [size, viewport] of Object.entries(sizes)) {
    person.size = viewport
    await person.page.setViewport(viewport)
    await prepare?.(person, size)
    for (const theme of THEMES) {
      await person.choose(theme)
      await new Promise((wake) => setTimeout(wake, 400))
      await person.picture(join(FOLDER, `${name}-${size}-${theme}.png`))
    }
    const [wide, seen] = await person.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    assert.ok(wide <= seen, `${name} on a ${size} is ${wide} wide, the window ${seen}`)
  }
}

test('the doors', async () => {
  const person = await Person.arrive(chromium)
  await photograph('setup', person, { prepare: async () => person.goto(box.setupLink).then(() => person.reads('Open the house')) })

  walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  invite = await walter.invite()
  await photograph('invite', person, {
    prepare: async () => person.goto(`${box.url}/invite/${invite}`).then(() => person.reads('Maple Street'))
  })
  await photograph('login', person, {
    prepare: async () => {
      await person.goto(`${box.url}/login`)
      await person.fill('Name', 'walter')
      await person.fill('Password', 'not this one')
      await person.press('Sign in')
      await person.reads('do not match')
    }
  })
  await photograph('welcome', person, { prepare: async () => person.goto(box.plainUrl) })
  await person.context.close()
})

test('a conversation', async () => {
  const family = {}
  for (const name of ['Nora', 'Tom', 'Rose', 'Mia', 'Leo']) {
    family[name] = await Api.register(box, { invite, name, username: name.toLowerCase() })
  }
  const { Nora, Tom, Rose, Mia, Leo } = family
  await walter.call('PATCH', `/api/v10/channels/${walter.channels.general}`, { topic: 'Everyday things. Dinner is at half past six unless someone says otherwise.' })
  for (const name of ['groceries', 'who-is-where', 'homework']) {
    await walter.call('POST', `/api/v10/guilds/${walter.guild}/channels`, { name, type: 0 })
  }
  await walter.call('POST', `/api/v10/guilds/${walter.guild}/channels`, { name: 'Game night', type: 2 })
  const first = await Tom.say('Picking Leo up at five, then the hardware shop. Does anyone need anything?')
  await Tom.say('Also: the boiler man comes **Tuesday between 8 and 10**. Someone has to be in.')
  await Rose.say('Two small light bulbs please, the kind for my reading lamp.', { to: first })
  const robin = await Mia.say('He came back! Same spot on the fence as last winter.')
  for (const somebody of [Nora, Tom, Rose, Leo]) await somebody.react(robin, '❤️')
  for (const somebody of [Nora, Mia]) await somebody.react(robin, '🐦')
  await Leo.say(
    `my guessing game works now!! <@${Mia.me.id}> try to beat 4 tries\n\`\`\`python\nwhile guess != secret:\n    guess = int(input("Your number? "))\n    tries += 1  # no cheating, Mia\n\`\`\``
  )
  await Tom.say(`<@${Nora.me.id}> still on for seven? I can bring the folding table.`)

  const reader = await Person.arrive(chromium, { size: SIZES.desktop, theme: 'dark' })
  await reader.goto(`${box.url}/login`)
  await reader.fill('Name', 'nora')
  await reader.fill('Password', PASSWORD)
  await reader.press('Sign in')
  await reader.reads('folding table')
  await photograph('chat', reader)

  await photograph('drawer', reader, { sizes: { phone: SIZES.phone }, prepare: () => reader.press('Channels') })
  await reader.page.keyboard.press('Escape')
  await photograph('settings', reader, {
    prepare: async () => {
      await reader.goto(`${box.url}/settings`)
      await reader.reads('Appearance')
    }
  })
  await reader.context.close()
})

/** Somebody signs in and goes into the living room. */
async function caller(name, size, { camera = true } = {}) {
  const person = await Person.arrive(chromium, { size, theme: 'dark' })
  await person.goto(`${box.url}/login`)
  await person.fill('Name', name)
  await person.fill('Password', PASSWORD)
  await person.press('Sign in')
  if (size.hasTouch) await person.press('Channels')
  await person.press('Living room')
  await person.reads('Join')
  if (name === 'nora') await photograph('room', person, { sizes: { desktop: size } })
  await person.press('Join')
  if (camera) await person.press('Camera')
  return person
}

test('a call', async () => {
  const tom = await caller('tom', SIZES.desktop)
  await caller('rose', SIZES.desktop, { camera: false })
  const mia = await caller('mia', SIZES.phone)
  const nora = await caller('nora', SIZES.desktop)
  // A change between desk and phone would load the page anew and end the call: one person for each.
  const desk = { desktop: SIZES.desktop }
  const phone = { phone: SIZES.phone }
  for (const person of [nora, mia]) {
    const moving = (stats) => stats.inbound.filter((one) => one.frames > 10).length >= 2
    await eventually(() => callStats(person.page), moving, { seconds: 30, what: 'two pictures' })
  }
  await photograph('call', nora, { sizes: desk })
  await photograph('call', mia, { sizes: phone })
  await tom.press('Share')
  for (const person of [nora, mia]) {
    await eventually(() => pictures(person.page), (seen) => seen.some((one) => one.kind === 'screen'), { seconds: 30, what: 'the shared screen' })
  }
  await photograph('call-screen', nora, { sizes: desk })
  await photograph('call-screen', mia, { sizes: phone })
})
