/** Signed out, by oneself or by the box: the microphone must not stay open behind the door. */
import { untrack } from 'svelte';

import { account } from '@/features/accounts';

export function leaveAtTheDoor(leave: () => void): void {
  $effect.root(() => {
    $effect(() => {
      if (account.phase === 'signed_out') untrack(leave);
    });
  });
}
