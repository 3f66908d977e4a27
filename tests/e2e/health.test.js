// How the box is, as those who look after it see it: on a copied Pi whose power supply is too weak, then on one that is well.

import assert from 'node:assert/strict'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { Api } from './harness/api.js'
import { Box, ROOT } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { Person } from './harness/person.js'

const FLAGS = 'sys/devices/platform/soc/soc:firmware/get_throttled'

let board, box, chromium, admin

before(async () => {
  board = await mkdtemp(join(tmpdir(), 'hearth-board-'))
  await cp(join(ROOT, 'tests/fixtures/boards/pi3'), board, { recursive: true })
  process.env.HEARTH_HARDWARE_ROOT = board
  box = await Box.start()
  delete process.env.HEARTH_HARDWARE_ROOT
  chromium = await launch('chromium')
  admin = await Api.setUp(box, { name: 'Walter', username: 'walter' })
})

after(async () => {
  await chromium?.close()
  await box?.stop()
  await rm(board, { recursive: true, force: true })
})

const texts = (person, selector) => person.page.$$eval(selector, (all) => all.map((one) => one.innerText.trim()))

test('a weak power supply is marked, found, explained, and over when it is mended', async () => {
  const walter = await Person.arrive(chromium, { size: SIZES.desktop })
  await walter.signIn(box, 'walter')

  // How full the disk of the machine that tests is, is its own affair: a warning more changes no verdict here.
  await walter.press('Settings, ')
  await walter.press('Health')

  await walter.reads('Something is wrong.')
  await walter.reads('Use the power supply that is made for this board')
  await walter.reads('Raspberry Pi 3 Model B Plus')
  await walter.reads('68 °C of 80')
  assert.equal((await texts(walter, '.checks h3')).at(0), 'The power supply is too weak')
  assert.ok((await texts(walter, '.checks h3')).includes('Trusted connection'))

  await writeFile(join(board, FLAGS), '0\n')
  // The box keeps what it found for five seconds.
  await new Promise((wake) => setTimeout(wake, 5500))
  await walter.press('Check now')

  await walter.reads('Everything works.')
  await walter.noLongerReads('too weak')
  await walter.noLongerReads('Something is wrong.')
  assert.deepEqual(walter.complaints, [])
  await walter.context.close()
})

test('a member finds no such page, and its address says why', async () => {
  await Api.register(box, { invite: await admin.invite(), name: 'Nora', username: 'nora' })
  const nora = await Person.arrive(chromium, { size: SIZES.phone })
  await nora.signIn(box, 'nora')

  await nora.goto(`${box.url}/settings/health`)

  await nora.reads('Only those who look after the box can see this.')
  assert.equal(await nora.has('Health'), false)
  assert.deepEqual(nora.complaints, [])
})
