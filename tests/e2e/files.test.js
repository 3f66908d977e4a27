// Files between two people of one space: Nora speaks English at a desk, Ida German on a phone. Pictures with their words, the
// large view by keyboard, an upload that the reloaded page and the killed server cannot stop, a voice.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Api } from './harness/api.js'
import { breaches } from './harness/axe.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { choose, copied, fetched, png, sha256 } from './harness/files.js'
import { Person } from './harness/person.js'
import { eventually } from './harness/stats.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
const SETTLED_MS = 400
// So large that it is on its way for longer than a reload takes to begin, and small enough to be kept for it.
const LARGE_BYTES = 96e6

for (const name of ['chromium', 'firefox']) {
  describe(`in ${name}`, () => story(name))
}

function story(name) {
  let box, browser, folder, nora, ida, noras
  const broken = []

  before(async () => {
    await mkdir(FOLDER, { recursive: true })
    folder = await mkdtemp(join(tmpdir(), 'hearth-files-'))
    const pictures = { garden: [1600, 1000, [250, 200, 120]], sledge: [1200, 900, [90, 180, 250]], lake: [900, 1200, [40, 90, 160]] }
    for (const [what, [width, height, colour]] of Object.entries(pictures)) {
      await writeFile(join(folder, `${what}.png`), png(width, height, colour))
    }
    await writeFile(join(folder, 'Boiler report.pdf'), '%PDF-1.4\nnot much of one\n%%EOF\n')
    await writeFile(join(folder, 'guess.py'), 'while guess != secret:\n    tries += 1\n')
    await writeFile(join(folder, 'large.bin'), randomBytes(LARGE_BYTES))
    box = await Box.start()
    browser = await launch(name)
    const walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
    noras = await Api.register(box, { invite: await walter.invite(), name: 'Nora', username: 'nora' })
    const idas = await Api.register(box, { invite: await walter.invite(), name: 'Ida', username: 'ida' })
    await idas.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
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

  async function look(person, what) {
    await person.comeForward()
    await new Promise((wake) => setTimeout(wake, SETTLED_MS))
    await person.picture(join(FOLDER, `files-${what}-${name}.png`))
    broken.push(...(await breaches(person.page)).map((rule) => `${what}: ${rule}`))
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
  }

  const send = (person, ...names) => choose(person, ...names.map((one) => join(folder, one)))

  /** The newest messages as the box has them, newest first. */
  const history = () => noras.call('GET', `/api/v10/channels/${noras.channels.general}/messages?limit=10`)

  test('pictures stand ready with their words, and go out as one message', async () => {
    await send(nora, 'garden.png', 'sledge.png', 'lake.png')
    await nora.find('control', 'Leave out lake.png')
    await nora.press('Describe, hide or move lake.png')
    await nora.fill('What is to be seen or heard', 'The lake at dusk')
    await look(nora, 'describe-desk-en')
    await nora.press('Save')
    await nora.write('The best three of the week.')
    await look(nora, 'tray-desk-en')
    await nora.send()

    const message = await eventually(
      async () => (await history()).find((one) => one.attachments.length === 3),
      (found) => found !== undefined,
      { what: 'the message with its pictures', seconds: 30 }
    )
    assert.deepEqual(
      message.attachments.map((one) => [one.filename, one.description, one.content_type]),
      [
        ['garden.png', undefined, 'image/png'],
        ['sledge.png', undefined, 'image/png'],
        ['lake.png', 'The lake at dusk', 'image/png']
      ]
    )
    await nora.find('control', '3 of 3: The lake at dusk')
    await look(nora, 'gallery-desk-en')
    await ida.find('control', '3 von 3: The lake at dusk')
    await look(ida, 'gallery-phone-de')
  })

  test('the large view goes by keyboard, and gives the focus back', async () => {
    await nora.press('1 of 3')
    await nora.page.waitForSelector('dialog[open] img')
    await nora.page.keyboard.press('ArrowRight')
    await nora.page.keyboard.press('ArrowRight')
    const shown = () => nora.page.$eval('dialog[open] img', (image) => image.alt)
    await eventually(shown, (alt) => alt === 'The lake at dusk', { what: 'the third picture' })
    await eventually(
      () => nora.page.$eval('dialog[open] img', (image) => image.naturalWidth),
      (width) => width > 0,
      { what: 'the picture' }
    )
    await look(nora, 'lightbox-desk-en')
    await nora.page.keyboard.press('+')
    await nora.escape()
    await eventually(
      () => nora.page.evaluate(() => document.activeElement.getAttribute('aria-label')),
      (label) => label?.startsWith('1 of 3'),
      { what: 'the focus back at the picture' }
    )
    await ida.press('2 von 3')
    await ida.page.waitForSelector('dialog[open] img')
    await look(ida, 'lightbox-phone-de')
    await ida.escape()
  })

  test('other files are there by name, and text by its beginning', async () => {
    await send(nora, 'Boiler report.pdf', 'guess.py')
    await nora.find('control', 'Leave out guess.py')
    await nora.press('Send')
    await nora.find('control', 'Save Boiler report.pdf', 30)
    await nora.press('Show')
    await nora.reads('guess != secret')
    await look(nora, 'cards-desk-en')
  })

  test('a reloaded page and a killed server do not stop an upload, and it is one message', async () => {
    await nora.write('Here it comes')
    await send(nora, 'large.bin')
    await nora.find('control', 'Leave out large.bin')
    await copied(nora, 1)
    await box.kill('server')
    await nora.page.keyboard.press('Enter')
    await nora.find('control', 'Leave out large.bin')
    // Until it is back there is nothing to load.
    const loads = async () => {
      await nora.page.goto(box.url, { waitUntil: 'domcontentloaded' }).catch(() => null)
      return await nora.page.waitForSelector('textarea[data-composer]', { timeout: 3000 }).then(() => true, () => false)
    }
    await eventually(loads, (loaded) => loaded, { what: 'the page anew', seconds: 60 })

    const message = await eventually(
      async () => (await history().catch(() => [])).find((one) => one.content === 'Here it comes'),
      (found) => found !== undefined,
      { what: 'the message with the large file', seconds: 90 }
    )
    await nora.find('control', 'Save large.bin', 30)
    const { status, body } = await fetched(box, message.attachments[0].hearth.url)
    assert.deepEqual([status, sha256(body)], [200, sha256(readFileSync(join(folder, 'large.bin')))])
    assert.equal((await history()).filter((one) => one.content === 'Here it comes').length, 1)
  })

  test('a voice is recorded, heard and sent', async () => {
    await nora.comeForward()
    const microphone = await nora.find('control', 'Record a voice message')
    await microphone.focus()
    await nora.page.keyboard.press('Enter')
    await nora.find('control', 'Stop and listen', 30)
    await new Promise((wake) => setTimeout(wake, 2500))
    await look(nora, 'recording-desk-en')
    await nora.press('Stop and listen')
    await nora.find('control', 'Speed')
    await nora.press('Send')
    const message = await eventually(
      async () => (await history()).find((one) => (one.flags & (1 << 13)) !== 0),
      (found) => found !== undefined,
      { what: 'the voice message', seconds: 30 }
    )
    const [voice] = message.attachments
    assert.ok(voice.duration_secs > 1 && voice.duration_secs < 10, `${voice.duration_secs} s`)
    assert.ok(Buffer.from(voice.waveform, 'base64').length > 0)
    await ida.reads('0:0')
    await look(ida, 'voice-phone-de')
    await look(nora, 'voice-desk-en')
  })

  test('all files of the channel stand in one list, and an empty kind says so', async () => {
    await ida.press('general, Menü')
    await ida.press('Fotos und Dateien')
    await ida.find('control', 'garden.png')
    await look(ida, 'list-phone-de')
    await ida.press('Filme')
    await ida.reads('Hier wurde noch kein Film gesendet.')
    await ida.escape()
  })

  test('no screen breaks a rule', () => assert.deepEqual(broken, []))
}
