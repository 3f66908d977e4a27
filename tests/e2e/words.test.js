// A family's evening, from one end to the other: photos, a voice, an answer that tells nobody, faces, a poll, a pin, a thread that goes
// slowly, looking for what was said, the inbox, tidying up. Nora at a desk in English, Ida on a phone in German; what each part does by
// itself is tried in the files of its name, here one thing follows another in one channel.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Api } from './harness/api.js'
import { breaches } from './harness/axe.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { choose, png } from './harness/files.js'
import { Person } from './harness/person.js'
import { eventually } from './harness/stats.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
const SETTLED_MS = 400
const SLOW_SECONDS = 3600

for (const name of ['chromium', 'firefox']) {
  describe(`an evening in ${name}`, () => evening(name))
}

function evening(name) {
  let box, browser, folder, noras, idas, nora, ida, link
  const broken = []

  before(async () => {
    await mkdir(FOLDER, { recursive: true })
    folder = await mkdtemp(join(tmpdir(), 'hearth-words-'))
    await writeFile(join(folder, 'garden.png'), png(1600, 1000, [250, 200, 120]))
    await writeFile(join(folder, 'sledge.png'), png(900, 1200, [90, 180, 250]))
    box = await Box.start()
    browser = await launch(name)
    noras = await Api.setUp(box, { name: 'Nora', username: 'nora' })
    idas = await Api.register(box, { invite: await noras.invite(), name: 'Ida', username: 'ida' })
    await Api.register(box, { invite: await noras.invite(), name: 'Großvater Maximilian', username: 'maximilian' })
    await idas.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
    const image = `data:image/png;base64,${png(64, 64, [250, 140, 60]).toString('base64')}`
    await noras.call('POST', `/api/v10/guilds/${noras.guild}/emojis`, { name: 'soup', image })
    nora = await Person.arrive(browser, { size: SIZES.desktop, theme: 'dark' })
    ida = await Person.arrive(browser, { size: name === 'firefox' ? SIZES.narrow : SIZES.phone, theme: 'light' })
    await nora.signIn(box, 'nora')
    await ida.signIn(box, 'ida')
  })

  after(async () => {
    await browser?.close()
    await box?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** The screen as it is, for eyes, and for what WCAG forbids; in other themes as well if so asked. */
  async function look(person, what, themes = []) {
    await person.comeForward()
    await new Promise((wake) => setTimeout(wake, SETTLED_MS))
    await person.picture(join(FOLDER, `words-${what}-${name}.png`))
    broken.push(...(await breaches(person.page)).map((rule) => `${what}: ${rule}`))
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
    for (const theme of themes) {
      await person.choose(theme)
      await person.picture(join(FOLDER, `words-${what}-${theme}-${name}.png`))
      broken.push(...(await breaches(person.page, { colours: true })).map((rule) => `${what} ${theme}: ${rule}`))
    }
    if (themes.length > 0) await person.choose(person === nora ? 'dark' : 'light')
  }

  /** A deed at a message: with a pointer from its bar, with a finger from the menu of a long press. */
  async function deed(person, text, what) {
    if (!person.size.hasTouch) return await person.onMessage(text, what)
    await person.holdMessage(text)
    await person.press(what)
  }

  /** Into the last field on the page: with a thread open that is the thread's. */
  async function answer(person, text) {
    await person.comeForward()
    const field = (await person.page.$$('textarea[data-composer]')).at(-1)
    await field.focus()
    await field.type(text)
    await person.send()
  }

  const newest = async (channel = noras.channels.general) => (await noras.call('GET', `/api/v10/channels/${channel}/messages?limit=1`))[0]
  const gone = (selector) => eventually(() => nora.page.$(selector), (found) => found === null, { what: `${selector} closed` })

  test('two photos with their words go out as one message', async () => {
    await choose(nora, join(folder, 'garden.png'), join(folder, 'sledge.png'))
    await nora.press('Describe, hide or move sledge.png')
    await nora.fill('What is to be seen or heard', 'Leo on the sledge, flat on his nose')
    await nora.press('Save')
    await nora.write('The two best of today.')
    await nora.send()

    await nora.find('control', '2 of 2: Leo on the sledge', 30)
    await ida.find('control', '2 von 2: Leo on the sledge', 30)
    await look(nora, 'photos-desk', ['light', 'black'])
    await look(ida, 'photos-phone', ['dark', 'black'])
  })

  test('a voice answers, and a reply tells nobody', async () => {
    await nora.comeForward()
    await (await nora.find('control', 'Record a voice message')).focus()
    await nora.page.keyboard.press('Enter')
    await nora.find('control', 'Stop and listen', 30)
    await eventually(() => nora.page.evaluate(() => document.body.innerText), (all) => /0:0[1-9]/.test(all), { what: 'a second of voice' })
    await nora.press('Stop and listen')
    await nora.press('Send')
    await ida.find('control', 'Abspielen', 30)

    await deed(ida, 'The two best of today.', 'Antworten')
    await ida.press('Bescheid geben')
    await look(ida, 'reply-phone')
    await ida.say('Wie herrlich! :soup: gibt es gleich')
    await nora.page.waitForSelector('[role="log"] img[alt=":soup:"]')
    assert.deepEqual((await newest()).mentions, [])
  })

  test('faces are put under it, and one sees whose they are', async () => {
    const { id } = await newest()
    const at = `/api/v10/channels/${noras.channels.general}/messages/${id}/reactions`
    const [own] = await noras.call('GET', `/api/v10/guilds/${noras.guild}/emojis`)
    await noras.call('PUT', `${at}/soup:${own.id}/@me`)
    await idas.call('PUT', `${at}/${encodeURIComponent('❤️')}/@me`)
    await nora.find('control', '❤️, 1 person')
    await nora.onMessage('Wie herrlich!', 'Who reacted')
    await eventually(() => nora.page.evaluate(() => document.querySelector('[role=tabpanel]')?.innerText ?? ''), (who) => who.includes('Nora'), {
      what: 'who reacted'
    })
    await look(nora, 'faces-desk')
    await nora.escape()
    await gone('dialog[open]')
  })

  test('a poll from the phone is live on both screens', async () => {
    await ida.press('Etwas hinzufügen')
    await ida.press('Umfrage stellen')
    await ida.fill('Frage', 'Rodeln am Samstag oder am Sonntag?')
    await ida.fill('Antwort 1', 'Samstagvormittag')
    await ida.fill('Antwort 2', 'Sonntagnachmittag, nach dem Kaffeetrinken')
    await look(ida, 'poll-dialog-phone')
    await ida.press('Fragen')

    await nora.reads('Rodeln am Samstag')
    await (await nora.find('control', 'Samstagvormittag, 0 of')).asLocator().click()
    await ida.reads('1 Person hat abgestimmt')
    await (await ida.find('control', 'Sonntagnachmittag')).asLocator().click()
    await nora.reads('2 people voted')
    await look(ida, 'poll-phone', ['dark', 'black'])
  })

  test('what is to be kept at hand is pinned, and found on the phone', async () => {
    await idas.say('Der Schlitten steht im Gartenhäuschen hinter der Werkzeugkiste.')
    await nora.reads('Gartenhäuschen')
    await nora.onMessage('Gartenhäuschen', 'More')
    await nora.press('Pin')
    await ida.reads('Nora hat eine Nachricht angeheftet.')
    await ida.press('general, Menü')
    await ida.press('Angeheftete Nachrichten')
    await ida.reads('Hingehen')
    await look(ida, 'pins-phone')
    await ida.press('Zurück')
  })

  test('a thread begins at it, for three days, and names somebody', async () => {
    await nora.onMessage('Gartenhäuschen', 'Start a thread')
    await nora.fill('Name', 'Who brings which sledge')
    await (await nora.find('field', 'Stays open for')).select('4320')
    await look(nora, 'thread-begin-desk')
    await nora.confirm('Start a thread')
    await nora.find('control', 'Close the thread')
    await noras.call('POST', `/api/v10/channels/${(await newest()).thread?.id ?? (await threadId())}/messages`, {
      content: `<@${idas.me.id}> do you still have the long one?`
    })
    await ida.press('Kanäle')
    await ida.find('control', 'Who brings which sledge')
    await look(ida, 'thread-unread-phone')
    await ida.press('Who brings which sledge')
    await ida.reads('do you still have the long one?')
  })

  const threadId = async () => (await noras.call('GET', `/api/v10/guilds/${noras.guild}/threads/active`)).threads[0].id

  test('it goes slowly, says so on the phone, and keeps what is written', async () => {
    await nora.press('What to do with Who brings')
    await nora.press('Name and settings')
    await (await nora.find('field', 'Slow mode')).select(String(SLOW_SECONDS))
    await look(nora, 'thread-settings-desk')
    await nora.confirm('Save')
    await ida.reads('Langsamer Modus: eine Nachricht in 1 Stunde.')
    await answer(ida, 'Ja, und den Bob.')
    await ida.reads('wieder in 60 Minuten')
    const field = (await ida.page.$$('textarea[data-composer]')).at(-1)
    await field.type('Und die Decken')
    await ida.noLongerReads('Nicht gesendet')
    await look(ida, 'thread-slow-phone', ['dark', 'black'])
    assert.equal(await field.evaluate((element) => element.value), 'Und die Decken')
    await field.evaluate((element) => {
      element.value = ''
      element.dispatchEvent(new InputEvent('input', { bubbles: true }))
    })
  })

  test('who follows it is seen, brought in and taken out', async () => {
    await nora.press('What to do with Who brings')
    await nora.press('Who follows it')
    await nora.reads('2 people follow it')
    await nora.press('Add Großvater Maximilian')
    await nora.reads('3 people follow it')
    await look(nora, 'followers-desk')
    await nora.press('Remove Großvater Maximilian')
    await nora.reads('2 people follow it')
    await nora.escape()
    await gone('dialog[open]')
    await ida.press('Was mit Who brings')
    await ida.press('Wer ihm folgt')
    await ida.reads('2 Leute folgen ihm')
    await ida.find('control', 'Großvater Maximilian dazuholen')
    await look(ida, 'followers-phone', ['dark'])
    await ida.press('Schließen')
    await nora.press('Close the thread')
    await ida.press('Zurück')
  })

  test('a channel says how its threads begin', async () => {
    await nora.press('general, menu')
    await nora.press('Name and settings')
    await (await nora.find('field', 'They stay open for')).select('1440')
    await look(nora, 'channel-desk')
    await nora.confirm('Save')
    await gone('dialog[open]')
    const channel = await noras.call('GET', `/api/v10/channels/${noras.channels.general}`)
    assert.equal(channel.default_auto_archive_duration, 1440)
  })

  test('what was said is found on the phone, and jumped to', async () => {
    await ida.press('general, Menü')
    await ida.press('Nachrichten durchsuchen')
    await ida.reads('Wonach suchst du?')
    await ida.page.keyboard.type('von:ida gartenhäuschen', { delay: 5 })
    await eventually(() => ida.page.$$('.hit'), (found) => found.length === 1, { what: 'one hit' })
    await look(ida, 'search-phone')
    await (await ida.page.waitForSelector('.hit')).click()
    await ida.reads('hinter der Werkzeugkiste')
  })

  test('what names one waits in the inbox', async () => {
    await idas.say(`<@${noras.me.id}> bringst du Kakao mit?`)
    await noras.say(`<@${idas.me.id}> two thermos flasks`)
    await nora.press('Inbox')
    await nora.reads('bringst du Kakao mit?')
    await look(nora, 'inbox-desk')
    await nora.escape()
    await ida.press('Kanäle')
    await ida.press('Eingang')
    await ida.reads('two thermos flasks')
    await look(ida, 'inbox-phone')
    await ida.press('Zurück')
    await ida.escape()
  })

  test('what was only for now goes at once, and a link leads back', async () => {
    link = `${box.url}/spaces/${noras.guild}/${noras.channels.general}/${(await newest()).id}`
    for (const word of ['one', 'two', 'three']) await noras.say(`Minute ${word} to go`)
    await nora.reads('Minute three to go')
    await nora.onMessage('Minute one to go', 'Select messages')
    const marks = await nora.page.$$('[role=checkbox]')
    await nora.page.keyboard.down('Shift')
    await marks.at(-1).click()
    await nora.page.keyboard.up('Shift')
    await nora.reads('3 messages selected')
    // Of the message that was hovered there is one of the same name until its menu has gone.
    await gone('[role=menu]')
    await (await nora.page.waitForSelector('[data-region=composer] .btn-danger')).click()
    await nora.reads('They go for everyone')
    await nora.confirm('Delete 3 messages')
    await ida.noLongerReads('Minute one to go')

    await ida.goto(link)
    await ida.reads('two thermos flasks')
  })

  test('words are made bold on the phone, code and a hand on the desk', async () => {
    await ida.write('ganz sicher')
    await ida.page.$eval('textarea', (field) => {
      field.setSelectionRange(5, 11)
      field.dispatchEvent(new Event('select', { bubbles: true }))
    })
    await ida.find('control', 'Fett')
    await look(ida, 'format-phone', ['dark', 'black'])
    await ida.press('Fett')
    await ida.send()
    await nora.reads('ganz sicher')
    assert.equal((await newest()).content, 'ganz **sicher**')
    assert.equal(await ida.has('Fett'), false, 'what was selected has gone')

    await nora.write('```')
    await nora.page.keyboard.press('Enter')
    await nora.page.keyboard.type('11:00 the lift\n12:30 soup\n```', { delay: 5 })
    await nora.page.keyboard.press('Enter')
    await ida.reads('12:30 soup')
    await nora.press('Emoji')
    const hand = await nora.find('control', 'waving hand')
    await nora.press('Skin tone of all emoji')
    await nora.press('Medium')
    await hand.evaluate((element) => element.scrollIntoView({ block: 'center' }))
    await hand.asLocator().click()
    await eventually(() => nora.page.$eval('textarea', (field) => field.value.trim()), (text) => text === '👋🏽', { what: 'the hand' })
    await nora.page.keyboard.press('Enter')
    await ida.reads('👋🏽')
    await look(ida, 'end-phone')
    await look(nora, 'end-desk', ['light', 'black'])
  })

  test('nobody’s page complained, and no screen breaks a rule', () => {
    for (const person of [nora, ida]) assert.deepEqual(person.complaints, [])
    assert.deepEqual(broken, [])
  })
}
