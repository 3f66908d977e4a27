/** A box that runs from memory says so to everybody, signed in or not. */
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { FakeBox } from '@/testing/fake-box';
import Banner from '@/app/Banner.svelte';

import { account } from './account.svelte';
import LoginPage from './LoginPage.svelte';

const INFO = {
  version: '0',
  name: 'Maple Street',
  address: '',
  setup_required: false,
  registration: 'invite',
  api: [],
  features: [],
  limits: {},
};
let box: FakeBox;

beforeEach(() => {
  box = new FakeBox();
});

afterEach(() => {
  cleanup();
  account.info = null;
  box.close();
});

async function opened(keeps: boolean): Promise<void> {
  box.on('GET hearth/v1/info', () => ({ ...INFO, keeps }));
  await account.start();
}

describe.each([
  ['the sign-in page', LoginPage],
  ['the app', Banner],
])('%s', (_, Page) => {
  it('says that the box keeps nothing', async () => {
    await opened(false);
    render(Page);
    expect(screen.getByRole('status').textContent).toContain('keeps nothing');
  });

  it('says nothing of it where everything is kept', async () => {
    await opened(true);
    render(Page);
    expect(screen.queryByRole('status')).toBeNull();
  });
});
