// What a browser says of its own call: getStats of the connection that `hearth:rtc` announces, and pixels of what it shows.

/** To be run before the page loads: remembers the connections that the voice code announces (docs/protocol.md). */
export async function watchCalls(page) {
  await page.evaluateOnNewDocument(() => {
    window.hearthConnections = []
    addEventListener('hearth:rtc', (event) => window.hearthConnections.push(event.detail.pc))
  })
}

/** One snapshot: for each receiving m-line its kind and counters, and how the round trip is. */
export async function callStats(page) {
  return await page.evaluate(async () => {
    const pc = window.hearthConnections.findLast((one) => one.connectionState !== 'closed')
    if (!pc) return { state: 'none', inbound: [], roundTrip: null, sent: [] }
    const inbound = []
    const sent = []
    let roundTrip = null
    for (const stat of (await pc.getStats()).values()) {
      if (stat.type === 'inbound-rtp') {
        inbound.push({
          mid: stat.mid,
          kind: stat.kind,
          packets: stat.packetsReceived ?? 0,
          lost: stat.packetsLost ?? 0,
          frames: stat.framesDecoded ?? 0,
          freezes: stat.freezeCount ?? 0,
          nacks: stat.nackCount ?? 0,
          retransmitted: stat.retransmittedPacketsReceived ?? 0,
          samples: stat.totalSamplesReceived ?? 0,
          concealed: stat.concealedSamples ?? 0,
          silentConcealed: stat.silentConcealedSamples ?? 0,
          energy: stat.totalAudioEnergy ?? 0
        })
      }
      if (stat.type === 'outbound-rtp') sent.push({ kind: stat.kind, packets: stat.packetsSent ?? 0 })
      if (stat.type === 'candidate-pair' && stat.nominated && stat.currentRoundTripTime !== undefined) {
        roundTrip = stat.currentRoundTripTime
      }
    }
    return { state: pc.connectionState, inbound, roundTrip, sent }
  })
}

/** The colours in the middle of every playing video that is not the person's own picture: `[{ user, kind, pixel, time }]`. */
export async function pictures(page) {
  return await page.evaluate(() => {
    const seen = []
    for (const video of document.querySelectorAll('[data-user-id] video, video[data-user-id]')) {
      const tile = video.closest('[data-user-id]')
      if (video.videoWidth === 0) continue
      const canvas = document.createElement('canvas')
      canvas.width = video.videoWidth
      canvas.height = video.videoHeight
      const context = canvas.getContext('2d')
      context.drawImage(video, 0, 0)
      const middle = context.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data
      const whole = context.getImageData(0, 0, canvas.width, canvas.height).data
      let sum = 0
      for (let at = 0; at < whole.length; at += 4 * 97) sum = (sum * 31 + whole[at] + whole[at + 1] * 3 + whole[at + 2] * 7) >>> 0
      seen.push({ user: tile.dataset.userId, kind: tile.dataset.kind, pixel: [...middle], sum, width: canvas.width })
    }
    return seen
  })
}

/** Waits for a condition on fresh values; fails with the last of them. */
export async function eventually(read, accept, { seconds = 20, what = 'the condition' } = {}) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const value = await read()
    if (accept(value)) return value
    if (Date.now() > end) throw new Error(`${what} did not come true in ${seconds} s: ${JSON.stringify(value)}`)
    await new Promise((wake) => setTimeout(wake, 200))
  }
}
