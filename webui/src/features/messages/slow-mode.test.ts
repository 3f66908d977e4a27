/** Slow mode in the field: what is written waits there, and goes when it may. */
import { cleanup, fireEvent, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { boxClock } from '@/api';
import { idAt } from '@/api/snowflake';
import { closeChannels, field, said, say, showChannel } from '@/testing/chat-page';
import { channel, FakeBox, message, NORA, Refusal, ROSE } from '@/testing/fake-box';

let box: FakeBox;

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  vi.useRealTimers();
  cleanup();
  closeChannels(box);
});

async function openSlow(pause: number, owner = ROSE.id): Promise<void> {
  box.on('GET v10/channels/\\d+/messages', () => []);
  box.on('SAY', (body) =>
    message(idAt(boxClock.now()), (body as { content: string }).content, { author: NORA }),
  );
  await box.ready({ owner_id: owner, channels: [channel({ rate_limit_per_user: pause })] });
  await showChannel();
}

it('believes the box about how long is left, and lets nobody wait for what was refused for another reason', async () => {
  await openSlow(60);
  box.on('SAY', () => new Refusal(400, { code: 50035, key: 'invalid', message: 'No.' }));
  await say('too odd');
  await vi.waitFor(() => expect(screen.queryByRole('timer')).toBeNull());

  box.on('SAY', () => new Refusal(429, { code: 20016, key: 'slow_mode', message: '', retry_after: 7 }));
  await say('too early');

  await vi.waitFor(() => expect(screen.getByRole('timer').textContent).toContain('in 7 seconds'));
});

it('makes nobody wait who looks after the channel', async () => {
  await openSlow(30, NORA.id);

  await say('first');
  await say('second');

  expect(said(box)).toEqual(['first', 'second']);
  expect(screen.queryByText(/Slow mode/)).toBeNull();
});

it('keeps what is written too early, says how long, and lets it go then', async () => {
  await openSlow(30);
  expect(screen.getByText('Slow mode: one message in 30 seconds.')).toBeTruthy();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] });

  await say('first');
  await say('second');

  expect(said(box)).toEqual(['first']);
  expect(field().value).toBe('second');
  expect(screen.getByRole('timer').textContent).toContain('in 30 seconds');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(screen.getByRole('timer').textContent).toContain('in 10 seconds');
  await vi.advanceTimersByTimeAsync(11_000);
  expect(screen.queryByRole('timer')).toBeNull();
  await fireEvent.keyDown(field(), { key: 'Enter' });
  expect(said(box)).toEqual(['first', 'second']);
});
