/** Threads of channels: what is known of them, and the parts that show, list and begin them. */
import { Lazy } from '@/ui/lazy.svelte';

export { default as ThreadStrip } from './ThreadStrip.svelte';
export { threads } from './threads.svelte';

/** What is shown only when somebody asks for it. */
export const threadDialogs = new Lazy(async () => {
  const [{ default: ThreadList }, { default: NewThread }, { default: RenameThread }] = await Promise.all([
    import('./ThreadList.svelte'),
    import('./NewThread.svelte'),
    import('./RenameThread.svelte'),
  ]);
  return { ThreadList, NewThread, RenameThread };
});
