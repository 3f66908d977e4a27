// Fingers on the glass, as Chromium's debugger plays them.

const STEPS = 8

/** One finger from here to there. */
export async function swipe(page, from, to) {
  const finger = await page.touchscreen.touchStart(from.x, from.y)
  for (let step = 1; step <= STEPS; step += 1) {
    const share = step / STEPS
    await finger.move(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share)
  }
  await finger.end()
}

/** Two fingers round a point, from a distance to another. */
export async function pinch(page, middle, from, to) {
  const session = await page.createCDPSession()
  const points = (gap) => [
    { x: middle.x - gap / 2, y: middle.y, id: 0 },
    { x: middle.x + gap / 2, y: middle.y, id: 1 }
  ]
  const send = (type, touchPoints) => session.send('Input.dispatchTouchEvent', { type, touchPoints })
  await send('touchStart', points(from).slice(0, 1))
  await send('touchStart', points(from))
  for (let step = 1; step <= STEPS; step += 1) await send('touchMove', points(from + ((to - from) * step) / STEPS))
  await send('touchEnd', [])
  await session.detach()
}

/** The middle of what a selector finds, and how large it is. */
export async function middleOf(page, selector) {
  return await page.$eval(selector, (element) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    return { x: x + width / 2, y: y + height / 2, width, height }
  })
}
