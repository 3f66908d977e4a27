// A thread from its beginning to its end: begun at a message, answered beside the channel and on a phone, followed, renamed,
// archived, found again in the list and opened by the next word.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Api } from './harness/api.js'
import { breaches } from './harness/axe.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { Person } from './harness/person.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
const SETTLED_MS = 400

for (const name of ['chromium', 'firefox']) {
  describe(`threads in ${name}`, () => story(name))
}

function story(name) {
  let box, browser, walter, walterApi, nora
  const broken = []

  before(async () => {
    await mkdir(FOLDER, { recursive: true })
    box = await Box.start()
    browser = await launch(name)
    walterApi = await Api.setUp(box, { name: 'Walter', username: 'walter' })
    const noraApi = await Api.register(box, { invite: await walterApi.invite(), name: 'Nora', username: 'nora' })
    await noraApi.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
    await walterApi.say('The boiler man comes on Tuesday. Someone has to be in.')
    await walterApi.say('Two small light bulbs please.')
    walter = await Person.arrive(browser, { size: SIZES.desktop, theme: 'dark' })
    nora = await Person.arrive(browser, { size: name === 'firefox' ? SIZES.narrow : SIZES.phone, theme: 'light' })
    await walter.signIn(box, 'walter')
    await nora.signIn(box, 'nora')
  })

  after(async () => {
    await browser?.close()
    await box?.stop()
  })

  async function look(person, what) {
    await person.comeForward()
    await new Promise((wake) => setTimeout(wake, SETTLED_MS))
    await person.picture(join(FOLDER, `threads-${what}-${name}.png`))
    broken.push(...(await breaches(person.page)).map((rule) => `${what}: ${rule}`))
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
  }

  /** Into the last field on the page: with a thread open that is the thread's. */
  async function answer(person, text) {
    await person.comeForward()
    const field = (await person.page.$$('textarea')).at(-1)
    await field.focus()
    await field.type(text)
    await person.send()
  }

  /** The link in the dialog that is open; the strip at the message behind it is called the same. */
  async function inDialog(person, words) {
    await person.comeForward()
    const link = await person.page.waitForFunction(
      (text) => [...document.querySelectorAll('dialog[open] a')].find((one) => one.innerText.includes(text)),
      {},
      words
    )
    await link.asElement().click()
  }

  test('a thread is begun at a message and opens beside the channel', async () => {
    await walter.onMessage('The boiler man', 'Start a thread')
    await walter.reads('Answers to this message get a place of their own.')
    await look(walter, 'begin-desk')
    await walter.fill('Name', 'Boiler man on Tuesday')
    await walter.confirm('Start a thread')

    await walter.find('control', 'Close the thread')
    await answer(walter, 'I can come over with the newspaper.')
    await walter.reads('1 answer')
    await look(walter, 'beside-desk')
  })

  test('on a phone the strip at the message leads into it, on the whole screen', async () => {
    await nora.reads('1 Antwort')
    await nora.press('Boiler man on Tuesday')
    await nora.reads('I can come over with the newspaper.')
    await nora.noLongerReads('Two small light bulbs')
    await answer(nora, 'Gern. Der Schlüssel liegt unter dem blauen Topf.')

    await walter.reads('unter dem blauen Topf')
    await walter.reads('2 answers')
    await look(nora, 'whole-phone')
    await nora.press('Zurück')
    await nora.reads('2 Antworten')
    await look(nora, 'strip-phone')
  })

  test('what is answered while one is elsewhere is new, under its channel', async () => {
    await nora.press('Kanäle')
    await nora.find('control', 'Boiler man on Tuesday')
    await look(nora, 'followed-phone')
    await nora.escape()
  })

  test('it is called otherwise, put to rest, found in the list and opened by the next word', async () => {
    await walter.press('What to do with Boiler man')
    await walter.press('Name and settings')
    await walter.fill('Name', 'Plumber')
    await walter.confirm('Save')
    await nora.reads('Plumber')
    await walter.press('What to do with Plumber')
    await walter.press('Archive')
    await walter.reads('This thread rests.')
    await walter.press('Close the thread')

    await walter.press('Threads')
    await walter.reads('Threads in general')
    await walter.find('control', 'Plumber')
    await look(walter, 'list-desk')
    await inDialog(walter, 'Plumber')
    await walter.reads('This thread rests.')
    await answer(walter, 'He was here.')

    await walter.noLongerReads('This thread rests.')
    await nora.reads('3 Antworten')
  })

  test('the list is empty in words, and a thread that is deleted leaves its message', async () => {
    await walter.press('What to do with Plumber')
    await walter.press('Delete thread')
    await walter.confirm('Delete thread')
    await walter.noLongerReads('He was here.')
    await walter.reads('The boiler man comes on Tuesday.')
    await nora.noLongerReads('3 Antworten')

    await nora.press('Threads')
    await nora.reads('Noch keine Threads.')
    await look(nora, 'empty-phone')
    assert.deepEqual(broken, [])
    assert.deepEqual([...walter.complaints, ...nora.complaints], [])
  })
}
