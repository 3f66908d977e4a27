// Pictures of every screen, on a desk and on a phone of 360 pixels, in three themes: for the README and for eyes. On the
// way every one of them is held against WCAG 2.2 AA, and nothing may stick out sideways.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Api } from './harness/api.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { Camera } from './harness/camera.js'
import { furnish } from './harness/household.js'
import { Person } from './harness/person.js'
import { callStats, eventually, pictures } from './harness/stats.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
const ONE = { themes: ['dark'] }
const camera = new Camera(FOLDER)

let box, chromium, walter, invite, family, owner, nora

before(async () => {
  await mkdir(FOLDER, { recursive: true })
  // The pictures of friends.test.js and files.test.js, which ran before, stay.
  const old = (await readdir(FOLDER)).filter((name) => !/^(friends|files)-/.test(name))
  await Promise.all(old.map((name) => rm(join(FOLDER, name), { recursive: true })))
  box = await Box.start()
  chromium = await launch('chromium')
})

after(async () => {
  await chromium?.close()
  await box?.stop()
})

/** The same person twice: a change between desk and phone would load the page anew. */
async function both(username) {
  const people = {
    desktop: await Person.arrive(chromium, { size: SIZES.desktop, theme: 'dark' }),
    phone: await Person.arrive(chromium, { size: SIZES.phone, theme: 'dark' })
  }
  if (username) for (const person of Object.values(people)) await person.signIn(box, username)
  return people
}

const close = (people) => Promise.all(Object.values(people).map((person) => person.context.close()))
const onPhone = (people) => ({ phone: people.phone })
const onDesk = (people) => ({ desktop: people.desktop })

/** What stands in the sidebar is in a drawer on a phone. */
async function inSidebar(person, size, ...names) {
  if (size === 'phone') await person.press('Channels')
  for (const name of names) await person.press(name)
}

test('the doors', async () => {
  const people = await both()
  await camera.photograph('setup', people, async (person) => {
    await person.goto(box.setupLink)
    await person.reads('Open the house')
  })
  await camera.photograph('setup-errors', people, (person) => person.press('Open the house'), ONE)

  walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  invite = await walter.invite()
  await camera.photograph('invite', people, async (person) => {
    await person.goto(`${box.url}/invite/${invite}`)
    await person.reads('Maple Street')
  })
  await camera.photograph('invite-gone', people, async (person) => {
    await person.goto(`${box.url}/invite/nosuchone`)
    await person.reads('no longer works')
  }, ONE)
  await camera.photograph('login', people, async (person) => {
    await person.goto(`${box.url}/login`)
    await person.fill('Name', 'walter')
    await person.fill('Password', 'not this one')
    await person.press('Sign in')
    await person.reads('do not match')
  })
  await camera.photograph('login-forgotten', people, async (person) => {
    await person.goto(`${box.url}/login`)
    await person.page.locator('summary').click()
    await person.reads('put a file named hearth-setup on its card')
  }, ONE)
  await camera.photograph('welcome', people, (person) => person.goto(box.plainUrl))
  await close(people)
})

test('the first day', async () => {
  owner = await both('walter')
  await camera.photograph('first-day', owner, (person) => person.reads('is ready'))
  await camera.photograph('invite-dialog', owner, async (person) => {
    await person.press('Show code')
    await person.page.waitForSelector('.qr svg')
  })
  for (const person of Object.values(owner)) await person.escape()
})

test('a conversation', async () => {
  family = await furnish(box, walter, invite)
  nora = await both('nora')
  await camera.photograph('chat', nora, (person) => person.reads('folding table'))
  await camera.photograph('drawer', onPhone(nora), (person) => person.press('Channels'))
  await nora.phone.escape()
  await camera.photograph('people', onPhone(nora), (person) => person.press('People'))
  await nora.phone.escape()
  await camera.photograph('empty-channel', nora, async (person, size) => {
    await inSidebar(person, size, 'homework')
    await person.reads('homework is new')
  })
  for (const [size, person] of Object.entries(nora)) await inSidebar(person, size, 'general')
})

test('what one does with a message', async () => {
  await camera.photograph('message-menu', nora, async (person, size) => {
    await person.reads('folding table')
    if (size === 'phone') await person.holdMessage('He came back')
    else await person.onMessage('He came back', 'More')
  })
  for (const person of Object.values(nora)) await person.escape()
  await camera.photograph('emoji', nora, async (person) => {
    await person.press('Emoji')
    await person.reads('Used lately')
  })
  for (const person of Object.values(nora)) await person.escape()
  await camera.photograph('suggestions', nora, async (person) => {
    await person.write('Thank you @')
    await person.page.waitForSelector('[role=listbox]')
  })
  await camera.photograph('reply', nora, async (person, size) => {
    await person.erase()
    if (size === 'phone') {
      await person.holdMessage('He came back')
      await person.press('Reply')
    } else await person.onMessage('He came back', 'Reply')
    await person.write('On the left post, as always')
  })
  for (const person of Object.values(nora)) {
    await person.erase()
    await person.escape()
  }
  await nora.desktop.say('I am on my way hoem, ten minutes')
  await nora.phone.reads('on my way')
  await camera.photograph('edit', nora, async (person, size) => {
    if (size === 'phone') {
      await person.holdMessage('on my way')
      await person.press('Edit')
    } else await person.onMessage('on my way', 'Edit')
  })
  for (const person of Object.values(nora)) await person.press('Cancel')
  await camera.photograph('delete-message', nora, async (person, size) => {
    if (size === 'phone') {
      await person.holdMessage('on my way')
      await person.press('Delete')
    } else await person.onMessage('on my way', 'Delete')
    await person.reads('Delete this message?')
  })
  for (const person of Object.values(nora)) await person.escape()
  await camera.photograph('toast', nora, async (person, size) => {
    if (size === 'phone') await person.holdMessage('He came back')
    else await person.onMessage('He came back', 'More')
    await person.press('Mark as unread')
    await person.refuse(/reactions/)
    if (size === 'phone') await person.holdMessage('boiler man')
    else await person.onMessage('boiler man', 'More')
    await person.press('Copy the text')
    await person.press('🐦')
    await person.reads('reactions are turned off')
  })
  for (const person of Object.values(nora)) {
    await person.refuse(null)
    // One of them may go by itself meanwhile.
    while (await person.has('Close')) await person.press('Close').catch(() => undefined)
  }
  // Nora has said something here already: in slow mode her next message waits, in the field (a refused one is in friends.test.js).
  const general = `/api/v10/channels/${walter.channels.general}`
  await walter.call('PATCH', general, { rate_limit_per_user: 21600 })
  await camera.photograph('slow-mode', nora, async (person) => {
    await person.write('Can someone let the dog out?')
    await person.reads('Slow mode: your turn again in')
  })
  await walter.call('PATCH', general, { rate_limit_per_user: 0 })
  await camera.photograph('offline', nora, async (person) => {
    await person.noLongerReads('Slow mode')
    await person.erase()
    await person.cut()
    await person.say('Written in the dark')
    await person.reads('waiting to send')
  })
})

test('finding and ordering', async () => {
  for (const person of Object.values(owner)) {
    await person.goto(box.url)
    await person.reads('folding table')
  }
  await camera.photograph('palette', owner, async (person, size) => {
    await person.press('Find or go to')
    await person.page.keyboard.type('gr')
    await person.reads('groceries')
    if (size === 'phone') await person.reads('channel')
  })
  for (const person of Object.values(owner)) await person.escape()
  await camera.photograph('house-menu', owner, (person, size) => inSidebar(person, size, 'Maple Street'))
  for (const person of Object.values(owner)) await person.escape()
  await camera.photograph('status', owner, (person) => person.press('Choose your status'))
  for (const person of Object.values(owner)) await person.escape()
  await camera.photograph('new-channel', owner, async (person) => {
    await person.press('Add to Talk')
    await person.press('New channel')
    await person.fill('Name', 'Holidays by the sea')
  })
  for (const person of Object.values(owner)) await person.escape(2)
  await camera.photograph('delete-channel', owner, async (person) => {
    await person.press('general, menu')
    await person.press('Delete')
    await person.reads('Delete general?')
  }, ONE)
  for (const person of Object.values(owner)) await person.escape()
})

test('settings', async () => {
  const open = (path, words) => async (person) => {
    await person.goto(`${box.url}${path}`)
    await person.reads(words)
  }
  const space = `/spaces/${walter.guild}/settings`
  await camera.photograph('settings-account', owner, open('/settings/account', 'Change password'))
  await camera.photograph('settings-unsaved', owner, (person) => person.fill('What people call you', 'Grandpa Walter'), ONE)
  await camera.photograph('settings-devices', owner, open('/settings/devices', 'This device'))
  await camera.photograph('settings-appearance', owner, open('/settings/appearance', 'Large text'))
  await camera.photograph('settings-voice', owner, async (person) => {
    await open('/settings/voice', 'Test the microphone')(person)
    await person.press('Test the microphone')
    await person.press('Show my picture')
  })
  await camera.photograph('health', owner, open('/settings/health', 'Right now'))
  await camera.photograph('space-overview', owner, open(`${space}/overview`, 'Delete space'))
  await camera.photograph('delete-space', owner, async (person) => {
    await person.press('Delete space')
    await person.reads('To be sure')
  }, ONE)
  await camera.photograph('space-people', owner, open(`${space}/people`, 'Rose'))
  await camera.photograph('send-away', owner, (person) => person.press('Send away: Leo'), ONE)
  await camera.photograph('space-invites', owner, open(`${space}/invites`, invite))
  await camera.photograph('space-bots-none', owner, open(`${space}/bots`, 'No bots'), ONE)
  await walter.call('POST', `/api/hearth/v1/guilds/${walter.guild}/bots`, { name: 'Doorbell' })
  await camera.photograph('space-bots', owner, open(`${space}/bots`, 'Doorbell'))
  await camera.photograph('large-text', owner, async (person) => {
    await open('/settings/appearance', 'Large text')(person)
    await person.press('Large text')
    await person.goto(box.url)
    await person.reads('folding table')
  }, ONE)
  await close(owner)
})

/** Somebody signs in and stands before the living room. */
async function caller(name, size) {
  const person = await Person.arrive(chromium, { size, theme: 'dark' })
  await person.signIn(box, name)
  await inSidebar(person, size.hasTouch ? 'phone' : 'desktop', 'Living room')
  await person.reads('Join')
  return person
}

test('a call', async () => {
  await close(nora)
  const people = { desktop: await caller('nora', SIZES.desktop), phone: await caller('mia', SIZES.phone) }
  await camera.photograph('room-empty', people)
  const tom = await caller('tom', SIZES.desktop)
  const rose = await caller('rose', SIZES.desktop)
  for (const person of [tom, rose]) await person.press('Join')
  await tom.press('Camera')
  await rose.press('Mute')
  await people.phone.reads('are here')
  await camera.photograph('room', people)
  for (const person of Object.values(people)) {
    await person.press('Join')
    await person.press('Camera')
  }
  for (const person of Object.values(people)) {
    const moving = (stats) => stats.inbound.filter((one) => one.frames > 10).length >= 2
    await eventually(() => callStats(person.page), moving, { seconds: 30, what: 'two pictures' })
  }
  await camera.photograph('call', people)
  await camera.photograph('room-menu', { desktop: await caller('walter', SIZES.desktop) }, async (person) => {
    const ends = async () => {
      const row = await person.find('control', 'Living room')
      await row.hover()
      return await row.evaluate((element) =>
        [element.lastElementChild, element.closest('.item').querySelector('.row-menu')].map((one) => one.getBoundingClientRect().toJSON())
      )
    }
    await eventually(ends, ([clock, button]) => clock.right <= button.left, { what: 'a clock that makes way for the menu' })
  }, ONE)
  await camera.photograph('call-person', people, (person) => person.press('Volume and more for Rose'), ONE)
  for (const person of Object.values(people)) await person.escape()
  await camera.photograph('call-devices', people, async (person, size) => {
    if (size === 'phone') await person.press('Camera')
    await person.press(size === 'phone' ? 'Devices' : 'Microphone and camera settings')
    await person.reads('Test the microphone')
  })
  for (const person of Object.values(people)) await person.escape()
  await tom.press('Share')
  for (const person of Object.values(people)) {
    await eventually(() => pictures(person.page), (seen) => seen.some((one) => one.kind === 'screen'), { seconds: 30, what: 'the shared screen' })
  }
  await camera.photograph('call-screen', people)
  await camera.photograph('call-elsewhere', people, async (person, size) => {
    if (size === 'phone') await person.press('Back to the conversation')
    await person.press('general')
    await person.reads('folding table')
  })
  // Four moving pictures take all of a small machine, and the next box has to start.
  await close({ ...people, tom, rose })
})

test('a box that keeps nothing', async () => {
  const board = await mkdtemp(join(tmpdir(), 'hearth-board-'))
  await mkdir(join(board, 'proc/self'), { recursive: true })
  await writeFile(join(board, 'proc/self/mountinfo'), '1 0 0:1 / / rw - tmpfs data rw\n')
  process.env.HEARTH_HARDWARE_ROOT = board
  const forgetful = await Box.start()
  delete process.env.HEARTH_HARDWARE_ROOT
  const people = await both()
  await camera.photograph('keeps-nothing-door', people, async (person) => {
    await person.goto(forgetful.setupLink)
    await person.reads('keeps nothing')
  }, ONE)
  await Api.setUp(forgetful, { name: 'Walter', username: 'walter' })
  for (const person of Object.values(people)) await person.signIn(forgetful, 'walter')
  await camera.photograph('keeps-nothing', people, (person) => person.reads('keeps nothing'))
  await close(people)
  await forgetful.stop()
  await rm(board, { recursive: true })
})

test('no screen is wider than its window or breaks a rule of WCAG A or AA', () => {
  assert.deepEqual(camera.found, [])
})
