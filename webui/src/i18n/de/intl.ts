import { intl } from '../intl';

export const LOCALE = 'de';
export const {
  number,
  form,
  plural,
  span,
  within,
  duration,
  several,
  size,
  fileSize,
  share,
  percent,
  exactly,
} = intl(LOCALE);
