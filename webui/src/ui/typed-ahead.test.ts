/** What is typed while a part with a field is being loaded. */
import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { t } from '@/i18n';
import LaterPage from '@/testing/LaterPage.svelte';

import { Lazy } from './lazy.svelte';
import { toasts } from './toasts.svelte';

const keyboard = userEvent.setup();
let arrive: (parts: string) => void;
let fail: (error: Error) => void;
let elsewhere: HTMLInputElement;

function open(): { oncancel: () => void; close: () => void } {
  const oncancel = vi.fn();
  const of = new Lazy(
    () =>
      new Promise<string>((done, failed) => {
        arrive = done;
        fail = failed;
      }),
  );
  const { unmount } = render(LaterPage, { props: { of, oncancel } });
  return { oncancel, close: unmount };
}

beforeEach(() => {
  elsewhere = document.body.appendChild(document.createElement('input'));
  elsewhere.focus();
});

afterEach(() => {
  cleanup();
  elsewhere.remove();
});

it('goes on in its field', async () => {
  const { close } = open();
  await keyboard.keyboard('kit{Backspace}tchen{Enter}');

  arrive('Find');
  const field: HTMLInputElement = await screen.findByLabelText('Find');
  await vi.waitFor(() => expect(field.value).toBe('kitchen'));
  await keyboard.keyboard(' door');

  expect(field.value).toBe('kitchen door');
  expect(elsewhere.value).toBe('');
  close();
  expect(document.activeElement).toBe(elsewhere);
});

it('is dropped with Escape, and goes nowhere', async () => {
  const { oncancel, close } = open();
  await keyboard.keyboard('kit{Escape}');
  expect(oncancel).toHaveBeenCalledOnce();

  close();
  arrive('Find');
  await tick();

  expect(document.activeElement).toBe(elsewhere);
  expect(elsewhere.value).toBe('');
});

it('says so when the box does not answer, and lets go', async () => {
  const { oncancel } = open();

  fail(new TypeError('Failed to fetch dynamically imported module'));

  await vi.waitFor(() => expect(oncancel).toHaveBeenCalledOnce());
  expect(toasts.list.map((toast) => toast.text)).toEqual([t.errors.unreachable]);
});
