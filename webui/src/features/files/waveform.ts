/** The shape of a sound as bars: peaks of one byte each, in base64 on the wire. */

/** As many as Discord's clients send. */
export const PEAKS = 64;
/** Peaks that may come. */
const MOST = 256;
const LOUDEST = 255;

/** `count` bars from 0 to 1; flat if there is nothing that can be read. */
export function bars(waveform: string | undefined, count: number): number[] {
  return resample(read(waveform), count);
}

function read(waveform: string | undefined): number[] {
  if (waveform === undefined) return [];
  try {
    const bytes = Array.from(atob(waveform).slice(0, MOST), (sign) => sign.charCodeAt(0) / LOUDEST);
    return bytes;
  } catch {
    return [];
  }
}

/** The loudest of what falls into each bar; the nearest if there are fewer peaks than bars. */
export function resample(peaks: readonly number[], count: number): number[] {
  if (peaks.length === 0) return Array<number>(count).fill(0);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * peaks.length) / count));
    return Math.max(...peaks.slice(from, to));
  });
}

/** What was measured while it was recorded (0 to 1, any number of values), for the wire. */
export function encode(levels: readonly number[]): string {
  const peaks = resample(levels, PEAKS);
  const loudest = Math.max(...peaks);
  // A quiet voice is drawn as high as a loud one.
  const scale = loudest > 0 ? LOUDEST / loudest : 0;
  return btoa(String.fromCharCode(...peaks.map((peak) => Math.round(peak * scale))));
}
