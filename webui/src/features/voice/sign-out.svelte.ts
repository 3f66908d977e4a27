/** The hook for what must end with the session, such as an open microphone: it runs whether one signs out or the box ends it. */
import { untrack } from 'svelte';

import { account } from '@/features/accounts';

/** `callback` runs each time that the account is signed out; for the life of the page. */
export function onSignOut(callback: () => void): void {
  $effect.root(() => {
    $effect(() => {
      if (account.phase === 'signed_out') untrack(callback);
    });
  });
}
