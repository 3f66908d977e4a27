// What makes a conversation easy to live with, from end to end: pins, replies that tell nobody, who reacted, several messages
// at once, links to messages, the inbox, what is read, formatting and skin tones. Nora at a desk in English, Ida on a phone in German.

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
import { eventually } from './harness/stats.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
/** What slides in has come to rest. */
const SETTLED_MS = 400
/** A page of history is fifty messages; a bot may say ten at once. */
const BOTS = 8
const EACH = 9

for (const name of ['chromium', 'firefox']) {
  describe(`in ${name}`, () => story(name))
}

function story(name) {
  let box, browser, noras, idas, nora, ida, first
  const broken = []

  before(async () => {
    await mkdir(FOLDER, { recursive: true })
    box = await Box.start()
    browser = await launch(name)
    noras = await Api.setUp(box, { name: 'Nora', username: 'nora' })
    idas = await Api.register(box, { invite: await noras.invite(), name: 'Ida', username: 'ida' })
    await idas.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
    first = await idas.say('The very first thing that was said here')
    await talk(noras)
    nora = await Person.arrive(browser, { size: SIZES.desktop, theme: 'dark' })
    ida = await Person.arrive(browser, { size: name === 'firefox' ? SIZES.narrow : SIZES.phone, theme: 'light' })
    await nora.signIn(box, 'nora')
    await ida.signIn(box, 'ida')
  })

  after(async () => {
    await browser?.close()
    await box?.stop()
  })

  /** The screen as it is, for eyes, and for what WCAG forbids. */
  async function look(person, what) {
    await person.comeForward()
    await new Promise((wake) => setTimeout(wake, SETTLED_MS))
    await person.picture(join(FOLDER, `conveniences-${what}-${name}.png`))
    const rules = await breaches(person.page)
    broken.push(...rules.map((rule) => `${what}: ${rule}`))
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
  }

  const value = (person) => person.page.$eval('textarea', (field) => field.value)

  test('what everyone looks up again is pinned, and found on a phone', async () => {
    await nora.press('Pinned messages')
    await nora.reads('Nothing is pinned yet')
    await look(nora, 'no-pins-desk')
    await nora.page.keyboard.press('Escape')
    await idas.say('Bins on **Tuesday**, paper every second week')
    await nora.reads('paper every second week')

    await nora.onMessage('paper every second week', 'More')
    await nora.press('Pin')

    await nora.reads('Nora has pinned a message.')
    await nora.press('Pinned messages')
    await nora.reads('Unpin')
    await look(nora, 'pins-desk')
    await nora.page.keyboard.press('Escape')
    await ida.reads('Nora hat eine Nachricht angeheftet.')
    await ida.press('general, Menü')
    await ida.press('Angeheftete Nachrichten')
    await ida.reads('Hingehen')
    await look(ida, 'pins-phone')
    await ida.press('Zurück')
  })

  test('a link to a message far back leads there, and says when there is none', async () => {
    const at = `${box.url}/spaces/${noras.guild}/${noras.channels.general}`
    await nora.goto(`${at}/${first.id}`)
    await nora.reads('The very first thing that was said here')
    await nora.reads('Jump to the newest')
    await look(nora, 'far-back-desk')

    await nora.goto(`${at}/${BigInt(first.id) + 1n}`)
    await nora.reads('That message is gone, or you may not read it.')

    await nora.press('Jump to the newest')
    await nora.say(`${at}/${first.id}`)
    await nora.press('Message in general')
    await nora.reads('The very first thing that was said here')
    assert.equal((await browser.pages()).length, 3)
    await nora.press('Jump to the newest')
  })

  test('a reply need not tell anybody', async () => {
    await idas.say('Who has the ladder?')
    await nora.onMessage('Who has the ladder?', 'Reply')
    await look(nora, 'reply-told-desk')
    await nora.press('Tell them')
    await nora.say('I do')

    const [reply] = await noras.call('GET', `/api/v10/channels/${noras.channels.general}/messages?limit=1`)
    assert.deepEqual([reply.content, reply.mentions], ['I do', []])
  })

  test('who reacted is listed', async () => {
    const cake = await noras.say('There is cake')
    for (const emoji of ['🎂', '❤️']) await idas.react(cake, emoji)
    await noras.react(cake, '🎂')
    await nora.reads('There is cake')

    await nora.onMessage('There is cake', 'Who reacted')

    const dialog = () => nora.page.evaluate(() => document.querySelector('[role=tabpanel]')?.innerText ?? '')
    await eventually(dialog, (people) => people.includes('Ida') && people.includes('Nora'), { seconds: 10, what: 'both people' })
    await look(nora, 'reactors-desk')
    await nora.page.keyboard.press('ArrowRight')
    await eventually(dialog, (people) => people !== '' && !people.includes('Nora'), { seconds: 10, what: 'the other emoji' })
    await nora.page.keyboard.press('Escape')
  })

  test('several messages go at once', async () => {
    for (const word of ['one', 'two', 'three']) await noras.say(`Number ${word} is to go`)
    await nora.reads('Number three is to go')
    const marks = async () => await nora.page.$$('[role=checkbox]')

    await nora.onMessage('Number one is to go', 'Select messages')
    await nora.reads('1 message selected')
    await nora.page.keyboard.down('Shift')
    await (await marks()).at(-1).click()
    await nora.page.keyboard.up('Shift')
    await nora.reads('3 messages selected')
    await look(nora, 'selected-desk')
    await nora.press('Delete')
    await nora.reads('They go for everyone')
    await look(nora, 'selected-asked-desk')
    await nora.confirm('Delete 3 messages')

    await nora.noLongerReads('is to go')
    await ida.noLongerReads('is to go')
  })

  test('what names one is in the inbox, wherever it was said', async () => {
    const garden = await noras.call('POST', `/api/v10/guilds/${noras.guild}/channels`, { name: 'garden', type: 0 })
    idas.channels.garden = noras.channels.garden = garden.id
    await noras.say(`<@${idas.me.id}> the tomatoes want water`, { channel: 'garden' })
    await idas.say(`<@${noras.me.id}> they have had some`, { channel: 'garden' })

    await nora.press('Inbox')
    await nora.reads('they have had some')
    await look(nora, 'inbox-desk')
    await nora.press('Go to it')
    await nora.reads('garden')
    await eventually(
      () => nora.page.evaluate(() => location.pathname),
      (path) => path.includes(garden.id),
      { seconds: 10, what: 'the garden' }
    )
    await ida.press('Kanäle')
    await ida.press('Eingang')
    await ida.reads('the tomatoes want water')
    await look(ida, 'inbox-phone')
    await ida.press('Alles als gelesen markieren')
    await ida.noLongerReads('Als gelesen markieren')
    await ida.press('Zurück')
    await ida.page.keyboard.press('Escape')
  })

  test('what is selected is formatted, and undone again', async () => {
    await nora.write('a word here')
    await nora.page.$eval('textarea', (field) => field.setSelectionRange(2, 6))
    await nora.page.keyboard.press('Shift')
    await nora.find('control', 'Bold')
    await look(nora, 'format-desk')

    await nora.press('Bold')
    assert.equal(await value(nora), 'a **word** here')
    await nora.page.keyboard.down('Control')
    await nora.page.keyboard.press('i')
    await eventually(() => value(nora), (now) => now === 'a ***word*** here', { seconds: 5, what: 'italic' })
    await nora.page.keyboard.press('z')
    await eventually(() => value(nora), (now) => now === 'a **word** here', { seconds: 5, what: 'undone once' })
    await nora.page.keyboard.press('z')
    await nora.page.keyboard.up('Control')
    await eventually(() => value(nora), (now) => now === 'a word here', { seconds: 5, what: 'undone twice' })
    await nora.erase()

    await ida.write('auf dem Telefon')
    await ida.page.$eval('textarea', (field) => field.setSelectionRange(8, 15))
    await ida.page.$eval('textarea', (field) => field.dispatchEvent(new Event('select', { bubbles: true })))
    await ida.find('control', 'Fett')
    await look(ida, 'format-phone')
    await ida.press('Fett')
    assert.equal(await value(ida), 'auf dem **Telefon**')
    await ida.erase()
  })

  test('Enter goes on in a piece of code, and sends once it is shut', async () => {
    await nora.write('```py')
    await nora.page.keyboard.press('Enter')
    await nora.page.keyboard.type('tea = True')
    await nora.page.keyboard.press('Enter')
    assert.equal(await value(nora), '```py\ntea = True\n')
    await nora.page.keyboard.type('```')
    await nora.page.keyboard.press('Enter')
    await eventually(() => value(nora), (now) => now === '', { seconds: 5, what: 'sent' })
    await nora.reads('tea = True')
  })

  test('an emoji has the skin tone that one likes', async () => {
    await nora.press('Emoji')
    const hand = await nora.find('control', 'waving hand')
    await hand.evaluate((element) => element.scrollIntoView({ block: 'center' }))
    await nora.press('Skin tone of all emoji')
    await nora.press('Medium')
    await hand.focus()
    await hand.evaluate((element) => element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true })))
    await nora.find('control', 'Medium dark')
    await look(nora, 'tones-desk')
    await nora.press('Dark')

    assert.equal((await value(nora)).trim(), '👋🏿')
    await nora.erase()
  })

  test('Escape reads a channel, Shift and Escape a space', async () => {
    await noras.say('nothing new')
    await idas.say('something new in general')
    const unread = () => nora.page.$$eval('.side-row.is-unread', (rows) => rows.map((row) => row.innerText))
    await eventually(unread, (rows) => rows.some((row) => row.includes('general')), { seconds: 10, what: 'general unread' })

    await nora.page.keyboard.down('Shift')
    await nora.page.keyboard.press('Escape')
    await nora.page.keyboard.up('Shift')

    await eventually(unread, (rows) => rows.length === 0, { seconds: 10, what: 'all read' })
  })

  test('nobody’s page complained, and no screen breaks a rule', () => {
    for (const person of [nora, ida]) assert.deepEqual(person.complaints, [])
    assert.deepEqual(broken, [])
  })
}

/** More than a page of talk, by bots, who are not slowed down for one another. */
async function talk(admin) {
  for (let bot = 0; bot < BOTS; bot += 1) {
    const { token } = await admin.call('POST', `/api/hearth/v1/guilds/${admin.guild}/bots`, { name: `Sparrow ${bot}` })
    const sparrow = Object.assign(new Api(admin.box, token), { scheme: 'Bot', channels: admin.channels })
    for (let said = 0; said < EACH; said += 1) await sparrow.say(`Chirp ${bot}.${said}`)
  }
}
