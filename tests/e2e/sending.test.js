// How files get into a message and out of it again: dropped, pasted, put in order by key and by mouse, left out, refused and sent
// again; and what Walter, who looks after the box, sees of them and does about them, at a desk and, in German, on a phone.

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
import { choose, drop, paste, png } from './harness/files.js'
import { Person } from './harness/person.js'
import { eventually } from './harness/stats.js'
import { middleOf } from './harness/touch.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
const SETTLED_MS = 400

for (const name of ['chromium', 'firefox']) {
  describe(`in ${name}`, () => story(name))
}

function story(name) {
  let box, browser, folder, nora, walter, walters, noras
  const broken = []

  before(async () => {
    await mkdir(FOLDER, { recursive: true })
    folder = await mkdtemp(join(tmpdir(), 'hearth-sending-'))
    for (const [index, what] of ['garden', 'sledge', 'lake', 'kiln'].entries()) {
      await writeFile(join(folder, `${what}.png`), png(600, 400, [60 * index, 200, 255 - 60 * index]))
    }
    await writeFile(join(folder, 'Boiler report for the whole house, winter 2026.pdf'), '%PDF-1.4\nnot much of one\n%%EOF\n')
    await writeFile(join(folder, 'list.md'), '# To do\n\n- chop wood\n- sweep\n'.repeat(40))
    box = await Box.start()
    browser = await launch(name)
    walters = await Api.setUp(box, { name: 'Walter', username: 'walter' })
    noras = await Api.register(box, { invite: await walters.invite(), name: 'Nora', username: 'nora' })
    nora = await Person.arrive(browser, { size: SIZES.desktop, theme: 'light' })
    await nora.signIn(box, 'nora')
  })

  after(async () => {
    await browser?.close()
    await box?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function look(person, what) {
    await person.comeForward()
    await new Promise((wake) => setTimeout(wake, SETTLED_MS))
    await person.picture(join(FOLDER, `sending-${what}-${name}.png`))
    broken.push(...(await breaches(person.page)).map((rule) => `${what}: ${rule}`))
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
  }

  const path = (one) => join(folder, one)
  const tray = () => nora.page.$$eval('.tray li button.thumb', (all) => all.map((one) => one.ariaLabel.replace('Describe, hide or move ', '')))
  const isTray = (...names) =>
    eventually(tray, (now) => JSON.stringify(now) === JSON.stringify(names), { what: `the tray with ${names.join(', ')}` })
  const newest = async () => (await noras.call('GET', `/api/v10/channels/${noras.channels.general}/messages?limit=1`))[0]

  test('pictures are dropped and pasted, put in order, described, hidden and left out', async () => {
    await drop(nora, path('garden.png'), path('sledge.png'), path('lake.png'))
    await isTray('garden.png', 'sledge.png', 'lake.png')
    await paste(nora, path('kiln.png'))
    await isTray('garden.png', 'sledge.png', 'lake.png', 'kiln.png')
    await nora.press('Leave out kiln.png')
    await isTray('garden.png', 'sledge.png', 'lake.png')

    // By keyboard: into the dialog, there to the front, and to the veil.
    const thumb = await nora.find('control', 'Describe, hide or move lake.png')
    await thumb.focus()
    await nora.page.keyboard.press('Enter')
    await nora.page.waitForSelector('dialog[open] textarea, [role=dialog] textarea')
    await nora.page.keyboard.type('The lake at dusk')
    await nora.page.keyboard.press('Tab')
    await nora.page.keyboard.press(' ')
    await nora.page.keyboard.press('Tab')
    await nora.page.keyboard.press('Enter')
    await nora.page.keyboard.press('Enter')
    await nora.reads('1 of 3')
    await look(nora, 'describe')
    await (await nora.find('field', 'What is to be seen or heard')).focus()
    await nora.page.keyboard.press('Enter')
    await isTray('lake.png', 'garden.png', 'sledge.png')

    // By mouse: the last one before the first.
    const [last, first] = [await middleOf(nora.page, '.tray li:nth-child(3) .upload-head'), await middleOf(nora.page, '.tray li:nth-child(1) .upload-head')]
    await nora.page.mouse.move(last.x, last.y)
    await nora.page.mouse.down()
    await nora.page.mouse.move(first.x + 20, first.y, { steps: 6 })
    await nora.page.mouse.move(first.x, first.y, { steps: 2 })
    await nora.page.mouse.up()
    await isTray('sledge.png', 'lake.png', 'garden.png')
    await nora.page.mouse.move(first.x + 5, first.y)
    await eventually(() => nora.page.$('.tray .dragged'), (row) => row === null, { what: 'the row let go' })
    await look(nora, 'tray')
    await nora.write('Three of four.')
    await nora.send()
    const sent = await eventually(newest, (one) => one?.content === 'Three of four.', { what: 'the message' })
    assert.deepEqual(
      sent.attachments.map((one) => [one.filename, one.description, one.flags ?? 0]),
      [
        ['sledge.png', undefined, 0],
        ['lake.png', 'The lake at dusk', 8],
        ['garden.png', undefined, 0]
      ]
    )
    await nora.find('control', '2 of 3. Hidden', 30)
    await look(nora, 'veiled')
  })

  test('a file that does not get through keeps the words, and goes when it is sent again', async () => {
    await nora.refuse(/\/uploads$/, 507)
    await choose(nora, path('kiln.png'))
    await nora.find('control', 'Send kiln.png again', 30)
    await nora.write('The kiln is ready')
    await nora.send()
    await nora.reads('One file did not get through')
    await look(nora, 'refused')
    assert.equal(await nora.page.$eval('textarea[data-composer]', (field) => field.value), 'The kiln is ready')
    assert.notEqual((await newest())?.content, 'The kiln is ready')

    await nora.refuse(null)
    await nora.press('Send kiln.png again')
    await eventually(() => nora.has('Send kiln.png again'), (is) => !is, { what: 'it is on its way' })
    await nora.page.focus('textarea[data-composer]')
    await nora.send()
    await eventually(newest, (one) => one?.content === 'The kiln is ready' && one.attachments.length === 1, { what: 'the message', seconds: 30 })
  })

  test('a PDF is a name and a size, and text is shown by its beginning', async () => {
    await choose(nora, path('Boiler report for the whole house, winter 2026.pdf'), path('list.md'))
    await nora.find('control', 'Leave out list.md')
    await nora.press('Send')
    await nora.find('control', 'Save Boiler report', 30)
    assert.equal(await nora.page.$('iframe, embed, object'), null)
    await nora.press('Show')
    await nora.reads('chop wood')
    await look(nora, 'text')
    await nora.press('Hide')
  })

  test('those who look after the box see what fills it, set limits, and delete', async () => {
    walter = await Person.arrive(browser, { size: SIZES.desktop, theme: 'dark' })
    await walter.signIn(box, 'walter')
    await walter.goto(`${box.url}/settings/storage`)
    await walter.reads('Kept free for the box')
    await walter.reads('kiln.png')
    await walter.fill('One file', '0')
    await walter.reads('A whole number from 1 to')
    await look(walter, 'storage-limit-wrong')
    await walter.fill('One file', '2')
    await walter.fill('All files of one person', '300')
    await walter.press('Save')
    await walter.reads('Saved')
    const { limits } = await walters.call('GET', '/api/hearth/v1/storage')
    assert.deepEqual([limits.largest, limits.member, limits.guild], [2 << 20, 300 << 20, null])
    await look(walter, 'storage')

    await walters.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
    const phone = await Person.arrive(browser, { size: name === 'firefox' ? SIZES.narrow : SIZES.phone, theme: 'light' })
    await phone.signIn(box, 'walter')
    await phone.goto(`${box.url}/settings/storage`)
    await phone.reads('Bleibt für die Box frei')
    await look(phone, 'storage-phone-de')
    await phone.press('kiln.png')
    await look(phone, 'storage-chosen-phone-de')
    await phone.press('1 Datei löschen')
    await phone.reads('Diese Datei löschen?')
    await look(phone, 'storage-confirm-phone-de')
    await phone.confirm('1 Datei löschen')
    await phone.reads('1 Datei gelöscht')
    await phone.noLongerReads('kiln.png')
    await nora.comeForward()
    await eventually(() => nora.has('1 of 1'), (is) => !is, { what: 'it is gone from the conversation' })
    await nora.reads('The kiln is ready')

    // More than one file may be, said before a byte is sent.
    await writeFile(path('large.bin'), Buffer.alloc(3 << 20))
    await choose(nora, path('large.bin'))
    await eventually(() => nora.page.$$eval('.tray [role=alert]', (all) => all.map((one) => one.innerText).join()), (said) => said.includes('2'), {
      what: 'the limit in words'
    })
    await look(nora, 'too-large')
    await nora.press('Leave out large.bin')
    await phone.context.close()
    await walter.context.close()
  })

  test('no screen breaks a rule', () => assert.deepEqual(broken, []))
}
