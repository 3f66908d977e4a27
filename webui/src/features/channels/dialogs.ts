/** What is shown only when somebody asks for it. */
import { language } from '@/features/accounts';
import { Lazy } from '@/ui/lazy.svelte';

export const dialogs = new Lazy(async () => {
  const [{ default: ChannelDialog }, { default: DeleteChannel }] = await Promise.all([
    import('./ChannelDialog.svelte'),
    import('./DeleteChannel.svelte'),
    language.loadLater(),
  ]);
  return { ChannelDialog, DeleteChannel };
});
