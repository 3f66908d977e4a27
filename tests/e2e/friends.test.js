// Two people of one box who share no space: they find each other, become friends, write, make a group with a third, block and
// make up. Nora speaks English at a desk, Ida German on a phone, Tom German at a desk.

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
/** What slides in has come to rest: drawers and dialogs take 320 ms. */
const SETTLED_MS = 400

for (const name of ['chromium', 'firefox']) {
  describe(`in ${name}`, () => story(name))
}

function story(name) {
  let box, browser, walter, nora, ida, tom, idasApi
  /** Rules of WCAG 2.2 AA that a screen breaks, of all that were looked at. */
  const broken = []

  before(async () => {
    await mkdir(FOLDER, { recursive: true })
    box = await Box.start()
    browser = await launch(name)
    walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
    await Api.register(box, { invite: await walter.invite(), name: 'Nora', username: 'nora' })
    const toms = await Api.register(box, { invite: await walter.invite(), name: 'Tom', username: 'tom' })
    idasApi = await Api.register(box, { invite: await inviteElsewhere(walter), name: 'Ida', username: 'ida' })
    for (const german of [toms, idasApi]) await german.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
    nora = await Person.arrive(browser, { size: SIZES.desktop, theme: 'dark' })
    ida = await Person.arrive(browser, { size: name === 'firefox' ? SIZES.narrow : SIZES.phone, theme: 'light' })
    tom = await Person.arrive(browser, { size: SIZES.desktop, theme: 'dark' })
    await nora.signIn(box, 'nora')
    await ida.signIn(box, 'ida')
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
    await person.picture(join(FOLDER, `friends-${what}-${name}.png`))
    broken.push(...(await breaches(person.page)).map((rule) => `${what}: ${rule}`))
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
  }

  test('somebody is asked by the name they sign in with', async () => {
    await nora.press('Conversations')
    await nora.reads('Add your first friend')
    await look(nora, 'nobody-desk-en')
    await nora.press('Add a friend')
    await nora.fill('Sign-in name', 'nobody.at.all')
    await nora.press('Ask')
    await nora.reads('Nobody takes friend requests under this name')
    await look(nora, 'refused-desk-en')

    await nora.fill('Sign-in name', 'ida')
    await nora.press('Ask')

    await nora.reads('Waiting for an answer')
    await nora.reads('Ida')
  })

  test('the other one hears of it on a phone, in German, and accepts', async () => {
    await ida.press('Kanäle')
    await ida.press('Gespräche')
    await ida.reads('Nora möchte mit dir befreundet sein')
    await look(ida, 'asked-phone-de')
    await ida.press('Freunde')
    await ida.reads('Möchte befreundet sein')
    await look(ida, 'request-phone-de')

    await ida.press('Nora annehmen')

    await ida.reads('Du und Nora seid jetzt befreundet.')
    await nora.press('All 1')
    await nora.reads('All friends')
    await nora.noLongerReads('Waiting for an answer')
    await look(nora, 'friend-desk-en')
  })

  test('they write to each other', async () => {
    await nora.press('Message Ida')
    await nora.reads('Only you and Ida can read it')
    await nora.say('Do you still have the **big ladder**?')
    await ida.press('Zurück')
    await ida.reads('Do you still have the big ladder?')
    await look(ida, 'list-phone-de')
    await ida.press('Nora')
    await ida.reads('Nur ihr zwei könnt es lesen')
    await ida.say('Ja, sie steht im Keller')

    await nora.reads('Ja, sie steht im Keller')
    await nora.onMessage('Ja, sie steht', 'Reply')
    await nora.say('I will fetch it on Saturday')
    await ida.reads('I will fetch it on Saturday')
    await look(ida, 'pair-phone-de')
    await look(nora, 'pair-desk-en')
  })

  test('a group is made with nothing but keys', async () => {
    await nora.comeForward()
    await walkTo(nora, 'sidebar')
    await tabTo(nora, 'Start a conversation', { back: true })
    await nora.page.keyboard.press('Enter')
    await nora.reads('With one person, or with up to nine')
    await nora.page.keyboard.type('tom')
    await nora.page.keyboard.press('Enter')
    await nora.page.keyboard.type('ida')
    await nora.page.keyboard.press('Enter')
    await look(nora, 'group-dialog-desk-en')
    await tabTo(nora, 'Name of the group')
    await nora.page.keyboard.type('Ladder')
    await nora.page.keyboard.press('Enter')

    await nora.reads('Nora has named the group Ladder.')
    await eventually(() => focused(nora), (where) => where.startsWith('Message Ladder'), { what: 'the focus in the composer' })
    await nora.page.keyboard.type('Who helps carrying?')
    await nora.page.keyboard.press('Enter')
    await nora.reads('Who helps carrying?')
  })

  test('the third sees the group, and anybody may name it', async () => {
    await tom.press('Gespräche')
    await tom.press('Ladder')
    await tom.reads('Who helps carrying?')
    await tom.say('Ich komme um zehn')
    await tom.press('Ladder, Menü')
    await tom.press('Gruppe benennen')
    await tom.fill('Name der Gruppe', 'Leiter & Co')
    await tom.press('Speichern')

    await tom.reads('hat die Gruppe Leiter & Co genannt')
    await nora.reads('Tom has named the group Leiter & Co.')
    await look(tom, 'group-desk-de')
  })

  test('a card is opened, walked and left by keys, and gives the focus back', async () => {
    await nora.comeForward()
    await walkTo(nora, 'people')
    await tabTo(nora, 'Ida')
    await nora.page.keyboard.press('Enter')
    await nora.reads('Message')
    await nora.page.waitForSelector('[role=dialog]', { visible: true })
    await look(nora, 'card-desk-en')
    const names = []
    for (let at = 0; at < 3; at += 1) {
      await nora.page.keyboard.press('Tab')
      names.push(await focused(nora))
    }
    await nora.page.keyboard.press('Escape')
    await nora.page.waitForFunction(() => document.querySelector('[role=dialog]') === null)

    assert.ok(names.includes('Message'), names.join(' | '))
    assert.ok(names.includes('More about Ida'), names.join(' | '))
    assert.match(await focused(nora), /^Ida/)
  })

  test('to block says what it means, and folds away what comes in groups', async () => {
    await ida.press('Zurück')
    await ida.press('Freunde')
    await ida.press('Alle 1')
    await ida.press('Nora')
    await ida.page.waitForSelector(CARD, { visible: true })
    await look(ida, 'card-phone-de')
    await pressInCard(ida, 'Mehr über Nora')
    await ida.press('Nora blockieren')
    await ida.reads('Niemand erfährt davon')
    await look(ida, 'block-phone-de')
    await ida.press('Nora blockieren')
    await ida.noLongerReads('Niemand erfährt davon')
    await ida.press('Blockiert')
    await ida.reads('Blockiert: ')
    await look(ida, 'blocked-phone-de')

    await nora.say('Bring gloves, all of you')
    await tom.reads('Bring gloves, all of you')
    await ida.press('Zurück')
    await ida.press('Leiter & Co')
    await ida.reads('Ich komme um zehn')
    await ida.reads('1 Nachricht von jemandem, den du blockiert hast')
    await ida.noLongerReads('Bring gloves')
    await look(ida, 'folded-phone-de')
    await ida.press('Zeigen')
    await ida.reads('Who helps carrying?')
  })

  test('the blocked one is not told, only that it cannot be written', async () => {
    await nora.press('Ida')
    await nora.reads('I will fetch it on Saturday')
    await nora.say('Are you in?')

    await nora.reads('Ida cannot be written to at the moment')
    await look(nora, 'refused-pair-desk-en')
    assert.doesNotMatch(await nora.page.evaluate(() => document.body.innerText), /block/i)
    await ida.press('Zurück')
    await ida.reads('Leiter & Co')
    assert.equal(await ida.has('Nora'), false)
    assert.doesNotMatch(await ida.page.evaluate(() => document.body.innerText), /Are you in/)
  })

  test('unblocked and friends again, they write to each other', async () => {
    await ida.press('Freunde')
    await ida.press('Blockiert')
    await ida.press('Nicht mehr blockieren')
    await ida.reads('Du hast niemanden blockiert')
    await ida.press('Freundschaft anfragen')
    await ida.fill('Anmeldename', 'nora')
    await ida.press('Anfragen')
    await nora.press('Friends')
    await nora.press('Accept Ida')
    await nora.press('Message Ida')
    await nora.press('Try again')

    await ida.press('Zurück')
    await ida.press('Nora')
    await ida.reads('Are you in?')
    await ida.say('Samstag passt')
    await nora.reads('Samstag passt')
  })

  test('the same on a phone in English, and at a desk in German', async () => {
    await nora.page.setViewport(SIZES.narrow)
    await nora.press('Back')
    await nora.reads('Leiter & Co')
    await look(nora, 'list-phone-en')
    await nora.press('Leiter & Co')
    await nora.press('Leiter & Co, menu')
    await look(nora, 'group-menu-phone-en')
    await nora.press('Leave the group')
    await nora.reads('anyone in it can add you again')
    await look(nora, 'leave-phone-en')
    await nora.confirm('Leave the group')
    await tom.reads('Nora hat die Gruppe verlassen.')

    await tom.press('Freunde')
    await tom.reads('Frag die erste Person an')
    await look(tom, 'nobody-desk-de')
    await tom.press('Gespräch beginnen')
    await look(tom, 'start-desk-de')
    await tom.page.keyboard.press('Escape')
  })

  test('every screen keeps to WCAG 2.2 AA and to its width, and no console complained', () => {
    assert.deepEqual([...new Set(broken)], [])
    // A refused message is an answer of the box, which a browser mentions.
    const real = [nora, ida, tom].flatMap((one) => one.complaints).filter((text) => !/status of 40[03]/.test(text))
    assert.deepEqual(real, [])
  })
}

const CARD = '[popover] [role=dialog]'

/** A card's buttons without words have the same names as those of the row that it stands beside. */
async function pressInCard(person, name) {
  await person.comeForward()
  const button = await person.page.waitForSelector(`${CARD} [aria-label="${name}"]`, { visible: true })
  await button.click()
}

/** The name of what has the focus. */
async function focused(person) {
  return await person.page.evaluate(() => {
    const element = document.activeElement
    const heard = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data
      return node.ariaHidden === 'true' ? '' : [...node.childNodes].map(heard).join(' ')
    }
    const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? heard(element)
    return label.replace(/\s+/g, ' ').trim()
  })
}

/** Tab, or Shift+Tab, until something of this name has the focus. */
async function tabTo(person, name, { back = false } = {}) {
  const passed = []
  if (back) await person.page.keyboard.down('Shift')
  for (let at = 0; at < 30; at += 1) {
    const where = await focused(person)
    if (where === name || where.startsWith(`${name} `)) break
    passed.push(where)
    await person.page.keyboard.press('Tab')
  }
  if (back) await person.page.keyboard.up('Shift')
  assert.ok(passed.length < 30, `Tab does not come to “${name}”: ${passed.join(' | ')}`)
}

/** F6 until the focus is in this region of the page. */
async function walkTo(person, region) {
  const isThere = () => person.page.evaluate((wanted) => document.activeElement?.closest('[data-region]')?.dataset.region === wanted, region)
  for (let at = 0; at < 8 && !(await isThere()); at += 1) await person.page.keyboard.press('F6')
  assert.ok(await isThere(), `F6 does not come to ${region}`)
}

/** A space that Walter alone shares with whoever comes by this invite. */
async function inviteElsewhere(walter) {
  const { id } = await walter.call('POST', '/api/v10/guilds', { name: 'Workshop' })
  const channels = await walter.call('GET', `/api/v10/guilds/${id}/channels`)
  const general = channels.find((channel) => channel.type === 0)
  return (await walter.call('POST', `/api/v10/channels/${general.id}/invites`, { max_age: 0 })).code
}
