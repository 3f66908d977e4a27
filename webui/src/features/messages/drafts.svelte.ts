/**
 * What one has begun in each channel: a text, whom it answers, a message that is being changed.
 *
 * Per person and channel, and in the browser's storage, so that looking elsewhere or a reload loses nothing.
 */
import { SvelteMap } from 'svelte/reactivity';

import { account } from '@/features/accounts';
import { gateway } from '@/api';
import type { Id, Message } from '@/api/model';
import { keep, kept } from '@/ui/storage';
import { t } from '@/i18n';
import { toasts } from '@/ui/toasts.svelte';

import { isMessage } from './outbox-store';

interface Edit {
  id: Id;
  /** Null until something was typed. */
  text: string | null;
}

export class Draft {
  readonly #name: string;
  #text: string = $state('');
  #replyTo: Message | null = $state.raw(null);
  #edit: Edit | null = $state.raw(null);
  #mentionReplied = $state(true);

  constructor(name: string) {
    this.#name = name;
    const text = kept(`draft.${name}`);
    const reply = kept(`reply.${name}`);
    this.#text = typeof text === 'string' ? text : '';
    this.#replyTo = isMessage(reply) ? reply : null;
    this.#mentionReplied = kept(`quiet.${name}`) !== true;
    this.#edit = readEdit(kept(`edit.${name}`));
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    keep(`draft.${this.#name}`, text === '' ? undefined : text);
  }

  get replyTo(): Message | null {
    return this.#replyTo;
  }

  set replyTo(message: Message | null) {
    // Said for this one; the next is told again.
    if (message?.id !== this.#replyTo?.id) this.mentionReplied = true;
    this.#replyTo = message;
    keep(`reply.${this.#name}`, message ?? undefined);
  }

  /** Whether the author of what is answered is told of it. */
  get mentionReplied(): boolean {
    return this.#mentionReplied;
  }

  set mentionReplied(tell: boolean) {
    this.#mentionReplied = tell;
    keep(`quiet.${this.#name}`, tell ? undefined : true);
  }

  /** The message that is being changed. */
  get editing(): Id | null {
    return this.#edit?.id ?? null;
  }

  set editing(id: Id | null) {
    if (id === this.editing) return;
    this.#setEdit(id === null ? null : { id, text: null });
  }

  get editText(): string | null {
    return this.#edit?.text ?? null;
  }

  set editText(text: string | null) {
    if (this.#edit) this.#setEdit({ ...this.#edit, text });
  }

  /** Below what stands there already: nothing that was typed is written over. */
  append(text: string): void {
    this.text = this.text.trim() === '' ? text : `${this.text}\n${text}`;
  }

  /** What one was answering or changing is no more; what one has written stays. */
  gone(ids: readonly Id[]): void {
    if (this.#replyTo && ids.includes(this.#replyTo.id)) {
      this.replyTo = null;
      toasts.done(t.chat.answeredGone);
    }
    if (this.#edit && ids.includes(this.#edit.id)) {
      const text = this.#edit.text?.trim() ?? '';
      this.#setEdit(null);
      if (text === '') return;
      this.append(text);
      toasts.done(t.chat.editedGone);
    }
  }

  changed(id: Id, change: Partial<Message>): void {
    if (this.#replyTo?.id === id) this.replyTo = { ...this.#replyTo, ...change };
  }

  #setEdit(edit: Edit | null): void {
    this.#edit = edit;
    keep(`edit.${this.#name}`, edit ?? undefined);
  }
}

function readEdit(value: unknown): Edit | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, text } = value as Partial<Edit>;
  return typeof id === 'string' ? { id, text: typeof text === 'string' ? text : null } : null;
}

class Drafts {
  #byName = new SvelteMap<string, Draft>();

  constructor() {
    gateway.on('MESSAGE_DELETE', ({ channel_id, id }) => this.#open(channel_id)?.gone([id]));
    gateway.on('MESSAGE_DELETE_BULK', ({ channel_id, ids }) => this.#open(channel_id)?.gone(ids));
    gateway.on('MESSAGE_UPDATE', (change) => this.#open(change.channel_id)?.changed(change.id, change));
  }

  /** What the person who is signed in has begun in a channel. */
  in(channelId: Id): Draft {
    const name = `${account.id}.${channelId}`;
    const draft = this.#byName.get(name) ?? new Draft(name);
    this.#byName.set(name, draft);
    return draft;
  }

  #open(channelId: Id): Draft | undefined {
    return this.#byName.get(`${account.id}.${channelId}`);
  }
}

export const drafts = new Drafts();
