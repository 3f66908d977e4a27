import { mount } from 'svelte';

import { account } from '@/features/accounts/account.svelte';
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

mount(App, { target });
void account.start();
