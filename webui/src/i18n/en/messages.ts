import { plural } from './intl';

/** What makes a conversation easy to live with: pins, the inbox, reactions by name, several at once, formatting. */
export const messages = {
  gone: 'That message is gone, or you may not read it.',
  link: (channel: string) => `Message in ${channel}`,
  linkNowhere: 'Message that you cannot see',
  goTo: 'Go to it',
  deleteNotice: 'Delete this line',
  older: 'Show older',
  pins: {
    title: 'Pinned messages',
    emptyTitle: 'Nothing is pinned yet',
    emptyLead:
      'For what everyone looks up again: bin days, the Wi-Fi password. Choose Pin in the menu of a message.',
    emptyReader: 'What everyone looks up again will stand here once somebody pins it.',
    pin: 'Pin',
    unpin: 'Unpin',
    unpinned: 'Taken down',
    bringBack: 'Bring back',
    line: (name: string) => `${name} has pinned a message.`,
  },
  inbox: {
    title: 'Inbox',
    count: (count: number) => plural(count, { one: 'message names you', other: 'messages name you' }),
    emptyTitle: 'Nothing names you',
    emptyLead: 'Messages of the last seven days that name you, answer you or call everyone stand here.',
    everyone: 'Everyone and here',
    roles: 'Your roles',
    onlyHere: (space: string) => `Only ${space}`,
    markRead: 'Mark as read',
    isNew: 'New',
    allRead: 'Mark everything as read',
    spaceRead: 'Mark all as read',
    done: 'All read',
    where: (channel: string, space: string) => `${channel} in ${space}`,
  },
  reactions: {
    title: 'Who reacted',
    tabs: 'Reactions',
    tab: (emoji: string, count: number) => `${emoji}, ${plural(count, { one: 'person', other: 'people' })}`,
    gone: 'Nobody any more',
    andMore: (names: string, count: number) =>
      `${names} and ${plural(count, { one: 'other', other: 'others' })}`,
  },
  reply: {
    ping: 'Tell them',
    pingHint: (name: string, on: boolean) =>
      on ? `${name} is told of your reply` : `${name} is not told of your reply`,
  },
  select: {
    begin: 'Select messages',
    label: 'Selected messages',
    one: (name: string, time: string) => `Select the message by ${name}, ${time}`,
    count: (count: number) => plural(count, { one: 'message selected', other: 'messages selected' }),
    none: 'Press the messages that shall go. With Shift, all in between.',
    most: (most: number) => `${most} at a time.`,
    delete: 'Delete',
    title: (count: number) =>
      count === 1
        ? 'Delete this message?'
        : `Delete ${plural(count, { one: 'message', other: 'messages' })}?`,
    lead: (count: number): string =>
      count === 1
        ? 'It goes for everyone, and cannot be brought back.'
        : 'They go for everyone, and cannot be brought back.',
    keep: (count: number): string => (count === 1 ? 'Keep it' : 'Keep them'),
    confirm: (count: number) => `Delete ${plural(count, { one: 'message', other: 'messages' })}`,
    busy: 'Deleting',
    done: (count: number) => `${plural(count, { one: 'message', other: 'messages' })} deleted`,
  },
  format: {
    label: 'Format the selected text',
    bold: 'Bold',
    italic: 'Italic',
    underline: 'Underline',
    strike: 'Strike out',
    code: 'Code',
    spoiler: 'Hide until pressed',
    quote: 'Quote',
    link: 'Link',
    control: 'Ctrl',
    shift: 'Shift',
    withKey: (name: string, key: string) => `${name} (${key})`,
  },
  tones: {
    label: 'Skin tone',
    ofAll: 'Skin tone of all emoji',
    of: (name: string) => `Skin tone of ${name}`,
    names: ['No tone', 'Light', 'Medium light', 'Medium', 'Medium dark', 'Dark'],
  },
};
