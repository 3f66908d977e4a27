import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Recovery, type Delivery } from './recovery';

function recovery(answers: Delivery[] = []) {
  const restart = vi.fn(() => Promise.resolve(answers.shift() ?? 'done'));
  const giveUp = vi.fn();
  return { recovery: new Recovery({ restart, giveUp }), restart, giveUp };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('lets a short dip pass', async () => {
  const { recovery: line, restart } = recovery();
  line.state('connected', true);

  line.state('disconnected', false);
  await vi.advanceTimersByTimeAsync(1500);
  line.state('connected', true);
  await vi.advanceTimersByTimeAsync(60_000);

  expect(restart).not.toHaveBeenCalled();
});

it('restarts at once when the connection has failed', async () => {
  const { recovery: line, restart } = recovery();
  line.state('connected', true);

  line.state('failed', false);
  await vi.advanceTimersByTimeAsync(1);

  expect(restart).toHaveBeenCalledTimes(1);
});

it('waits longer after each restart, then gives up', async () => {
  const { recovery: line, restart, giveUp } = recovery();
  const start = Date.now();
  const at: number[] = [];
  restart.mockImplementation(() => {
    at.push((Date.now() - start) / 1000);
    return Promise.resolve('done');
  });

  line.state('failed', false);
  await vi.advanceTimersByTimeAsync(100_000);

  expect(at).toEqual([0, 6, 18, 36]);
  expect(giveUp).toHaveBeenCalledTimes(1);
});

it('does not count attempts that never reached the box', async () => {
  const { recovery: line, restart, giveUp } = recovery(Array<Delivery>(20).fill('unreachable'));

  line.state('failed', false);
  await vi.advanceTimersByTimeAsync(100_000);

  expect(restart.mock.calls.length).toBeGreaterThan(8);
  expect(giveUp).not.toHaveBeenCalled();
});

it('gives up at once when the box has let us go, or when the handshake failed over a good path', async () => {
  const gone = recovery(['gone']);
  gone.recovery.state('failed', false);
  await vi.advanceTimersByTimeAsync(1);
  const handshake = recovery();
  handshake.recovery.state('failed', true);

  expect(gone.giveUp).toHaveBeenCalledTimes(1);
  expect(handshake.giveUp).toHaveBeenCalledTimes(1);
  expect(handshake.restart).not.toHaveBeenCalled();
});

it('does not wait for ever for a first connection', async () => {
  const { recovery: line, restart } = recovery();

  line.begin();
  await vi.advanceTimersByTimeAsync(10_000);

  expect(restart).toHaveBeenCalledTimes(1);
});

it('starts counting anew once the line was good again', async () => {
  const { recovery: line, restart, giveUp } = recovery();

  for (let round = 0; round < 10; round += 1) {
    line.state('failed', false);
    await vi.advanceTimersByTimeAsync(1);
    line.state('connected', true);
    await vi.advanceTimersByTimeAsync(30_000);
  }

  expect(restart).toHaveBeenCalledTimes(10);
  expect(giveUp).not.toHaveBeenCalled();
});

it('is silent once it is closed', async () => {
  const { recovery: line, restart, giveUp } = recovery();
  line.state('connected', true);
  line.networkChanged();

  line.close();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(restart).not.toHaveBeenCalled();
  expect(giveUp).not.toHaveBeenCalled();
});
