/** Sentences that more than one part of a call shows. */
import { t } from '@/i18n';
import type { Quality } from './quality';
import type { Phase } from './ports';

/** Verdict first, numbers second: "Clear line, 18 ms". */
export function lineWords(phase: Phase, quality: Quality | null): string {
  const words = t.voice.line;
  if (phase === 'joining') return words.joining;
  if (phase === 'reconnecting') return words.reconnecting;
  if (quality === null) return words.clear;
  const verdict = words[quality.verdict];
  if (quality.verdict === 'weak') return words.withLoss(verdict, Math.max(1, Math.round(quality.loss * 100)));
  return quality.rttMs === null ? verdict : words.withRtt(verdict, quality.rttMs);
}

/** The same without numbers, where there is little room. */
export function lineVerdict(phase: Phase, quality: Quality | null): string {
  const words = t.voice.line;
  if (phase === 'joining') return words.joining;
  if (phase === 'reconnecting') return words.reconnecting;
  return words[quality?.verdict ?? 'clear'];
}

/** A key as it is printed on a keyboard, roughly: codes name places, not letters. */
export function keyName(code: string): string {
  return code
    .replace(/^(Key|Digit)/, '')
    .replace(
      /^(Control|Alt|Shift|Meta)(Left|Right)$/,
      (_, key: string, side: string) => `${side.toLowerCase()} ${key}`,
    )
    .replace(/([a-z])([A-Z])/g, '$1 $2');
}
