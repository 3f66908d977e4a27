import type { HealthFacts } from '@/api/error-keys';

import type { Catalogue } from '..';

import { duration, number, percent, share, size } from './intl';

const days = (left: number): string => duration(left, 'day');

const RESTART = 'starte die Box neu: Zieh für fünf Sekunden ihren Stecker';
const RELOAD =
  'Öffne auf jedem Telefon und Computer, der der Box vertrauen sollte, ihre Seite für neue Telefone (http:// und die Adresse der Box) und lade das Zertifikat neu.';
const RENEW = `Damit ein neues gemacht wird, ${RESTART}. Bleibt das so, hat die Box die falsche Zeit: Um sie zu wissen, braucht sie das Internet.`;
const COPY =
  'Schalte die Box aus und kopiere ihre ganze Karte oder Platte, bevor irgendetwas anderes versucht wird. Spiel dann eine Sicherung zurück, wie es die Anleitung für den Betrieb beschreibt. Was jetzt da ist, bleibt unberührt.';
const BACKUP_CARD =
  'Mach jetzt eine Sicherung, wie es die Anleitung für den Betrieb beschreibt. Tausche dann die Karte oder Platte aus.';
const BACKUP_STORAGE =
  'Mach eine Sicherung, wie es die Anleitung für den Betrieb beschreibt, und tausche den Speicher bald aus.';
const ROOM =
  'Mach eine Sicherung und spiel sie auf eine größere Karte oder Platte zurück: Wie, steht in der Anleitung für den Betrieb. Liegt neben Hearth noch anderes darauf, lösche, was niemand braucht.';
const AIR =
  'Gib ihr Luft: Nimm sie aus dem geschlossenen Schrank und weg von Sonne und anderen warmen Geräten. Ein kleiner Kühlkörper oder Lüfter löst es für immer.';
const POWER =
  'Nimm das Netzteil, das für diese Platine gemacht ist, an seinem eigenen kurzen Kabel. Gib Festplatten ein eigenes.';
const WHY: Readonly<Record<string, string>> = {
  age: 'Die alte war abgelaufen.',
  clock: 'Die alte wurde gemacht, als die Uhr falsch ging.',
};
const free = (facts: HealthFacts['disk_full']): string =>
  `${share(facts.free, facts.total, (part, all) => `${part} von ${all}`)} frei.`;

const rows: Catalogue['health']['rows'] = {
  authority: {
    title: 'Vertrauen der Telefone',
    sentence: (facts) => `Telefone, die der Box vertrauen, tun es noch ${days(facts.days)} lang.`,
  },
  certificate: {
    title: 'Sichere Verbindung',
    sentence: (facts) => `Das Zertifikat gilt noch ${days(facts.days)} lang und erneuert sich rechtzeitig.`,
  },
  clock: { title: 'Uhr', sentence: () => 'Sie wird über das Internet gestellt.' },
  disk_errors_none: { title: 'Karte oder Platte', sentence: () => 'Bisher keine Fehler.' },
  disk_space: {
    title: 'Speicherplatz',
    sentence: (facts) => `${size(facts.used)} von ${size(facts.total)} belegt.`,
  },
  keeping: { title: 'Behalten', sentence: () => 'Was geschrieben ist, bleibt auch ohne Strom.' },
  media_process: { title: 'Anrufe', sentence: () => 'Die Räume sind offen.' },
  memory: {
    title: 'Arbeitsspeicher',
    sentence: (facts) => `${size(facts.available)} von ${size(facts.total)} sind frei.`,
  },
  storage_wear: {
    title: 'Abnutzung',
    sentence: ({ life_used_percent: life }) =>
      `Höchstens ${percent(life)} der Lebensdauer des Speichers sind verbraucht.`,
  },
  temperature: {
    title: 'Temperatur',
    sentence: (facts) => `Kühl genug: ${number(facts.celsius)} von ${number(facts.limit)} °C.`,
  },
  undervoltage: {
    title: 'Netzteil',
    sentence: () => 'Seit dem Start der Box ist die Spannung nie abgefallen.',
  },
  undervoltage_now: { title: 'Netzteil', sentence: () => 'Es gibt gerade genug Spannung.' },
  authority_early: {
    title: 'Das Zertifikat der Box gilt noch nicht',
    sentence: () => 'Es wurde gemacht, als die Uhr vorging, oder die Uhr geht jetzt nach.',
    fix: 'Lass die Box ins Internet: Ihre Uhr stellt sich von selbst, und wenn nötig wird das Zertifikat neu gemacht.',
  },
  authority_replaced: {
    title: 'Telefone müssen der Box noch einmal vertrauen',
    sentence: ({ reason }) =>
      `Die Box hat eine neue Zertifizierungsstelle. ${WHY[reason] ?? 'Die alte war auf der Karte oder Platte beschädigt.'} Telefone, die ihr vertraut haben, warnen vor der Box.`,
    fix: RELOAD,
  },
  authority_ends: {
    title: 'Telefone müssen der Box bald noch einmal vertrauen',
    sentence: (facts) =>
      `Das, dem sie vertrauen, gilt noch ${days(facts.days)} lang. Ein neues wird einige Wochen vor dem Ende gemacht.`,
    fix: 'Noch ist nichts zu tun. Wenn das neue da ist, sagt es diese Seite, und jedes Telefon muss es laden.',
  },
  certificate_over: {
    title: 'Das Zertifikat ist abgelaufen',
    sentence: () => 'Browser weigern sich, Hearth zu öffnen, oder warnen davor.',
    fix: RENEW,
  },
  certificate_ends: {
    title: 'Das Zertifikat läuft bald ab',
    sentence: (facts) => `Es gilt noch ${days(facts.days)} lang und hätte schon erneuert sein sollen.`,
    fix: RENEW,
  },
  clock_not_set: {
    title: 'Vielleicht geht die Uhr falsch',
    sentence: () => 'Seit dem Start der Box wurde sie nicht über das Internet gestellt.',
    fix: 'Sieh nach, ob der Router die Box ins Internet lässt; dann stellt sich die Uhr von selbst.',
  },
  database_damaged: {
    title: 'Die Daten des Haushalts sind beschädigt',
    sentence: () => 'Die Datei mit Konten und Nachrichten lässt sich nicht oder nicht ganz lesen.',
    fix: COPY,
  },
  database_gone: {
    title: 'Die Daten des Haushalts sind weg',
    sentence: () => 'Die Datei mit Konten und Nachrichten ist nicht mehr da.',
    fix: COPY,
  },
  database_newer: {
    title: 'Die Daten des Haushalts sind neuer als Hearth',
    sentence: () => 'Sie stammen von einem neueren Hearth als dem, das jetzt läuft.',
    fix: 'Aktualisiere Hearth, oder spiel eine Sicherung von vorher zurück. Was jetzt da ist, bleibt unberührt.',
  },
  database_no_room: {
    title: 'Es ist kein Platz mehr da',
    sentence: () => 'Die Karte oder Platte ist voll, und ganz ohne Platz geht nicht einmal das Lesen.',
    fix: 'Schaff Platz darauf: Lösche, was nicht zu Hearth gehört, oder spiel eine Sicherung auf eine größere zurück, wie es die Anleitung für den Betrieb beschreibt. Sobald Platz ist, macht Hearth von selbst weiter.',
  },
  database_protected: {
    title: 'Nichts lässt sich schreiben',
    sentence: () =>
      'Die Karte oder Platte lässt Hearth nicht schreiben, wie nach einem Fehler oder mit falschen Rechten am Datenordner.',
    fix: `Auf einer Box: ${RESTART}; bleibt es so, kopiere die Karte und tausche sie aus. Auf einem Computer: Gib den Datenordner dem Benutzer zurück, unter dem Hearth läuft. Sobald es schreiben kann, macht Hearth von selbst weiter.`,
  },
  disk_errors: {
    title: 'Die Karte oder Platte hat Fehler',
    sentence: ({ errors }) =>
      `Lesen oder Schreiben ging ${errors === 1 ? 'einmal' : `${errors}-mal`} schief.`,
    fix: BACKUP_CARD,
  },
  disk_gone: {
    title: 'Der Datenordner ist weg',
    sentence: () => 'Seine Karte oder Platte antwortet nicht.',
    fix: `Sieh nach, ob die Karte oder Platte fest steckt, und ${RESTART}.`,
  },
  disk_read_only: {
    title: 'Nichts lässt sich schreiben',
    sentence: () => 'Das System schützt die Karte oder Platte vor dem Schreiben, wie nach einem Fehler.',
    fix: BACKUP_CARD,
  },
  disk_filling: { title: 'Der Speicherplatz wird knapp', sentence: free, fix: ROOM },
  disk_full: {
    title: 'Der Speicherplatz ist fast voll',
    sentence: (facts) => `Nur noch ${free(facts)} Ist er voll, lässt sich keine Nachricht mehr senden.`,
    fix: ROOM,
  },
  nothing_kept: {
    title: 'Nichts wird behalten',
    sentence: () =>
      'Der Teil der Karte mit den Daten des Haushalts ließ sich nicht lesen, darum läuft die Box aus dem Arbeitsspeicher. Was jetzt geschrieben wird, ist beim nächsten Start weg; was vorher da war, bleibt unberührt.',
    fix: 'Schalte die Box aus und kopiere die ganze Karte an einem Computer, bevor irgendetwas anderes damit versucht wird.',
  },
  calls_down: {
    title: 'Anrufe gehen nicht',
    sentence: () => 'Der Teil der Box, der Ton und Bild befördert, läuft nicht.',
    fix: `Er startet von selbst neu. Steht das in einer Minute noch hier, ${RESTART}.`,
  },
  memory_short: {
    title: 'Der Arbeitsspeicher ist knapp',
    sentence: (facts) =>
      `${size(facts.available)} von ${size(facts.total)} sind frei. Alles kann langsam werden.`,
    fix: `Laufen auf dieser Box andere Programme, beende sie; wenn nicht, ${RESTART}.`,
  },
  keys_repaired: {
    title: 'Schlüssel mussten neu gemacht werden',
    sentence: ({ files }) =>
      `Beim Start war ${files} beschädigt oder weg. Vielleicht müssen sich Geräte neu anmelden oder der Box noch einmal vertrauen.`,
    fix: 'Ein Stromausfall kann das einmal anrichten. Kommt es wieder, mach eine Sicherung und tausche die Karte oder Platte aus.',
  },
  storage_worn: {
    title: 'Der Speicher nutzt sich ab',
    sentence: () => 'Fast alles, was sein Hersteller verspricht, ist verbraucht.',
    fix: BACKUP_STORAGE,
  },
  storage_worn_out: {
    title: 'Der Speicher ist abgenutzt',
    sentence: () => 'Er hat länger gehalten, als sein Hersteller verspricht, und kann jeden Tag ausfallen.',
    fix: BACKUP_STORAGE,
  },
  nearly_too_hot: {
    title: 'Die Box wird heiß',
    sentence: (facts) =>
      `Die Box ist ${number(facts.celsius)} °C warm; ab ${number(facts.limit)} °C bremst sie sich.`,
    fix: AIR,
  },
  too_hot: {
    title: 'Die Box ist zu heiß',
    sentence: (facts) => `Bei ${number(facts.celsius)} °C bremst sich die Box, und Anrufe können stocken.`,
    fix: AIR,
  },
  under_voltage: {
    title: 'Das Netzteil ist zu schwach',
    sentence: () =>
      'Die Box bekommt gerade zu wenig Spannung. Sie bremst sich und kann ohne Warnung stehen bleiben.',
    fix: POWER,
  },
  under_voltage_before: {
    title: 'Das Netzteil hat nachgelassen',
    sentence: () => 'Seit dem Start der Box war es mindestens einmal zu schwach.',
    fix: POWER,
  },
};

export const health: Catalogue['health'] = {
  checked: (when) => `Geprüft: ${when}. Hearth sieht jede Minute von selbst nach.`,
  checkNow: 'Jetzt prüfen',
  checking: 'Wird geprüft',
  adminsOnly: 'Das sehen nur Leute, die sich um die Box kümmern.',
  verdict: { good: 'Alles läuft.', warning: 'Alles läuft.', serious: 'Etwas stimmt nicht.' },
  needs: (count) => (count === 1 ? 'Eine Sache braucht dich.' : `${number(count)} Dinge brauchen dich.`),
  nothing: 'Für dich gibt es nichts zu tun.',
  seeBelow: 'Was zu tun ist, steht jeweils dabei.',
  result: 'Ergebnis',
  waiting: (count) => (count === 1 ? '1 Sache zu tun' : `${number(count)} Dinge zu tun`),
  states: { good: 'Gut', warning: 'Braucht dich', serious: 'Geht nicht' },
  now: 'Gerade eben',
  processor: 'Prozessor',
  memory: 'Arbeitsspeicher',
  storage: 'Speicherplatz',
  temperature: 'Temperatur',
  ofLimit: (celsius, limit) => `${celsius} von ${limit} °C`,
  share: (used, total) => share(used, total, (part, all) => `${part} von ${all}`),
  percent,
  duration,
  rows,
  board: 'Platine',
  version: 'Hearth',
  uptime: 'Laufzeit',
  slot: 'Systemhälfte',
};
