// Two browsers that agree on nothing but H264: the SFU forwards it as it forwards VP8, from key frame to key frame. And a
// third that cannot decode it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Api } from './harness/api.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { Person } from './harness/person.js'
import { callStats, eventually } from './harness/stats.js'

let box, chromium, invite
const people = []

before(async () => {
  box = await Box.start()
  chromium = await launch('chromium')
  const admin = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  invite = `${box.url}/invite/${await admin.invite()}`
  for (const name of ['Nora', 'Tom']) {
    const person = await Person.arrive(chromium, { size: SIZES.desktop })
    await person.page.evaluateOnNewDocument(onlyH264)
    await person.acceptInvite(invite, { name, username: name.toLowerCase() })
    people.push(person)
  }
})

after(async () => {
  await chromium?.close()
  await box?.stop()
})

/** Runs in the page: its answers leave H264 out, as those of a Firefox without its plug-in do. */
function noH264() {
  const answer = RTCPeerConnection.prototype.createAnswer
  RTCPeerConnection.prototype.createAnswer = function (...more) {
    const wanted = RTCRtpReceiver.getCapabilities('video').codecs.filter((codec) => codec.mimeType !== 'video/H264')
    for (const line of this.getTransceivers()) {
      if (line.receiver.track.kind === 'video') line.setCodecPreferences(wanted)
    }
    return answer.apply(this, more)
  }
}

/** Runs in the page: it sends H264, and its answers leave VP8 out. */
function onlyH264() {
  const isH264 = (codec) => codec.mimeType === 'video/H264'
  const answer = RTCPeerConnection.prototype.createAnswer
  RTCPeerConnection.prototype.createAnswer = function (...more) {
    const wanted = RTCRtpReceiver.getCapabilities('video').codecs.filter((codec) => isH264(codec) || codec.mimeType === 'video/rtx')
    for (const line of this.getTransceivers()) {
      if (line.receiver.track.kind === 'video') line.setCodecPreferences(wanted)
    }
    return answer.apply(this, more)
  }
  // Preferences say what one receives; what one sends is said with the encoding.
  const set = RTCRtpSender.prototype.setParameters
  RTCRtpSender.prototype.setParameters = function (parameters) {
    const codec = parameters.codecs.find(isH264)
    if (codec) for (const encoding of parameters.encodings) encoding.codec = codec
    return set.call(this, parameters)
  }
}

const codec = (page) =>
  page.evaluate(async () => {
    const stats = [...(await window.hearthConnections.at(-1).getStats()).values()]
    const video = stats.find((one) => one.type === 'inbound-rtp' && one.kind === 'video' && one.framesDecoded > 0)
    return stats.find((one) => one.id === video?.codecId)?.mimeType
  })

test('pictures flow in H264', async () => {
  for (const person of people) {
    await person.press('Living room')
    await person.press('Join')
    await person.press('Camera')
  }

  for (const person of people) {
    const moving = (stats) => stats.inbound.some((one) => one.kind === 'video' && one.frames > 60)
    await eventually(() => callStats(person.page), moving, { seconds: 30, what: 'a moving picture' })
    assert.equal(await codec(person.page), 'video/H264')
  }
})

test('a browser that cannot show it says so in words, and says nothing where it can', async () => {
  const rose = await Person.arrive(chromium, { size: SIZES.desktop, theme: 'dark' })
  await rose.page.evaluateOnNewDocument(noH264)
  await rose.acceptInvite(invite, { name: 'Rose', username: 'rose' })
  await rose.press('Living room')
  await rose.press('Join')

  await rose.reads('Their picture cannot be shown by this browser.', 30)
  const said = (person) => person.page.evaluate(() => document.body.innerText.split('cannot be shown').length - 1)
  assert.equal(await said(rose), 2, 'of Nora and of Tom')
  assert.equal(await said(people[0]), 0)
})
