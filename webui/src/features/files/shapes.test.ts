/** What is reckoned without a screen: rows of a gallery, nearness, the shape of a voice, words for files. */
import { describe, expect, it } from 'vitest';

import type { Attachment } from '@/api/model';

import { arrange, ratioOf } from './gallery';
import { ending, halves, kindOf } from './kinds';
import { placeholderUrl } from './placeholder';
import { bars, encode, PEAKS, resample } from './waveform';
import { clock, filesInWords } from './words';
import { FIT, LARGEST, moved, zoomed } from './zoom';

function file(part: Partial<Attachment> = {}): Attachment {
  const url = `/files/2000/${part.id ?? '1'}/robin.jpg`;
  return {
    id: '1',
    filename: 'robin.jpg',
    content_type: 'image/jpeg',
    size: 400_000,
    url,
    proxy_url: url,
    ephemeral: false,
    width: 1600,
    height: 1200,
    hearth: {
      state: 'ready',
      url,
      display_url: url,
      thumbnail: null,
      poster: null,
      playable: 'no',
      progress: null,
      converted_url: null,
    },
    ...part,
  };
}

describe('a gallery', () => {
  const of = (count: number, ratio = 1.5) =>
    Array.from({ length: count }, () => ({ width: 1000 * ratio, height: 1000 }));

  it.each(Array.from({ length: 10 }, (_, index) => index + 1))('of %i has each picture once', (count) => {
    const pictures = of(count);
    const rows = arrange(pictures);
    expect(rows.flatMap((row) => row.shots.map((shot) => shot.picture))).toEqual(pictures);
    // No row of many beside a row of one, but for the wide one over two.
    for (const row of rows.slice(1)) expect(row.shots.length).toBeGreaterThan(1);
    for (const row of rows) expect(row.shots.length).toBeLessThan(5);
  });

  it('knows its height before anything has come, however odd the shapes are', () => {
    const odd = [{ width: 30_000, height: 1 }, { width: 1, height: 30_000 }, {}, { width: 0, height: 9 }];
    for (const row of arrange(odd)) expect(row.ratio).toBeGreaterThan(1);
    expect(odd.map(ratioOf).every((ratio) => ratio >= 0.6 && ratio <= 2.4)).toBe(true);
  });
});

describe('coming nearer', () => {
  const picture = { width: 800, height: 600 };
  const stage = { width: 1000, height: 700 };

  it('keeps the point under the finger, and no edge comes into the stage', () => {
    const near = zoomed(FIT, 4, { x: 100, y: 50 }, picture, stage);
    expect(near).toEqual({ scale: 4, x: -300, y: -150 });
    const far = moved(near, 1e6, -1e6, picture, stage);
    expect([far.x, far.y]).toEqual([(800 * 4 - 1000) / 2, -(600 * 4 - 700) / 2]);
    expect(zoomed(near, 1e9, { x: 0, y: 0 }, picture, stage).scale).toBe(LARGEST);
    expect(zoomed(near, 0.01, { x: 0, y: 0 }, picture, stage)).toEqual(FIT);
  });
});

describe('the shape of a voice', () => {
  it('goes over the wire as a byte a bar, the loudest as high as can be', () => {
    const wire = encode(Array.from({ length: 500 }, (_, index) => (index % 50) / 100));
    expect(atob(wire)).toHaveLength(PEAKS);
    expect(Math.max(...bars(wire, PEAKS))).toBe(1);
  });

  it.each([undefined, '', '***', 'AA=='])('that is none is flat: %s', (wire) => {
    expect(bars(wire, 4)).toEqual([0, 0, 0, 0]);
  });

  it('of silence is flat, and few peaks are spread', () => {
    expect(bars(encode([0, 0, 0]), 3)).toEqual([0, 0, 0]);
    expect(resample([0.1, 0.9], 4)).toEqual([0.1, 0.1, 0.9, 0.9]);
  });
});

describe('a file in words', () => {
  const said = (attachments: Attachment[], flags = 0) => filesInWords({ attachments, flags });
  const film = file({ content_type: 'video/mp4', filename: 'sledge.mp4' });
  const voice = file({ content_type: 'audio/mp4', filename: 'voice-message.m4a', duration_secs: 12.4 });
  const pdf = file({ content_type: 'application/pdf', filename: 'Boiler report.pdf' });

  it('says what people call it', () => {
    expect(said([])).toBe('');
    expect(said([file()])).toBe('Photo');
    expect(said([file(), file(), file()])).toBe('3 photos');
    expect(said([film])).toBe('Video');
    expect(said([voice], 1 << 13)).toBe('Voice message 0:12');
    expect(said([voice])).toBe('voice-message.m4a');
    expect(said([pdf])).toBe('Boiler report.pdf');
    expect(said([file(), pdf])).toBe('2 files');
  });

  it('is a plain file when the box could not make anything of it', () => {
    const { hearth } = file();
    expect(kindOf(file({ hearth: { ...hearth, state: 'failed' } }))).toBe('file');
    expect(kindOf(file({ content_type: 'image/svg+xml' }))).toBe('file');
    expect(kindOf(file({ content_type: 'application/octet-stream', filename: 'notes.md' }))).toBe('text');
  });

  it('keeps the ending of a name, and tells hours', () => {
    expect(halves('a rather long name of a holiday film.mp4')).toEqual([
      'a rather long name of a holiday ',
      'film.mp4',
    ]);
    expect([ending('x.PDF'), ending('none'), ending('.hidden file')]).toEqual(['PDF', '', '']);
    expect([clock(0), clock(75.9), clock(3723)]).toEqual(['0:00', '1:15', '1:02:03']);
  });
});

describe('a placeholder', () => {
  it('is a tiny picture, and nothing for what is none', () => {
    expect(placeholderUrl('1QcSHQRnh493V4dIh4eXh1h4kJUI')).toMatch(/^data:image\/png;base64,/);
    for (const bad of [undefined, '', '!', 'AA==', 'A'.repeat(400)]) expect(placeholderUrl(bad)).toBe('');
  });
});
