/** Die Wörter der Anrufe. */
import type { Catalogue } from '..';

import { form, plural } from './intl';

function some(minutes: number): string {
  return minutes < 1 ? 'weniger als einer Minute' : plural(minutes, { one: 'Minute', other: 'Minuten' });
}

export const voice: Catalogue['voice'] = {
  people: (n) => plural(n, { one: 'Person', other: 'Leute' }),
  you: (name) => `${name} (du)`,
  youShort: 'Du',
  inRoom: (room) => `In ${room}`,
  whoIsIn: (room) => `Leute in ${room}`,
  yourCall: 'Dein Anruf',
  call: 'Anruf',
  live: 'LIVE',
  speaking: (name) => `${name} spricht`,
  muted: 'stumm',
  deafened: 'hört niemanden',
  mutedByOthers: 'für alle stumm',
  sharing: 'zeigt den Bildschirm',
  openRoom: (room) => `Anruf in ${room} öffnen`,

  join: 'Beitreten',
  check: 'Erst Mikrofon und Kamera ausprobieren',
  joining: 'Einen Moment',
  leave: 'Gehen',
  leaveCall: 'Anruf verlassen',
  mute: 'Stumm',
  unmute: 'Laut',
  notHeard: 'Nicht zu hören',
  holdToTalk: 'Halten zum Reden',
  talking: 'Du redest',
  pushHint: (key) => `Halte ${key} zum Reden. Das geht nur, solange diese Seite vorn ist.`,
  sound: 'Ton',
  soundOff: 'Ton ausschalten',
  soundOn: 'Ton einschalten',
  camera: 'Kamera',
  cameraOn: 'Kamera einschalten',
  cameraOff: 'Kamera ausschalten',
  share: 'Teilen',
  shareScreen: 'Bildschirm teilen',
  stopShare: 'Nicht mehr teilen',
  stopSharing: 'Bildschirm nicht mehr teilen',
  flip: 'Drehen',
  flipCamera: 'Die andere Kamera nehmen',
  chat: 'Chat',
  settings: 'Einstellungen für Mikrofon und Kamera',
  devices: 'Geräte',
  more: 'Mehr',
  grid: 'Raster',
  focus: 'Groß',
  showAll: 'Alle gleich groß zeigen',
  showOne: 'Jemanden groß zeigen',
  back: 'Zurück zum Gespräch; der Anruf läuft weiter',
  peopleButton: (n) => `Leute, ${n}`,

  line: {
    joining: 'Verbindet',
    reconnecting: 'Leitung weg, verbindet neu',
    clear: 'Klare Leitung',
    slow: 'Träge Leitung',
    weak: 'Schwache Leitung',
    withRtt: (words, ms) => `${words}, ${ms} ms`,
    withLoss: (words, percent) => `${words}, ${percent} % verloren`,
  },
  openFor: (minutes) => `Offen seit ${some(minutes)}`,
  shownFor: (minutes) => `Zu sehen seit ${some(minutes)}`,

  empty: {
    title: 'Noch ist niemand da',
    text: (room) => `Geh hinein, dann sehen die anderen, dass in ${room} Licht brennt.`,
  },
  waiting: {
    title: (names, n) => `${names} ${form(n, { one: 'ist', other: 'sind' })} da`,
    more: (n) => `${n} weitere`,
    text: 'Beim Beitreten ist dein Mikrofon an und deine Kamera aus.',
    textMuted: 'Du kommst stumm hinein, deine Kamera ist aus.',
    textPush: 'Man hört dich, solange du eine Taste hältst; deine Kamera ist aus.',
  },
  alone: 'Nur du bist hier. Die anderen sehen, dass in diesem Raum Licht brennt.',
  tapToHear: 'Tippen, um den Anruf zu hören',
  blocked: 'Dein Browser hält den Ton zurück.',
  rights: {
    muted: 'Jemand, der diesen Bereich leitet, hat dich für alle stummgeschaltet.',
    unmuted: 'Du bist nicht mehr für alle stumm.',
    deafened: 'Jemand, der diesen Bereich leitet, hat deinen Ton ausgeschaltet.',
    undeafened: 'Dein Ton ist wieder an.',
    mayNotSpeak:
      'In diesem Raum darfst du zuhören, aber nicht reden. Frag jemanden, der diesen Bereich leitet.',
    maySpeak: 'Du darfst in diesem Raum jetzt reden.',
    mayNotShow:
      'In diesem Raum darfst du weder Kamera noch Bildschirm zeigen. Frag jemanden, der diesen Bereich leitet.',
    stoppedShowing:
      'In diesem Raum darfst du Kamera und Bildschirm nicht mehr zeigen, darum sind sie jetzt aus.',
  },
  mustPush: (key) => `In diesem Raum hört man dich nur, solange du ${key} oder den Knopf hier hältst.`,
  priority: 'Während du redest, sind die anderen leiser.',
  background:
    'Auf dem Startbildschirm schaltet dieses Telefon dein Mikrofon ab, sobald du Hearth verlässt. Öffne es für Anrufe in Safari.',

  shareBar: {
    showing: 'zeigt den Bildschirm',
    stop: 'Beenden',
    youShowing: 'Du zeigst deinen Bildschirm',
    screenOf: (name) => `Bildschirm von ${name}`,
    yours: 'Dein Bildschirm',
    muteScreen: 'Diesen Bildschirm stummschalten',
    unmuteScreen: 'Ton dieses Bildschirms einschalten',
    volume: 'Lautstärke dieses Bildschirms',
    float: 'Über anderen Fenstern schweben lassen',
    cannotShow: 'Was hier gezeigt wird, kann dieser Browser nicht darstellen.',
    fill: 'Auf den ganzen Bildschirm',
    unfill: 'Vollbild verlassen',
    noSoundTitle: 'Ohne Ton teilen?',
    noSoundText:
      'Dieser Browser teilt nur das Bild. Chrome oder Edge auf einem Computer können auch den Ton eines Tabs teilen.',
    choose: 'Aussuchen, was zu sehen ist',
    cancel: 'Jetzt nicht',
  },
  tile: {
    menu: (name) => `Lautstärke und mehr für ${name}`,
    volume: 'Lautstärke',
    volumeOf: (name) => `Lautstärke von ${name}`,
    percent: (n) => `${n} %`,
    muteForMe: 'Für mich stummschalten',
    unmuteForMe: 'Für mich wieder laut',
    pin: 'Groß zeigen',
    unpin: 'Alle zeigen',
    full: 'Auf den ganzen Bildschirm',
    float: 'Über anderen Fenstern schweben lassen',
    paused: 'Bild angehalten',
    cannotShow: 'Dieses Bild kann dein Browser nicht darstellen.',
    camera: (name) => `Kamera von ${name}`,
  },

  notice: {
    elsewhere: 'Dein Anruf ist auf ein anderes Gerät umgezogen.',
    removed: 'Jemand, der diesen Bereich leitet, hat dich aus dem Raum genommen.',
    moved: (room) => `Du bist jetzt in ${room}.`,
    closed: 'Dieser Raum ist zu, oder er steht dir nicht mehr offen.',
    unreachable:
      'Die Box war nicht zu erreichen, darum ist der Anruf zu Ende. Tritt wieder bei, wenn die Leitung zurück ist.',
    full: 'Der Raum ist voll. Versuch es noch einmal, wenn jemand geht.',
    refused: 'Du darfst diesen Raum nicht betreten.',
    refusals: {
      room_full: 'Der Raum ist voll. Versuch es noch einmal, wenn jemand geht.',
      may_not_connect: 'Du darfst diesen Raum nicht betreten. Frag jemanden, der diesen Bereich leitet.',
      calls_down: 'Die Anrufe auf der Box starten gerade neu. Versuch es gleich noch einmal.',
    },
    held: {
      mic: 'Dein Mikrofon schickt mehr, als in einen Anruf passt, darum hören dich die anderen gerade nicht. Wähle in den Einstellungen ein anderes.',
      camera:
        'Deine Kamera schickt mehr, als in einen Anruf passt, darum sehen die anderen sie gerade nicht. Schalte sie aus und wieder ein, oder wähle eine andere.',
      screen:
        'Dein Bildschirm schickt mehr, als in einen Anruf passt, darum sehen ihn die anderen gerade nicht. Teile ein Fenster statt des ganzen Bildschirms.',
      screen_audio:
        'Der Ton, den du teilst, ist mehr, als in einen Anruf passt, darum hören ihn die anderen gerade nicht. Teile den Bildschirm ohne seinen Ton.',
    },
    letGo: 'Was du schickst, kommt bei den anderen wieder an.',
    showHow: 'Zeig mir, wie',
    joinAgain: 'Wieder beitreten',
  },
  problem: {
    microphone: {
      denied:
        'Dein Mikrofon ist in diesem Browser gesperrt. Erlaube es neben der Adresse dieser Seite und schalte dich dann laut. Bis dahin kannst du zuhören.',
      none: 'Kein Mikrofon gefunden. Steck eines an und schalte dich dann laut. Bis dahin kannst du zuhören.',
      busy: 'Ein anderes Programm benutzt dein Mikrofon. Schließ es dort und schalte dich dann laut.',
      insecure:
        'Browser geben ein Mikrofon nur an sichere Adressen. Öffne Hearth unter seiner https-Adresse.',
      unknown:
        'Dein Mikrofon ist nicht angesprungen. Steck es neu an oder wähle ein anderes und schalte dich dann laut.',
    },
    camera: {
      denied:
        'Deine Kamera ist in diesem Browser gesperrt. Erlaube sie neben der Adresse dieser Seite und versuch es noch einmal.',
      none: 'Keine Kamera gefunden. Steck eine an und versuch es noch einmal.',
      busy: 'Ein anderes Programm benutzt deine Kamera. Schließ sie dort und versuch es noch einmal.',
      insecure: 'Browser geben eine Kamera nur an sichere Adressen. Öffne Hearth unter seiner https-Adresse.',
      unknown: 'Deine Kamera ist nicht angesprungen. Steck sie neu an oder wähle eine andere.',
    },
    screen: {
      denied:
        'Das System lässt diesen Browser den Bildschirm nicht zeigen. Erlaube es in den Datenschutzeinstellungen des Systems.',
      none: 'Es gab nichts zu zeigen. Versuch es noch einmal und wähle einen Bildschirm, ein Fenster oder einen Tab.',
      busy: 'Das System hat das Bild nicht herausgegeben. Versuch es noch einmal, oder wähle ein anderes Fenster.',
      insecure:
        'Dieser Browser kann keinen Bildschirm teilen. Ein Computer mit Chrome, Edge, Firefox oder Safari kann es.',
      unknown:
        'Der Bildschirm ließ sich nicht teilen. Versuch es noch einmal, oder wähle ein anderes Fenster.',
    },
  },
};
