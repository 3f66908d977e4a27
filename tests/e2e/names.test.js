// Names and texts as people have them: what the form offers, what is taken, and that nothing is written over its neighbours.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Api } from './harness/api.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { PASSWORD, Person } from './harness/person.js'
import { eventually } from './harness/stats.js'

const CALLED = 'What should people call you?'
const SIGN_IN_NAME = 'Name to sign in with'

let box, chromium, walter

before(async () => {
  box = await Box.start()
  chromium = await launch('chromium')
  walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
})

after(async () => {
  await chromium?.close()
  await box?.stop()
})

const value = async (person, label) => await (await person.find('field', label)).evaluate((field) => field.value)

for (const [shown, offered] of [
  ['Ben O’Hara', 'ben.ohara'],
  ['Мария', 'мария'],
  ['अनीता', 'अनीता'],
  ['محمّد', 'محمّد'],
  ['Jean-Luc', 'jean-luc']
]) {
  test(`${shown} comes in as ${offered}, which the form offers`, async () => {
    const person = await Person.arrive(chromium, { size: SIZES.desktop })
    await person.goto(`${box.url}/invite/${await walter.invite()}`)
    await person.fill(CALLED, shown)
    assert.equal(await value(person, SIGN_IN_NAME), offered)
    await person.fill('Password', PASSWORD)
    await person.press('Join Maple Street')
    await person.reads('general')
    const me = await Api.signIn(box, offered)
    assert.deepEqual([me.username, me.global_name], [offered, shown])
    await person.context.close()
  })
}

test('a name that looks like somebody’s is refused in the form, in words', async () => {
  const person = await Person.arrive(chromium, { size: SIZES.desktop })
  await person.goto(`${box.url}/invite/${await walter.invite()}`)
  await person.fill(CALLED, 'Ben')
  await person.fill(SIGN_IN_NAME, 'wa1ter')
  await person.fill('Password', PASSWORD)
  await person.press('Join Maple Street')
  await person.reads('a name that looks like this one')
  await person.fill(SIGN_IN_NAME, 'b\u0435n')
  await person.reads('mixes letters of several alphabets')
  await person.context.close()
})

test('a pile of marks is not written over the message above it or below', async () => {
  await walter.say('the neighbour above')
  const pile = await walter.say('a quiet line')
  await walter.say('the neighbour below')
  const person = await Person.arrive(chromium, { size: SIZES.desktop, theme: 'dark' })
  await person.signIn(box, 'walter')
  await person.reads('the neighbour below')
  const neighbours = async () => {
    await person.page.mouse.move(0, 0)
    const pictures = []
    for (const text of ['the neighbour above', 'the neighbour below']) {
      const row = await person.page.evaluateHandle(
        (words) => [...document.querySelectorAll('.msg .text')].find((one) => one.innerText.includes(words)),
        text
      )
      pictures.push(await row.asElement().screenshot({ encoding: 'base64' }))
    }
    return pictures
  }
  const before = await neighbours()

  const edited = `a pi${'\u0301\u0316\u0308\u0323'.repeat(20)}le`
  await walter.call('PATCH', `/api/v10/channels/${walter.channels.general}/messages/${pile.id}`, { content: edited })
  await person.reads('edited')

  await eventually(neighbours, (now) => now.every((one, at) => one === before[at]), { what: 'the neighbours as they were' })
  // Unclipped it would be: the pile is high enough to show something.
  await person.page.addStyleTag({ content: '.msg .text { overflow: visible !important }' })
  assert.notDeepEqual(await neighbours(), before)
  await person.context.close()
})
