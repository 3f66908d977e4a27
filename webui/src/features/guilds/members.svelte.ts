/** The people of each space, what they are called there, and who is about. */
import { SvelteMap } from 'svelte/reactivity';

import { account } from '@/features/accounts';
import { gateway, rest } from '@/api';
import type { Id, Member, Role, Status, User } from '@/api/model';
import { connection } from '@/api/connection.svelte';
import { t } from '@/i18n';
import { tintOf, tintOfColor, tintsOf } from '@/ui/tint';

import { guilds } from './guilds.svelte';
import { guildPermissions, Permission, rank } from './permissions';

export interface MemberGroup {
  key: string;
  label: string;
  members: Member[];
}

class Members {
  #byGuild = new SvelteMap<Id, SvelteMap<Id, Member>>();
  /** Only those who are about. */
  #presences = new SvelteMap<Id, Status>();
  #tints = $derived(
    new Map([...this.#byGuild].map(([guild, members]) => [guild, tintsOf([...members.keys()])])),
  );

  constructor() {
    gateway.on('READY', (ready) => {
      this.#byGuild.clear();
      this.#presences.clear();
      for (const guild of ready.guilds) {
        this.#fill(guild.id, guild.members);
        for (const presence of guild.presences) this.#setStatus(presence.user.id, presence.status);
      }
    });
    gateway.on('GUILD_CREATE', (guild) => {
      this.#fill(guild.id, guild.members);
      for (const presence of guild.presences) this.#setStatus(presence.user.id, presence.status);
    });
    gateway.on('GUILD_DELETE', ({ id }) => this.#byGuild.delete(id));
    gateway.on('GUILD_MEMBER_ADD', ({ guild_id, ...member }) => this.#put(guild_id, member));
    gateway.on('GUILD_MEMBER_UPDATE', ({ guild_id, ...change }) => {
      const before = this.get(guild_id, change.user.id);
      if (before) this.#put(guild_id, { ...before, ...change });
    });
    gateway.on('GUILD_MEMBER_REMOVE', ({ guild_id, user }) => this.#byGuild.get(guild_id)?.delete(user.id));
    gateway.on('PRESENCE_UPDATE', ({ user, status }) => this.#setStatus(user.id, status));
    gateway.on('USER_UPDATE', (user) => {
      for (const [guild, members] of this.#byGuild) {
        const before = members.get(user.id);
        if (before) this.#put(guild, { ...before, user: { ...before.user, ...user } });
      }
    });
  }

  of(guildId: Id): Member[] {
    return [...(this.#byGuild.get(guildId)?.values() ?? [])];
  }

  get(guildId: Id, userId: Id): Member | undefined {
    return this.#byGuild.get(guildId)?.get(userId);
  }

  mine(guildId: Id): Member | undefined {
    return this.get(guildId, account.id);
  }

  /** What someone is called in this space; `user` helps with those who have left. */
  name(guildId: Id, userId: Id, user?: User): string {
    const member = this.get(guildId, userId);
    const known = member?.user ?? user;
    return member?.nick ?? known?.global_name ?? known?.username ?? t.people.someone;
  }

  /** The colour of the highest coloured role, else the person's own. */
  tint(guildId: Id, userId: Id): string {
    const member = this.get(guildId, userId);
    const roles = guilds.byId.get(guildId)?.roles ?? [];
    const coloured = roles
      .filter((role) => member?.roles.includes(role.id) === true)
      .sort((a, b) => b.position - a.position)
      .map((role) => tintOfColor(role.color))
      .find((tint) => tint !== null);
    return coloured ?? this.#tints.get(guildId)?.get(userId) ?? tintOf(userId);
  }

  status(userId: Id): Status {
    if (userId === account.id) {
      if (connection.status !== 'online' || account.status === 'invisible') return 'offline';
      return account.status;
    }
    return this.#presences.get(userId) ?? 'offline';
  }

  /** Hoisted roles first, the rest of those who are about, then those who are not. */
  grouped(guildId: Id): MemberGroup[] {
    const hoisted = (guilds.byId.get(guildId)?.roles ?? [])
      .filter((role) => role.hoist && role.id !== guildId)
      .sort((a, b) => b.position - a.position);
    const groups: MemberGroup[] = hoisted.map((role) => ({ key: role.id, label: role.name, members: [] }));
    const here: MemberGroup = { key: 'here', label: t.people.here, members: [] };
    const away: MemberGroup = { key: 'away', label: t.people.notHere, members: [] };
    for (const member of this.sorted(guildId)) {
      const isHere = this.status(member.user.id) !== 'offline';
      const group = groups.find((one) => member.roles.includes(one.key)) ?? here;
      (isHere ? group : away).members.push(member);
    }
    return [...groups, here, away].filter((group) => group.members.length > 0);
  }

  sorted(guildId: Id): Member[] {
    const called = new Map(this.of(guildId).map((one) => [one, this.name(guildId, one.user.id)]));
    return [...called].sort((a, b) => a[1].localeCompare(b[1])).map(([member]) => member);
  }

  can(guildId: Id, permission: bigint): boolean {
    const guild = guilds.byId.get(guildId);
    const me = this.mine(guildId);
    return guild !== undefined && me !== undefined && (guildPermissions(guild, me) & permission) !== 0n;
  }

  /** Whether I stand above someone: only then can I send them away. */
  outranks(guildId: Id, other: Member): boolean {
    const guild = guilds.byId.get(guildId);
    const me = this.mine(guildId);
    return guild !== undefined && me !== undefined && rank(guild, me) > rank(guild, other);
  }

  /** Whether I may give this role to somebody, or take it: it stands below mine, and only the owner makes administrators. */
  mayGive(guildId: Id, role: Role, other: Member): boolean {
    const guild = guilds.byId.get(guildId);
    const me = this.mine(guildId);
    if (!guild || !me || role.id === guildId || role.managed || !this.can(guildId, Permission.MANAGE_ROLES))
      return false;
    const isOwner = guild.owner_id === me.user.id;
    if (guild.owner_id === other.user.id && !isOwner) return false;
    const administers = (BigInt(role.permissions) & Permission.ADMINISTRATOR) !== 0n;
    return rank(guild, me) > role.position && (isOwner || !administers);
  }

  setRole(guildId: Id, userId: Id, roleId: Id, has: boolean): Promise<void> {
    const path = `v10/guilds/${guildId}/members/${userId}/roles/${roleId}`;
    return has ? rest.put(path) : rest.delete(path);
  }

  /** Null: they are called as everywhere. */
  async rename(guildId: Id, userId: Id, nick: string | null): Promise<void> {
    const who = userId === account.id ? '@me' : userId;
    await rest.patch(`v10/guilds/${guildId}/members/${who}`, { nick });
  }

  kick(guildId: Id, userId: Id): Promise<void> {
    return rest.delete(`v10/guilds/${guildId}/members/${userId}`);
  }

  #fill(guildId: Id, members: Member[]): void {
    this.#byGuild.set(guildId, new SvelteMap(members.map((member) => [member.user.id, member])));
  }

  #put(guildId: Id, member: Member): void {
    this.#byGuild.get(guildId)?.set(member.user.id, member);
  }

  #setStatus(userId: Id, status: Status): void {
    if (status === 'offline') this.#presences.delete(userId);
    else this.#presences.set(userId, status);
  }
}

export const members = new Members();
