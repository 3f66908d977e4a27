/** How good the line is, from `getStats`: a verdict for people first, numbers second. */

export type Verdict = 'clear' | 'slow' | 'weak';

export interface Quality {
  verdict: Verdict;
  /** Round trip to the box; null until the first answer. */
  rttMs: number | null;
  /** Packets lost in the last interval, either way, 0 to 1. */
  loss: number;
}

/** Running totals, of which two in a row make a Quality. */
export interface LineSample {
  rttMs: number | null;
  received: number;
  lost: number;
  /** What the box says that it misses from us, 0 to 1. */
  lossUp: number;
}

/** Opus hides about 3 % of loss so well that nobody notices; at 250 ms people begin to talk over each other. */
const NOTICEABLE_LOSS = 0.03;
const NOTICEABLE_RTT_MS = 250;
/** Fewer packets than this say nothing about a share. */
const ENOUGH_PACKETS = 25;

export function sample(stats: RTCStatsReport): LineSample {
  const line: LineSample = { rttMs: null, received: 0, lost: 0, lossUp: 0 };
  stats.forEach((entry: Record<string, unknown>) => {
    if (entry['type'] === 'candidate-pair' && entry['nominated'] === true && entry['state'] === 'succeeded') {
      const rtt = number(entry['currentRoundTripTime']);
      if (rtt !== null) line.rttMs = Math.round(rtt * 1000);
    } else if (entry['type'] === 'inbound-rtp') {
      line.received += number(entry['packetsReceived']) ?? 0;
      // Negative where duplicates came: that is not a gain.
      line.lost += Math.max(0, number(entry['packetsLost']) ?? 0);
    } else if (entry['type'] === 'remote-inbound-rtp') {
      line.lossUp = Math.max(line.lossUp, number(entry['fractionLost']) ?? 0);
    }
  });
  return line;
}

export function judge(before: LineSample, now: LineSample): Quality {
  const lost = Math.max(0, now.lost - before.lost);
  const expected = Math.max(0, now.received - before.received) + lost;
  const lossDown = expected >= ENOUGH_PACKETS ? lost / expected : 0;
  const loss = Math.max(lossDown, now.lossUp);
  const rttMs = now.rttMs ?? before.rttMs;
  if (loss > NOTICEABLE_LOSS) return { verdict: 'weak', rttMs, loss };
  return { verdict: rttMs !== null && rttMs > NOTICEABLE_RTT_MS ? 'slow' : 'clear', rttMs, loss };
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
