/**
 * The one instance of calls. It hears the gateway from its making on, as every domain does: nothing has to be attached.
 */
import { account } from '@/features/accounts';
import { gateway, rest } from '@/api';
import { channels } from '@/features/channels';
import { paths, router } from '@/navigation/router.svelte';
import { t } from '@/i18n';
import { toasts } from '@/ui/toasts.svelte';
import { onSignOut } from './sign-out.svelte';
import { restSignalling } from './signalling';
import type { Notice, RightsChange } from './ports';
import { Calls } from './state.svelte';

export const voice = new Calls({
  gateway,
  signalling: restSignalling(rest),
  me: () => account.id,
  tell,
});

addEventListener('online', () => voice.networkChanged());
connectionOf(navigator)?.addEventListener('change', () => voice.networkChanged());
// Closing the tab hangs up at once instead of leaving a ghost in the room until the SFU misses us.
addEventListener('pagehide', () => voice.leave());

onSignOut(() => voice.leave());

/** What is good to hear, and need not be closed by hand. */
const ENDED: ReadonlySet<RightsChange> = new Set(['unmuted', 'undeafened', 'maySpeak']);

function tell(notice: Notice): void {
  const words = t.voice.notice;
  switch (notice.about) {
    case 'device': {
      const { device, problem } = notice.error;
      const text = t.voice.problem[device][problem];
      if (device === 'screen') toasts.failed(text);
      else toasts.failed(text, { label: words.showHow, run: () => router.go(paths.settings('voice')) });
      break;
    }
    case 'refused':
      toasts.failed(words.refusals[notice.key] ?? (notice.message === '' ? words.refused : notice.message));
      break;
    case 'held':
      if (notice.kinds.length === 0) toasts.done(words.letGo);
      for (const kind of notice.kinds) toasts.failed(words.held[kind]);
      break;
    case 'rights':
      if (ENDED.has(notice.change)) toasts.done(t.voice.rights[notice.change]);
      else toasts.failed(t.voice.rights[notice.change]);
      break;
    case 'moved':
      toasts.done(words.moved(channels.byId.get(voice.channel?.channelId ?? '')?.name ?? ''));
      break;
    case 'elsewhere':
      toasts.done(words.elsewhere);
      break;
    case 'removed':
    case 'closed':
    case 'unreachable':
      toasts.failed(words[notice.about]);
  }
}

/** Network Information, which only Chromium has: on a phone it tells of mast and Wi-Fi changes. */
function connectionOf(from: Navigator): EventTarget | null {
  const connection = (from as Navigator & { connection?: unknown }).connection;
  return connection instanceof EventTarget ? connection : null;
}
