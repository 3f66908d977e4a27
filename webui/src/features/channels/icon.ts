/** A small picture for a channel by a word in its name, so that a child or a grandmother finds it; `#` where none fits. */
import BookOpen from '@lucide/svelte/icons/book-open';
import Calendar from '@lucide/svelte/icons/calendar';
import Camera from '@lucide/svelte/icons/camera';
import Car from '@lucide/svelte/icons/car';
import ChefHat from '@lucide/svelte/icons/chef-hat';
import Dumbbell from '@lucide/svelte/icons/dumbbell';
import Gamepad2 from '@lucide/svelte/icons/gamepad-2';
import Hash from '@lucide/svelte/icons/hash';
import HomeIcon from '@lucide/svelte/icons/house';
import Lock from '@lucide/svelte/icons/lock';
import MessageCircle from '@lucide/svelte/icons/message-circle';
import MessageSquareText from '@lucide/svelte/icons/message-square-text';
import Users from '@lucide/svelte/icons/users';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Music from '@lucide/svelte/icons/music';
import PawPrint from '@lucide/svelte/icons/paw-print';
import ShoppingBasket from '@lucide/svelte/icons/shopping-basket';
import Sofa from '@lucide/svelte/icons/sofa';
import Sprout from '@lucide/svelte/icons/sprout';
import Tent from '@lucide/svelte/icons/tent';
import Tv from '@lucide/svelte/icons/tv';
import Volume2 from '@lucide/svelte/icons/volume-2';
import Wrench from '@lucide/svelte/icons/wrench';
import type { Component } from 'svelte';

import { ChannelType, type Channel } from '@/api/model';
import { Permission } from '@/features/guilds';

type Icon = Component<{ class?: string }>;

// The first that fits: “homework” before “home”.
const BY_WORD: readonly (readonly [words: string, icon: Icon])[] = [
  ['homework|school|book|read|study', BookOpen],
  ['general|home|family|house|lobby|welcome', HomeIcon],
  ['grocer|shop|basket|market', ShoppingBasket],
  ['calendar|plan|where|date|event', Calendar],
  ['photo|picture|camera', Camera],
  ['living|lounge|sofa|hang', Sofa],
  ['game|play', Gamepad2],
  ['kitchen|cook|recipe|dinner|food', ChefHat],
  ['music|song|band|choir', Music],
  ['film|movie|tv|series|cinema', Tv],
  ['garden|plant|allotment', Sprout],
  ['holiday|travel|trip|camp|tent', Tent],
  ['pet|dog|cat|animal', PawPrint],
  ['car|bike|drive', Car],
  ['workshop|repair|tool|garage|diy', Wrench],
  ['sport|gym|fitness|run', Dumbbell],
  ['news|announce|notice', Megaphone],
];
const PATTERNS = BY_WORD.map(([words, icon]) => [new RegExp(`\\b(?:${words})`), icon] as const);

/** Hidden from @everyone: a lock says so before any picture. */
function isPrivate(channel: Channel): boolean {
  const everyone = channel.permission_overwrites.find((one) => one.id === channel.guild_id);
  return everyone !== undefined && (BigInt(everyone.deny) & Permission.VIEW_CHANNEL) !== 0n;
}

export function iconOf(channel: Channel): Icon {
  if (channel.type === ChannelType.pair) return MessageCircle;
  if (channel.type === ChannelType.group) return Users;
  if (channel.type === ChannelType.privateThread || isPrivate(channel)) return Lock;
  if (channel.thread !== undefined) return MessageSquareText;
  const name = channel.name.toLowerCase();
  const found = PATTERNS.find(([pattern]) => pattern.test(name));
  return found?.[1] ?? (channel.type === ChannelType.voice ? Volume2 : Hash);
}
