/** What the page can say about a name or a password. */
import { plural } from './intl';

export const checks = {
  nameEmpty: 'Please fill this in.',
  nameLong: (most: number) => `At most ${most} characters.`,
  nameShort: (least: number) => `At least ${least} characters.`,
  username: {
    length: '2 to 32 characters.',
    shape: 'Only letters, digits and underscores, with single dots or hyphens between them.',
    reserved: 'This name is kept for the box. Choose another.',
    mixed: 'It mixes letters of several alphabets that look alike. Write it in one.',
  },
  line: {
    invisible: 'There is something invisible in it. Type it anew.',
    unknown: 'There is a character in it that other devices cannot show. Leave that out.',
    piled: 'There are too many marks on one letter, or none to carry them.',
    empty: 'There is nothing to see in it. Use at least one letter.',
    calls: 'This word calls everybody. Choose another.',
  },
  passwordShort: (missing: number) => `${plural(missing, { one: 'character', other: 'characters' })} to go.`,
  passwordPlain: 'This is among the first that others would try.',
  passwordGood: 'Good',
  passwordWeak: 'Enough. A few words in a row are stronger and easier to remember.',
};
