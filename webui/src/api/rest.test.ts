import { describe, expect, it, vi } from 'vitest';

import { ApiError, Unreachable } from './errors';
import { Rest } from './rest';

const ME = { id: '1' } as never;

/** A box that answers from a list, and remembers what it was asked. */
function box(...answers: (Response | Error)[]) {
  const asked: { path: string; init: RequestInit }[] = [];
  const fetch = ((input: string, init?: RequestInit) => {
    asked.push({ path: input, init: init ?? {} });
    const answer = answers.shift();
    if (answer === undefined) throw new Error('asked too often');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }) as typeof globalThis.fetch;
  return { asked, fetch };
}

function json(status: number, body?: unknown): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), { status });
}

const session = (token: string, seconds = 900) =>
  json(200, { access_token: token, expires_in: seconds, user: ME });
const header = (init: RequestInit | undefined, name: string) =>
  (init?.headers as Record<string, string>)[name];

function made(answers: (Response | Error)[], now = () => 0) {
  const { asked, fetch } = box(...answers);
  return { asked, rest: new Rest({ fetch, now, exclusively: (task) => task() }) };
}

describe('requests', () => {
  it('carry the token, and a body as JSON without a charset', async () => {
    const { asked, rest } = made([json(200, { ok: true })]);
    rest.accept({ access_token: 'a', expires_in: 900, user: ME });

    await expect(rest.post('v10/x', { name: 'y' })).resolves.toEqual({ ok: true });

    expect(asked[0]?.path).toBe('/api/v10/x');
    expect(header(asked[0]?.init, 'Authorization')).toBe('Bearer a');
    expect(header(asked[0]?.init, 'Content-Type')).toBe('application/json');
    expect(asked[0]?.init.body).toBe('{"name":"y"}');
  });

  it('turn an error body into what a person can be told', async () => {
    const facts = { shortest: 1, longest: 100 };
    const problem = { key: 'bad_length', message: 'Too long.', facts };
    const errors = { name: { _errors: [{ code: 'BASE_TYPE_BAD_LENGTH', ...problem }] } };
    const { rest } = made([json(400, { code: 50035, key: 'invalid_form', message: 'No.', errors })]);
    rest.accept({ access_token: 'a', expires_in: 900, user: ME });

    const refused: unknown = await rest.get('v10/x').catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      status: 400,
      code: 50035,
      key: 'invalid_form',
      errors: { name: problem },
    });
  });

  it('say that the box is away when nothing answers', async () => {
    const { rest } = made([new TypeError('failed')]);
    rest.accept({ access_token: 'a', expires_in: 900, user: ME });

    await expect(rest.get('v10/x')).rejects.toBeInstanceOf(Unreachable);
  });

  it('survive an answer that is not JSON', async () => {
    const { rest } = made([new Response('<html>Bad gateway</html>', { status: 502 })]);
    rest.accept({ access_token: 'a', expires_in: 900, user: ME });

    await expect(rest.get('v10/x')).rejects.toMatchObject({ status: 502, key: 'unknown' });
  });

  it('wait for a short pause that the box asks for, but not for a long one', async () => {
    vi.useFakeTimers();
    const { asked, rest } = made([
      json(429, { retry_after: 0.4 }),
      json(200, 1),
      json(429, { retry_after: 60 }),
    ]);
    rest.accept({ access_token: 'a', expires_in: 900, user: ME });

    const short = rest.get('v10/x');
    await vi.advanceTimersByTimeAsync(500);
    await expect(short).resolves.toBe(1);
    await expect(rest.get('v10/x')).rejects.toMatchObject({ status: 429, facts: { seconds: 60 } });

    expect(asked).toHaveLength(3);
    vi.useRealTimers();
  });
});

describe('the session', () => {
  it('is refreshed ahead of its end, once for everybody', async () => {
    let now = 0;
    const { asked, rest } = made([session('b'), json(200, 1), json(200, 2)], () => now);
    rest.accept({ access_token: 'a', expires_in: 900, user: ME });
    now = 850_000;

    await Promise.all([rest.get('v10/x'), rest.get('v10/y')]);

    expect(asked.map(({ path }) => path)).toEqual([
      '/api/hearth/v1/auth/refresh',
      '/api/v10/x',
      '/api/v10/y',
    ]);
    expect(header(asked[1]?.init, 'Authorization')).toBe('Bearer b');
  });

  it('is refreshed once after a 401, and the request is made again', async () => {
    const { asked, rest } = made([json(401, { key: 'unauthorised' }), session('b'), json(200, 'there')]);
    rest.accept({ access_token: 'a', expires_in: 900, user: ME });

    await expect(rest.get('v10/x')).resolves.toBe('there');

    expect(header(asked[2]?.init, 'Authorization')).toBe('Bearer b');
  });

  it('does not ask a third time', async () => {
    const { asked, rest } = made([json(401), session('b'), json(401)]);
    rest.accept({ access_token: 'a', expires_in: 900, user: ME });

    await expect(rest.get('v10/x')).rejects.toMatchObject({ status: 401 });
    expect(asked).toHaveLength(3);
  });

  it('ends when the refresh is refused, and only then', async () => {
    const { rest } = made([new TypeError('failed'), json(401, { key: 'session_expired' })]);
    const ended = vi.fn();
    rest.onSignedOut(ended);

    await expect(rest.refresh()).rejects.toBeInstanceOf(Unreachable);
    expect(ended).not.toHaveBeenCalled();
    await expect(rest.refresh()).rejects.toBeInstanceOf(ApiError);
    expect(ended).toHaveBeenCalledOnce();
  });
});
