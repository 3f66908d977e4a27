import { mount } from 'svelte';

import { account } from './accounts/account.svelte';
import { preferences } from './accounts/preferences.svelte';
import App from './App.svelte';
// Domains that no screen of the first moment asks for, but that must hear READY.
import './channels/reads.svelte';
import './messages/messages.svelte';
import './messages/typing.svelte';
import { watchKeys } from './ui/regions';
import './ui/tokens.css';
import './ui/base.css';
import './ui/controls.css';
import './ui/parts.css';

preferences.load('');
watchKeys();

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

mount(App, { target });
void account.start();
