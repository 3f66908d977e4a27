/** One file on its way out: what it is, what its person says of it, and how far it is. */
import type { Id } from '@/api/model';

import type { KeptUpload } from './shelf';
import type { Running } from './tus';

/** How a file stands in a message that is sent: Discord's shape for what is uploaded already. */
export interface WireFile {
  id: string;
  filename: string;
  uploaded_filename: string;
  description?: string;
  is_spoiler?: boolean;
  duration_secs?: number;
  waveform?: string;
}

/** `missing`: its bytes are not in this browser any more, so it has to be chosen again. */
export type UploadState = 'waiting' | 'running' | 'done' | 'failed' | 'missing';

export class Upload {
  readonly key: string;
  readonly channelId: Id;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly duration: number | undefined;
  readonly waveform: string | undefined;
  order: number = $state(0);
  description: string = $state('');
  spoiler: boolean = $state(false);
  state: UploadState = $state('waiting');
  /** Bytes that the box has. */
  sent: number = $state(0);
  /** Why it failed, in words. */
  error: string = $state('');
  /** Tried again as it is, it would fail again. */
  final: boolean = $state(false);
  nonce: string | undefined = $state();
  /** Of a picture: an address of its own to look at before it is sent. */
  preview: string | undefined = $state();
  url: string | undefined;
  bytes: Blob | null = null;
  /** This browser keeps its bytes, so that a reload goes on. */
  isCopied = false;
  running: Running | null = null;
  /** When it began to travel, and how much was there then: for how long the rest takes. */
  began = { at: 0, sent: 0 };

  constructor(kept: KeptUpload) {
    this.key = kept.key;
    this.channelId = kept.channelId;
    this.name = kept.name;
    this.size = kept.size;
    this.type = kept.type;
    this.duration = kept.duration;
    this.waveform = kept.waveform;
    this.order = kept.order;
    this.description = kept.description;
    this.spoiler = kept.spoiler;
    this.nonce = kept.nonce;
    this.url = kept.url;
    if (kept.done === true) {
      this.state = 'done';
      this.sent = kept.size;
    }
  }

  /** Left now, the page would take it along: its person would have to choose it again. */
  get isOnlyHere(): boolean {
    return this.bytes !== null && !this.isCopied && this.state !== 'done';
  }

  get isPicture(): boolean {
    return this.type.startsWith('image/');
  }

  /** Seconds until it is there, as it has gone so far; null while nobody can say. */
  get left(): number | null {
    const seconds = (performance.now() - this.began.at) / 1000;
    const sent = this.sent - this.began.sent;
    return this.state === 'running' && seconds > 1 && sent > 0
      ? ((this.size - this.sent) * seconds) / sent
      : null;
  }

  show(bytes: Blob): void {
    this.bytes = bytes;
    // What a browser cannot draw fails in its place and leaves the icon.
    if (this.isPicture) this.preview ??= URL.createObjectURL(bytes);
  }

  kept(): KeptUpload {
    return {
      key: this.key,
      channelId: this.channelId,
      name: this.name,
      size: this.size,
      type: this.type,
      description: this.description,
      spoiler: this.spoiler,
      order: this.order,
      ...(this.duration === undefined ? {} : { duration: this.duration }),
      ...(this.waveform === undefined ? {} : { waveform: this.waveform }),
      ...(this.url === undefined ? {} : { url: this.url }),
      ...(this.state === 'done' ? { done: true } : {}),
      ...(this.nonce === undefined ? {} : { nonce: this.nonce }),
    };
  }

  wire(index: number): WireFile {
    const description = this.description.trim();
    return {
      id: String(index),
      filename: this.name,
      uploaded_filename: this.url?.slice(this.url.lastIndexOf('/') + 1) ?? '',
      ...(description === '' ? {} : { description }),
      ...(this.spoiler ? { is_spoiler: true } : {}),
      ...(this.duration === undefined ? {} : { duration_secs: this.duration }),
      ...(this.waveform === undefined ? {} : { waveform: this.waveform }),
    };
  }
}
