import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

import { firstLoad } from './first-load.ts';

/** Where a running box listens while one works on the web UI: `npm run dev` passes its API through. */
const box = process.env['HEARTH_BOX'] ?? 'https://127.0.0.1:8443';

export default defineConfig({
  plugins: [svelte(), svelteTesting(), firstLoad()],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    target: 'es2022',
    sourcemap: false,
    // How long each plugin took is nothing to tell whoever starts the box.
    rolldownOptions: {
      checks: { bundlerTimings: false },
      // All that is loaded at first in one file: packed together it is smaller than in thirty, and asked for once.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
  server: {
    proxy: {
      '/api': { target: box, secure: false },
      '/ws': { target: box, secure: false, ws: true },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    // Else Node's build of it would be taken, which asks nothing of the page.
    alias: { 'tus-js-client': 'tus-js-client/lib.esm/browser/index.js' },
    server: { deps: { inline: ['tus-js-client'] } },
  },
});
