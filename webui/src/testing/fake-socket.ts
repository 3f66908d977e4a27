/** A WebSocket whose other end is the test. */
export interface Sent {
  op: number;
  d: unknown;
}

export class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error('nobody has connected');
    return socket;
  }

  static onSent: ((socket: FakeSocket, frame: Sent) => void) | undefined;

  readyState = 1;
  sent: Sent[] = [];
  closedWith: number | undefined;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  send(data: string): void {
    const frame = JSON.parse(data) as Sent;
    this.sent.push(frame);
    FakeSocket.onSent?.(this, frame);
  }

  close(code?: number): void {
    this.readyState = 3;
    this.closedWith = code;
  }

  /** The box says something. */
  says(op: number, d: unknown = null, t: string | null = null, s: number | null = null): void {
    this.onmessage?.({ data: JSON.stringify({ op, d, t, s }) });
  }

  /** The line is cut, or the box closes it. */
  drops(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  ops(): number[] {
    return this.sent.map((frame) => frame.op);
  }
}
