// A call of three, in two Chromiums and a Firefox: each sees the others move and hears them, through the box's own SFU.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Api } from './harness/api.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { Person } from './harness/person.js'
import { callStats, eventually, pictures } from './harness/stats.js'

let box, chromium, firefox, admin
const people = {}

before(async () => {
  box = await Box.start()
  chromium = await launch('chromium')
  firefox = await launch('firefox')
  admin = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  const invite = `${box.url}/invite/${await admin.invite()}`
  for (const [name, browser] of [['Nora', chromium], ['Tom', chromium], ['Rose', firefox]]) {
    const person = await Person.arrive(browser, { size: SIZES.desktop, theme: 'dark' })
    await person.acceptInvite(invite, { name, username: name.toLowerCase() })
    people[name] = person
  }
})

after(async () => {
  await chromium?.close()
  await firefox?.close()
  await box?.stop()
})

const all = () => Object.values(people)
const live = (stats, kind) => stats.inbound.filter((track) => track.kind === kind && track.packets > 0)

/** The values of two looks a moment apart, for what must have moved between them. */
async function twice(read) {
  const first = await read()
  await new Promise((wake) => setTimeout(wake, 1500))
  return [first, await read()]
}

test('each hears the two others', async () => {
  for (const person of all()) {
    await person.press('Living room')
    await person.press('Join')
  }

  for (const person of all()) {
    await eventually(() => callStats(person.page), (stats) => live(stats, 'audio').length === 2, { what: 'sound of two others' })
    const [before, now] = await twice(() => callStats(person.page))
    for (const [index, track] of live(now, 'audio').entries()) {
      assert.ok(track.energy > live(before, 'audio')[index].energy, 'the sound goes on')
    }
  }
})

test('each sees the moving pictures of the two others', async () => {
  for (const person of all()) await person.press('Camera')

  for (const person of all()) {
    const others = (seen) => seen.filter((one) => one.kind === 'camera')
    await eventually(() => pictures(person.page), (seen) => others(seen).length === 3, { seconds: 30, what: 'three pictures' })
    const [before, now] = await twice(() => pictures(person.page))
    for (const picture of others(now)) {
      const earlier = before.find((one) => one.user === picture.user && one.kind === 'camera')
      assert.notEqual(picture.sum, earlier.sum, 'the picture moves')
    }
    // Chromium's fake camera is green; Firefox's goes through all colours, but is never grey or black.
    const pixels = others(now).map((picture) => picture.pixel.slice(0, 3))
    const green = pixels.filter(([red, green, blue]) => green > 90 && green > red + 60 && green > blue + 60)
    assert.ok(green.length >= 2, `two green cameras among ${JSON.stringify(pixels)}`)
    assert.ok(pixels.every((pixel) => Math.max(...pixel) - Math.min(...pixel) > 60), `no grey among ${JSON.stringify(pixels)}`)
    const stats = await callStats(person.page)
    assert.equal(live(stats, 'video').filter((track) => track.frames > 0).length, 2)
  }
})

test('who speaks is marked', async () => {
  // The cameras' microphones beep once a second; the mark must come on.
  await eventually(
    () => people.Tom.page.evaluate(() => document.querySelectorAll('.is-speaking').length),
    (marked) => marked > 0,
    { what: 'a speaking ring' }
  )
})

test('a screen is shown to everybody', async () => {
  await people.Nora.press('Share')

  for (const name of ['Tom', 'Rose']) {
    await eventually(
      () => pictures(people[name].page),
      (seen) => seen.some((one) => one.kind === 'screen'),
      { seconds: 30, what: `the screen at ${name}` }
    )
  }
})

test('somebody who is muted by the owner is not heard, whatever the browser sends', async () => {
  const members = await admin.call('GET', `/api/v10/guilds/${admin.guild}/members?limit=100`)
  const muted = members.find((member) => member.user.username === 'tom').user.id
  await admin.call('PATCH', `/api/v10/guilds/${admin.guild}/members/${muted}`, { mute: true })

  await new Promise((wake) => setTimeout(wake, 1500))
  const [before, now] = await twice(async () => (await callStats(people.Nora.page)).inbound.filter((track) => track.kind === 'audio'))
  const stopped = now.filter((track) => track.packets === before.find((one) => one.mid === track.mid)?.packets)
  assert.deepEqual([before.length, stopped.length], [2, 1], 'one of the two sounds has stopped, the other goes on')

  await admin.call('PATCH', `/api/v10/guilds/${admin.guild}/members/${muted}`, { mute: false })
  const flowing = async () => {
    const [then, later] = await twice(async () => (await callStats(people.Nora.page)).inbound.filter((track) => track.kind === 'audio'))
    return later.filter((track) => track.packets > then.find((one) => one.mid === track.mid)?.packets).length
  }
  await eventually(flowing, (count) => count === 2, { seconds: 15, what: 'both sounds again' })
})

test('the call comes back after the media process was killed', async () => {
  await box.kill('appliance.sfu')

  for (const person of all()) {
    await eventually(
      async () => {
        const [before, now] = await twice(() => callStats(person.page))
        return now.state === 'connected' && live(now, 'audio').some((track) => track.energy > (live(before, 'audio').find((one) => one.mid === track.mid)?.energy ?? Infinity))
      },
      Boolean,
      { seconds: 40, what: 'sound after the restart' }
    )
  }
})

test('the call goes on while the server is killed and started again', async () => {
  await box.kill('server')

  const [before, now] = await twice(() => callStats(people.Nora.page))
  assert.equal(now.state, 'connected')
  assert.ok(live(now, 'audio').some((track) => track.packets > live(before, 'audio').find((one) => one.mid === track.mid).packets))
  await new Promise((wake) => setTimeout(wake, 8000))
  assert.equal((await callStats(people.Nora.page)).state, 'connected')
})

test('who leaves is gone for the others', async () => {
  await people.Rose.press('Leave')

  await eventually(
    () => pictures(people.Tom.page),
    (seen) => seen.filter((one) => one.kind === 'camera').length === 2,
    { seconds: 15, what: 'two pictures left' }
  )
})
