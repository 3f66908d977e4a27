/** What messages need is there before they are drawn: nothing grows under whoever reads. */
import { expect, it } from 'vitest';

import { showing } from '@/features/files';
import { message } from '@/testing/fake-box';

import { hanging, prepare } from './lazy.svelte';

it('loads what the page has, and nothing else', async () => {
  await prepare([message('1', 'words')]);
  expect([showing.parts, hanging.parts]).toEqual([undefined, undefined]);

  await prepare([message('1', 'words'), { ...message('2', ''), attachments: [file] }]);
  expect(showing.parts).toBeDefined();
  expect(hanging.parts).toBeUndefined();
});

const file = {
  id: '3',
  filename: 'robin.png',
  content_type: 'image/png',
  size: 100,
  url: '/files/3',
  proxy_url: '/files/3',
  width: 400,
  height: 300,
} as ReturnType<typeof message>['attachments'][number];
