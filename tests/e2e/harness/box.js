// A whole box for a test: the launcher with both processes, on free ports, in a folder of its own.

import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
// The one address of the network that inside.sh makes.
export const ADDRESS = '10.77.0.1'
const START_SECONDS = 30
// The server promises to be gone within five seconds of Ctrl+C.
const STOP_SECONDS = 5

async function freeTcpPort() {
  const server = createServer().listen(0, ADDRESS)
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

async function freeUdpPort() {
  const socket = createSocket('udp4').bind(0, ADDRESS)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

export class Box {
  /** Starts a box that listens on the address of this run's network; `keep` is the folder of an earlier one, `env` what it finds in its environment. */
  static async start({ address = ADDRESS, keep, env = {} } = {}) {
    const folder = keep ?? (await mkdtemp(join(tmpdir(), 'hearth-e2e-')))
    const ports = { https: await freeTcpPort(), http: await freeTcpPort(), media: await freeUdpPort() }
    const box = new Box(folder, ports, address)
    box.process = spawn(join(ROOT, '.venv/bin/python'), ['-m', 'appliance', 'run'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...env,
        HEARTH_DATA: folder,
        HEARTH_BIND: address,
        HEARTH_HTTPS_PORT: String(ports.https),
        HEARTH_HTTP_PORT: String(ports.http),
        HEARTH_MEDIA_PORT: String(ports.media)
      }
    })
    for (const stream of [box.process.stdout, box.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (box.log += text))
    }
    await box.until(() => box.log.includes('Ctrl+C stops it'), START_SECONDS)
    return box
  }

  constructor(folder, ports, address) {
    this.folder = folder
    this.ports = ports
    this.url = `https://${address}:${ports.https}`
    this.plainUrl = `http://${address}:${ports.http}`
    this.log = ''
  }

  /** The one-time link that makes the first account, as a person reads it on the terminal. */
  get setupLink() {
    return this.log.match(/https:\S+\/setup#\S+/)?.[0]
  }

  /** kill -9 of one of the two processes, by a word of its command line; the launcher starts it again. */
  async kill(word) {
    const children = readFileSync(`/proc/${this.process.pid}/task/${this.process.pid}/children`, 'utf8').trim().split(' ')
    const words = (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    const victim = children.find((pid) => words(pid).includes(word))
    if (!victim) throw new Error(`no ${word} among the children:\n${this.log}`)
    process.kill(Number(victim), 'SIGKILL')
  }

  async until(condition, seconds) {
    const end = Date.now() + seconds * 1000
    while (!condition()) {
      if (this.process.exitCode !== null || Date.now() > end) throw new Error(`the box did not start:\n${this.log}`)
      await new Promise((wake) => setTimeout(wake, 50))
    }
  }

  /** Ctrl+C; returns how many seconds it took, and fails when that is over the promise. */
  async stop({ keep = false } = {}) {
    const began = Date.now()
    const gone = this.process.exitCode === null ? once(this.process, 'exit') : Promise.resolve()
    this.process.kill('SIGINT')
    const late = setTimeout(() => this.process.kill('SIGKILL'), (STOP_SECONDS + 5) * 1000)
    await gone
    clearTimeout(late)
    if (!keep) await rm(this.folder, { recursive: true, force: true })
    const seconds = (Date.now() - began) / 1000
    if (seconds > STOP_SECONDS) throw new Error(`the box took ${seconds} s to stop:\n${this.log}`)
    return seconds
  }
}
