// Somebody looks for what was said: at a desk in English, on a phone in German, by keyboard, and from the palette.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Api } from './harness/api.js'
import { breaches } from './harness/axe.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { furnish } from './harness/household.js'
import { Person } from './harness/person.js'
import { eventually } from './harness/stats.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
const SETTLED_MS = 400

let box, chromium, walter, family, nora, tom
const broken = []

before(async () => {
  await mkdir(FOLDER, { recursive: true })
  box = await Box.start()
  chromium = await launch('chromium')
  walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  family = await furnish(box, walter, await walter.invite())
  await family.Tom.say('For the record: where the boiler stop tap is.', { channel: 'homework' })
  // More than a page, and nobody faster than the box allows.
  const talking = [walter, family.Nora, family.Rose, family.Mia, family.Leo]
  for (let number = 0; number < 46; number += 1) {
    await talking[number % 5].say(`Line ${number} of a long evening`)
    await new Promise((wake) => setTimeout(wake, 100))
  }
  await family.Rose.say('The Boiler number is on the fridge, https://example.org/boiler')
  await family.Tom.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
  nora = await Person.arrive(chromium, { size: SIZES.desktop, theme: 'dark' })
  tom = await Person.arrive(chromium, { size: SIZES.narrow, theme: 'light' })
  await nora.signIn(box, 'nora')
  await tom.signIn(box, 'tom')
})

after(async () => {
  await chromium?.close()
  await box?.stop()
})

async function look(person, what) {
  await new Promise((wake) => setTimeout(wake, SETTLED_MS))
  await person.picture(join(FOLDER, `search-${what}.png`))
  // What the edge of the log cuts off is behind it because it was scrolled to a hit, not because of the search.
  const found = (await breaches(person.page)).filter((rule) => !rule.startsWith('target-size: .is-mention'))
  broken.push(...found.map((rule) => `${what}: ${rule}`))
  const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
}

const hits = (person) => person.page.$$eval('.hit', (all) => all.map((hit) => hit.querySelector('.hit-text').innerText))
const marks = (person) => person.page.$$eval('.hit mark', (all) => all.map((one) => one.innerText))
const until = (person, expected, what) =>
  eventually(() => hits(person), (found) => found.length === expected, { what: `${expected} hits: ${what}` })
const type = (person, text) => person.page.keyboard.type(text, { delay: 5 })
const press = async (person, ...keys) => {
  for (const key of keys) await person.page.keyboard.press(key)
}

test('words are found wherever they were said, and marked', async () => {
  await nora.press('Search messages')
  await nora.reads('What are you looking for?')
  await look(nora, 'empty-desk-en')

  await type(nora, 'boiler')

  const found = await until(nora, 3, 'boiler')
  assert.ok(found[0].includes('on the fridge'), 'the newest first')
  assert.deepEqual(await marks(nora), ['Boiler', 'boiler', 'boiler', 'boiler'])
  await nora.reads('3 found')
  await nora.reads('homework')
  await look(nora, 'found-desk-en')
})

test('an operator becomes a chip, chosen by keyboard, and narrows it down', async () => {
  await type(nora, ' from:to')
  await nora.reads('Tom')
  await look(nora, 'suggest-desk-en')
  await press(nora, 'Enter')

  await until(nora, 2, 'boiler from Tom')
  await type(nora, 'in:homework ')
  await until(nora, 1, 'boiler from Tom in homework')
  await look(nora, 'chips-desk-en')

  for (const _ of 'boiler ') await press(nora, 'Backspace')
  await press(nora, 'Backspace')
  await eventually(() => nora.page.$$eval('.op', (all) => all.length), (left) => left === 1, { what: 'one chip left' })
})

test('a hit leads to where it was said, with its surroundings', async () => {
  await nora.press('Start anew')
  await type(nora, '"boiler man"')
  await until(nora, 1, 'the boiler man')

  await press(nora, 'Tab')
  await nora.page.focus('.hit')
  await press(nora, 'Enter')

  await eventually(
    () =>
      nora.page.$$eval('[role=log] article', (all) => {
        const found = all.find((one) => one.innerText.includes('boiler man'))
        if (!found) return false
        const { top, bottom } = found.getBoundingClientRect()
        return top >= 0 && bottom <= innerHeight
      }),
    Boolean,
    { what: 'the message in its channel' }
  )
  await nora.reads('hardware shop')
  assert.deepEqual((await hits(nora)).length, 1, 'what was found stays beside it')
  await look(nora, 'jumped-desk-en')
})

test('what is found nowhere says how to go on', async () => {
  await nora.press('Start anew')
  await type(nora, 'has:link boiler from:Leo ')
  await nora.reads('Nothing found')
  await look(nora, 'nothing-desk-en')

  await nora.press('Without “from Leo”')

  await until(nora, 1, 'a link with boiler')
})

test('Ctrl+F looks in the channel, Escape closes it, and Ctrl+K leads there', async () => {
  await press(nora, 'Escape')
  await eventually(() => nora.page.$('.pane'), (pane) => pane === null, { what: 'the search closed' })
  await nora.page.keyboard.down('Control')
  await press(nora, 'f')
  await nora.page.keyboard.up('Control')
  await nora.reads('Search general')
  await press(nora, 'Escape')

  await nora.page.keyboard.down('Control')
  await press(nora, 'k')
  await nora.page.keyboard.up('Control')
  await nora.page.waitForSelector('dialog[open] input', { visible: true })
  await type(nora, 'stop tap')
  await nora.press('Search messages for')

  await eventually(() => hits(nora), (found) => found.length === 1 && found[0].includes('stop tap'), { what: 'the stop tap' })
  assert.equal(await nora.page.$('.op'), null, 'nothing is left of what was looked for before')
})

test('what is typed before the palette or the search has come is in its field', async () => {
  const leo = await Person.arrive(chromium, { size: SIZES.desktop })
  const arrive = await leo.hold(/\/assets\/(Palette|SearchPane)-\S+\.js$/)
  await leo.signIn(box, 'leo')
  const open = async (key, text) => {
    await leo.page.keyboard.down('Control')
    await press(leo, key)
    await leo.page.keyboard.up('Control')
    await type(leo, text)
  }
  const value = (field) => () => leo.page.$eval(field, ({ value }) => value).catch(() => null)

  await open('k', 'kitt')
  await press(leo, 'Escape')
  await open('f', 'boiler m')
  await arrive()

  await eventually(value('[data-region=search] input'), (now) => now === 'boiler m', { what: 'what was typed, in the search' })
  await type(leo, 'an')
  await until(leo, 1, 'boiler man')
  assert.equal(await value('[data-composer]')(), '', 'nothing was written elsewhere')
  assert.equal(await leo.page.$('dialog[open]'), null, 'Escape took the palette back before it came')
  assert.deepEqual(leo.complaints, [])
  await leo.context.close()
})

test('a message that is edited or deleted is found as it is now', async () => {
  const said = await family.Mia.say('The zwieback is in the tin')
  const other = await family.Mia.say('The rusks are in the tin')
  await nora.press('Start anew')
  await type(nora, 'zwieback')
  await until(nora, 1, 'zwieback')

  await family.Mia.call('DELETE', `/api/v10/channels/${walter.channels.general}/messages/${said.id}`)

  await nora.reads('Nothing found')
  await family.Mia.call('PATCH', `/api/v10/channels/${other.channel_id}/messages/${other.id}`, { content: 'zwieback now' })
  await press(nora, 'Enter')
  await until(nora, 1, 'what was edited')
})

test('on a phone it is over all of it, and in German', async () => {
  await tom.press('general, Menü')
  await tom.press('Nachrichten durchsuchen')
  await tom.reads('Wonach suchst du?')
  await look(tom, 'empty-phone-de')

  await type(tom, 'BOILER von:ros')
  await look(tom, 'suggest-phone-de')
  await press(tom, 'Enter')
  await until(tom, 1, 'boiler von Rose')
  await tom.reads('1 gefunden')
  await look(tom, 'found-phone-de')

  await (await tom.page.$('.hit')).click()

  await tom.reads('on the fridge')
  await eventually(() => tom.page.$('.pane'), (pane) => pane === null, { what: 'the message, not the search' })
})

test('nothing broke WCAG, and nobody complained', () => {
  assert.deepEqual(broken, [])
  assert.deepEqual(nora.complaints, [])
  assert.deepEqual(tom.complaints, [])
})
