/** What somebody has chosen to be seen as: the box remembers it, and this page only until it has told the box. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { FakeBox } from '@/testing/fake-box';
import { FakeSocket } from '@/testing/fake-socket';

import { account } from './account.svelte';

const PRESENCE = 3;
let box: FakeBox;

const told = () => FakeSocket.all.flatMap((socket) => socket.sent).filter(({ op }) => op === PRESENCE);
const presenceUpdate = (status: string) => ({
  op: PRESENCE,
  d: { status, since: null, activities: [], afk: false },
});

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => box.close());

describe('a status', () => {
  it('is what was chosen last, on whichever device', async () => {
    await box.ready({}, [], 'dnd');

    expect(account.status).toBe('dnd');
    expect(told()).toEqual([]);
  });

  it('is told to the box when it is chosen', async () => {
    await box.ready();

    account.setStatus('invisible');
    account.setStatus('online');

    expect(told()).toEqual([presenceUpdate('invisible'), presenceUpdate('online')]);
  });

  it('that was chosen while the line was down is told once it is up', async () => {
    await box.ready();
    FakeSocket.last.readyState = 3;
    account.setStatus('idle');
    expect(told()).toEqual([]);

    FakeSocket.last.readyState = 1;
    box.says('RESUMED', {});
    box.says('RESUMED', {});
    await box.ready({}, [], 'dnd');

    expect(told()).toEqual([presenceUpdate('idle')]);
    expect(account.status).toBe('dnd');
  });

  it('that was chosen while the line was down outlives a new beginning', async () => {
    await box.ready();
    FakeSocket.last.readyState = 3;
    account.setStatus('idle');

    FakeSocket.last.readyState = 1;
    await box.ready({}, [], 'dnd');

    expect(told()).toEqual([presenceUpdate('idle')]);
    expect(account.status).toBe('idle');
  });
});
