/** What takes up the room on the box, for those who look after it. */
import { form, number, plural, size } from './intl';

const FILE = { one: 'file', other: 'files' };
const rounded = (bytes: number): string => (bytes < 1_000_000 ? 'under 1 MB' : size(bytes));

export const storage = {
  lead: 'What is kept on the box, and what takes the room.',
  of: (used: number, total: number) => `${size(used)} of ${size(total)}`,
  full: 'How full the box is',
  parts: {
    picture: 'Pictures',
    video: 'Videos',
    sound: 'Sound and voice',
    other: 'Other files',
    made: 'Small copies',
    rest: 'Messages and everything else',
    free: 'Free',
    kept: 'Kept free',
  },
  size: rounded,
  files: 'Files',
  order: 'Order',
  orders: { largest: 'Largest', oldest: 'Oldest', newest: 'Newest' },
  whose: 'Whose files',
  everybody: 'Everybody',
  more: 'Show more',
  none: 'No files yet',
  noneLead: 'What people send in channels and conversations is listed here.',
  conversation: 'Conversation',
  sent: (where: string, when: string) => `${where}, ${when}`,
  byPerson: 'By person',
  bySpace: 'By space',
  conversations: 'Conversations',
  count: (files: number) => plural(files, FILE),
  reserve: 'Kept free for the box',
  reserveLead: 'Below this nobody can send files. Messages always go through.',
  chosen: (files: number, bytes: number) =>
    `${plural(files, FILE)}, ${rounded(bytes)}. The messages stay, without them.`,
  chooseNone: 'Choose none',
  remove: (files: number) => `Delete ${plural(files, FILE)}`,
  removing: 'Deleting',
  removeTitle: (files: number) =>
    form(files, { one: 'Delete this file?', other: `Delete these ${number(files)} files?` }),
  removeLead:
    'What is deleted is gone for everybody, and cannot be brought back. What was written with it stays.',
  removed: (files: number) => `${plural(files, FILE)} deleted`,
  keep: 'Keep them',
  limits: 'Limits',
  limitsLead: 'In megabytes. Empty means: as much as there is room for. What is there already stays.',
  largest: 'One file',
  member: 'All files of one person',
  guild: 'All files in one space',
  megabytes: 'MB',
  wholeMegabytes: (least: number, most: number) => `A whole number from ${number(least)} to ${number(most)}.`,
};
