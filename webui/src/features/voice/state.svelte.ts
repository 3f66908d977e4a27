/**
 * The call that one is in, and everybody else's.
 *
 * `channel` is what the person wants; the box's voice states are what is. A newcomer would take the second for the
 * first: then a restart of the box would hang up on everyone.
 */
import type { Id, Ready, TrackKind, VoiceState } from '@/api/model';
import { Attempts } from './attempts';
import { audioContext } from './audio';
import { Chimes } from './chimes';
import { Devices } from './devices.svelte';
import { Line } from './line.svelte';
import { ChannelPolicy } from './channel-policy';
import type { MediaError } from './media';
import { Mutes } from './mutes.svelte';
import { Playback } from './playback';
import type { CallDeps, Notice, Phase, ChannelRef } from './ports';
import { Prefs, type VoicePrefs } from './prefs.svelte';
import { PushToTalk } from './push-to-talk.svelte';
import { Rights } from './rights';
import { VoiceStates } from './voice-states.svelte';
import { RtcEngine, type RemoteTrack } from './rtc';
import { Sending } from './sending.svelte';
import { WakeLock } from './wakelock';

const VOICE_STATE_OP = 4;
/** The refusal while the SFU is away. */
const CALLS_DOWN = 'calls_down';

export class Calls {
  readonly prefs = new Prefs();
  readonly states = new VoiceStates();
  readonly devices = new Devices();
  readonly playback = new Playback(this.prefs, (blocked) => (this.soundBlocked = blocked));
  readonly line = new Line();
  readonly rights = new Rights(this, (change) => this.deps.tell({ about: 'rights', change }));
  readonly sending: Sending;
  readonly pushToTalk = new PushToTalk(() => this.#applyGate());

  channel = $state.raw<ChannelRef | null>(null);
  phase = $state<Phase>('idle');
  remote = $state.raw<readonly RemoteTrack[]>([]);
  /** The browser plays nothing before the page is touched: offer a button that calls `playback.resume`. */
  soundBlocked = $state(false);

  #engine: RtcEngine;
  #wakeLock = new WakeLock();
  #policy = new ChannelPolicy(this, () => this.#applyGate());
  #mutes = new Mutes();
  #attempts = new Attempts();
  #chimes = new Chimes(this.prefs);
  /** The box has confirmed that this page, not another device of mine, is in the call. */
  #confirmed = false;
  #untold = false;

  constructor(private readonly deps: CallDeps) {
    this.#engine = new RtcEngine(deps.signalling, {
      tracks: (tracks) => this.#received(tracks),
      state: (state) => this.#lineChanged(state),
      lost: () => this.#rejoin(),
    });
    this.sending = new Sending(this.#engine, this.prefs, {
      changed: () => this.#tellBox(),
      failed: (error) => this.#deviceFailed(error),
    });
    this.#listen();
  }

  /** The connection of the call, for whoever wants its figures; null outside of one. */
  get pc(): RTCPeerConnection | null {
    return this.#engine.pc;
  }

  get me(): Id {
    return this.deps.me();
  }

  /** My own state as the box sees it: also what somebody else has switched off for me. */
  get mine(): VoiceState | undefined {
    return this.channel === null ? undefined : this.states.of(this.channel.guildId, this.me);
  }

  get selfMute(): boolean {
    return this.#mutes.mute;
  }

  get selfDeaf(): boolean {
    return this.#mutes.deaf;
  }

  isIn(channelId: Id): boolean {
    return this.channel?.channelId === channelId;
  }

  track(userId: Id, kind: TrackKind): MediaStreamTrack | null {
    if (userId === this.me) {
      if (kind === 'camera') return this.sending.cameraTrack;
      if (kind === 'screen') return this.sending.screenTrack;
    }
    return this.remote.find((one) => one.userId === userId && one.kind === kind)?.track ?? null;
  }

  /** One click: into this room, and out of the one that one was in. Call it from a click, so that sound may play. */
  join(guildId: Id, channelId: Id): void {
    if (this.isIn(channelId)) return;
    audioContext();
    const switching = this.channel !== null;
    this.channel = { guildId, channelId };
    this.phase = 'joining';
    this.#confirmed = false;
    this.#attempts.forget();
    this.#engine.drop();
    if (switching && this.sending.screen === 'on') void this.sending.setScreen(false);
    this.#tellBox();
    this.#await();
    this.#wakeLock.keep();
    this.#applyGate();
    void this.sending.setVoice(!this.selfMute).then(() => this.devices.watch());
  }

  leave(): void {
    if (this.channel === null) return;
    const { guildId } = this.channel;
    this.#chimes.play('leave');
    // Told first: a connection that closes without a word looks like an accident to the others.
    this.#send(guildId, null);
    this.#hangUp();
  }

  toggleMute(): void {
    if (!this.rights.mayUnmute()) return;
    this.#mutes.toggleMute();
    this.playback.setDeaf(this.selfDeaf);
    this.#chimes.play(this.selfMute ? 'mute' : 'unmute');
    this.#voiceChanged();
  }

  toggleDeaf(): void {
    this.#mutes.toggleDeaf();
    this.playback.setDeaf(this.selfDeaf);
    this.#chimes.play(this.selfDeaf ? 'mute' : 'unmute');
    this.#voiceChanged();
  }

  toggleCamera(): void {
    if (this.rights.mayToggle('camera')) void this.sending.setCamera(this.sending.camera === 'off');
  }

  toggleScreen(): void {
    if (this.rights.mayToggle('screen')) void this.sending.setScreen(this.sending.screen === 'off');
  }

  setVolume(key: string, percent: number): void {
    this.prefs.setVolume(key, percent);
    this.playback.applyVolumes();
  }

  /** Change a choice, and everything that runs by it. */
  choose<K extends keyof VoicePrefs>(key: K, value: VoicePrefs[K]): void {
    this.prefs.set(key, value);
    if (key === 'speaker') this.playback.applySpeaker();
    else if (key === 'camera') {
      if (this.sending.camera === 'on') void this.sending.setCamera(true);
    } else if (key === 'screenFor') void this.sending.retuneScreen();
    else if (key === 'pushToTalk' || key === 'pushToTalkKey') this.#applyGate();
    else if (key !== 'sounds' && key !== 'volumes' && this.sending.microphone !== null)
      void this.sending.reopenMicrophone();
  }

  /** Wi-Fi came back, or the phone went to another mast. */
  networkChanged(): void {
    this.#engine.networkChanged();
  }

  #listen(): void {
    const { gateway } = this.deps;
    gateway.on('READY', (ready) => this.#ready(ready));
    gateway.on('RESUMED', () => {
      if (this.#untold) this.#tellBox();
    });
    gateway.on('GUILD_CREATE', (guild) => this.states.addGuild(guild));
    gateway.on('GUILD_DELETE', ({ id }) => {
      this.states.removeGuild(id);
      if (this.channel?.guildId === id) this.#end({ about: 'closed' });
    });
    gateway.on('CHANNEL_DELETE', ({ id }) => {
      this.states.removeChannel(id);
      if (this.isIn(id)) this.#end({ about: 'closed' });
    });
    gateway.on('GUILD_MEMBER_REMOVE', ({ guild_id, user }) => this.states.removeMember(guild_id, user.id));
    gateway.on('VOICE_STATE_UPDATE', ({ guild_id, ...state }) => {
      if (guild_id !== undefined) this.#stateChanged({ ...state, guild_id });
    });
    gateway.on('HEARTH_SPEAKING', (event) => {
      this.states.setSpeaking(event);
      this.#policy.follow(this.channel);
    });
    gateway.on('HEARTH_VOICE_REFUSED', ({ channel_id, key, message }) => {
      if (!this.isIn(channel_id)) return;
      // The SFU restarts: whoever was in a call waits for it, whoever only comes is told.
      if (key === CALLS_DOWN && this.phase === 'reconnecting') this.#rejoin();
      else this.#end({ about: 'refused', key, message });
    });
    gateway.on('VOICE_SERVER_UPDATE', ({ guild_id, channel_id, rtc_session_id }) => {
      if (guild_id === undefined || this.channel?.guildId !== guild_id) return;
      if (this.channel.channelId !== channel_id) this.channel = { guildId: guild_id, channelId: channel_id };
      this.#engine.expect(rtc_session_id);
      this.#claimed();
    });
    gateway.on('HEARTH_RTC_OFFER', (offer) => {
      if (this.channel !== null) this.#engine.offer(offer);
    });
    gateway.on('HEARTH_RTC_HELD', ({ rtc_session_id, kinds }) => {
      if (rtc_session_id === this.#engine.sessionId) this.deps.tell({ about: 'held', kinds });
    });
  }

  /** A new gateway session: the box may think that the old one's call is another device's. Claim it, or join again. */
  #ready(ready: Ready): void {
    this.states.replace(ready.guilds);
    this.#policy.follow(this.channel);
    this.#confirmed = false;
    if (this.channel === null) return;
    if (!ready.guilds.some((guild) => guild.id === this.channel?.guildId)) {
      this.#end({ about: 'closed' });
      return;
    }
    if (this.phase === 'connected') this.phase = 'reconnecting';
    this.#tellBox();
    this.#await();
  }

  #stateChanged(state: VoiceState): void {
    const before = this.states.of(state.guild_id, state.user_id);
    this.states.update(state);
    if (state.user_id === this.me) {
      this.#myStateChanged(state);
      this.rights.changed(before, state);
    } else if (this.channel !== null && this.phase === 'connected')
      this.#chimes.other(before, state, this.channel);
    this.#policy.follow(this.channel);
  }

  #myStateChanged(state: VoiceState): void {
    if (this.channel === null) return;
    if (state.session_id !== this.deps.gateway.sessionId) {
      if (this.#confirmed && state.channel_id !== null) this.#end({ about: 'elsewhere' });
    } else if (state.channel_id === null) {
      // While the line is down this is the SFU that lost us; with a good line somebody showed us the door.
      if (this.#confirmed && this.phase === 'connected') this.#end({ about: 'removed' });
      else if (this.#confirmed) this.#rejoin();
    } else {
      const moved = this.#confirmed && this.phase === 'connected' && !this.isIn(state.channel_id);
      this.#confirmed = true;
      if (!moved) {
        this.#claimed();
        return;
      }
      this.channel = { guildId: state.guild_id, channelId: state.channel_id };
      this.phase = 'reconnecting';
      this.#await();
      this.deps.tell({ about: 'moved' });
    }
  }

  /** The box says that we are in: with the connection that went on meanwhile, or with one that is to come. */
  #claimed(): void {
    if (this.pc?.connectionState === 'connected') {
      this.#attempts.stop();
      this.phase = 'connected';
    } else {
      if (this.phase === 'connected') this.phase = 'reconnecting';
      this.#await();
    }
  }

  #received(tracks: RemoteTrack[]): void {
    this.remote = tracks;
    this.playback.update(tracks);
  }

  #lineChanged(state: RTCPeerConnectionState): void {
    if (this.channel === null) return;
    if (state === 'connected') {
      this.#attempts.stop();
      if (this.phase === 'joining') this.#chimes.play('join');
      this.phase = 'connected';
      this.#attempts.forget();
      this.line.watch(() => this.pc);
    } else if (this.phase === 'connected' && (state === 'disconnected' || state === 'failed')) {
      this.phase = 'reconnecting';
    }
  }

  /** The connection is gone for good, or nobody answered: from the beginning, a little later each time. */
  #rejoin(): void {
    if (this.channel === null) return;
    // Without a gateway nothing is refused, only unsaid: wait for its READY, however long that takes.
    if (this.#untold) {
      this.#await();
      return;
    }
    const { guildId } = this.channel;
    if (this.#attempts.again(() => this.#joinAgain())) {
      if (this.phase !== 'joining') this.phase = 'reconnecting';
    } else {
      this.#send(guildId, null);
      this.#end({ about: 'unreachable' });
    }
  }

  #joinAgain(): void {
    if (this.channel === null) return;
    // A good connection is only claimed: the box may have restarted without touching it.
    if (this.pc?.connectionState !== 'connected') {
      this.#engine.drop();
      const mine = this.states.of(this.channel.guildId, this.me);
      // The box still has us in the room: only going out and in again makes a new connection.
      const inRoom = mine !== undefined && mine.session_id === this.deps.gateway.sessionId;
      this.#confirmed = false;
      if (inRoom) this.#send(this.channel.guildId, null);
    }
    this.#tellBox();
    this.#await();
  }

  #await(): void {
    this.#attempts.expect(() => {
      if (this.pc?.connectionState !== 'connected') this.#rejoin();
      else this.phase = 'connected';
    });
  }

  #deviceFailed(error: MediaError): void {
    if (error.device === 'microphone' && !this.selfMute) {
      this.#mutes.mute = true;
      this.#voiceChanged();
    }
    this.deps.tell({ about: 'device', error });
  }

  #voiceChanged(): void {
    this.#tellBox();
    if (this.channel !== null) void this.sending.setVoice(!this.selfMute);
  }

  #applyGate(): void {
    const { pushToTalk, pushToTalkKey } = this.prefs.value;
    const active = pushToTalk && this.channel !== null;
    this.pushToTalk.listen(active ? pushToTalkKey : null);
    this.sending.setGate(!pushToTalk || this.pushToTalk.held);
  }

  #end(notice: Notice): void {
    this.#chimes.play('leave');
    this.#hangUp();
    this.deps.tell(notice);
  }

  #hangUp(): void {
    this.#attempts.stop();
    this.line.stop();
    this.channel = null;
    this.phase = 'idle';
    this.#confirmed = false;
    this.#untold = false;
    this.#engine.close();
    this.sending.stop();
    this.playback.update([]);
    this.#wakeLock.release();
    this.#policy.follow(null);
    this.#applyGate();
  }

  #tellBox(): void {
    if (this.channel !== null) this.#send(this.channel.guildId, this.channel.channelId);
  }

  #send(guildId: Id, channelId: Id | null): void {
    const told = this.deps.gateway.send(VOICE_STATE_OP, {
      guild_id: guildId,
      channel_id: channelId,
      self_mute: this.selfMute,
      self_deaf: this.selfDeaf,
      self_video: this.sending.camera === 'on',
      self_stream: this.sending.screen === 'on',
      ...(this.#engine.sessionId !== null && { hearth_rtc_session_id: this.#engine.sessionId }),
    });
    this.#untold = !told && channelId !== null;
  }
}
