/** What a file is for a person: by what the box has proved of its bytes, else by its name. */
import { AttachmentFlag, MessageFlag } from '@/api/model';
import type { Attachment, Message } from '@/api/model';

export type Kind = 'picture' | 'video' | 'voice' | 'sound' | 'text' | 'file';

/** Names of text that people send each other; what it is decides the box, as plain text. */
const TEXT =
  /\.(txt|md|log|csv|json|ya?ml|toml|ini|conf|xml|html?|css|m?js|ts|svelte|py|rb|rs|go|c|h|cpp|java|kt|sh|sql|gpx|ics|vcf|srt)$/i;

export function kindOf(file: Attachment, isVoice = false): Kind {
  const type = file.content_type;
  if (type.startsWith('audio/')) return isVoice ? 'voice' : 'sound';
  // What could not be understood is a file like any other.
  if (file.hearth.state === 'failed') return TEXT.test(file.filename) ? 'text' : 'file';
  if (type.startsWith('image/') && type !== 'image/svg+xml') return 'picture';
  if (type.startsWith('video/')) return 'video';
  if (type.startsWith('text/') || TEXT.test(file.filename)) return 'text';
  return 'file';
}

export function isVoice(message: Pick<Message, 'flags'>): boolean {
  return ((message.flags ?? 0) & MessageFlag.voice) !== 0;
}

export function isSpoiler(file: Attachment): boolean {
  return ((file.flags ?? 0) & AttachmentFlag.spoiler) !== 0;
}

/** “PDF”, “ZIP”: the ending of a name, if it is one that people know a kind of file by. */
export function ending(name: string): string {
  const found = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1];
  return found?.toUpperCase() ?? '';
}

/** A name in two, so that its middle can be cut and its ending stays. */
export function halves(name: string): [string, string] {
  const KEPT = 8;
  const signs = Array.from(name);
  if (signs.length <= 2 * KEPT) return [name, ''];
  return [signs.slice(0, -KEPT).join(''), signs.slice(-KEPT).join('')];
}
