// Nobody is stuck and nothing stays unread: the faults that strangers found, on a desk and on a phone of 360 pixels.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Api } from './harness/api.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { Person } from './harness/person.js'
import { eventually } from './harness/stats.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
const HOUR_MS = 3_600_000
/** The phone's clock is this far ahead. */
const AHEAD_MS = 5 * HOUR_MS

let box, browser, walter, rose, garden
const people = {}
/** Whose account each of them has. */
const ids = {}

before(async () => {
  mkdirSync(FOLDER, { recursive: true })
  box = await Box.start()
  walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  const invite = await walter.invite()
  rose = await Api.register(box, { invite, name: 'Rose', username: 'rose' })
  for (const [size, name] of [['desktop', 'Nora'], ['phone', 'Tom']])
    ids[size] = (await Api.register(box, { invite, name, username: name.toLowerCase() })).me.id
  garden = (await walter.call('POST', `/api/v10/guilds/${walter.guild}/channels`, { name: 'garden', type: 0 })).id
  for (const one of [walter, rose]) one.channels.garden = garden
  browser = await launch('chromium')
  people.desktop = await Person.arrive(browser, { size: SIZES.desktop })
  people.phone = await Person.arrive(browser, { size: SIZES.phone })
  await people.phone.page.evaluateOnNewDocument((ahead) => {
    const now = Date.now.bind(Date)
    Date.now = () => now() + ahead
  }, AHEAD_MS)
  await people.desktop.signIn(box, 'nora')
  await people.phone.signIn(box, 'tom')
})

after(async () => {
  await browser?.close()
  await box?.stop()
})

const sockets = (person) => person.page.evaluate(() => window.hearthSockets.length)
const field = (person) => person.page.$eval('textarea[data-composer]', (element) => element.value)
const rest = (ms) => new Promise((wake) => setTimeout(wake, ms))

/** What a field that works by halves leaves behind. */
async function writeRaw(person, make) {
  await person.page.$eval(
    'textarea[data-composer]',
    (element, source) => {
      element.focus()
      element.value = new Function(`return ${source}`)()
      element.dispatchEvent(new InputEvent('input', { bubbles: true }))
    },
    make
  )
}

async function open(person, channel, name) {
  await person.goto(`${box.url}/spaces/${walter.guild}/${channel}`)
  await person.page.waitForSelector(`textarea[aria-label="Message ${name}"]`, { visible: true })
}

/** A channel of the list, which on a phone is in a drawer. */
async function press(person, channel) {
  if (person.size.isMobile) await person.press('Channels')
  await person.press(channel)
  await person.page.waitForSelector(`textarea[aria-label="Message ${channel}"]`, { visible: true })
}

async function key(person, code) {
  const session = await person.page.createCDPSession()
  const event = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: code }
  await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...event })
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event })
  await session.detach()
}

for (const size of ['desktop', 'phone']) {
  describe(`at ${SIZES[size].width} pixels`, () => {
    const me = () => people[size]
    const photograph = (name) => me().picture(join(FOLDER, `unstuck-${name}-${size}.png`))

    test('half a character is refused in words, cuts nothing, and can be mended', async () => {
      const before = await sockets(me())
      await writeRaw(me(), '"half " + String.fromCharCode(0xd83d) + " of it"')
      await me().send()

      await me().reads('half a character')
      await photograph('half')
      await me().press('Change it')
      assert.match(await field(me()), /^half . of it$/)
      await me().erase()
      assert.equal(await sockets(me()), before)
    })

    test('a message over which the box closes the line fails, and the next one is sent', async () => {
      await me().page.evaluate(() => {
        const { send } = WebSocket.prototype
        // What the box cannot read: it closes the line for it.
        WebSocket.prototype.send = function (data) {
          send.call(this, data.includes('poison') ? data.slice(0, 20) : data)
        }
      })
      const before = await sockets(me())
      await me().say('poison')

      await me().reads('The box cannot take it as it is')
      await photograph('poison')
      await rest(4000)
      assert.ok((await sockets(me())) <= before + 1)
      await me().press('Discard')
      await me().noLongerReads('poison')
      await me().say(`after it, ${size}`)
      await eventually(
        () => walter.call('GET', `/api/v10/channels/${walter.channels.general}/messages?limit=5`),
        (all) => all.some(({ content }) => content === `after it, ${size}`),
        { what: 'the message after it' }
      )
    })

    test('what waits from yesterday does not keep a channel from being drawn', async () => {
      await walter.say('Good morning')
      await me().page.evaluate(
        (me, channelId, at) => {
          const item = { nonce: '11', channelId, content: 'from yesterday', replyTo: null, mentionReplied: true, at, state: 'failed' }
          localStorage.setItem(`hearth.outbox.${me}`, JSON.stringify([item]))
        },
        ids[size],
        walter.channels.general,
        Date.now() - 30 * HOUR_MS
      )
      await open(me(), walter.channels.general, 'general')

      await me().reads('Good morning')
      await me().reads('from yesterday')
      await photograph('yesterday')
      await me().press('Discard')
      await me().noLongerReads('from yesterday')
    })

    test('a mention that is deleted or edited away is unread no more, without a reload', async () => {
      const id = ids[size]
      const unread = () =>
        me().page.evaluate(() => {
          const menu = document.querySelector('[aria-label^="Channels, "]')
          return menu !== null || document.querySelectorAll('.badge, .side-row.is-unread').length > 0
        })
      const becomes = (wanted) => eventually(unread, (now) => now === wanted, { what: `unread: ${wanted}` })
      await becomes(false)

      const first = await rose.say(`<@${id}> look`, { channel: 'garden' })
      await becomes(true)
      await photograph('mention')
      await rose.call('DELETE', `/api/v10/channels/${garden}/messages/${first.id}`)
      await becomes(false)

      const second = await rose.say(`<@${id}> look`, { channel: 'garden' })
      await becomes(true)
      await rose.call('PATCH', `/api/v10/channels/${garden}/messages/${second.id}`, { content: 'never mind' })
      await eventually(
        () => me().page.evaluate(() => document.querySelectorAll('.badge').length),
        (badges) => badges === 0,
        { what: 'no number' }
      )
      await rose.call('DELETE', `/api/v10/channels/${garden}/messages/${second.id}`)
      await becomes(false)
    })

    test('an input method’s Enter sends nothing; a lone @ is itself; Shift and Enter begin a line', async () => {
      await writeRaw(me(), '"\\u3053\\u3093"')
      await key(me(), 229)
      assert.equal(await field(me()), 'こん')
      await me().erase()

      await me().write('@')
      await me().page.waitForSelector('[role=option]')
      await me().send()
      await eventually(
        () => walter.call('GET', `/api/v10/channels/${walter.channels.general}/messages?limit=1`),
        ([last]) => last.content === '@',
        { what: 'a lone @' }
      )
      await me().write('@ro')
      await me().page.waitForSelector('[role=option]')
      await photograph('suggestions')
      await me().page.keyboard.down('Shift')
      await me().page.keyboard.press('Enter')
      await me().page.keyboard.up('Shift')
      assert.equal(await field(me()), '@ro\n')
      await me().erase()
    })

    test('Enter in an edit saves on a desk and begins a line on a phone, where a button saves', async () => {
      await me().say(`teh ${size}`)
      await me().reads(`teh ${size}`)
      if (SIZES[size].isMobile) {
        await me().holdMessage(`teh ${size}`)
        await me().press('Edit')
      } else await me().onMessage(`teh ${size}`, 'Edit')
      const editor = await me().page.waitForSelector('article textarea', { visible: true })
      await editor.evaluate((element) => element.setSelectionRange(element.value.length, element.value.length))
      await me().page.keyboard.type(' end')
      await me().page.keyboard.press('Enter')
      if (SIZES[size].isMobile) {
        assert.equal(await editor.evaluate((element) => element.value), `teh ${size} end\n`)
        await photograph('edit')
        await me().press('Save')
      }
      await me().reads('(edited)')
    })

    test('looking into another channel keeps whom one answers and what one has begun', async () => {
      await walter.say(`Coming, ${size}?`)
      await me().reads(`Coming, ${size}?`)
      if (SIZES[size].isMobile) {
        await me().holdMessage(`Coming, ${size}?`)
        await me().press('Reply')
      } else await me().onMessage(`Coming, ${size}?`, 'Reply')
      await me().write('half a sen')

      await press(me(), 'garden')
      assert.equal(await me().page.evaluate(() => document.body.innerText.includes('Replying to')), false)
      await press(me(), 'general')

      await me().reads('Replying to Walter')
      assert.equal(await field(me()), 'half a sen')
      await photograph('reply')
      await me().press('Do not reply')
      await me().erase()
    })

    test('a file that is pasted or dropped waits for Send, and can be left out', async () => {
      await me().page.evaluate(() => {
        const data = new DataTransfer()
        data.items.add(new File(['x'], 'cat.png', { type: 'image/png' }))
        const target = document.querySelector('textarea[data-composer]')
        target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
      })
      await me().page.waitForSelector('.tray')
      await photograph('file')
      await me().press('Leave out cat.png')
      await me().page.waitForFunction(() => !document.querySelector('.tray'))
      const kept = await me().page.evaluate(() => {
        const data = new DataTransfer()
        data.items.add(new File(['x'], 'cat.png', { type: 'image/png' }))
        const drop = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
        document.querySelector('[role=log]').dispatchEvent(drop)
        return drop.defaultPrevented
      })
      assert.equal(kept, true)
      await me().page.waitForSelector('.tray')
      await me().press('Leave out cat.png')
      await me().page.waitForFunction(() => !document.querySelector('.tray'))
    })

    test('an invite with the full stop of its sentence still works', async () => {
      const stranger = await Person.arrive(browser, { size: SIZES[size] })
      const code = await walter.invite()
      for (const link of [`${code}.`, `${code}%3E,`, `${code}/`]) {
        await stranger.goto(`${box.url}/invite/${link}`)
        await stranger.reads('Maple Street')
        assert.equal(await stranger.has('To the start'), false)
      }
      await stranger.goto(`${box.url}/invite/${code.slice(0, 6)}.`)
      await stranger.reads('not the whole link')
      await stranger.picture(join(FOLDER, `unstuck-invite-${size}.png`))
      await stranger.context.close()
    })
  })
}

describe('in a call', () => {
  const SPEAK = 1n << 21n
  const STREAM = 1n << 9n
  const rooms = () => `/api/v10/guilds/${walter.guild}/channels`

  async function everyone(without) {
    const [role] = (await walter.call('GET', `/api/v10/guilds/${walter.guild}/roles`)).filter(({ id }) => id === walter.guild)
    everyone.all ??= BigInt(role.permissions)
    await walter.call('PATCH', `/api/v10/guilds/${walter.guild}/roles/${walter.guild}`, { permissions: String(everyone.all & ~without) })
  }

  test('the clock of a screen counts from its beginning, also for a phone that is hours ahead', async () => {
    const room = (await walter.call('GET', rooms())).find(({ type }) => type === 2).id
    for (const person of Object.values(people)) await person.goto(`${box.url}/spaces/${walter.guild}/${room}`)
    await people.desktop.press('Join')
    await people.desktop.press('Camera')
    await people.desktop.page.waitForSelector('[data-kind=camera] video')
    await people.desktop.press('Share')
    await people.desktop.page.waitForSelector('[data-kind=screen]')
    await rest(6000)
    await people.phone.press('Join')

    await people.phone.page.waitForSelector('[data-kind=screen] time', { timeout: 30_000 })
    const shown = await people.phone.page.$eval('[data-kind=screen] time', (element) => element.innerText)
    await people.phone.picture(join(FOLDER, 'unstuck-clock-phone.png'))
    const [, seconds] = /^0:(\d\d)$/.exec(shown) ?? []
    assert.ok(Number(seconds) >= 6, shown)
    await people.phone.press('Camera')
    await people.phone.page.waitForFunction(() => document.querySelectorAll('[data-kind=camera] video').length === 2)
  })

  test('whoever may no longer speak or show is told so, and the picture ends', async () => {
    await everyone(SPEAK | STREAM)
    for (const [size, person] of Object.entries(people)) {
      await person.reads('You may listen in this room, but not speak')
      await person.reads('You may not show your camera or screen in this room')
      assert.equal(await person.page.evaluate(() => document.body.innerText.includes('has muted you')), false)
      await person.picture(join(FOLDER, `unstuck-rights-${size}.png`))
    }
    await people.desktop.reads('so they are off')
    for (const person of Object.values(people))
      await person.page.waitForFunction(() => document.querySelector('[data-kind=camera] video') === null)
    await people.phone.page.waitForFunction(() => document.querySelector('[data-kind=screen]') === null, { timeout: 15_000 })
    for (const person of Object.values(people)) await person.press('Leave')
    for (const person of Object.values(people)) {
      await person.reads('You may listen in this room, but not speak')
      await person.picture(join(FOLDER, `unstuck-lobby-${person.size.width}.png`))
    }
    await everyone(0n)
  })
})
