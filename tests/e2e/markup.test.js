// The corpus of texts in a running box: each is said, and read in Chromium as somebody reads it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'

import { Api } from './harness/api.js'
import { Box, ROOT } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { Person } from './harness/person.js'
import { eventually } from './harness/stats.js'

const CORPUS = JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/markup.json'), 'utf8'))
// What an account may say in a channel at once (docs/protocol.md), and a page of history.
const AT_ONCE = 10
const PAGE = 50
// Channels may be made ten at once, then one every two seconds.
const CHANNELS_AT_ONCE = 10
const CHANNEL_MS = 2100
// Ids and times are on screen as names and dates, and custom emoji as their names.
const REPLACED = new Set(['user', 'role', 'channel', 'time', 'emoji'])

let box, chromium, walter, person
const speakers = []

before(async () => {
  box = await Box.start()
  chromium = await launch('chromium')
  walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  const invite = await walter.invite()
  for (const name of ['Nora', 'Tom', 'Rose', 'Mia']) speakers.push(await Api.register(box, { invite, name, username: name.toLowerCase() }))
  person = await Person.arrive(chromium, { size: SIZES.desktop, theme: 'dark' })
  await person.signIn(box, 'walter')
})

after(async () => {
  await chromium?.close()
  await box?.stop()
})

/** So many channels, made as fast as one may. */
async function channels(count) {
  const made = []
  for (let at = 0; at < count; at += 1) {
    if (at >= CHANNELS_AT_ONCE - 1) await pause(CHANNEL_MS)
    made.push((await walter.call('POST', `/api/v10/guilds/${walter.guild}/channels`, { name: `texts-${at}`, type: 0 })).id)
  }
  return made
}

/** Says a page of texts in a channel; those that call everybody are Walter's, who may. */
async function say(channel, entries) {
  const said = []
  for (const [at, entry] of entries.entries()) {
    const speaker = at < AT_ONCE ? walter : speakers[Math.floor(at / AT_ONCE) - 1]
    const message = await speaker.call('POST', `/api/v10/channels/${channel}/messages`, { content: entry.text })
    said.push({ ...entry, id: message.id, kept: message.content, calls: message.mention_everyone, isWalters: speaker === walter })
  }
  return said
}

/** What is on screen of each message, with all its spoilers open. */
async function read(channel, last) {
  await person.goto(`${box.url}/spaces/${walter.guild}/${channel}`)
  await person.page.waitForSelector(`[data-id="${last}"] .text`, { timeout: 30_000 })
  return await person.page.evaluate(async () => {
    const texts = [...document.querySelectorAll('[data-id] .text')]
    for (const text of texts) for (const spoiler of text.querySelectorAll('button:has(> [inert])')) spoiler.click()
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    return Object.fromEntries(
      texts.map((text) => [
        text.closest('[data-id]').dataset.id,
        {
          // With the spaces of lines, which innerText would leave out around blocks.
          text: text.innerText,
          lines: [...text.querySelectorAll('.line')].map((line) => line.textContent).join('\n'),
          names: [...text.querySelectorAll('.at')].map((name) => name.textContent),
          code: [...text.querySelectorAll('code')].map((code) => code.textContent),
          links: [...text.querySelectorAll('a:not(.at)')].map((link) => link.getAttribute('href'))
        }
      ])
    )
  })
}

const letters = (text) => text.match(/[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/gu)?.join('') ?? ''

test('every text of the corpus is on screen as it was typed', async () => {
  // Those that call everybody come first in their page.
  const calling = CORPUS.filter((entry) => entry.mentions.everyone)
  const others = CORPUS.filter((entry) => !entry.mentions.everyone)
  let used = 0
  const pages = Array.from({ length: Math.ceil(CORPUS.length / PAGE) }, (_, at) => {
    const page = calling.slice(at * AT_ONCE, (at + 1) * AT_ONCE)
    const start = used
    used += PAGE - page.length
    return [...page, ...others.slice(start, used)]
  })
  assert.equal(pages.flat().length, CORPUS.length)

  const wrong = []
  let whole = 0
  const made = await channels(pages.length)
  for (const [at, page] of pages.entries()) {
    const said = await say(made[at], page)
    const screen = await read(made[at], said.at(-1).id)
    for (const entry of said) {
      wrong.push(...faults(entry, screen[entry.id]))
      whole += entry.kept === entry.text ? 1 : 0
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(whole > 0.95 * CORPUS.length, `only ${whole} texts were kept as they were sent`)
})

/** What is not as the corpus says; the server takes spaces and control characters from some texts, which are read as they are kept. */
function faults(entry, shown) {
  const found = []
  const hold = (what, actual, expected) => {
    if (JSON.stringify(actual) !== JSON.stringify(expected)) found.push({ text: entry.text, what, actual, expected })
  }
  if (!shown) return [{ text: entry.text, what: 'not on screen' }]
  if (entry.isWalters) hold('calls everybody', entry.calls, entry.mentions.everyone)
  if (entry.kept !== entry.text) return found
  const kinds = entry.runs.map(([kind]) => kind)
  hold('names', shown.names.length, kinds.filter((kind) => ['user', 'role', 'channel', 'everyone'].includes(kind)).length)
  hold('links', shown.links.length, kinds.filter((kind) => kind === 'link' || kind === 'label').length)
  hold('code', shown.code, entry.code)
  if (!kinds.some((kind) => REPLACED.has(kind))) hold('letters', letters(shown.text), letters(entry.text))
  if (kinds.every((kind) => kind === 'text' || kind === 'newline')) hold('spaces', shown.lines, entry.text)
  return found
}

test('a line from right to left runs so, beside others that do not, and so does what one writes', async () => {
  const message = await walter.say('שלום עולם\nhello\n> مرحبا\n`code`')
  await person.goto(`${box.url}/spaces/${walter.guild}/${walter.channels.general}`)
  await person.page.waitForSelector(`[data-id="${message.id}"] .text`)

  const lines = await person.page.$$eval(`[data-id="${message.id}"] .line`, (all) =>
    all.map((line) => [getComputedStyle(line).direction, getComputedStyle(line).unicodeBidi])
  )
  assert.deepEqual(lines, [['rtl', 'plaintext'], ['rtl', 'plaintext'], ['ltr', 'plaintext']])
  assert.equal(await person.page.$eval(`[data-id="${message.id}"] code`, (code) => getComputedStyle(code).direction), 'ltr')
  // The second line begins with a Latin letter, so it stands at the left although its message begins at the right.
  const sides = await person.page.$eval(`[data-id="${message.id}"] .line`, (line) => {
    const range = document.createRange()
    // Svelte's own marks between texts are empty.
    const text = [...line.childNodes].find((node) => node.textContent !== '')
    const side = (from, to) => {
      range.setStart(text, from)
      range.setEnd(text, to)
      const { left, right } = range.getBoundingClientRect()
      const around = line.getBoundingClientRect()
      return left - around.left < around.right - right ? 'left' : 'right'
    }
    return [side(0, 9), side(10, 15)]
  })
  assert.deepEqual(sides, ['right', 'left'])

  await person.write('שלום')
  assert.equal(await person.page.$eval('[data-composer]', (field) => getComputedStyle(field).direction), 'rtl')
  await person.erase()
})

test('names become mentions where they are names, and an edit that changes nothing sends nothing', async () => {
  const rose = speakers[2]
  const typed = '@Rose https://medium.com/@Rose/story ``@Rose`` bob@Rose.example #general https://a.b/#general'
  await person.write(typed)
  await person.page.keyboard.press('Escape')
  await person.page.keyboard.press('Enter')
  const kept = await eventually(
    async () => (await walter.call('GET', `/api/v10/channels/${walter.channels.general}/messages?limit=1`))[0],
    (message) => message.content.includes('medium.com'),
    { what: 'the message on the server' }
  )

  const wire = `<@${rose.me.id}> https://medium.com/@Rose/story \`\`@Rose\`\` bob@Rose.example <#${walter.channels.general}> https://a.b/#general`
  assert.equal(kept.content, wire)
  assert.deepEqual(kept.mentions.map((user) => user.id), [rose.me.id])

  await person.page.waitForSelector(`[data-id="${kept.id}"]`)
  await person.page.focus('[data-composer]')
  await person.page.keyboard.press('ArrowUp')
  const field = await person.page.waitForSelector(`[data-id="${kept.id}"] textarea`)
  assert.equal(await field.evaluate((one) => one.value), typed)
  await person.page.keyboard.press('Enter')
  await person.page.waitForFunction((id) => !document.querySelector(`[data-id="${id}"] textarea`), {}, kept.id)
  const after = await walter.call('GET', `/api/v10/channels/${walter.channels.general}/messages/${kept.id}`)
  assert.deepEqual([after.content, after.edited_timestamp], [wire, null])
  // An emoji that no space has any more is asked for in vain, and stands there by its name.
  assert.deepEqual(person.complaints.filter((text) => !/status of 404 .*\/emojis\/\d+\./.test(text)), [])
})
