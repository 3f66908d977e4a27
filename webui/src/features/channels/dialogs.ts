/** What is shown only when somebody asks for it. */
import { Lazy } from '@/ui/lazy.svelte';

export const dialogs = new Lazy(async () => {
  const [{ default: ChannelDialog }, { default: DeleteChannel }] = await Promise.all([
    import('./ChannelDialog.svelte'),
    import('./DeleteChannel.svelte'),
  ]);
  return { ChannelDialog, DeleteChannel };
});
