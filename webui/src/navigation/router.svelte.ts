/** Which address shows what.  The address is the only memory of where one is: back, reload and a shared link all work. */
import type { Id } from '@/api/model';

export type SettingsSection = 'account' | 'devices' | 'appearance' | 'voice' | 'health' | 'storage' | 'links';
export type SpaceSection = 'overview' | 'people' | 'invites' | 'emoji' | 'bots';

export type Route =
  | { page: 'setup'; token: string }
  | { page: 'login' }
  | { page: 'invite'; code: string }
  | { page: 'settings'; section: SettingsSection }
  | { page: 'space-settings'; guild: Id; section: SpaceSection }
  | { page: 'space'; guild: Id; channel: Id | null; message: Id | null }
  | { page: 'conversations'; channel: Id | null; message: Id | null; friends?: boolean }
  | { page: 'home' };

const SETTINGS: readonly string[] = [
  'account',
  'devices',
  'appearance',
  'voice',
  'health',
  'storage',
  'links',
];
const SPACE: readonly string[] = ['overview', 'people', 'invites', 'emoji', 'bots'];
const ID = /^\d{1,20}$/;

export function parse(path: string, hash: string): Route {
  const [first = '', second = '', third = '', fourth = ''] = path
    .split('/')
    .map(word)
    .filter((part) => part !== '');
  switch (first.toLowerCase()) {
    case 'setup':
      return { page: 'setup', token: word(hash) };
    case 'login':
      return { page: 'login' };
    case 'invite':
      return { page: 'invite', code: second };
    case 'settings':
      return {
        page: 'settings',
        section: (SETTINGS.includes(second) ? second : 'account') as SettingsSection,
      };
    // `/@me`: the sign is not read, see `word`.
    case 'me':
      return {
        page: 'conversations',
        channel: ID.test(second) ? second : null,
        message: ID.test(third) ? third : null,
        ...(second === 'friends' ? { friends: true } : {}),
      };
    // As links to messages are written elsewhere: `/channels/@me/1/2`, `/channels/1/2/3`.
    case 'channels':
      return parse(`/${second === 'me' ? '' : 'spaces/'}${[second, third, fourth].join('/')}`, hash);
    case 'spaces':
      if (!ID.test(second)) return { page: 'home' };
      if (third === 'settings') {
        const section = (SPACE.includes(fourth) ? fourth : 'overview') as SpaceSection;
        return { page: 'space-settings', guild: second, section };
      }
      return {
        page: 'space',
        guild: second,
        channel: ID.test(third) ? third : null,
        message: ID.test(fourth) ? fourth : null,
      };
    default:
      return { page: 'home' };
  }
}

/**
 * What an address means by one of its parts.  Links come out of sentences and mails: with the full stop behind them, in
 * brackets, with a space or a soft hyphen; none of our own words has anything but letters, digits, - and _.
 */
function word(part: string): string {
  return /[\p{L}\p{N}_-]+/u.exec(decode(part).replace(/\p{Cf}/gu, ''))?.[0] ?? '';
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A mangled link: the box will not know the code, and the page says so.
    return part;
  }
}

const home = (guild: Id | undefined) => (guild === undefined ? '/@me' : `/spaces/${guild}`);

export const paths = {
  home: '/',
  login: '/login',
  settings: (section: SettingsSection = 'account') => `/settings/${section}`,
  space: (guild: Id) => `/spaces/${guild}`,
  spaceSettings: (guild: Id, section: SpaceSection = 'overview') => `/spaces/${guild}/settings/${section}`,
  /** Pairs, groups and friends. */
  conversations: '/@me',
  friends: '/@me/friends',
  conversation: (channel: Id) => `/@me/${channel}`,
  /** Without a guild: a conversation. */
  channel: (guild: Id | undefined, channel: Id) => `${home(guild)}/${channel}`,
  message: (guild: Id | undefined, channel: Id, message: Id) => `${home(guild)}/${channel}/${message}`,
  invite: (code: string) => `/invite/${encodeURIComponent(code)}`,
};

export class Router {
  route: Route = $state.raw({ page: 'home' });
  path = $state('/');
  /** How often one went to where one was. */
  again = $state(0);
  /** Where settings lead back to. */
  lastChat = $state('/');

  constructor() {
    this.#read();
    addEventListener('popstate', () => this.#read());
    addEventListener('hashchange', () => this.#read());
    document.addEventListener('click', this.#follow);
  }

  go(path: string, { replace = false } = {}): void {
    if (path === location.pathname && !replace) {
      this.again += 1;
      return;
    }
    if (replace) history.replaceState(null, '', path);
    else history.pushState(null, '', path);
    this.#read();
  }

  #read(): void {
    this.path = location.pathname;
    this.route = parse(location.pathname, location.hash);
    if (this.route.page === 'space' || this.route.page === 'conversations') this.lastChat = location.pathname;
  }

  // Plain links everywhere: a middle click opens a tab, a left click stays in the page.
  #follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.origin !== location.origin) return;
    if (link.hash !== '' && link.pathname === location.pathname) return;
    event.preventDefault();
    this.go(link.pathname);
  };
}

export const router = new Router();
