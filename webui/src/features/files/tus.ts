/** One file to the box by tus 1.0: it goes on where it stopped, after a lost line too. */
import { DetailedError, Upload } from 'tus-js-client';

import { ApiError, rest, Unreachable } from '@/api';
import type { ErrorBody } from '@/api/model';

/** Little is lost if a phone or a proxy holds a piece back. */
const PIECE_BYTES = 8 << 20;
/** After a lost line; whatever gets through begins the row anew. A page with a line again asks at once. */
const AGAIN_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
/** Somebody else writes to it (409, 423), the box is busy or away. */
const PASSING: ReadonlySet<number> = new Set([0, 409, 423, 429, 500, 502, 503, 504]);

export interface Course {
  endpoint: string;
  /** Of an upload that has begun. */
  url: string | undefined;
  name: string;
  type: string;
  onUrl: (url: string) => void;
  onSent: (bytes: number) => void;
}

/** Somebody has stopped it. */
export class Stopped extends Error {}

export interface Running {
  /** Resolves when the box has all of it; throws ApiError, Unreachable, or Stopped. */
  done: Promise<void>;
  /** `forGood`: the box throws away what it has. */
  stop: (forGood: boolean) => void;
}

export function run(bytes: Blob, course: Course): Running {
  let upload: Upload | undefined;
  let stopped: (reason: Stopped) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    stopped = reject;
    upload = new Upload(bytes, {
      endpoint: course.endpoint,
      uploadUrl: course.url ?? null,
      metadata: { filename: course.name, filetype: course.type },
      chunkSize: PIECE_BYTES,
      retryDelays: AGAIN_MS,
      // What we keep ourselves outlives a reload with its alt text and its message.
      storeFingerprintForResuming: false,
      onBeforeRequest: async (request) => {
        // The address of an upload is its own key.
        if (request.getURL().includes('/api/'))
          request.setHeader('Authorization', `Bearer ${await rest.token()}`);
      },
      onShouldRetry: (error) => PASSING.has(error.originalResponse?.getStatus() ?? 0),
      onUploadUrlAvailable: () => {
        if (typeof upload?.url === 'string') course.onUrl(upload.url);
      },
      onProgress: course.onSent,
      onSuccess: () => resolve(),
      onError: (error) => reject(asOurs(error)),
    });
    upload.start();
  });
  return {
    done,
    stop: (forGood) => {
      void upload?.abort(forGood).catch(() => undefined);
      stopped(new Stopped());
    },
  };
}

/** Has the box throw away what it has of an upload that nobody carries now. */
export function throwAway(url: string): void {
  // If it is gone already, or the line is: after a day the box does so by itself.
  void Upload.terminate(url, { retryDelays: AGAIN_MS.slice(0, 2) }).catch(() => undefined);
}

function asOurs(error: Error): Error {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  const status = response?.getStatus() ?? 0;
  if (response === null || status === 0)
    return error instanceof ApiError ? error : new Unreachable('The box did not answer.', { cause: error });
  let body: Partial<ErrorBody> = {};
  try {
    body = JSON.parse(response.getBody()) as Partial<ErrorBody>;
  } catch {
    // Of a proxy: the status says enough.
  }
  return new ApiError(status, body);
}
