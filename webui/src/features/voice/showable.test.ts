import { describe, expect, it } from 'vitest';

import { cannotShow, codecsOf } from './showable';

const OFFER = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:0',
  'a=rtpmap:111 opus/48000/2',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103',
  'a=mid:4',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:97 rtx/90000',
  'a=rtpmap:102 H264/90000',
  'a=rtpmap:103 rtx/90000',
  '',
].join('\r\n');
const VP8_ONLY = OFFER.replace('a=rtpmap:102 H264/90000\r\na=rtpmap:103 rtx/90000\r\n', '');

/** A connection with one line that has received so much. */
function connection(answer: string, packetsReceived: number, framesDecoded: number) {
  const track = {} as MediaStreamTrack;
  const stats = new Map([['a', { type: 'inbound-rtp', packetsReceived, framesDecoded }]]);
  const receiver = { track, getStats: () => Promise.resolve(stats) };
  const pc = {
    getTransceivers: () => [{ mid: '4', receiver }],
    remoteDescription: { sdp: OFFER },
    localDescription: { sdp: answer },
  } as unknown as RTCPeerConnection;
  return { pc, track };
}

describe('what a browser can show', () => {
  it('is read from the m-line of the picture', () => {
    expect([...codecsOf(OFFER, '4')]).toEqual(['VP8', 'H264']);
    expect([...codecsOf(OFFER, '0')]).toEqual([]);
    expect([...codecsOf(VP8_ONLY, '4')]).toEqual(['VP8']);
  });

  const nothing = { packets: 0, frames: 0 };
  it.each([
    ['nothing comes, and the answer left a codec out', VP8_ONLY, 0, 0, nothing, true],
    ['nothing comes, and every codec was taken: it may be late', OFFER, 0, 0, nothing, false],
    ['packets come, and no frame can be made of them', OFFER, 90, 0, nothing, true],
    ['frames come', VP8_ONLY, 90, 30, nothing, false],
    [
      'only what somebody else sent on this line before has come',
      VP8_ONLY,
      90,
      30,
      { packets: 90, frames: 30 },
      true,
    ],
  ] as const)('is decided when %s', async (_, answer, packets, frames, before, expected) => {
    const { pc, track } = connection(answer, packets, frames);

    expect(await cannotShow(pc, track, before)).toBe(expected);
  });

  it('is never doubted of one’s own picture', async () => {
    const { pc } = connection(VP8_ONLY, 0, 0);

    expect(await cannotShow(pc, {} as MediaStreamTrack, nothing)).toBe(false);
  });
});
