/** The words of calls. */
import { plural } from './intl';

function some(minutes: number): string {
  return minutes < 1 ? 'less than a minute' : plural(minutes, { one: 'minute', other: 'minutes' });
}

export const voice = {
  people: (n: number) => plural(n, { one: 'person', other: 'people' }),
  you: (name: string) => `${name} (you)`,
  youShort: 'You',
  /** In the middle of a sentence a room's name begins small, unless it is all capitals. */
  inRoom: (room: string) => `In ${room}`,
  whoIsIn: (room: string) => `People in ${room}`,
  yourCall: 'Your call',
  call: 'Call',
  live: 'LIVE',
  speaking: (name: string) => `${name} is speaking`,
  muted: 'muted',
  deafened: 'hears nobody',
  mutedByOthers: 'muted for everyone',
  sharing: 'shows the screen',
  openRoom: (room: string) => `Open the call in ${room}`,

  join: 'Join',
  check: 'Try microphone and camera first',
  joining: 'Joining',
  leave: 'Leave',
  leaveCall: 'Leave the call',
  mute: 'Mute',
  unmute: 'Unmute',
  notHeard: 'Not heard',
  holdToTalk: 'Hold to talk',
  talking: 'Talking',
  pushHint: (key: string) => `Hold ${key} to talk. It works only while this page is in front.`,
  sound: 'Sound',
  soundOff: 'Turn sound off',
  soundOn: 'Turn sound on',
  camera: 'Camera',
  cameraOn: 'Turn camera on',
  cameraOff: 'Turn camera off',
  share: 'Share',
  shareScreen: 'Share your screen',
  stopShare: 'Stop sharing',
  stopSharing: 'Stop sharing your screen',
  flip: 'Flip',
  flipCamera: 'Use the other camera',
  chat: 'Chat',
  settings: 'Microphone and camera settings',
  devices: 'Devices',
  more: 'More',
  grid: 'Grid',
  focus: 'Focus',
  showAll: 'Show everyone in the same size',
  showOne: 'Show one large',
  back: 'Back to the conversation; the call goes on',
  peopleButton: (n: number) => `People, ${n}`,

  line: {
    joining: 'Connecting',
    reconnecting: 'Line lost, connecting again',
    clear: 'Clear line',
    slow: 'Slow line',
    weak: 'Weak line',
    withRtt: (words: string, ms: number) => `${words}, ${ms} ms`,
    withLoss: (words: string, percent: number) => `${words}, ${percent} % lost`,
  },
  openFor: (minutes: number) => `Open for ${some(minutes)}`,
  shownFor: (minutes: number) => `Shown for ${some(minutes)}`,

  empty: {
    title: 'Nobody is here yet',
    text: (room: string) => `Go in, and the others see that ${room} is lit.`,
  },
  waiting: {
    title: (names: string, n: number) => `${names} ${n === 1 ? 'is' : 'are'} here`,
    more: (n: number) => `${n} more`,
    text: 'Your microphone is on when you join, your camera is off.',
    textMuted: 'You join muted, your camera is off.',
    textPush: 'You are heard while you hold a key, your camera is off.',
  },
  alone: 'Only you are here. The others see that this room is lit.',
  tapToHear: 'Tap to hear the call',
  blocked: 'Your browser holds back the sound.',
  /** What others let one do in a room. */
  rights: {
    muted: 'Someone who runs this space has muted you for everyone.',
    unmuted: 'You are no longer muted for everyone.',
    deafened: 'Someone who runs this space has turned off your sound.',
    undeafened: 'Your sound is no longer turned off.',
    mayNotSpeak: 'You may listen in this room, but not speak. Ask whoever runs this space.',
    maySpeak: 'You may speak in this room now.',
    mayNotShow: 'You may not show your camera or screen in this room. Ask whoever runs this space.',
    stoppedShowing: 'You may no longer show your camera or screen in this room, so they are off.',
  },
  mustPush: (key: string) => `In this room you are heard only while you hold ${key}, or the button here.`,
  priority: 'While you speak, the others are softer.',
  background:
    'On the home screen, this phone silences your microphone when you leave Hearth. Open it in Safari for calls.',

  shareBar: {
    showing: 'is showing the screen',
    stop: 'Stop',
    youShowing: 'You are showing your screen',
    screenOf: (name: string) => `${name}'s screen`,
    yours: 'Your screen',
    muteScreen: 'Mute this screen',
    unmuteScreen: 'Unmute this screen',
    volume: 'Volume of this screen',
    float: 'Float over other windows',
    cannotShow: 'What they show cannot be shown by this browser.',
    fill: 'Fill the screen',
    unfill: 'Leave full screen',
    noSoundTitle: 'Share without sound?',
    noSoundText:
      'This browser shares the picture only. Chrome or Edge on a computer can share the sound of a tab as well.',
    choose: 'Choose what to show',
    cancel: 'Not now',
  },
  tile: {
    menu: (name: string) => `Volume and more for ${name}`,
    volume: 'Volume',
    volumeOf: (name: string) => `Volume of ${name}`,
    percent: (n: number) => `${n} %`,
    muteForMe: 'Mute for me',
    unmuteForMe: 'Unmute for me',
    pin: 'Show large',
    unpin: 'Show everyone',
    full: 'Fill the screen',
    float: 'Float over other windows',
    paused: 'Picture paused',
    cannotShow: 'Their picture cannot be shown by this browser.',
    camera: (name: string) => `${name}'s camera`,
  },

  notice: {
    elsewhere: 'Your call has moved to another device.',
    removed: 'Someone who runs this space has taken you out of the room.',
    moved: (room: string) => `You were moved to ${room}.`,
    closed: 'This room is closed, or no longer open to you.',
    unreachable: 'The box could not be reached, so the call has ended. Join again when the line is back.',
    full: 'The room is full. Try again when someone leaves.',
    refused: 'You may not join this room.',
    /** By the key of the refusal. */
    refusals: {
      room_full: 'The room is full. Try again when someone leaves.',
      may_not_connect: 'You may not join this room. Ask whoever runs this space.',
      calls_down: 'Calls are starting again on the box. Try once more in a moment.',
    } as Partial<Record<string, string>>,
    /** By what sends more than a call carries, and is not passed on for a moment. */
    held: {
      mic: 'Your microphone sends more than a call carries, so the others do not hear you for now. Choose another microphone in the settings.',
      camera:
        'Your camera sends more than a call carries, so the others do not see it for now. Switch it off and on again, or choose another camera.',
      screen:
        'Your screen sends more than a call carries, so the others do not see it for now. Share a window instead of the whole screen.',
      screen_audio:
        'The sound that you share is more than a call carries, so the others do not hear it for now. Share the screen without its sound.',
    },
    letGo: 'What you send reaches the others again.',
    showHow: 'Show how',
    joinAgain: 'Join again',
  },
  problem: {
    microphone: {
      denied:
        'Your microphone is blocked in this browser. Allow it beside the address of this page, then unmute. Until then you can listen.',
      none: 'No microphone was found. Plug one in, then unmute. Until then you can listen.',
      busy: 'Another program is using your microphone. Close it there, then unmute.',
      insecure: 'Browsers give a microphone to secure addresses only. Open Hearth at its https address.',
      unknown: 'Your microphone did not start. Plug it in again or choose another, then unmute.',
    },
    camera: {
      denied:
        'Your camera is blocked in this browser. Allow it beside the address of this page, then try again.',
      none: 'No camera was found. Plug one in, then try again.',
      busy: 'Another program is using your camera. Close it there, then try again.',
      insecure: 'Browsers give a camera to secure addresses only. Open Hearth at its https address.',
      unknown: 'Your camera did not start. Plug it in again or choose another.',
    },
    screen: {
      denied:
        'The system does not let this browser show the screen. Allow it in the privacy settings of the system.',
      none: 'There was nothing to show. Try again and choose a screen, a window or a tab.',
      busy: 'The system did not hand over the picture. Try again, or choose another window.',
      insecure: 'This browser cannot share a screen. A computer with Chrome, Edge, Firefox or Safari can.',
      unknown: 'The screen could not be shared. Try again, or choose another window.',
    },
  },
};
