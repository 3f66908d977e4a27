/** How fast a channel or a thread goes, how long a thread stays open, and who follows it. */
import { exactly, plural } from './intl';

export const pace = {
  slow: 'Slow mode',
  slowHint: 'How long everybody waits between two messages. Those who look after the channel do not.',
  off: 'Off',
  every: (seconds: number) => exactly(seconds),
  ofThreads: 'For threads that begin here',
  newSlow: 'Their slow mode',
  newOpenFor: 'They stay open for',
  staysOpen: 'Stays open for',
  openForHint: 'Then it rests, if nobody has written. Whoever writes opens it again.',
  openFor: (minutes: number) => (minutes === 10_080 ? '1 week' : exactly(minutes * 60)),
  invitable: 'Everybody in it may bring others in',
  invitableHint: 'Otherwise only whoever began it, and those who look after threads.',
};

export const followers = {
  title: 'Who follows this thread',
  find: 'Find people',
  here: (count: number) => plural(count, { one: 'person follows it', other: 'people follow it' }),
  others: 'They see it as well',
  othersPrivate: 'They can be brought in',
  add: 'Add',
  addWho: (name: string) => `Add ${name}`,
  remove: 'Remove',
  removeWho: (name: string) => `Remove ${name}`,
  leave: 'Leave',
  none: 'Nobody follows it. Whoever writes in it does.',
  noneFound: 'Nobody here is called that.',
  leaveTitle: (thread: string) => `Leave ${thread}?`,
  leaveLead: 'It is private: you see it again only when somebody brings you in.',
  stay: 'Stay',
};
