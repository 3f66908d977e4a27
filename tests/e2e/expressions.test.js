// What one can say beside words: Nora asks a poll and makes an emoji at a desk, Tom votes and reacts on a phone in German, and a
// bot puts a card under what it says.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Api } from './harness/api.js'
import { breaches } from './harness/axe.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { png } from './harness/files.js'
import { Person } from './harness/person.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
/** What slides in has come to rest: drawers and dialogs take 320 ms. */
const SETTLED_MS = 400
// One orange pixel.
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let box, browser, walter, nora, tom
/** Rules of WCAG 2.2 AA that a screen breaks, of all that were looked at. */
const broken = []

before(async () => {
  await mkdir(FOLDER, { recursive: true })
  box = await Box.start()
  browser = await launch('chromium')
  walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  await Api.register(box, { invite: await walter.invite(), name: 'Nora', username: 'nora' })
  const toms = await Api.register(box, { invite: await walter.invite(), name: 'Tom', username: 'tom' })
  await toms.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
  nora = await Person.arrive(browser, { size: SIZES.desktop, theme: 'dark' })
  tom = await Person.arrive(browser, { size: SIZES.phone, theme: 'light' })
  await nora.signIn(box, 'nora')
  await tom.signIn(box, 'tom')
})

after(async () => {
  await browser?.close()
  await box?.stop()
})

/** The screen as it is, for eyes, and for what WCAG forbids. */
async function look(person, what) {
  await person.comeForward()
  await new Promise((wake) => setTimeout(wake, SETTLED_MS))
  await person.picture(join(FOLDER, `expressions-${what}.png`))
  broken.push(...(await breaches(person.page)).map((rule) => `${what}: ${rule}`))
  const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
}

test('a poll is asked, voted in from a phone, and ended', async () => {
  await nora.press('Add something')
  await nora.press('Ask a poll')
  await nora.fill('Question', 'Which weekend for the lake?')
  await nora.fill('Answer 1', '27 to 29 November')
  await nora.fill('Answer 2', 'After Christmas')
  await look(nora, 'poll-dialog')
  await nora.press('Ask')
  await nora.reads('Pick one. Everybody sees who voted for what.')

  await tom.reads('Which weekend for the lake?')
  const option = await tom.find('control', '27 to 29 November, 0 von 0 Stimmen')
  await option.asLocator().click()
  await nora.reads('1 person voted')
  const first = await nora.find('control', '27 to 29 November, 1 of 1 vote')
  await first.focus()
  await nora.page.keyboard.press('ArrowDown')
  await nora.page.keyboard.press('Space')
  await tom.reads('2 Leute haben abgestimmt')
  await look(nora, 'poll')
  await look(tom, 'poll-phone')

  await nora.press('Who voted')
  await nora.page.waitForSelector('dialog li')
  await nora.page.keyboard.press('Escape')
  await nora.page.waitForSelector('dialog', { hidden: true })
  await nora.press('End the poll')
  await (await nora.page.waitForSelector('dialog .btn-danger')).click()
  await nora.reads('This poll is over.')
  await tom.reads('ohne Sieger vorbei')
  await look(tom, 'poll-over-phone')
})

test('a bot puts a card under what it says', async () => {
  const bot = await walter.call('POST', `/api/hearth/v1/guilds/${walter.guild}/bots`, { name: 'Weather' })
  await new Api(box, bot.token, 'Bot').call('POST', `/api/v10/channels/${walter.channels.general}/messages`, {
    embeds: [
      {
        title: 'Cold and clear, snow on Sunday',
        description: 'Bring **warm** socks.',
        color: 0xcf6a3d,
        author: { name: 'Lake cabin' },
        image: { url: 'https://lake.example/snow.png' },
        fields: ['Friday', 'Saturday', 'Sunday'].map((name, index) => ({ name, value: `${3 - index}°`, inline: true }))
      }
    ]
  })
  await nora.reads('Cold and clear, snow on Sunday')
  await tom.reads('Bild, auf seiner eigenen Seite')
  await look(nora, 'card')
  await look(tom, 'card-phone')
})

test('an emoji of the space is used and looked after', async () => {
  await walter.call('POST', `/api/v10/guilds/${walter.guild}/emojis`, { name: 'soup', image: PIXEL })
  await nora.page.type('[data-composer]', 'More :soup: please')
  await nora.page.keyboard.press('Enter')
  await tom.page.waitForSelector('[role="log"] img[alt=":soup:"]')
  const natural = await tom.page.$eval('[role="log"] img[alt=":soup:"]', (image) => image.decode().then(() => image.naturalWidth))
  assert.equal(natural, 1)

  await nora.goto(`${box.url}/spaces/${walter.guild}/settings/emoji`)
  await nora.reads('Made by Walter')
  await look(nora, 'emoji-settings')
})

test('an answer has an emoji of the space, and pins and the inbox show what a message has', async () => {
  const [soup] = await walter.call('GET', `/api/v10/guilds/${walter.guild}/emojis`)
  const messages = `/api/v10/channels/${walter.channels.general}/messages`
  const answers = [
    { poll_media: { text: 'Soup', emoji: { id: soup.id } } },
    { poll_media: { text: 'Something that takes longer to read than to cook', emoji: { name: '🍝' } } }
  ]
  const asked = await walter.call('POST', messages, { poll: { question: { text: 'What is for dinner on Sunday?' }, answers } })
  const photo = await walter.sendFile(walter.channels.general, {
    name: 'hill.png',
    bytes: png(640, 480, [90, 140, 70]),
    content: '@everyone look at the hill'
  })
  for (const { id } of [asked, photo]) await walter.call('PUT', `${messages}/pins/${id}`)
  await nora.goto(`${box.url}/spaces/${walter.guild}/channels/${walter.channels.general}`)
  for (const [person, name, phone] of [
    [nora, 'Pinned messages', ''],
    [tom, 'Angeheftete Nachrichten', '-phone']
  ]) {
    await person.page.waitForSelector('[role="radio"] img[alt=":soup:"]')
    await look(person, `poll-own-emoji${phone}`)
    if (phone !== '') await person.press('general, Menü')
    await person.press(name)
    await person.page.waitForSelector('article.card img[alt="hill.png"]')
    await look(person, `pins${phone}`)
    await person.page.keyboard.press('Escape')
  }
})

test('nothing on these screens breaks WCAG 2.2 AA or is wider than the screen, and nobody complains', () => {
  assert.deepEqual(broken, [])
  assert.deepEqual([...nora.complaints, ...tom.complaints], [])
})
