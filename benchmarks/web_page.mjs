// What somebody at a browser feels of a long channel with pictures: a box, ten thousand messages, Chromium. Writes JSON.
//
// Run by benchmarks/web.py inside the network of tests/e2e/inside.sh: `node web_page.mjs MESSAGES FRAMES ROUNDS`.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { request } from 'node:https'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { Api } from '../tests/e2e/harness/api.js'
import { Box, ROOT } from '../tests/e2e/harness/box.js'
import { launch, SIZES } from '../tests/e2e/harness/browsers.js'
import { png } from '../tests/e2e/harness/files.js'
import { Person } from '../tests/e2e/harness/person.js'
import { eventually } from '../tests/e2e/harness/stats.js'

const [MESSAGES, FRAMES, ROUNDS] = process.argv.slice(2).map(Number)
/** A quick finger: so many pixels in each frame. */
const STEP_PX = 60
const SHAPES = [[1600, 1000], [900, 1200], [400, 300], [1200, 1200], [2000, 700], [640, 1280]]
const WINDOWS = { 1280: SIZES.desktop, 360: SIZES.phone }

const say = (text) => process.stderr.write(`${text}\n`)

/** A message with pictures, as bots send them. */
async function send(api, pictures) {
  const line = randomBytes(12).toString('hex')
  const parts = pictures.flatMap(([name, body], index) => [
    `--${line}\r\ncontent-disposition: form-data; name="files[${index}]"; filename="${name}"\r\ncontent-type: image/png\r\n\r\n`,
    body,
    '\r\n'
  ])
  const payload = `--${line}\r\ncontent-disposition: form-data; name="payload_json"\r\n\r\n{"content":"A few pictures"}\r\n`
  const body = Buffer.concat([payload, ...parts, `--${line}--\r\n`].map((part) => Buffer.from(part)))
  const headers = { authorization: `Bearer ${api.token}`, 'content-type': `multipart/form-data; boundary=${line}` }
  const ca = readFileSync(join(api.box.folder, 'tls/hearth-ca.crt'))
  const path = `/api/v10/channels/${api.channels.general}/messages`
  await new Promise((resolve, reject) => {
    request(api.box.url + path, { method: 'POST', headers, ca }, (answer) => {
      answer.resume()
      answer.on('end', () => (answer.statusCode < 300 ? resolve() : reject(new Error(`sending: ${answer.statusCode}`))))
    })
      .on('error', reject)
      .end(body)
  })
}

async function furnish() {
  let box = await Box.start()
  const walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  for (const [index, [width, height]] of SHAPES.entries()) {
    await send(walter, [[`picture-${index}.png`, png(width, height, [40 * index, 200, 255 - 40 * index])]])
  }
  const history = () => walter.call('GET', `/api/v10/channels/${walter.channels.general}/messages?limit=50`)
  const isKnown = (all) => all.flatMap((one) => one.attachments).filter((file) => file.width).length === SHAPES.length
  await eventually(history, isKnown, { seconds: 120, what: 'the size of each picture' })
  await box.stop({ keep: true })
  const seed = ['-m', 'benchmarks.web_seed', join(box.folder, 'hearth.db'), walter.channels.general, String(MESSAGES)]
  execFileSync(join(ROOT, '.venv/bin/python'), seed, { cwd: ROOT })
  box = await Box.start({ keep: box.folder })
  walter.box = box
  return [box, walter]
}

const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]
const median = (values) => percentile(values, 0.5)

/** From the first byte that is asked for to the first message on screen, with nothing kept from before. */
async function load(person, url) {
  const client = await person.page.createCDPSession()
  await client.send('Network.clearBrowserCache')
  await person.page.goto('about:blank')
  await person.goto(url)
  await person.page.waitForFunction(() => window.firstMessage !== undefined, { timeout: 60_000 })
  const times = await person.page.evaluate(() => ({
    first_message_ms: window.firstMessage,
    first_paint_ms: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null
  }))
  await client.detach()
  return times
}

/** To be run before the page loads: when the first message of a log was there. */
function watchFirst() {
  new MutationObserver((_, observer) => {
    if (!document.querySelector('[role=log] article')) return
    window.firstMessage = performance.now()
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
}

/** Scrolls up by so much in each frame; how long each frame took, and how many of the frames stood still. */
async function scroll(page, selector, frames) {
  const before = await page.metrics()
  const got = await page.evaluate(
    async (selector, frames, step) => {
      const box = document.querySelector(selector)
      const times = []
      const seen = new Set()
      let stuck = 0
      let last = await new Promise(requestAnimationFrame)
      for (let frame = 0; frame < frames; frame += 1) {
        const from = box.scrollTop
        box.scrollTop = from - step
        if (box.scrollTop === from) stuck += 1
        const now = await new Promise(requestAnimationFrame)
        times.push(now - last)
        last = now
        if (frame % 20 === 0) for (const row of box.querySelectorAll('[data-id]')) seen.add(row.dataset.id)
      }
      return { times, stuck, seen: seen.size }
    },
    selector,
    frames,
    STEP_PX
  )
  const after = await page.metrics()
  return {
    p50_ms: median(got.times),
    p95_ms: percentile(got.times, 0.95),
    p99_ms: percentile(got.times, 0.99),
    main_thread_ms: ((after.TaskDuration - before.TaskDuration) / frames) * 1000,
    stuck_frames: got.stuck,
    messages_seen: got.seen
  }
}

/** The floor: a plain page with as many rows and pictures as the client holds, scrolled alike. */
async function scrollPlain(page, rows = 250) {
  const pictures = SHAPES.map(([width, height], index) => `data:image/png;base64,${png(width >> 2, height >> 2, [40 * index, 200, 99]).toString('base64')}`)
  await page.setContent(
    `<style>body{margin:0;font:16px sans-serif}.log{height:100vh;overflow:auto}p{margin:8px}</style><div class=log>${Array.from(
      { length: rows * 12 },
      (_, row) =>
        `<p data-id=${row}>Plain words that stand for a message of a household.${row % 3 ? '' : `<br><img src="${pictures[row % pictures.length]}">`}</p>`
    ).join('')}</div>`
  )
  await page.evaluate(() => (document.querySelector('.log').scrollTop = 1e9))
  return scroll(page, '.log', Math.min(FRAMES, 400))
}

/**
 * How far what one is reading moves while the pictures around it arrive, one after another, late.
 *
 * Twice: of one row, looked at after each frame was drawn; and of every row, as the browser itself tells of what it has drawn
 * elsewhere than before (Layout Instability, from 3 px on).
 */
async function drift(person, address) {
  const { page } = person
  const held = []
  let isHolding = true
  const later = (asked) => {
    if (isHolding && asked.resourceType() === 'image' && asked.url().includes('/files/')) held.push(asked)
    else void asked.continue()
  }
  // What the page before still asks for is nothing to wait for.
  await page.goto('about:blank')
  await page.setCacheEnabled(false)
  await page.setRequestInterception(true)
  page.on('request', later)
  await person.goto(address)
  await page.waitForSelector('[role=log] article', { visible: true })
  await page.evaluate(watchDrift)
  await eventually(() => held.length, (number) => number >= 3, { what: 'pictures on their way' })
  isHolding = false
  for (const asked of held.splice(0)) {
    await asked.continue()
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  }
  // What is far from the screen is asked for when it comes near.
  const isThere = (one) => one.complete || one.getBoundingClientRect().bottom < 0 || one.getBoundingClientRect().top > innerHeight
  await page.waitForFunction(`[...document.querySelectorAll('[role=log] img')].every(${isThere})`, { timeout: 60_000 })
  const found = await page.evaluate(() => window.endDrift())
  page.off('request', later)
  await page.setRequestInterception(false)
  await page.setCacheEnabled(true)
  if (found.px > 0 || found.shifted_px > 0) say(JSON.stringify(found))
  return found
}

/** In the page: looks at the last row that is seen whole, and hears what the browser says of all. */
function watchDrift() {
  const log = document.querySelector('[role=log]')
  const frame = log.getBoundingClientRect()
  const isIn = (row) => row.getBoundingClientRect().top >= frame.top && row.getBoundingClientRect().bottom <= frame.bottom
  const anchor = [...log.querySelectorAll('[data-id]')].findLast(isIn)
  const from = anchor.getBoundingClientRect().top
  const trace = []
  let most = 0
  let shifted = 0
  let isOver = false
  const heard = new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      for (const { node, previousRect, currentRect } of shift.sources) {
        if (node && log.contains(node)) shifted = Math.max(shifted, Math.abs(currentRect.y - previousRect.y))
      }
    }
  })
  heard.observe({ type: 'layout-shift' })
  // Behind the drawing, not before it: what grows is put right in between.
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  const look = async () => {
    while (!isOver) {
      await drawn()
      const by = anchor.getBoundingClientRect().top - from
      most = Math.max(most, Math.abs(by))
      if (by !== 0) trace.push([by, log.scrollTop, log.scrollHeight, log.clientHeight])
    }
  }
  void look()
  window.endDrift = async () => {
    await drawn()
    await drawn()
    isOver = true
    heard.disconnect()
    const pictures = [...log.querySelectorAll('img')].filter((one) => one.complete).length
    return { px: most, shifted_px: shifted, pictures, trace: trace.slice(0, 5) }
  }
}

async function main() {
  say(`${MESSAGES} messages …`)
  const [box, walter] = await furnish()
  const browser = await launch('chromium')
  const figures = {}
  try {
    const channel = `${box.url}/channels/${walter.guild}/${walter.channels.general}`
    const middle = (await walter.call('GET', `/api/v10/channels/${walter.channels.general}/messages?limit=100`)).at(-1)
    for (const [width, size] of Object.entries(WINDOWS)) {
      say(`${width} px …`)
      const person = await Person.arrive(browser, { size })
      await person.page.evaluateOnNewDocument(watchFirst)
      await person.signIn(box, 'walter')
      const loads = []
      for (let round = 0; round < ROUNDS; round += 1) loads.push(await load(person, channel))
      const kept = {
        first_message_ms: median(loads.map((one) => one.first_message_ms)),
        first_paint_ms: median(loads.map((one) => one.first_paint_ms))
      }
      const drifts = []
      for (let round = 0; round < ROUNDS; round += 1) {
        drifts.push(await drift(person, channel), await drift(person, `${channel}/${middle.id}`))
      }
      await person.goto(channel)
      await person.page.waitForSelector('[role=log] article', { visible: true })
      const scrolled = await scroll(person.page, '[role=log]', FRAMES)
      const plain = await scrollPlain(person.page)
      figures[width] = { load: kept, scroll: scrolled, plain, drifts, complaints: person.complaints }
      await person.context.close()
    }
  } finally {
    await browser.close()
    await box.stop()
  }
  process.stdout.write(JSON.stringify(figures))
}

await main()
