/** British English.  Words of the house: space, channel, room, box, people; see docs/glossary.md. */
import { card } from './card';
import { chat } from './chat';
import { checks } from './checks';
import { errors } from './errors';
import { expressions } from './expressions';
import { home } from './home';
import { messages } from './messages';
import { search } from './search';
import { spaces } from './spaces';
import { threads } from './threads';
import { voice } from './voice';
import { LOCALE, span } from './intl';

export const first = {
  locale: LOCALE,
  /** Of writing. */
  direction: 'ltr' as 'ltr' | 'rtl',
  app: {
    name: 'Hearth',
    loading: 'Opening the door',
    skip: 'Skip to the conversation',
    regions: { rail: 'Spaces', conversations: 'Conversations', sidebar: 'Channels', people: 'People' },
    menu: (unread: number) => (unread === 0 ? 'Channels' : `Channels, ${unread} that name you`),
    close: 'Close',
    cancel: 'Cancel',
    back: 'Back',
    more: 'More',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'This browser did not allow copying. Select the text and copy it by hand.',
    tryAgain: 'Try again',
    unreachableTitle: 'The box does not answer',
    unreachable:
      'It may be off, starting, or on another network. Check that it has power and that you are on its Wi-Fi, then try again.',
    lost: (seconds: number) =>
      seconds > 0
        ? `No connection to the box. Trying again in ${span(seconds)}.`
        : 'No connection to the box. Trying again now.',
    tryNow: 'Try now',
    keepsNothing:
      'The box cannot use its card and keeps nothing: what is written now is gone when it is switched off. What was there before is untouched.',
    nowhereTitle: 'Nothing here',
    nowhere: 'This channel is gone, or you can no longer see it.',
    noChannels: 'No channel yet',
    noChannelsLead: 'Make the first one, and everyone here can write in it.',
  },
  people: {
    card,
    someone: 'Someone who left',
    here: 'Here',
    notHere: 'Not here',
    notKnown: 'Others',
    bot: 'Bot',
    owner: 'Owner',
    you: 'you',
    status: { online: 'Online', idle: 'Away', dnd: 'Busy', offline: 'Not here', invisible: 'Hidden' },
    statusHint: {
      online: 'People see that you are here',
      idle: 'Here, but not looking',
      dnd: 'Here, and would rather not be disturbed',
      invisible: 'You look as if you were not here',
    },
    noLine: 'No connection',
    chooseStatus: 'Choose your status',
    inRoom: (room: string) => `In ${room}`,
    settings: 'Settings',
    settingsWaiting: (count: number) =>
      count === 1 ? 'Settings, 1 thing to do' : `Settings, ${count} things to do`,
    appearance: 'Appearance',
  },
  checks,
  chat,
  messages,
  expressions,
  home,
  spaces,
  threads,
  search,
  voice,
  errors,
};
