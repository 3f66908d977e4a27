import { describe, expect, it } from 'vitest';

import { ApiError } from './errors';
import { encode } from './surrogates';

describe('a body', () => {
  it.each(['\ud83d', 'a\ude42', '\ude42\ud83d', '🙂\ud83d'])(
    'with half a character is refused: %j',
    (text) => {
      for (const body of [{ name: text }, { deep: { list: ['fine', text] } }]) {
        expect(() => encode(body)).toThrow(ApiError);
      }
    },
  );

  it.each(['🙂', '👩‍👩‍👧', '\\ud83d', 'naïve', '日本', '\u0000'])('of whole ones goes as it is: %j', (text) => {
    expect(JSON.parse(encode({ text }))).toEqual({ text });
  });
});
