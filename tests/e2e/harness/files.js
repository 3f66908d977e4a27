// Files that people of a test send, and how they choose, drop and look for them.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

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
