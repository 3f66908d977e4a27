/**
 * The people of each guild and of each conversation, what they are called there, and who is about.
 *
 * A scope is where people are together: the id of a guild, or of a channel that is in none.
 */
import { SvelteMap } from 'svelte/reactivity';

import { account } from '@/features/accounts';
import { relationships } from '@/features/relationships';
import { gateway, rest } from '@/api';
import type { Channel, Conversation, Id, Member, Role, Status, User } from '@/api/model';
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
  #byScope = new SvelteMap<Id, SvelteMap<Id, Member>>();
  /** Only those who are about. */
  #presences = new SvelteMap<Id, Status>();
  #tints = $derived(
    new Map([...this.#byScope].map(([scope, members]) => [scope, tintsOf([...members.keys()])])),
  );

  constructor() {
    gateway.on('READY', (ready) => {
      this.#byScope.clear();
      this.#presences.clear();
      for (const conversation of ready.private_channels ?? []) this.#together(conversation, ready.user);
      for (const guild of ready.guilds) {
        this.#fill(guild.id, guild.members);
        for (const presence of guild.presences) this.#setStatus(presence.user.id, presence.status);
      }
      for (const presence of ready.presences) this.#setStatus(presence.user.id, presence.status);
    });
    gateway.on('GUILD_CREATE', (guild) => {
      this.#fill(guild.id, guild.members);
      for (const presence of guild.presences) this.#setStatus(presence.user.id, presence.status);
    });
    gateway.on('GUILD_DELETE', ({ id }) => this.#byScope.delete(id));
    gateway.on('CHANNEL_CREATE', (channel) => {
      if ('recipients' in channel) this.#together(channel, account.me);
    });
    gateway.on('CHANNEL_UPDATE', (channel) => {
      if ('recipients' in channel) this.#together(channel, account.me);
    });
    gateway.on('CHANNEL_DELETE', ({ id }) => this.#byScope.delete(id));
    gateway.on('CHANNEL_RECIPIENT_ADD', ({ channel_id, user }) => this.#put(channel_id, withoutRoles(user)));
    gateway.on('CHANNEL_RECIPIENT_REMOVE', ({ channel_id, user }) =>
      this.#byScope.get(channel_id)?.delete(user.id),
    );
    gateway.on('GUILD_MEMBER_ADD', ({ guild_id, ...member }) => this.#put(guild_id, member));
    gateway.on('GUILD_MEMBER_UPDATE', ({ guild_id, ...change }) => {
      const before = this.get(guild_id, change.user.id);
      if (before) this.#put(guild_id, { ...before, ...change });
    });
    gateway.on('GUILD_MEMBER_REMOVE', ({ guild_id, user }) => this.#byScope.get(guild_id)?.delete(user.id));
    gateway.on('PRESENCE_UPDATE', ({ user, status }) => this.#setStatus(user.id, status));
    // Who is neither a friend any more nor in a space of mine tells me nothing of themselves.
    gateway.on('RELATIONSHIP_REMOVE', ({ id }) => {
      if (!guilds.list.some((guild) => this.get(guild.id, id) !== undefined)) this.#presences.delete(id);
    });
    gateway.on('USER_UPDATE', (user) => {
      for (const [scope, members] of this.#byScope) {
        const before = members.get(user.id);
        if (before) this.#put(scope, { ...before, user: { ...before.user, ...user } });
      }
    });
  }

  of(scope: Id): Member[] {
    return [...(this.#byScope.get(scope)?.values() ?? [])];
  }

  get(scope: Id, userId: Id): Member | undefined {
    return this.#byScope.get(scope)?.get(userId);
  }

  mine(scope: Id): Member | undefined {
    return this.get(scope, account.id);
  }

  /** What someone is called there; `user` helps with those who have left. */
  name(scope: Id, userId: Id, user?: User): string {
    const member = this.get(scope, userId);
    const known = member?.user ?? user;
    return member?.nick ?? known?.global_name ?? known?.username ?? t.people.someone;
  }

  /** The colour of the highest coloured role, else the person's own. */
  tint(scope: Id, userId: Id): string {
    const member = this.get(scope, userId);
    const roles = guilds.byId.get(scope)?.roles ?? [];
    const coloured = roles
      .filter((role) => member?.roles.includes(role.id) === true)
      .sort((a, b) => b.position - a.position)
      .map((role) => tintOfColor(role.color))
      .find((tint) => tint !== null);
    return coloured ?? this.#tints.get(scope)?.get(userId) ?? tintOf(userId);
  }

  status(userId: Id): Status {
    if (userId === account.id) {
      if (connection.status !== 'online' || account.status === 'invisible') return 'offline';
      return account.status;
    }
    return this.#presences.get(userId) ?? 'offline';
  }

  /** Whether the box tells one when somebody comes and goes. */
  isToldOf(userId: Id): boolean {
    return userId === account.id || relationships.kind(userId) === 'friend' || this.isNear(userId);
  }

  /** Whether somebody is in a space with one. */
  isNear(userId: Id): boolean {
    return guilds.list.some(({ id }) => this.#byScope.get(id)?.has(userId) === true);
  }

  /** Hoisted roles first, the rest of those who are about, then those who are not. */
  grouped(scope: Id): MemberGroup[] {
    const hoisted = (guilds.byId.get(scope)?.roles ?? [])
      .filter((role) => role.hoist && role.id !== scope)
      .sort((a, b) => b.position - a.position);
    const groups: MemberGroup[] = hoisted.map((role) => ({ key: role.id, label: role.name, members: [] }));
    const here: MemberGroup = { key: 'here', label: t.people.here, members: [] };
    const away: MemberGroup = { key: 'away', label: t.people.notHere, members: [] };
    // In a group, of whom the box does not tell: neither a friend nor in a space with one.
    const unknown: MemberGroup = { key: 'unknown', label: t.people.notKnown, members: [] };
    for (const member of this.sorted(scope)) {
      const { id } = member.user;
      if (!this.isToldOf(id)) {
        unknown.members.push(member);
        continue;
      }
      const isHere = this.status(id) !== 'offline';
      const group = groups.find((one) => member.roles.includes(one.key)) ?? here;
      (isHere ? group : away).members.push(member);
    }
    return [...groups, here, away, unknown].filter((group) => group.members.length > 0);
  }

  sorted(scope: Id): Member[] {
    const called = new Map(this.of(scope).map((one) => [one, this.name(scope, one.user.id)]));
    return [...called].sort((a, b) => a[1].localeCompare(b[1])).map(([member]) => member);
  }

  can(scope: Id, permission: bigint): boolean {
    const guild = guilds.byId.get(scope);
    const me = this.mine(scope);
    return guild !== undefined && me !== undefined && (guildPermissions(guild, me) & permission) !== 0n;
  }

  /** Whether I stand above someone: only then can I send them away. */
  outranks(scope: Id, other: Member): boolean {
    const guild = guilds.byId.get(scope);
    const me = this.mine(scope);
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

  #fill(scope: Id, members: Member[]): void {
    this.#byScope.set(scope, new SvelteMap(members.map((member) => [member.user.id, member])));
  }

  #together({ id, recipients }: Conversation, me: User | null): void {
    this.#fill(id, [...recipients, ...(me === null ? [] : [me])].map(withoutRoles));
  }

  #put(scope: Id, member: Member): void {
    this.#byScope.get(scope)?.set(member.user.id, member);
  }

  #setStatus(userId: Id, status: Status): void {
    if (status === 'offline') this.#presences.delete(userId);
    else this.#presences.set(userId, status);
  }
}

/** In a conversation nobody has a role, another name or a day of joining. */
function withoutRoles(user: User): Member {
  return {
    user,
    roles: [],
    nick: null,
    joined_at: new Date(0).toISOString(),
    deaf: false,
    mute: false,
    pending: false,
    communication_disabled_until: null,
  };
}

/** Where the people of a channel are together: its guild, or the conversation itself. */
export function scopeOf(channel: Channel): Id {
  return channel.guild_id ?? channel.id;
}

export const members = new Members();
