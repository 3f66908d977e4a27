/** The spaces one is in. Their channels are in channels/, their people in members.svelte.ts. */
import { SvelteMap } from 'svelte/reactivity';

import { gateway, rest } from '@/api';
import type { Bot, FullGuild, Guild, Id, Invite, Role } from '@/api/model';

class Guilds {
  byId = new SvelteMap<Id, Guild>();
  /** READY has come: what is not here does not exist. */
  ready = $state(false);

  constructor() {
    gateway.on('READY', (ready) => {
      this.byId.clear();
      for (const guild of ready.guilds) this.#put(guild);
      this.ready = true;
    });
    gateway.on('GUILD_CREATE', (guild) => this.#put(guild));
    gateway.on('GUILD_UPDATE', (guild) => {
      this.byId.set(guild.id, { ...this.byId.get(guild.id), ...guild });
    });
    gateway.on('GUILD_EMOJIS_UPDATE', ({ guild_id, emojis }) => {
      const guild = this.byId.get(guild_id);
      if (guild) this.byId.set(guild_id, { ...guild, emojis });
    });
    gateway.on('GUILD_DELETE', ({ id }) => {
      this.byId.delete(id);
    });
    gateway.on('GUILD_ROLE_CREATE', ({ guild_id, role }) => this.#setRole(guild_id, role));
    gateway.on('GUILD_ROLE_UPDATE', ({ guild_id, role }) => this.#setRole(guild_id, role));
    gateway.on('GUILD_ROLE_DELETE', ({ guild_id, role_id }) => {
      this.#change(guild_id, (guild) => guild.roles.filter((role) => role.id !== role_id));
    });
  }

  get list(): Guild[] {
    return [...this.byId.values()];
  }

  async create(name: string): Promise<Guild> {
    return rest.post<Guild>('v10/guilds', { name });
  }

  async update(id: Id, change: { name?: string; description?: string | null }): Promise<void> {
    await rest.patch<Guild>(`v10/guilds/${id}`, change);
  }

  delete(id: Id): Promise<void> {
    return rest.delete(`v10/guilds/${id}`);
  }

  leave(id: Id): Promise<void> {
    return rest.delete(`v10/users/@me/guilds/${id}`);
  }

  invites(id: Id): Promise<Invite[]> {
    return rest.get<Invite[]>(`v10/guilds/${id}/invites`);
  }

  /** `maxAge` in seconds, 0 for ever; `maxUses` 0 for any number. */
  invite(channel: Id, maxAge: number, maxUses: number): Promise<Invite> {
    return rest.post<Invite>(`v10/channels/${channel}/invites`, { max_age: maxAge, max_uses: maxUses });
  }

  revoke(code: string): Promise<void> {
    return rest.delete(`v10/invites/${encodeURIComponent(code)}`);
  }

  bots(id: Id): Promise<Bot[]> {
    return rest.get<Bot[]>(`hearth/v1/guilds/${id}/bots`);
  }

  addBot(id: Id, name: string): Promise<Bot> {
    return rest.post<Bot>(`hearth/v1/guilds/${id}/bots`, { name });
  }

  renewBotToken(id: Id, bot: Id): Promise<Bot> {
    return rest.post<Bot>(`hearth/v1/guilds/${id}/bots/${bot}/token`);
  }

  removeBot(id: Id, bot: Id): Promise<void> {
    return rest.delete(`hearth/v1/guilds/${id}/bots/${bot}`);
  }

  #put(guild: FullGuild): void {
    // What is in it belongs to the other domains.
    const own: Partial<FullGuild> & Guild = { ...guild };
    delete own.channels;
    delete own.members;
    delete own.voice_states;
    delete own.presences;
    this.byId.set(guild.id, own);
  }

  #setRole(guildId: Id, role: Role): void {
    this.#change(guildId, (guild) => [...guild.roles.filter((one) => one.id !== role.id), role]);
  }

  #change(guildId: Id, roles: (guild: Guild) => Role[]): void {
    const guild = this.byId.get(guildId);
    if (guild) this.byId.set(guildId, { ...guild, roles: roles(guild) });
  }
}

export const guilds = new Guilds();
