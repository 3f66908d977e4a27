/** A box that takes uploads by tus 1.0, in place of XMLHttpRequest; its line can be cut in the middle of a file. */
import { vi } from 'vitest';

interface Kept {
  size: number;
  offset: number;
  metadata: string;
}

export class FakeUploads {
  kept = new Map<string, Kept>();
  asked: string[] = [];
  /** The next piece breaks off after so many bytes; then nothing is answered until it is null again. */
  cutAfter: number | null = null;
  /** What a new upload is refused with. */
  refusal: { status: number; body: object } | null = null;
  /** Pieces wait here until a test lets them go on. */
  gate: Promise<void> = Promise.resolve();
  #next = 1;

  constructor() {
    const box: FakeUploads = this; // eslint-disable-line @typescript-eslint/no-this-alias -- the class below has its own
    vi.stubGlobal(
      'XMLHttpRequest',
      class extends Request {
        constructor() {
          super(box);
        }
      },
    );
  }

  answer(method: string, url: string, headers: Record<string, string>, body: Blob | null): Answer | null {
    if (method === 'POST') return this.#create(headers);
    const upload = this.kept.get(url);
    if (upload === undefined) return { status: 404, headers: {} };
    if (method === 'HEAD') {
      if (this.cutAfter !== null) return null;
      return {
        status: 200,
        headers: { 'upload-offset': String(upload.offset), 'upload-length': String(upload.size) },
      };
    }
    if (method === 'DELETE') {
      this.kept.delete(url);
      return { status: 204, headers: {} };
    }
    if (Number(headers['upload-offset']) !== upload.offset) return { status: 409, headers: {} };
    const taken = Math.min(body?.size ?? 0, this.cutAfter ?? Infinity);
    upload.offset += taken;
    if (this.cutAfter !== null) return null;
    return { status: 204, headers: { 'upload-offset': String(upload.offset) } };
  }

  #create(headers: Record<string, string>): Answer {
    if (this.refusal) return { ...this.refusal, headers: {} };
    const url = `/files/uploads/u${this.#next}`;
    this.#next += 1;
    this.kept.set(url, {
      size: Number(headers['upload-length']),
      offset: 0,
      metadata: headers['upload-metadata'] ?? '',
    });
    return { status: 201, headers: { location: url } };
  }
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body?: object;
}

/** As much of XMLHttpRequest as tus-js-client asks for. */
class Request {
  status = 0;
  responseText = '';
  upload: { onprogress: ((event: object) => void) | null } = { onprogress: null };
  onload: (() => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  readonly #box: FakeUploads;
  readonly #asked: Record<string, string> = {};
  #answered: Record<string, string> = {};
  #method = '';
  #url = '';
  #aborted = false;

  constructor(box: FakeUploads) {
    this.#box = box;
  }

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = new URL(url, 'https://box.test').pathname;
  }

  setRequestHeader(name: string, value: string): void {
    this.#asked[name.toLowerCase()] = value;
  }

  getResponseHeader(name: string): string | null {
    return this.#answered[name.toLowerCase()] ?? null;
  }

  abort(): void {
    this.#aborted = true;
  }

  send(body: Blob | null): void {
    void this.#run(body);
  }

  async #run(body: Blob | null): Promise<void> {
    this.#box.asked.push(`${this.#method} ${this.#url}`);
    if (this.#method === 'PATCH') await this.#box.gate;
    await Promise.resolve();
    if (this.#aborted) return;
    const answer = this.#box.answer(this.#method, this.#url, this.#asked, body);
    if (answer === null) {
      this.onerror?.({});
      return;
    }
    this.status = answer.status;
    this.responseText = answer.body === undefined ? '' : JSON.stringify(answer.body);
    this.#answered = answer.headers;
    this.onload?.();
  }
}
