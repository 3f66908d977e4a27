/** Everything one can go to, found by a few letters. */
import LogOut from '@lucide/svelte/icons/log-out';
import Search from '@lucide/svelte/icons/search';
import Settings from '@lucide/svelte/icons/settings';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';

import { account } from '@/features/accounts/account.svelte';
import { ChannelType } from '@/api/model';
import type { Id } from '@/api/model';
import { channels } from '@/features/channels/channels.svelte';
import { iconOf } from '@/features/channels/icon';
import { reads } from '@/features/channels/reads.svelte';
import { guilds } from '@/features/guilds/guilds.svelte';

import { conversations } from '@/features/conversations';
import { people } from '@/features/people';
import type { Quick } from '@/features/search/quick';
import { paths, router } from '@/navigation/router.svelte';
import { shell } from '@/navigation/shell.svelte';
import { t } from '@/i18n';
import { tintOf } from '@/ui/tint';
import { attempt } from '@/ui/toasts.svelte';

export interface PaletteEntry {
  key: string;
  label: string;
  kind: string;
  icon?: Component<{ class?: string }>;
  tint?: string;
  path?: string;
  run?: () => void;
}

const MOST = 12;

export function findEntries(query: string, guildId: Id | undefined, withMessages = false): PaletteEntry[] {
  const wanted = query.trim().toLowerCase();
  const found = everything(guildId)
    .map((entry) => ({ entry, score: score(entry, wanted, guildId) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ entry }) => entry);
  return withMessages && wanted !== '' ? [...found, inMessages(query.trim())] : found;
}

/** A message that was found, with who said it and where. */
export function messageEntry({ id, text, author, tint, where, path }: Quick): PaletteEntry {
  return { key: `message-${id}`, label: `${author}: ${text}`, kind: where, tint, path };
}

/** Whatever it is, somebody may have written it. */
function inMessages(query: string): PaletteEntry {
  return {
    key: 'search',
    label: t.search.inPalette(query),
    kind: t.spaces.kinds.action,
    icon: Search,
    run: () => (shell.search = { text: query, onlyHere: false }),
  };
}

function everything(guildId: Id | undefined): PaletteEntry[] {
  const kinds = t.spaces.kinds;
  const several = guilds.list.length > 1;
  const rooms = guilds.list.flatMap((guild) =>
    channels
      .of(guild.id)
      .filter((channel) => channel.type !== ChannelType.category)
      .map((channel) => {
        const kind = channel.type === ChannelType.voice ? kinds.room : kinds.channel;
        return {
          key: channel.id,
          label: channel.name,
          kind: several && guild.id !== guildId ? `${kind}, ${guild.name}` : kind,
          icon: iconOf(channel),
          path: paths.channel(guild.id, channel.id),
        };
      }),
  );
  const spaces: PaletteEntry[] = guilds.list.map((guild) => ({
    key: `settings-${guild.id}`,
    label: several ? `${t.spaces.settings}, ${guild.name}` : t.spaces.settings,
    kind: kinds.space,
    icon: Settings,
    path: paths.spaceSettings(guild.id),
  }));
  const paired = new Set<Id>();
  const talks = conversations.list.map((channel): PaletteEntry => {
    const other = channel.type === ChannelType.pair ? channel.recipients?.[0] : undefined;
    if (other) paired.add(other.id);
    return {
      key: channel.id,
      label: people.nameOf(channel),
      kind: other ? kinds.person : kinds.group,
      ...(other ? { tint: tintOf(other.id) } : { icon: iconOf(channel) }),
      path: paths.conversation(channel.id),
    };
  });
  const others = people.list
    .filter((user) => people.mayWriteTo(user.id) && !paired.has(user.id))
    .map((user): PaletteEntry => ({
      key: user.id,
      label: people.name(null, user.id, user),
      kind: kinds.person,
      tint: tintOf(user.id),
      run: () =>
        void attempt(async () => router.go(paths.conversation(await conversations.openPair(user.id)))),
    }));
  return [
    ...rooms,
    ...talks,
    ...others,
    { key: 'friends', label: t.home.friends.title, kind: kinds.action, icon: Users, path: paths.friends },
    ...spaces,
    { key: 'settings', label: t.people.settings, kind: kinds.action, icon: Settings, path: paths.settings() },
    {
      key: 'appearance',
      label: t.people.appearance,
      kind: kinds.action,
      icon: Settings,
      path: paths.settings('appearance'),
    },
    {
      key: 'sign-out',
      label: t.spaces.signOut,
      kind: kinds.action,
      icon: LogOut,
      run: () => void attempt(() => account.logout()),
    },
  ];
}

/** 0: not this one. With nothing asked for, what is unread comes first. */
function score(entry: PaletteEntry, wanted: string, guildId: Id | undefined): number {
  const label = entry.label.toLowerCase();
  const here = entry.path?.startsWith(paths.space(guildId ?? '')) === true ? 0.5 : 0;
  if (wanted === '') {
    if (entry.path === undefined || !channels.byId.has(entry.key)) return 0;
    return 1 + here + (reads.mentions(entry.key) > 0 ? 3 : 0) + (reads.unread(entry.key) ? 2 : 0);
  }
  if (label.startsWith(wanted)) return 4 + here;
  if ([' ', '-'].some((gap) => label.includes(gap + wanted))) return 3 + here;
  if (label.includes(wanted)) return 2 + here;
  return inOrder(label, wanted) ? 1 + here : 0;
}

/** All letters, in this order, with others between: `lvr` finds “living room”. */
function inOrder(label: string, wanted: string): boolean {
  let at = 0;
  for (const letter of wanted) {
    at = label.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** A label cut where it matches, to show why it was found. */
export function lettersOf(label: string, query: string): { text: string; hit: boolean }[] {
  const wanted = query.trim().toLowerCase();
  const at = wanted === '' ? -1 : label.toLowerCase().indexOf(wanted);
  if (at < 0) return [{ text: label, hit: false }];
  return [
    { text: label.slice(0, at), hit: false },
    { text: label.slice(at, at + wanted.length), hit: true },
    { text: label.slice(at + wanted.length), hit: false },
  ].filter((part) => part.text !== '');
}
