/**
 * Whether this browser can show what somebody sends.
 *
 * The box does not transcode: it forwards a picture only to those whose answer took its codec. Nothing else tells us;
 * so a picture that does not come, on a line from which we have left out what the box offered, cannot be shown.
 */

const MEDIA = /^a=rtpmap:\d+ ([^/ ]+)\/90000/gm;
const HELPERS: readonly string[] = ['rtx', 'red', 'ulpfec', 'flexfec-03'];

/** The codecs of one m-line of a session description, in capitals. */
export function codecsOf(sdp: string, mid: string): Set<string> {
  const section = sdp.split(/^(?=m=)/m).find((part) => part.split(/\r?\n/).includes(`a=mid:${mid}`)) ?? '';
  const names = [...section.matchAll(MEDIA)].map((found) => found[1] ?? '');
  return new Set(
    names.filter((name) => !HELPERS.includes(name.toLowerCase())).map((name) => name.toUpperCase()),
  );
}

/** What has come of a picture so far. An m-line that carried somebody else's before has old figures. */
export interface Arrived {
  packets: number;
  frames: number;
}

export async function arrived(pc: RTCPeerConnection, track: MediaStreamTrack): Promise<Arrived> {
  const sum: Arrived = { packets: 0, frames: 0 };
  const line = lineOf(pc, track);
  (await line?.receiver.getStats())?.forEach((entry: Record<string, unknown>) => {
    if (entry['type'] !== 'inbound-rtp') return;
    sum.packets += Number(entry['packetsReceived'] ?? 0);
    sum.frames += Number(entry['framesDecoded'] ?? 0);
  });
  return sum;
}

/** To be asked when a picture has not come for a while; `before` is what had come when one began to wait. */
export async function cannotShow(
  pc: RTCPeerConnection,
  track: MediaStreamTrack,
  before: Arrived,
): Promise<boolean> {
  const mid = lineOf(pc, track)?.mid ?? null;
  const { remoteDescription: offer, localDescription: answer } = pc;
  if (mid === null || offer === null || answer === null) return false;
  const now = await arrived(pc, track);
  if (now.frames > before.frames) return false;
  // It comes, and nothing can be made of it.
  if (now.packets > before.packets) return true;
  const taken = codecsOf(answer.sdp, mid);
  return [...codecsOf(offer.sdp, mid)].some((codec) => !taken.has(codec));
}

function lineOf(pc: RTCPeerConnection, track: MediaStreamTrack): RTCRtpTransceiver | undefined {
  return pc.getTransceivers().find(({ receiver }) => receiver.track === track);
}
