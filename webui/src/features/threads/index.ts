/** Threads of channels: what is known of them, and the parts that show, list and begin them. */
import { language } from '@/features/accounts';
import { Lazy } from '@/ui/lazy.svelte';

export { default as ThreadStrip } from './ThreadStrip.svelte';
export { threads } from './threads.svelte';

/** What is shown only when somebody asks for it. */
export const threadDialogs = new Lazy(async () => {
  const [list, begin, settings, followers] = await Promise.all([
    import('./ThreadList.svelte'),
    import('./NewThread.svelte'),
    import('./ThreadSettings.svelte'),
    import('./ThreadFollowers.svelte'),
    language.loadLater(),
  ]);
  return {
    ThreadList: list.default,
    NewThread: begin.default,
    ThreadSettings: settings.default,
    ThreadFollowers: followers.default,
  };
});
