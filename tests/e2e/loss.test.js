// A call over a line that loses every twentieth packet in each direction: sound goes on, the picture recovers.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Api } from './harness/api.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { lose, lost, mend } from './harness/loss.js'
import { Person } from './harness/person.js'
import { callStats, eventually } from './harness/stats.js'

const PERCENT = 5
const SECONDS = 20

let box, chromium
const people = []

before(async () => {
  box = await Box.start()
  chromium = await launch('chromium')
  const admin = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  const invite = `${box.url}/invite/${await admin.invite()}`
  for (const name of ['Nora', 'Tom']) {
    const person = await Person.arrive(chromium, { size: SIZES.desktop, theme: 'dark' })
    await person.acceptInvite(invite, { name, username: name.toLowerCase() })
    await person.press('Living room')
    await person.press('Join')
    await person.press('Camera')
    people.push(person)
  }
})

after(async () => {
  await chromium?.close()
  await box?.stop()
})

const track = (stats, kind) => stats.inbound.find((one) => one.kind === kind && one.packets > 0)

test('five percent of the packets may get lost', async (t) => {
  for (const person of people) {
    await eventually(() => callStats(person.page), (stats) => (track(stats, 'video')?.frames ?? 0) > 30, { seconds: 30, what: 'a picture' })
  }
  lose(box.ports.media, PERCENT)
  const before = await Promise.all(people.map((person) => callStats(person.page)))
  await new Promise((wake) => setTimeout(wake, SECONDS * 1000))
  const now = await Promise.all(people.map((person) => callStats(person.page)))
  const dropped = lost()
  mend()

  assert.ok(dropped > 100, `only ${dropped} packets were lost`)
  for (const [index, name] of ['Nora', 'Tom'].entries()) {
    const sound = track(now[index], 'audio')
    const sound0 = track(before[index], 'audio')
    const video = track(now[index], 'video')
    const video0 = track(before[index], 'video')
    const samples = sound.samples - sound0.samples
    const concealed = (sound.concealed - sound0.concealed) / samples
    const fps = (video.frames - video0.frames) / SECONDS
    t.diagnostic(
      `${name}: sound ${(samples / 48000 / SECONDS).toFixed(3)} s a second, ${(concealed * 100).toFixed(1)} % concealed; ` +
        `picture ${fps.toFixed(1)} fps, ${video.freezes - video0.freezes} freezes, ${video.nacks - video0.nacks} NACKs, ` +
        `${video.retransmitted - video0.retransmitted} retransmitted, round trip ${(now[index].roundTrip * 1000).toFixed(0)} ms`
    )
    assert.ok(samples > 0.95 * 48000 * SECONDS, 'the sound has no gaps')
    assert.ok(concealed < 0.15, 'little of the sound is made up')
    assert.ok(sound.energy > sound0.energy, 'there is something to hear')
    assert.ok(fps > 8, `the picture recovers (${fps} fps)`)
    assert.ok(video.retransmitted > video0.retransmitted, 'lost packets are sent again')
  }
})

test('after the loss the picture is whole again', async () => {
  for (const person of people) {
    const before = track(await callStats(person.page), 'video')
    await new Promise((wake) => setTimeout(wake, 4000))
    const now = track(await callStats(person.page), 'video')
    assert.ok(now.frames - before.frames > 30)
  }
})
