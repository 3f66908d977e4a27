// The box's REST API for what a test needs done without a browser; trusts the box by its own authority.

import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'

import { PASSWORD } from './person.js'

export class Api {
  /** `scheme`: `Bearer` for people, `Bot` for bots. */
  constructor(box, token, scheme = 'Bearer') {
    this.box = box
    this.token = token
    this.scheme = scheme
  }

  /** One call; fails on anything but success. */
  async call(method, path, body) {
    return await this.#ask(method, path, 'application/json', body === undefined ? undefined : JSON.stringify(body))
  }

  /** A message with a file, as bots send one. */
  async sendFile(channel, { name, bytes, content = '' }) {
    const boundary = 'a-line-that-stands-in-no-file'
    const part = (head) => `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n`
    const body = Buffer.concat([
      Buffer.from(part('name="payload_json"') + JSON.stringify({ content }) + '\r\n' + part(`name="files[0]"; filename="${name}"`)),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`)
    ])
    return await this.#ask('POST', `/api/v10/channels/${channel}/messages`, `multipart/form-data; boundary=${boundary}`, body)
  }

  async #ask(method, path, type, body) {
    const headers = { 'content-type': type }
    if (this.token) headers.authorization = `${this.scheme} ${this.token}`
    const ca = readFileSync(join(this.box.folder, 'tls/hearth-ca.crt'))
    const { status, text } = await new Promise((resolve, reject) => {
      const asked = request(this.box.url + path, { method, headers, ca }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part) => (text += part))
        answer.on('end', () => resolve({ status: answer.statusCode, text }))
      })
      asked.on('error', reject).end(body)
    })
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
    return text ? JSON.parse(text) : null
  }

  /** Makes the first account by the setup link. */
  static async setUp(box, { household = 'Maple Street', name, username }) {
    const token = box.setupLink.split('#')[1]
    const body = { token, household, username, display_name: name, password: PASSWORD }
    return await Api.#arrive(box, '/api/hearth/v1/setup', body)
  }

  /** Somebody joins by an invite's code. */
  static async register(box, { invite, name, username }) {
    const body = { invite, username, display_name: name, password: PASSWORD }
    return await Api.#arrive(box, '/api/hearth/v1/auth/register', body)
  }

  /** Somebody who has an account signs in; who they are. */
  static async signIn(box, username) {
    return (await new Api(box).call('POST', '/api/hearth/v1/auth/login', { username, password: PASSWORD })).user
  }

  static async #arrive(box, path, body) {
    const session = await new Api(box).call('POST', path, body)
    const api = new Api(box, session.access_token)
    api.me = session.user
    const [guild] = await api.call('GET', '/api/v10/users/@me/guilds')
    api.guild = guild.id
    const channels = await api.call('GET', `/api/v10/guilds/${guild.id}/channels`)
    api.channels = Object.fromEntries(channels.map((channel) => [channel.name, channel.id]))
    return api
  }

  async invite() {
    return (await this.call('POST', `/api/v10/channels/${this.channels.general}/invites`, { max_age: 0 })).code
  }

  async say(content, more = {}) {
    return await this.call('POST', `/api/v10/channels/${this.channels[more.channel ?? 'general']}/messages`, {
      content,
      message_reference: more.to && { message_id: more.to.id }
    })
  }

  async react(message, emoji) {
    const path = `/api/v10/channels/${message.channel_id}/messages/${message.id}/reactions/${encodeURIComponent(emoji)}/@me`
    await this.call('PUT', path)
  }
}
