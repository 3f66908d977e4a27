/** What a chip and a suggestion are called on the screen. */
import Calendar from '@lucide/svelte/icons/calendar';
import FileText from '@lucide/svelte/icons/file-text';
import Hash from '@lucide/svelte/icons/hash';
import Image from '@lucide/svelte/icons/image';
import Link from '@lucide/svelte/icons/link';
import Music from '@lucide/svelte/icons/music';
import PanelTop from '@lucide/svelte/icons/panel-top';
import Pin from '@lucide/svelte/icons/pin';
import Video from '@lucide/svelte/icons/video';
import Vote from '@lucide/svelte/icons/vote';
import type { Component } from 'svelte';

import { boxClock } from '@/api/clock';
import type { Id } from '@/api/model';
import { channels, iconOf } from '@/features/channels';
import { people } from '@/features/people';
import { t } from '@/i18n';

import { daysOf, HAS, plainName } from './operators';
import type { Chip, Days, Has, Token } from './operators';
import type { Search } from './search.svelte';

type Icon = Component<{ class?: string }>;

export interface Suggestion {
  chip: Chip;
  label: string;
  icon?: Icon;
  userId?: Id;
}

const ICONS: Record<Has, Icon> = {
  link: Link,
  file: FileText,
  image: Image,
  video: Video,
  sound: Music,
  embed: PanelTop,
  poll: Vote,
  pin: Pin,
};

/** The value of a chip, without its operator. */
export function valueOf(chip: Chip, scope: Id | null): string {
  if ('userId' in chip) return people.name(scope, chip.userId);
  if ('channelId' in chip) {
    const channel = channels.byId.get(chip.channelId);
    if (!channel) return t.chat.unknownChannel;
    return channel.guild_id === undefined ? people.nameOf(channel) : channel.name;
  }
  return 'what' in chip ? t.search.has[chip.what] : dayWords(chip.days);
}

export function chipWords(chip: Chip, scope: Id | null): string {
  return `${t.search.operators[chip.operator]} ${valueOf(chip, scope)}`;
}

function dayWords({ from, span }: Days): string {
  const options: Intl.DateTimeFormatOptions =
    span === 'day'
      ? { day: 'numeric', month: 'short', year: 'numeric' }
      : span === 'month'
        ? { month: 'long', year: 'numeric' }
        : { year: 'numeric' };
  return new Intl.DateTimeFormat(t.locale, options).format(from);
}

/** What may be meant by an operator that is being written. */
export function suggestionsFor(search: Search, { operator, value }: Token): Suggestion[] {
  switch (operator) {
    case 'from':
    case 'mentions':
      return search
        .peopleFor(value)
        .map(({ id, name }) => ({ chip: { operator, userId: id }, label: name, userId: id }));
    case 'in':
      return search.channelsFor(value).map(({ id, name }) => {
        const channel = channels.byId.get(id);
        return {
          chip: { operator, channelId: id },
          label: name,
          icon: channel ? iconOf(channel) : Hash,
        };
      });
    case 'has':
      return HAS.filter((what) =>
        [what, t.search.has[what]].some((name) => plainName(name).startsWith(plainName(value))),
      ).map((what) => ({ chip: { operator, what }, label: t.search.has[what], icon: ICONS[what] }));
    default:
      return days(value).map(({ label, days }) => ({ chip: { operator, days }, label, icon: Calendar }));
  }
}

function days(value: string): { label: string; days: Days }[] {
  const now = boxClock.now();
  const today = new Date(now);
  const month = String(today.getMonth() + 1).padStart(2, '0');
  const named: [string, string][] = [
    [t.search.today, 'today'],
    [t.search.yesterday, 'yesterday'],
    [t.search.thisMonth, `${today.getFullYear()}-${month}`],
    [t.search.thisYear, String(today.getFullYear())],
  ];
  const written = daysOf(value, now);
  if (written) return [{ label: dayWords(written), days: written }];
  return named
    .filter(([label]) => plainName(label).startsWith(plainName(value)))
    .flatMap(([label, meant]) => {
      const found = daysOf(meant, now);
      return found ? [{ label, days: found }] : [];
    });
}
