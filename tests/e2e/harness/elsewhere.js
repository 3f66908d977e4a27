// A server somewhere in the public network, as far as the box can tell: in a network of its own behind a cable, at an address
// that is somebody else's. Needs the network that inside.sh makes.

import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Public, and reached by nobody from in here but through the cable. */
export const PUBLIC = '93.184.215.14'
const [BOX_END, SITE_END] = ['10.78.0.1', '10.78.0.2']

const ip = (...words) => execFileSync('ip', words)

export class Elsewhere {
  /** `pages`: what lies under each path, as `{type, body}` with the body in base64. */
  static async start(pages) {
    const site = new Elsewhere()
    site.process = fork(fileURLToPath(import.meta.url), ['site'], { execPath: 'unshare', execArgv: ['--net', process.execPath] })
    site.process.on('message', (heard) => {
      if (heard.asked) site.asked.push(heard.asked)
    })
    await site.#hears('there')
    ip('link', 'add', 'away', 'type', 'veth', 'peer', 'name', 'site', 'netns', String(site.process.pid))
    ip('address', 'add', `${BOX_END}/30`, 'dev', 'away')
    ip('link', 'set', 'away', 'up')
    ip('route', 'add', PUBLIC, 'via', SITE_END)
    site.process.send({ pages })
    await site.#hears('listening')
    return site
  }

  constructor() {
    this.asked = []
    this.url = `http://${PUBLIC}`
  }

  async #hears(word) {
    for (;;) {
      const [heard] = await once(this.process, 'message')
      if (heard === word) return
    }
  }

  /** Its network, and with that the cable, ends with it. */
  async stop() {
    const gone = once(this.process, 'exit')
    this.process.kill('SIGKILL')
    await gone
  }
}

/** The other side of the cable. */
async function serve() {
  const { createServer } = await import('node:http')
  process.on('disconnect', () => process.exit())
  process.send('there')
  const [{ pages }] = await once(process, 'message')
  ip('link', 'set', 'lo', 'up')
  ip('address', 'add', `${SITE_END}/30`, 'dev', 'site')
  ip('address', 'add', `${PUBLIC}/32`, 'dev', 'lo')
  ip('link', 'set', 'site', 'up')
  const server = createServer((request, response) => {
    process.send({ asked: { path: request.url, agent: request.headers['user-agent'] } })
    const page = pages[request.url]
    if (page === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': page.type }).end(Buffer.from(page.body, 'base64'))
  })
  server.listen(80, PUBLIC, () => process.send('listening'))
}

if (process.argv[2] === 'site') await serve()
