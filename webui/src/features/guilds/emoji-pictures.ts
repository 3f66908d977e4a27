/** What is made of a file before the box makes an emoji of it: a name, and seldom a smaller picture. */
import { limits } from '@/api/constants';

/** What is too large for the box is made smaller here, as far as it stands still; the box makes an emoji of it. */
const SIDE_PX = 512;
/** In which of its first bytes a picture says that it moves. */
const HEAD_BYTES = 64 * 1024;

/** What a file is called, as a name may be: `Soup Pot.png` is `Soup_Pot`. */
export function nameOf(file: File): string {
  const name = file.name
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 32);
  return name.length < 2 ? `emoji_${name}` : name;
}

/** A picture for the box, which takes it as it is up to a size; null for one that moves and is larger. */
export async function imageOf(file: File): Promise<string | null> {
  if (file.size <= limits.emojiBytes) return dataUri(file);
  if (await moves(file)) return null;
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SIDE_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return dataUri(await canvas.convertToBlob({ type: 'image/png' }));
}

/** How large one may be that moves. */
export const largestMegabytes = limits.emojiBytes / 1024 / 1024;

/** GIF may; of PNG and WebP the chunks `acTL` and `ANIM` say it, which are near the beginning, and of AVIF its brand. */
async function moves(file: File): Promise<boolean> {
  if (file.type === 'image/gif') return true;
  const head = new TextDecoder('latin1').decode(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return head.includes('acTL') || head.includes('ANIM') || head.includes('ftypavis');
}

function dataUri(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(new Error('unreadable'));
    reader.readAsDataURL(blob);
  });
}
