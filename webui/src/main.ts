import { mount } from 'svelte';

import { account } from '@/features/accounts/account.svelte';
import { language } from '@/features/accounts/language.svelte';
import { preferences } from '@/ui/preferences.svelte';
import App from '@/app/App.svelte';
// Domains that no screen of the first moment asks for, but that must hear READY.
import '@/features/channels/reads.svelte';
import '@/features/messages/messages.svelte';
import '@/features/messages/typing.svelte';
import { watchKeys } from '@/navigation/regions';
import '@/ui/tokens.css';
import '@/ui/base.css';
import '@/ui/controls.css';
import '@/ui/parts.css';

preferences.load('');
watchKeys();

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

/** Nothing is drawn before its words are there: nobody should see a page change its language. */
async function start(app: HTMLElement): Promise<void> {
  const started = account.start();
  if (!language.isKnown) await started;
  await language.start();
  mount(App, { target: app });
}

void start(target);
