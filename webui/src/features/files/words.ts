/** Files in words: what a list says of a message that has no text. */
import type { Attachment, Message } from '@/api/model';
import { t } from '@/i18n';

import { isVoice, kindOf } from './kinds';

/** “0:12”, “1:02:03”. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** “Photo”, “3 photos”, “Voice message 0:12”, “Boiler report.pdf”; empty without files. */
export function filesInWords(message: Pick<Message, 'flags'> & { attachments?: Attachment[] }): string {
  const { attachments = [] } = message;
  const [first] = attachments;
  if (first === undefined) return '';
  const words = t.chat.files;
  const kinds = new Set(attachments.map((file) => kindOf(file, isVoice(message))));
  const [kind] = kinds;
  if (kinds.size > 1) return words.several(attachments.length);
  if (kind === 'voice')
    return words.voice(first.duration_secs === undefined ? '' : clock(first.duration_secs));
  if (kind === 'picture') return words.photos(attachments.length);
  if (kind === 'video') return words.videos(attachments.length);
  return attachments.length === 1 ? first.filename : words.several(attachments.length);
}
