/**
 * Who is signed in.
 *
 * Being signed out never changes the address: the door is shown in place of the page, and behind it one is where one was.
 */
import { ApiError, gateway, rest } from '@/api';
import type { ChosenStatus, Device, Info, Invite, Me, Session } from '@/api/model';
import { Op } from '@/api';
import type { Language } from '@/i18n/languages';
import { keep, kept } from '@/ui/storage';

import { language } from './language.svelte';

export type Phase = 'starting' | 'unreachable' | 'setup' | 'signed_out' | 'signed_in';

/** A second refusal of a fresh token this soon after the first means that the box does not want us. */
const REFUSED_TWICE_MS = 60_000;
const RETRY_MS = 5000;

class Account {
  phase: Phase = $state('starting');
  info: Info | null = $state.raw(null);
  me: Me | null = $state.raw(null);
  /** The session ended by itself: the door says so. */
  ended = $state(false);
  status: ChosenStatus = $state('online');
  #untold = false;
  /** Monotonic, ms. */
  #refusedAt = -Infinity;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    rest.onSession((session) => this.#enter(session));
    rest.onSignedOut(() => this.#leave(true));
    gateway.onRefused(() => void this.#refused());
    gateway.on('READY', (ready) => {
      this.me = ready.user;
      language.heardAccount(ready.user.locale ?? null);
      // The box knows what was chosen last, on whichever device, unless this one could not tell it.
      if (this.#untold) this.#tellStatus();
      else this.status = ready.user_settings['status'] as ChosenStatus;
    });
    gateway.on('RESUMED', () => {
      if (this.#untold) this.#tellStatus();
    });
    gateway.on('USER_UPDATE', (user) => {
      if (user.id !== this.me?.id) return;
      this.me = { ...this.me, ...user };
      language.heardAccount(this.me.locale ?? null);
    });
  }

  get id(): string {
    return this.me?.id ?? '';
  }

  async start(): Promise<void> {
    clearTimeout(this.#retry);
    if (this.phase !== 'unreachable') this.phase = 'starting';
    try {
      this.info = await rest.get<Info>('hearth/v1/info', { anonymous: true });
      language.heardBox(this.info.language);
      if (this.info.setup_required) {
        this.phase = 'setup';
      } else if (kept('signed-in') === true) {
        await rest.refresh();
      } else {
        this.phase = 'signed_out';
      }
    } catch (error) {
      // Refused (401) was handled by onSignedOut; everything else is a box that cannot be asked now.
      if (!(error instanceof ApiError && error.status === 401)) this.#later();
    }
  }

  /** A box that starts needs a moment: nobody should have to press for it. */
  #later(): void {
    this.phase = 'unreachable';
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.start(), RETRY_MS);
  }

  async login(username: string, password: string): Promise<void> {
    rest.accept(
      await rest.post<Session>('hearth/v1/auth/login', { username, password }, { anonymous: true }),
    );
  }

  async register(invite: string, username: string, displayName: string, password: string): Promise<Session> {
    const session = await rest.post<Session>(
      'hearth/v1/auth/register',
      { invite, username, display_name: displayName, password },
      { anonymous: true },
    );
    rest.accept(session);
    return session;
  }

  async setUp(
    token: string,
    household: string,
    username: string,
    name: string,
    password: string,
  ): Promise<void> {
    const session = await rest.post<Session>(
      'hearth/v1/setup',
      { token, household, username, display_name: name, password, language: language.current },
      { anonymous: true },
    );
    if (this.info) this.info = { ...this.info, name: household, setup_required: false };
    rest.accept(session);
  }

  async logout(): Promise<void> {
    await rest.post('hearth/v1/auth/logout', undefined, { anonymous: true });
    rest.forget();
    this.#leave(false);
  }

  async rename(displayName: string): Promise<void> {
    this.me = await rest.patch<Me>('v10/users/@me', { global_name: displayName });
  }

  /** The language of the screens on every device of this account; null follows each device. */
  async chooseLanguage(locale: Language | null): Promise<void> {
    this.me = await rest.patch<Me>('v10/users/@me', { locale });
    language.heardAccount(this.me.locale ?? null);
    await language.choose(locale);
  }

  changePassword(oldPassword: string, newPassword: string): Promise<void> {
    return rest.post('hearth/v1/auth/password', { old_password: oldPassword, new_password: newPassword });
  }

  devices(): Promise<Device[]> {
    return rest.get<Device[]>('hearth/v1/auth/sessions');
  }

  signOutDevice(id: string): Promise<void> {
    return rest.delete(`hearth/v1/auth/sessions/${id}`);
  }

  /** What an invite leads to; needs no sign-in. */
  preview(code: string): Promise<Invite> {
    return rest.get<Invite>(`v10/invites/${encodeURIComponent(code)}`, { anonymous: true });
  }

  join(code: string): Promise<Invite> {
    return rest.post<Invite>(`v10/invites/${encodeURIComponent(code)}`, {});
  }

  setStatus(status: ChosenStatus): void {
    this.status = status;
    this.#tellStatus();
  }

  #tellStatus(): void {
    const presence = { status: this.status, since: null, activities: [], afk: false };
    this.#untold = !gateway.send(Op.presence, presence);
  }

  #enter(session: Session): void {
    keep('signed-in', true);
    this.me = session.user;
    language.heardAccount(session.user.locale ?? null);
    this.ended = false;
    this.phase = 'signed_in';
    gateway.connect();
  }

  #leave(byItself: boolean): void {
    this.ended = byItself && this.phase === 'signed_in';
    keep('signed-in', undefined);
    gateway.disconnect();
    this.me = null;
    this.#untold = false;
    language.forgetAccount();
    this.phase = 'signed_out';
  }

  async #refused(): Promise<void> {
    gateway.disconnect();
    const before = this.#refusedAt;
    this.#refusedAt = performance.now();
    if (this.#refusedAt - before < REFUSED_TWICE_MS) {
      rest.forget();
      this.#leave(true);
      return;
    }
    try {
      // A token may die on the way; only a refused refresh means that this device was signed out.
      await rest.refresh();
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) gateway.connect();
    }
  }
}

export const account = new Account();
