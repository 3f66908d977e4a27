// Files that people of a test send, and how they choose, drop and look for them.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { basename, join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

import { ROOT } from './box.js'
import { eventually } from './stats.js'

/** A picture of two colours that run into each other. */
export function png(width, height, [r, g, b]) {
  const rows = Buffer.alloc(height * (1 + 3 * width))
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows.set([r * (1 - y / height), g * (x / width), b * (1 - x / width)], y * (1 + 3 * width) + 1 + 3 * x)
    }
  }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    size.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([size, body, sum])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

/** Chooses files as the picker of the system hands them over. */
export async function choose(person, ...paths) {
  await person.comeForward()
  const chooser = await person.page.waitForSelector('[data-chooser]')
  await chooser.uploadFile(...paths)
}

/** Drops files on the page: in Chromium as its debugger does, in Firefox as an event of the page's own. */
export async function drop(person, ...paths) {
  await person.comeForward()
  const { page } = person
  if (page.browser().process()?.spawnfile.includes('firefox')) {
    const files = paths.map((path) => ({ name: basename(path), text: readFileSync(path).toString('base64') }))
    await page.evaluate((all) => {
      const brought = new DataTransfer()
      for (const { name, text } of all) {
        brought.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name, { type: name.endsWith('.png') ? 'image/png' : '' }))
      }
      for (const kind of ['dragenter', 'dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: brought, bubbles: true, cancelable: true }))
      }
    }, files)
    return
  }
  const session = await page.createCDPSession()
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  const drag = (type) => session.send('Input.dispatchDragEvent', { type, x: 500, y: 300, data })
  await drag('dragEnter')
  // Until the page has said that it takes them, a drop is none.
  await eventually(() => drag('dragOver').then(() => page.$('.drop')), (shown) => shown !== null, { what: 'the page takes files' })
  await drag('drop')
  await session.detach()
}

/** Pastes a picture where one writes, as the browser would tell of it. */
export async function paste(person, path) {
  await person.comeForward()
  await person.page.evaluate(
    (text, name) => {
      const brought = new DataTransfer()
      brought.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name, { type: 'image/png' }))
      const event = new ClipboardEvent('paste', { clipboardData: brought, bubbles: true, cancelable: true })
      // Firefox makes none of its own with files.
      if (!event.clipboardData?.types.includes('Files')) Object.defineProperty(event, 'clipboardData', { value: brought })
      document.querySelector('textarea[data-composer]').dispatchEvent(event)
    },
    readFileSync(path).toString('base64'),
    basename(path)
  )
}

/** Waits until the browser has a copy of so many files: from then on a reload goes on. */
export async function copied(person, count) {
  const read = () =>
    person.page.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open('hearth-files')
          opening.onsuccess = () => {
            const asked = opening.result.transaction('uploads').objectStore('uploads').count()
            asked.onsuccess = () => {
              opening.result.close()
              resolve(asked.result)
            }
          }
        })
    )
  await eventually(read, (found) => found === count, { what: `${count} copied files` })
}

/** What an address of the box gives. */
export function fetched(box, path) {
  const ca = readFileSync(join(box.folder, 'tls/hearth-ca.crt'))
  return new Promise((resolve, reject) => {
    const parts = []
    request(box.url + path, { ca }, (answer) => {
      answer.on('data', (part) => parts.push(part)).on('end', () => resolve({ status: answer.statusCode, body: Buffer.concat(parts) }))
    })
      .on('error', reject)
      .end()
  })
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

/** What a telephone makes, with its place in it (tests/file_corpus.py), into a folder. */
export function telephoneFiles(folder) {
  execFileSync(join(ROOT, '.venv/bin/python'), ['-m', 'tests.file_corpus', folder], { cwd: ROOT })
}

/** The environment of a box whose board has a video encoder: the tests' own driver (tests/fixtures/v4l2). Null without a C compiler. */
export function boardWithEncoder(folder) {
  const library = join(folder, 'encoder.so')
  try {
    execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, join(ROOT, 'tests/fixtures/v4l2/encoder.c')])
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
  mkdirSync(join(folder, 'dev'))
  writeFileSync(join(folder, 'dev/video11'), '')
  return { LD_PRELOAD: library, V4L2_FOLDER: join(folder, 'dev') }
}

/** The colours of a picture or film on the page, near its left and its right edge: `[[r, g, b], [r, g, b]]`; null while there is none. */
export async function edges(page, selector) {
  return await page.evaluate((where) => {
    const shown = document.querySelector(where)
    const [width, height] = [shown?.naturalWidth ?? shown?.videoWidth ?? 0, shown?.naturalHeight ?? shown?.videoHeight ?? 0]
    if (width === 0) return null
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width, height })
    const context = canvas.getContext('2d')
    context.drawImage(shown, 0, 0)
    return [0.1, 0.9].map((share) => [...context.getImageData(Math.floor(width * share), height >> 1, 1, 1).data.slice(0, 3)])
  }, selector)
}
