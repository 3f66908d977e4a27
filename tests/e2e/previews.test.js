// A link gets a card that the box has fetched: Walter switches it on and says one, Nora sees it in Firefox on a narrow screen and
// in German, and neither browser goes anywhere but to the box.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Api } from './harness/api.js'
import { breaches } from './harness/axe.js'
import { Box, ROOT } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { Elsewhere } from './harness/elsewhere.js'
import { Person } from './harness/person.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'screenshots')
/** What slides in has come to rest: drawers and dialogs take 320 ms. */
const SETTLED_MS = 400
const PAGE = `<!doctype html><title>Cabin 7</title><meta charset="utf-8">
  <meta property="og:title" content="A cabin at the lake, with a boat and an oven that works">
  <meta property="og:description" content="Sleeps six, the jetty is new, and the key hangs behind the third beam on the left.">
  <meta property="og:site_name" content="Lake cabins"><meta property="og:image" content="/cabin.webp">
  <meta name="theme-color" content="#cf6a3d">`

let box, site, chromium, firefox, walter, onPhone, nora
/** What a screen breaks of WCAG 2.2 AA, of all that were looked at. */
const broken = []
/** Where browsers went. */
const addresses = []

before(async () => {
  await mkdir(FOLDER, { recursive: true })
  const picture = readFileSync(join(ROOT, 'docs/pictures/first-day.webp')).toString('base64')
  site = await Elsewhere.start({
    '/cabins/7': { type: 'text/html', body: Buffer.from(PAGE).toString('base64') },
    '/cabin.webp': { type: 'image/webp', body: picture }
  })
  box = await Box.start()
  ;[chromium, firefox] = await Promise.all([launch('chromium'), launch('firefox')])
  const api = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  const noras = await Api.register(box, { invite: await api.invite(), name: 'Nora', username: 'nora' })
  await noras.call('PATCH', '/api/v10/users/@me', { locale: 'de' })
  walter = await Person.arrive(chromium, { size: SIZES.desktop, theme: 'dark' })
  onPhone = await Person.arrive(chromium, { size: SIZES.phone, theme: 'light' })
  nora = await Person.arrive(firefox, { size: SIZES.narrow, theme: 'light' })
  for (const person of [walter, onPhone, nora]) person.page.on('request', (request) => addresses.push(request.url()))
  await walter.signIn(box, 'walter')
  await onPhone.signIn(box, 'walter')
  await nora.signIn(box, 'nora')
})

after(async () => {
  await Promise.all([chromium?.close(), firefox?.close()])
  await box?.stop()
  await site?.stop()
})

/** The screen as it is, for eyes, and for what WCAG forbids. */
async function look(person, what) {
  await person.comeForward()
  await new Promise((wake) => setTimeout(wake, SETTLED_MS))
  await person.picture(join(FOLDER, `previews-${what}.png`))
  broken.push(...(await breaches(person.page)).map((rule) => `${what}: ${rule}`))
  const wide = await person.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) broken.push(`${what}: ${wide} px wider than the screen`)
}

/** The pictures of the cards, once they are drawn. */
async function pictures(person, count) {
  await person.comeForward()
  const selector = '[role="log"] section.embed img'
  await person.page.waitForFunction(
    (chosen, wanted) => {
      const all = [...document.querySelectorAll(chosen)]
      return all.length === wanted && all.every((image) => image.complete && image.naturalWidth > 0)
    },
    { timeout: 30_000 },
    selector,
    count
  )
  return await person.page.$$eval(selector, (all) => all.map((image) => new URL(image.src).pathname))
}

test('nothing is fetched until Walter switches it on', async () => {
  await walter.say(`Before: ${site.url}/cabins/7?before`)
  await nora.reads('Before:')
  await onPhone.goto(`${box.url}/settings/links`)
  await onPhone.reads('The box asks the page of every link')
  await look(onPhone, 'settings-phone')
  await walter.goto(`${box.url}/settings/links`)
  await walter.reads('The box asks the page of every link')
  assert.deepEqual(site.asked, [])

  await walter.press('Show cards of links')
  await walter.reads('The box looks at links now.')
  await look(walter, 'settings')
})

test('a link that is said has a card for both', async () => {
  await walter.goto(box.url)
  await walter.reads('general')
  await walter.say(`How about this one? ${site.url}/cabins/7`)
  for (const person of [walter, nora]) {
    await person.reads('A cabin at the lake')
    const [path] = await pictures(person, 1)
    assert.match(path, /^\/files\/0\/\d+\/preview\.webp$/)
  }
  await look(walter, 'card')
  await look(nora, 'card-narrow')
})

test('a link to a picture is the picture', async () => {
  await walter.say(`${site.url}/cabin.webp`)
  await pictures(walter, 2)
  await pictures(nora, 2)
  await look(walter, 'picture')
  await look(nora, 'picture-narrow')
})

test('Walter takes a card away, by keyboard too', async () => {
  await walter.comeForward()
  const cross = await walter.page.waitForSelector('section[aria-label^="A cabin"] button')
  await cross.focus()
  await look(walter, 'card-cross')
  await walter.page.keyboard.press('Enter')
  await walter.noLongerReads('A cabin at the lake')
  await nora.noLongerReads('A cabin at the lake')
  assert.equal(await nora.page.$('section[aria-label^="A cabin"]'), null)
  assert.ok(await walter.page.evaluate(() => document.activeElement?.matches('article')))
})

test('only the box was there, once for each thing', () => {
  assert.deepEqual(site.asked.map(({ path }) => path).sort(), ['/cabin.webp', '/cabin.webp', '/cabins/7'])
  assert.deepEqual([...new Set(site.asked.map(({ agent }) => agent))], ['Hearth (link preview)'])
  const elsewhere = addresses.filter((address) => !address.startsWith(box.url) && !/^(data|blob|about|wss:\/\/10\.77)/.test(address))
  assert.deepEqual(elsewhere, [])
})

test('nothing on these screens breaks WCAG 2.2 AA or is wider than the screen, and nobody complains', () => {
  assert.deepEqual(broken, [])
  assert.deepEqual([...walter.complaints, ...onPhone.complaints, ...nora.complaints], [])
})
