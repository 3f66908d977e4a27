// What a telephone takes: a photo and a film on their side, with their place, in formats that not every browser knows; a voice
// that a finger holds. Nora sends from a phone, Ida looks at a desk, in German. With Chromium the box has a video encoder.

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
import { boardWithEncoder, choose, edges, fetched, png, telephoneFiles } from './harness/files.js'
import { Person } from './harness/person.js'
import { eventually } from './harness/stats.js'
import { middleOf, pinch, swipe } from './harness/touch.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
const SETTLED_MS = 400
// As in tests/file_corpus.py.
const TRACES = ['Spywell 3000', '+52.5200+013.4050/', '2026:07:01', '2026-07-01']

for (const name of ['chromium', 'firefox']) {
  describe(`in ${name}`, () => story(name))
}

function story(name) {
  const touches = name === 'chromium'
  let box, browser, folder, encoder, nora, ida, noras
  const broken = []

  before(async () => {
    await mkdir(FOLDER, { recursive: true })
    folder = await mkdtemp(join(tmpdir(), 'hearth-phone-'))
    telephoneFiles(folder)
    for (let number = 1; number <= 10; number += 1) {
      const [width, height] = number % 3 === 0 ? [300, 400] : [400, 300]
      await writeFile(join(folder, `day ${number}.png`), png(width, height, [25 * number, 200, 255 - 20 * number]))
    }
    encoder = touches ? boardWithEncoder(folder) : null
    box = await Box.start({ env: encoder ?? {} })
    browser = await launch(name)
    const walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
    noras = await Api.register(box, { invite: await walter.invite(), name: 'Nora', username: 'nora' })
    const idas = await Api.register(box, { invite: await walter.invite(), name: 'Ida', username: 'ida' })
    await idas.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
    nora = await Person.arrive(browser, { size: touches ? SIZES.phone : SIZES.narrow, theme: 'light' })
    ida = await Person.arrive(browser, { size: SIZES.desktop, theme: 'dark' })
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
    await person.picture(join(FOLDER, `phone-${what}-${name}.png`))
    broken.push(...(await breaches(person.page)).map((rule) => `${what}: ${rule}`))
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
  }

  const send = (person, ...names) => choose(person, ...names.map((one) => join(folder, one)))

  /** The newest message, once it is as it should be. */
  const newest = (isSo, what) =>
    eventually(async () => (await noras.call('GET', `/api/v10/channels/${noras.channels.general}/messages?limit=1`))[0], (one) => one && isSo(one), {
      what,
      seconds: 60
    })

  const isRed = ([red, , blue]) => red > 150 && blue < 80
  const isBlue = ([red, , blue]) => blue > 150 && red < 80

  test('a photo and a film on their side arrive upright and without their place', async () => {
    await send(nora, 'upright.heic', 'lake.mov')
    await nora.find('control', 'Leave out lake.mov')
    await nora.write('From the lake')
    await look(nora, 'tray')
    await nora.press('Send')

    const isReady = (one) => one.attachments.length === 2 && one.attachments.every((file) => file.hearth.state === 'ready')
    const [photo, film] = (await newest(isReady, 'photo and film understood')).attachments
    assert.deepEqual([photo.width, photo.height, film.width, film.height], [900, 1200, 384, 704])
    assert.deepEqual([film.hearth.playable, Math.round(film.duration_secs)], ['can_convert', 8])
    for (const person of [nora, ida]) {
      await person.comeForward()
      await person.page.waitForSelector('.gallery img, .files img')
      const seen = await eventually(() => edges(person.page, '.files img'), (colours) => colours !== null, { what: 'the photo' })
      assert.ok(isBlue(seen[0]) && isRed(seen[1]), `what was above is on the right: ${JSON.stringify(seen)}`)
      const poster = await eventually(() => edges(person.page, 'figure.video img'), (colours) => colours !== null, { what: 'the poster' })
      assert.ok(poster[0][0] < 100 && poster[1][0] > 180, `what was above is on the right: ${JSON.stringify(poster)}`)
    }
    const addresses = [photo, film].flatMap(({ hearth }) => [hearth.url, hearth.display_url, hearth.thumbnail?.url, hearth.poster?.url])
    for (const address of addresses.filter((one) => one !== undefined && one !== null)) {
      const { status, body } = await fetched(box, address)
      assert.equal(status, 200)
      assert.deepEqual(TRACES.filter((trace) => body.includes(trace)), [], address)
    }
    await look(nora, 'sent')
    await look(ida, 'sent-desk-de')
  })

  test('the film is made playable, and plays', async () => {
    await ida.comeForward()
    await ida.page.evaluate(() => {
      window.shares = []
      new MutationObserver(() => {
        const bar = document.querySelector('figure.video [role=progressbar]')
        if (bar) window.shares.push(Number(bar.ariaValueNow))
      }).observe(document.body, { subtree: true, childList: true, attributes: true })
    })
    await ida.press('Abspielbar machen')
    const [, film] = (await newest((one) => one.attachments[1]?.hearth.playable === 'converted', 'the film made playable')).attachments
    await ida.find('control', 'Film abspielen', 30)
    assert.notEqual((await ida.page.evaluate(() => window.shares)).length, 0, 'how far it was')
    const { body } = await fetched(box, film.hearth.converted_url)
    assert.deepEqual(TRACES.filter((trace) => body.includes(trace)), [])
    if (encoder !== null) assert.match(box.log, /converted with h264_v4l2m2m/)

    for (const [person, words] of [[nora, 'Play the video'], [ida, 'Film abspielen']]) {
      await person.press(words)
      const playing = () =>
        person.page.evaluate(() => {
          const video = document.querySelector('figure.video video')
          return video && { at: video.currentTime, ready: video.readyState, size: [video.videoWidth, video.videoHeight], error: video.error?.message }
        })
      const shown = await eventually(playing, (now) => now !== null && now.at > 0.5 && now.ready >= 2, { what: 'the film plays', seconds: 30 })
      assert.ok(shown.size[0] < shown.size[1], `upright: ${shown.size}`)
      const colours = await edges(person.page, 'figure.video video')
      assert.ok(colours[0][0] < 100 && colours[1][0] > 180, `what was above is on the right: ${JSON.stringify(colours)}`)
      assert.ok(colours.every((one) => Math.max(...one) - Math.min(...one) < 30), `grey as it was: ${JSON.stringify(colours)}`)
      await person.page.$eval('figure.video video', (video) => video.pause())
    }
    await look(nora, 'film')
    await look(ida, 'film-desk-de')
  })

  test('ten photos stand together, and the large view goes by finger', async () => {
    await send(nora, ...Array.from({ length: 10 }, (_, index) => `day ${index + 1}.png`))
    await nora.find('control', 'Leave out day 10.png')
    await look(nora, 'tray-ten')
    await nora.press('Send')
    await newest((one) => one.attachments.length === 10 && one.attachments.every((file) => file.hearth.state === 'ready'), 'ten photos')
    await nora.find('control', '4 of 10, +6', 30)
    await look(nora, 'ten')
    await ida.find('control', '10 von 10', 30)
    await look(ida, 'ten-desk-de')

    await nora.press('2 of 10')
    await nora.page.waitForSelector('dialog[open] .stage img')
    const title = () => nora.page.$eval('dialog[open]', (dialog) => dialog.ariaLabel)
    const isAt = (words) => eventually(title, (now) => now === words, { what: words })
    const scale = () => nora.page.$eval('dialog[open] .stage img', (image) => Number(/scale\(([\d.]+)\)/.exec(image.style.transform)?.[1]))
    await isAt('2 of 10')
    if (touches) {
      const stage = await middleOf(nora.page, 'dialog[open] .stage')
      const [left, right] = [{ x: stage.x - 100, y: stage.y }, { x: stage.x + 100, y: stage.y }]
      await swipe(nora.page, right, left)
      await isAt('3 of 10')
      await swipe(nora.page, left, right)
      await isAt('2 of 10')
      await pinch(nora.page, stage, 80, 240)
      await eventually(scale, (now) => now > 2 && now < 4, { what: 'three times as near' })
      await look(nora, 'near')
      // Near, a finger moves the picture and not on to the next.
      await swipe(nora.page, right, left)
      await isAt('2 of 10')
      await pinch(nora.page, stage, 200, 50)
      await eventually(scale, (now) => now === 1, { what: 'the whole picture' })
      await look(nora, 'large')
      await swipe(nora.page, stage, { x: stage.x, y: stage.y + 200 })
    } else {
      for (const [key, words] of [['ArrowRight', '3 of 10'], ['End', '10 of 10'], ['ArrowRight', '10 of 10'], ['Home', '1 of 10']]) {
        await nora.page.keyboard.press(key)
        await isAt(words)
      }
      await nora.page.keyboard.press('+')
      await eventually(scale, (now) => now === 1.5, { what: 'nearer' })
      await nora.page.keyboard.press('0')
      await eventually(scale, (now) => now === 1, { what: 'the whole picture' })
      await look(nora, 'large')
      await nora.page.keyboard.press('Escape')
    }
    await nora.page.waitForSelector('dialog[open] .stage', { hidden: true })
  })

  test('a voice is held, thrown away, or goes on without the finger', async () => {
    await nora.comeForward()
    const point = async () => {
      await nora.find('control', 'Record a voice message')
      return await middleOf(nora.page, '[aria-label="Record a voice message"]')
    }
    // A mouse holds as well as a finger.
    const { mouse, touchscreen } = nora.page
    const press = async ({ x, y }) => {
      if (touches) {
        const finger = await touchscreen.touchStart(x, y)
        return { move: (there) => finger.move(there.x, there.y), lift: () => finger.end() }
      }
      await mouse.move(x, y)
      await mouse.down()
      return { move: (there) => mouse.move(there.x, there.y), lift: () => mouse.up() }
    }
    const recorded = (seconds) =>
      eventually(() => nora.page.$eval('[role=timer]', (timer) => timer.innerText).catch(() => ''), (time) => time >= `0:0${seconds}`, {
        what: `${seconds} s recorded`
      })
    const voices = async () =>
      (await noras.call('GET', `/api/v10/channels/${noras.channels.general}/messages?limit=20`)).filter((one) => (one.flags & (1 << 13)) !== 0)

    let at = await point()
    let finger = await press(at)
    await recorded(1)
    await finger.move({ x: at.x - 120, y: at.y })
    await finger.lift()
    at = await point()
    assert.deepEqual(await voices(), [])

    finger = await press(at)
    await recorded(1)
    await look(nora, 'voice-held')
    await finger.move({ x: at.x, y: at.y - 100 })
    await finger.lift()
    await nora.press('Stop and listen')
    await nora.find('control', 'Speed')
    await look(nora, 'voice-heard')
    await nora.press('Discard the voice message')

    at = await point()
    finger = await press(at)
    await recorded(3)
    await finger.lift()
    const [voice] = (await newest((one) => one.attachments[0]?.waveform && one.attachments[0].hearth.state === 'ready', 'the voice')).attachments
    assert.ok(voice.duration_secs > 2 && voice.duration_secs < 20, `${voice.duration_secs} s`)
    assert.deepEqual((await voices()).map((one) => one.attachments[0].duration_secs), [voice.duration_secs])

    await ida.reads('0:0')
    await ida.press('Abspielen')
    const heard = () => ida.page.$eval('.voice [role=slider]', (slider) => Number(slider.ariaValueNow))
    await eventually(heard, (now) => now >= 1, { what: 'the voice plays' })
    await ida.press('Tempo')
    await look(ida, 'voice-desk-de')
    await look(nora, 'voice')
  })

  test('no screen breaks a rule', () => assert.deepEqual(broken, []))
}
