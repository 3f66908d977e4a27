/** What one can do to a conversation. */
import LogOut from '@lucide/svelte/icons/log-out';
import Pencil from '@lucide/svelte/icons/pencil';
import UserPlus from '@lucide/svelte/icons/user-plus';
import X from '@lucide/svelte/icons/x';

import { limits } from '@/api/constants';
import { ChannelType } from '@/api/model';
import type { Channel, Id } from '@/api/model';
import { account } from '@/features/accounts';
import { conversations } from '@/features/conversations';
import { t } from '@/i18n';
import { paths, router } from '@/navigation/router.svelte';
import type { MenuItem } from '@/ui/menu';
import { attempt } from '@/ui/toasts.svelte';

/** What asks something first. */
export type Deed = 'add' | 'rename' | 'leave' | { remove: Id };

export function isFull(channel: Channel): boolean {
  return (channel.recipients ?? []).length + 1 >= limits.groupSize;
}

export function mayRemove(channel: Channel, userId: Id): boolean {
  return channel.type === ChannelType.group && channel.owner_id === account.id && userId !== account.id;
}

export function conversationItems(channel: Channel, ask: (deed: Deed) => void): MenuItem[] {
  if (channel.type === ChannelType.pair)
    return [{ label: t.home.close, icon: X, run: () => void attempt(() => close(channel.id)) }];
  return [
    ...(isFull(channel) ? [] : [{ label: t.home.group.add, icon: UserPlus, run: () => ask('add') }]),
    { label: t.home.group.rename, icon: Pencil, run: () => ask('rename') },
    { label: t.home.group.leave, icon: LogOut, run: () => ask('leave'), danger: true, line: true },
  ];
}

/** Out of one's list; who stood in it comes home. */
export async function close(channelId: Id): Promise<void> {
  await conversations.close(channelId);
  if (router.path.startsWith(paths.conversation(channelId))) router.go(paths.conversations);
}
