// The whole story as two people live it: one opens the house, the other comes in by the link, and they talk.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { PASSWORD, Person } from './harness/person.js'
import { eventually } from './harness/stats.js'

for (const name of ['chromium', 'firefox']) {
  describe(`in ${name}`, () => story(name))
}

function story(name) {
  let box, browser, nora, tom

  before(async () => {
    box = await Box.start()
    browser = await launch(name)
    nora = await Person.arrive(browser, { size: SIZES.desktop })
    tom = await Person.arrive(browser, { size: name === 'firefox' ? SIZES.narrow : SIZES.phone })
  })

  after(async () => {
    await browser?.close()
    await box?.stop()
  })

  test('the setup link makes the first account and opens the house', async () => {
    await nora.setUp(box, { name: 'Nora', username: 'nora' })

    await nora.reads('Maple Street')
    await nora.reads('Living room')
  })

  test('the link works once', async () => {
    const stranger = await Person.arrive(browser, { size: SIZES.desktop })

    await stranger.goto(box.setupLink)

    await stranger.reads('This box is set up already')
    await stranger.reads('Sign in')
    assert.equal(await stranger.has('Open the house'), false)
    await stranger.context.close()
  })

  test('somebody who was invited joins from a phone', async () => {
    const link = await nora.inviteLink()

    await tom.goto(link)
    await tom.reads('Maple Street')
    await tom.acceptInvite(link, { name: 'Tom', username: 'tom' })

    await nora.reads('Tom')
  })

  test('they write to each other', async () => {
    await nora.say('Dinner at **half past six**')
    await tom.reads('Dinner at half past six')

    await tom.say('I am bringing <b>bread</b>')

    await nora.reads('I am bringing <b>bread</b>')
  })

  test('a message is answered, marked with a face, mended and taken back', async () => {
    await nora.onMessage('I am bringing', 'Reply')
    await nora.say('Thank you')
    await tom.reads('Thank you')

    await nora.onMessage('Thank you', 'Edit')
    await nora.page.keyboard.press('End')
    await nora.page.keyboard.type(' very much')
    await nora.page.keyboard.press('Enter')
    await tom.reads('Thank you very much')

    await nora.say('Wrong window')
    await tom.reads('Wrong window')
    await nora.onMessage('Wrong window', 'Delete')
    await nora.confirm('Delete')
    await tom.noLongerReads('Wrong window')
  })

  test('who is typing is seen', async () => {
    await tom.comeForward()
    const composer = await tom.page.waitForSelector('textarea', { visible: true })
    await composer.type('mm')

    await nora.reads('is typing')

    await composer.type('m')
    await tom.send()
    await nora.noLongerReads('is typing')
  })

  test('what is written while the box is away arrives when it is back', async () => {
    await box.kill('server')
    await tom.say('Written in the dark')

    await nora.reads('Written in the dark', 40)
    const history = await nora.page.evaluate(() => document.body.innerText.split('Written in the dark').length - 1)
    assert.equal(history, 1)
  })

  test('a wrong password says what is left, and the right one opens', async () => {
    const rose = await Person.arrive(browser, { size: SIZES.desktop })
    await rose.goto(`${box.url}/login`)
    await rose.fill('Name', 'tom')
    await rose.fill('Password', 'not the password')
    await rose.press('Sign in')
    await rose.reads('Name and password do not match')

    await rose.fill('Password', PASSWORD)
    await rose.press('Sign in')

    await rose.reads('Written in the dark')
    await rose.context.close()
  })

  test('nobody’s console complained', async () => {
    // The cut of the box above is the one thing that a browser may mention.
    const real = [...nora.complaints, ...tom.complaints].filter((text) => !/ERR_CONNECTION_REFUSED|WebSocket connection|Failed to load resource|establish a connection/.test(text))

    await eventually(() => real, (all) => all.length === 0, { seconds: 0, what: 'a quiet console' })
  })
}
