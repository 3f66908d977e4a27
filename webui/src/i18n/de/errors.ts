import type { Catalogue } from '..';

import { number, within } from './intl';

const byKey: Catalogue['errors']['byKey'] = {
  missing_permissions: () => 'Das darfst du hier nicht.',
  not_found: () => 'Das gibt es nicht mehr, oder du kannst es nicht mehr sehen.',
  channel_not_found: () => 'Diesen Kanal gibt es nicht mehr, oder du kannst ihn nicht mehr sehen.',
  message_not_found: () => 'Diese Nachricht gibt es nicht mehr.',
  guild_not_found: () => 'Diesen Bereich gibt es nicht mehr, oder du bist nicht mehr darin.',
  member_not_found: () => 'Diese Person ist nicht mehr in diesem Bereich.',
  user_not_found: () => 'Diese Person gibt es nicht, oder ihr habt keinen Bereich gemeinsam.',
  role_not_found: () => 'Diese Rolle gibt es nicht mehr.',
  bot_not_found: () => 'Diesen Bot gibt es nicht mehr.',
  application_not_found: () => 'Das ist nicht deine Anwendung.',
  session_not_found: () => 'Dieses Gerät ist schon abgemeldet.',
  voice_state_not_found: () => 'Diese Person ist in keinem Anruf, den du sehen kannst.',
  call_not_found: () => 'Dieser Anruf ist vorbei. Tritt noch einmal bei.',
  invite_not_found: () =>
    'Diese Einladung gilt nicht mehr, oder der Link ist nicht vollständig. Bitte um eine neue.',
  invite_expired: () => 'Diese Einladung ist abgelaufen. Bitte um eine neue.',
  invite_used_up: () => 'Diese Einladung wurde so oft benutzt, wie sie darf. Bitte um eine neue.',
  setup_link_refused: () =>
    'Dieser Einrichtungslink gilt nicht mehr. Starte die Box neu und öffne den Link, den sie zeigt.',
  already_set_up: () => 'Diese Box ist schon eingerichtet. Melde dich an, oder bitte um eine Einladung.',
  not_signed_in: () => 'Melde dich zuerst an.',
  session_expired: () => 'Du bist nicht mehr angemeldet. Melde dich noch einmal an.',
  session_reused: () =>
    'Jemand hat eine alte Kopie deiner Anmeldung benutzt, darum wurde sie sicherheitshalber beendet. Melde dich neu an; hast du nicht damit gerechnet, ändere dein Passwort.',
  token_expired: () => 'Deine Anmeldung ist abgelaufen. Melde dich noch einmal an.',
  bad_credentials: () => 'Name und Passwort passen nicht zusammen.',
  wrong_password: () => 'Das ist nicht dein jetziges Passwort.',
  password_changed_elsewhere: () =>
    'Dein Passwort wurde eben auf einem anderen Gerät geändert. Melde dich noch einmal an.',
  login_paused: ({ seconds }) => `Zu viele Versuche. Du kannst es ${within(seconds)} wieder versuchen.`,
  sign_in_busy: () => 'Gerade melden sich viele Leute an. Versuch es in ein paar Sekunden noch einmal.',
  username_taken: () => 'Mit diesem Namen meldet sich hier schon jemand an. Wähle einen anderen.',
  username_looks_taken: () =>
    'Hier meldet sich schon jemand mit einem Namen an, der fast so aussieht. Wähle einen anderen.',
  people_only: () => 'Das ist für Menschen; ein Bot hat ein Token und keine Geräte.',
  bots_only: () => 'Eine Anwendung hat nur ein Bot.',
  not_for_bots: () => 'Das kann ein Bot nicht; er gehört zu dem Bereich, in dem er gemacht wurde.',
  conflict: () => 'Das hat sich inzwischen geändert. Sieh noch einmal hin.',
  invalid_form: () => 'Etwas darin geht so nicht. Sieh es dir noch einmal an.',
  limit_reached: ({ limit }) => `Davon kann es höchstens ${number(limit)} geben.`,
  unavailable: () => 'Dieser Teil der Box startet gerade neu. Versuch es gleich noch einmal.',
  internal: () => 'Auf der Box ist etwas schiefgegangen. Versuch es gleich noch einmal.',
  slow_mode: ({ seconds }) =>
    `In diesem Kanal geht es mit Absicht langsam. Du kannst ${within(seconds)} wieder schreiben.`,
  too_fast: ({ seconds }) => `Das war viel auf einmal. Versuch es ${within(seconds)} noch einmal.`,
  too_high: () => 'In diesem Bereich steht diese Person nicht unter dir.',
  owner_only: () => 'Das kann nur, wem der Bereich gehört.',
  owner_stays: () => 'Dieser Bereich gehört dir: Gib ihn erst jemand anderem, oder lösche ihn.',
  role_is_fixed: () => 'Diese Rolle lässt sich nicht von Hand geben, nehmen oder entfernen.',
  not_yours_to_grant: () => 'Du kannst nur erlauben, was du selbst darfst.',
  too_many_guilds: ({ limit }) => `Eine Person kann in höchstens ${number(limit)} Bereichen sein.`,
  too_many_roles: ({ limit }) => `Ein Bereich kann höchstens ${number(limit)} Rollen haben.`,
  too_many_bots: ({ limit }) =>
    `Ein Bereich kann höchstens ${number(limit)} Bots haben. Entferne erst einen.`,
  too_many_channels: ({ limit }) => `Ein Bereich kann höchstens ${number(limit)} Kanäle haben.`,
  too_many_pins: ({ limit }) =>
    `In einem Kanal können höchstens ${number(limit)} Nachrichten angeheftet sein. Löse zuerst eine davon.`,
  too_many_reactions: ({ limit }) =>
    `Eine Nachricht kann höchstens ${number(limit)} verschiedene Reaktionen haben.`,
  unknown_emoji: () => 'Dieses Emoji kennt die Box nicht.',
  attachment_not_found: () => 'Diese Datei ist weg, oder es hat sie nie gegeben.',
  nothing_to_convert: () => 'Diese Datei läuft so, wie sie ist, oder lässt sich nicht abspielbar machen.',
  nobody_draws: () =>
    'Die Box kann sich gerade keine Bilder ansehen. Versuch es in einer Minute noch einmal.',
  no_room_for_files: () =>
    'Auf der Box ist kein Platz mehr für Dateien. Nachrichten gehen weiter durch; wer sich um die Box kümmert, kann Platz schaffen.',
  file_too_large: ({ megabytes }) =>
    `Diese Datei ist zu groß für die Box: Sie nimmt höchstens ${number(megabytes)} MB.`,
  member_quota_reached: ({ megabytes }) =>
    `Deine Dateien bräuchten mehr als die ${number(megabytes)} MB, die hier jeder hat. Lösch zuerst ein paar davon.`,
  guild_quota_reached: ({ megabytes }) =>
    `Die Dateien in diesem Bereich bräuchten mehr als die ${number(megabytes)} MB, die er hat. Zuerst müssen ein paar davon weg.`,
  upload_gone: () => 'Diese Übertragung gibt es nicht mehr. Schick die Datei noch einmal.',
  upload_expired: () => 'Diese Übertragung hat zu lange gewartet. Schick die Datei noch einmal.',
  upload_unfinished: () =>
    'Diese Datei ist noch nicht ganz angekommen. Warte, bis sie da ist, oder lass sie weg.',
  too_many_uploads: ({ limit }) =>
    `Es können höchstens ${number(limit)} Dateien zugleich unterwegs sein. Schick zuerst ein paar ab oder brich sie ab.`,
  empty_message: () => 'In dieser Nachricht steht nichts. Schreib erst etwas.',
  not_your_message: () => 'Ändern kann eine Nachricht nur, wer sie geschrieben hat.',
  cannot_reply: () => 'Du kannst hier nicht antworten, weil du nicht lesen darfst, was vorher gesagt wurde.',
  not_a_text_channel: () =>
    'Nachrichten gehören in einen Kanal; das hier ist ein Raum oder eine Gruppe von Kanälen.',
  emoji_not_found: () => 'Dieses Emoji gibt es nicht mehr.',
  too_many_emojis: ({ limit }) =>
    `Ein Bereich kann ${number(limit)} Emoji haben, die stillstehen, und ebenso viele bewegte. Lösch erst eines.`,
  not_a_poll: () => 'Unter dieser Nachricht ist keine Umfrage.',
  poll_is_over: () => 'Diese Umfrage ist vorbei, Stimmen lassen sich nicht mehr ändern.',
  not_your_poll: () => 'Nur wer gefragt hat, kann eine Umfrage vorzeitig beenden.',
  answer_not_found: () => 'Diese Antwort hat die Umfrage nicht.',
  cannot_edit_poll: () => 'Eine Umfrage bleibt, wie sie gestellt wurde. Beende sie und stell eine neue.',
  only_bots_embed: () => 'Nur Bots hängen Karten an das, was sie sagen. Schreib es in Worten.',
  not_in_threads: () => 'Das geht in einem Thread nicht, nur in seinem Kanal.',
  not_a_thread: () => 'Das ist kein Thread.',
  thread_locked: () => 'Dieser Thread ist gesperrt. Schreiben kann darin nur, wer sich um Threads kümmert.',
  thread_archived: () => 'Dieser Thread ist archiviert. Schreib etwas oder öffne ihn erst wieder.',
  thread_exists: () => 'Zu dieser Nachricht gibt es schon einen Thread.',
  thread_member_not_found: () => 'Diese Person folgt dem Thread nicht.',
  cannot_see_the_thread: () => 'Diese Person sieht den Kanal nicht, in dem der Thread ist.',
  too_many_active_threads: ({ limit }) =>
    `Ein Bereich kann höchstens ${number(limit)} offene Threads haben. Archiviere ein paar davon.`,
  not_a_room: () => 'Das ist kein Raum, in dem man reden kann.',
  room_full: () => 'Der Raum ist voll. Versuch es noch einmal, wenn jemand geht.',
  may_not_connect: () => 'Du darfst diesen Raum nicht betreten. Frag jemanden, der diesen Bereich leitet.',
  calls_down: () => 'Die Anrufe auf der Box starten gerade neu. Versuch es gleich noch einmal.',
  stale_offer: () => 'Der Anruf ist inzwischen weiter. Warte einen Moment.',
  address_too_long: ({ limit }) =>
    `Diese Adresse ist zu lang: Gelesen werden höchstens ${number(limit)} Bytes.`,
  headers_too_large: ({ limit }) =>
    `Der Kopf dieser Anfrage ist zu groß: Gelesen werden höchstens ${number(limit)} Bytes.`,
  no_such_file: () =>
    'Diese Datei gibt es nicht mehr, oder ihre Adresse ist abgelaufen. Öffne die Unterhaltung noch einmal und nimm sie von dort.',
  length_required: () => 'Die Box konnte dieses Stück der Datei nicht annehmen. Versuch es noch einmal.',
  unknown_tus_version: () => 'Die Box konnte dieses Stück der Datei nicht annehmen. Lade die Seite neu.',
  not_a_piece: () => 'Die Box konnte dieses Stück der Datei nicht annehmen. Lade die Seite neu.',
  upload_offset_missing: () => 'Die Box konnte dieses Stück der Datei nicht annehmen. Lade die Seite neu.',
  upload_offset_wrong: ({ offset }) =>
    `Die Box hat ${number(offset)} Bytes dieser Datei. Versuch es noch einmal.`,
  upload_too_long: ({ length }) =>
    `Die Datei hat sich geändert: Angekündigt waren ${number(length)} Bytes, und das wären mehr. Wähle sie noch einmal aus.`,
  not_json: () => 'Die Box konnte nicht lesen, was sie bekam. Lade die Seite neu.',
  reasons_come_later: () => 'Gründe kann die Box noch nicht aufheben. Lass ihn weg.',
  foreign_page: () =>
    'Das darf nur die Seite von Hearth selbst. Öffne Hearth unter seiner eigenen Adresse und versuch es dort.',
  half_character: () =>
    'Darin steht ein halbes Zeichen, vielleicht von einem Emoji, und das kann die Box nicht annehmen. Such nach einem � und nimm es heraus.',
  unsendable: () => 'So kann die Box das nicht annehmen. Ändere oder verwirf es.',
  line_lost: () =>
    'Beim Senden ist zweimal die Leitung abgebrochen. Versuch es noch einmal, ändere oder verwirf es.',
  no_answer: () => 'Die Box hat nicht geantwortet. Versuch es gleich noch einmal.',
  admins_only: () => 'Das sehen nur Leute, die sich um die Box kümmern.',
  health_unknown: () =>
    'Die Box konnte nicht herausfinden, wie es ihr geht: Vielleicht hängt ihre Karte oder Platte. Versuch es gleich noch einmal.',
  storage_damaged: () =>
    'Die Box kann das nicht lesen: Ihre Karte oder Platte ist beschädigt. Wer sich um sie kümmert, findet unter Einstellungen, Zustand, was zu tun ist.',
  storage_failed: () =>
    'Die Box konnte nicht auf ihre Karte oder Platte schreiben. Wer sich um sie kümmert, sollte nachsehen.',
  database_unusable: () =>
    'Die Box kann ihre Daten nicht öffnen. Wer sich um sie kümmert, findet auf ihrer Seite, was zu tun ist.',
  already_friends: () => 'Ihr seid schon befreundet.',
  busy: () => 'Die Box hat gerade zu viel zu tun. Versuch es in ein paar Sekunden noch einmal.',
  method_not_allowed: () => 'Die Seite wollte von der Box etwas, das sie nicht kann. Lade die Seite neu.',
  no_calls_here_yet: () =>
    'In Direktnachrichten und Gruppen gibt es noch keine Anrufe, nur in den Räumen eines Bereichs.',
  cannot_write_to_them: () =>
    'Dieser Person kannst du nicht schreiben. Was ihr euch bisher geschrieben habt, ist noch hier.',
  not_in_conversations: () =>
    'Das geht nicht in einer Direktnachricht oder Gruppe, nur im Kanal eines Bereichs.',
  system_message: () =>
    'Diese Zeile sagt, was hier geschehen ist. Sie lässt sich weder ändern noch anheften noch löschen.',
  cannot_begin_with_them: () =>
    'Schreiben kannst du Leuten, mit denen du einen Bereich teilst oder befreundet bist.',
  no_bots_in_groups: () => 'Gruppen sind für Menschen. Bots kannst du einzeln schreiben.',
  not_a_group: () =>
    'Nur eine Gruppe kann einen Namen und mehr Leute haben. Mach stattdessen eine Gruppe mit ihnen.',
  not_the_groups_owner: () => 'Jemanden herausnehmen kann nur, wem die Gruppe gehört.',
  recipient_not_found: () => 'Diese Person ist nicht in der Gruppe.',
  too_many_recipients: ({ limit }) =>
    `In einer Gruppe können höchstens ${number(limit)} Leute sein, dich mitgezählt.`,
  no_request: () => 'Die Box konnte nicht lesen, was sie bekam. Lade die Seite neu.',
  nobody_takes_requests: () =>
    'Unter diesem Namen nimmt niemand Freundschaftsanfragen an. Prüfe, wie er geschrieben wird.',
  refused: () => 'Das nimmt die Box nicht an.',
  too_large: ({ kibibytes }) =>
    `Das ist mehr, als die Box hier auf einmal annimmt. Schick höchstens ${number(kibibytes)} KiB.`,
  too_many_pending_requests: ({ limit }) =>
    `Höchstens ${number(limit)} deiner Anfragen können auf Antwort warten. Nimm erst welche zurück.`,
  too_many_relationships: ({ limit }) =>
    `Mehr als ${number(limit)} Freundschaften, Anfragen und Blockierte kann eine Person nicht haben. Entferne erst welche.`,
  too_slow: () => 'Das kam nicht rechtzeitig an. Versuch es noch einmal.',
};

const byField: Catalogue['errors']['byField'] = {
  cannot_edit_poll: byKey.cannot_edit_poll,
  bad_emoji_name: () => '2 bis 32 Buchstaben von a bis z, Ziffern und Unterstriche.',
  emoji_too_large: ({ megabytes }) =>
    `Dieses Bild ist zu groß für ein Emoji. Es darf ${number(megabytes)} MB haben, und ein bewegtes nicht zu viele Einzelbilder.`,
  not_an_emoji_picture: () =>
    'Aus diesem Bild wird kein Emoji. Aus PNG, GIF, WebP, AVIF, HEIC und JPEG schon.',
  embeds_too_long: ({ most }) => `Alle Karten zusammen dürfen höchstens ${number(most)} Zeichen haben.`,
  empty_embed: () => 'In dieser Karte ist nichts zu sehen.',
  not_a_moment: () => 'Gib die Zeit so an, wie ISO 8601 sie schreibt.',
  not_a_poll_emoji: () => 'Dieses Emoji kennt die Box nicht.',
  not_an_address: () => 'Gib die ganze Adresse an, mit http:// oder https:// am Anfang.',
  one_answer_only: () => 'In dieser Umfrage haben alle eine Stimme.',
  unknown_answer: () => 'Diese Antwort hat die Umfrage nicht.',
  unknown_poll_layout: () => 'Umfragen sehen alle gleich aus.',
  answer_too_long: () => 'Das ist länger, als eine Antwort auf das Angebot sein kann.',
  bad_length: ({ shortest, longest }) => `${number(shortest)} bis ${number(longest)} Zeichen.`,
  calls_everybody: () => 'Dieses Wort ruft alle. Wähle ein anderes.',
  channel_type_is_fixed: () => 'Ein Kanal bleibt von der Art, die er ist; leg einen anderen an.',
  everyone_is_fixed: () => 'An @everyone lassen sich nur die Rechte ändern.',
  invisible_characters: () => 'Darin steht etwas Unsichtbares. Tipp es neu.',
  no_bot_owns: () => 'Ein Bereich gehört einem Menschen, keinem Bot.',
  no_calls_here_yet: byKey.no_calls_here_yet,
  no_commands_yet: () => 'Slash-Befehle gibt es noch nicht; lass den Bot auf Nachrichten hören.',
  no_such_category: () => 'Das ist keine Gruppe, in die der Kanal passt.',
  no_such_channel_type: () => 'Diese Art von Kanal gibt es nicht.',
  no_such_language: ({ known }) => `Diese Sprache spricht Hearth nicht, nur diese: ${known}.`,
  no_such_overwrite_type: () => 'Das ist entweder eine Rolle oder eine Person.',
  no_such_relationship_edit: () => 'Man kann anfragen, annehmen oder blockieren.',
  nobody_named: () => 'Sag, mit wem.',
  only_a_name: () => 'Eine Gruppe hat einen Namen und sonst nichts einzustellen.',
  not_a_room: byKey.not_a_room,
  not_a_room_here: () => 'Das ist kein Raum dieses Bereichs.',
  not_a_text_channel_here: () => 'Das ist kein Textkanal dieses Bereichs.',
  not_a_time: () => 'Das ist keine Zeitangabe.',
  not_an_id: () => 'Das ist keine ID.',
  not_for_this_channel_type: () => 'So etwas hat ein Kanal dieser Art nicht; lass es weg.',
  too_many_words: ({ most }) => `Such höchstens nach ${number(most)} Wörtern auf einmal.`,
  unknown_choice: ({ choices }) => `Möglich ist eines von: ${String(choices)}.`,
  nothing_to_look_for: () => 'Sag, wonach du suchst: ein Wort, eine Person oder was die Nachricht hat.',
  not_upload_metadata: () =>
    'Die Box konnte nicht lesen, was zu dieser Datei gesagt wurde. Schick sie noch einmal.',
  files_stay_unnamed: () => 'Es fehlt, welche Dateien bleiben. Versuch es noch einmal.',
  not_upload_length: () => 'Die Box weiß nicht, wie groß diese Datei ist. Schick sie noch einmal.',
  too_many_files: () => 'In eine Nachricht passen höchstens zehn Dateien.',
  upload_unknown: () =>
    'Diese Datei ist nicht mehr da oder war für einen anderen Kanal. Schick sie noch einmal.',
  attachment_unknown: () => 'Die Nachricht hat diese Datei nicht mehr.',
  not_a_waveform: () => 'Die Aufnahme war nicht lesbar. Nimm sie noch einmal auf.',
  not_a_voice_message: () => 'Eine Sprachnachricht ist eine Aufnahme, ohne Text daneben.',
  no_such_message_flags: () => 'So kann eine Nachricht noch nicht markiert werden.',
  not_yet: () => 'Das kann die Box noch nicht. Lass es weg.',
  nothing_to_see: () => 'Darin ist nichts zu sehen. Nimm mindestens einen Buchstaben.',
  one_color_only: () => 'Eine Rolle hat hier eine Farbe; lass das weg.',
  no_such_thread_type: () => 'Es gibt öffentliche und private Threads, aber keine von Ankündigungen.',
  no_such_archive_duration: () =>
    'Ein Thread bleibt eine Stunde, einen Tag, drei Tage oder eine Woche offen.',
  no_such_moment: () => 'Das ist kein Zeitpunkt.',
  one_cursor_only: () => 'Nur eines von before, after und around geht.',
  one_guild_only: () => 'Immer nur ein Bereich.',
  out_of_range: ({ least, most }) => `Von ${number(least)} bis ${number(most)}.`,
  password_common: () => 'Das würden andere als Erstes versuchen. Wähle ein anderes.',
  password_is_name: () => 'Deinen eigenen Namen errät man zu leicht. Wähle etwas anderes.',
  password_too_long: ({ longest }) =>
    `Das ist zu lang: Ein Passwort hat höchstens ${number(longest)} Buchstaben, mit Akzenten oder Emoji weniger.`,
  password_too_short: ({ shortest }) => `Ein Passwort hat mindestens ${number(shortest)} Zeichen.`,
  reasons_come_later: byKey.reasons_come_later,
  replied_message_unknown: () => 'Die Nachricht, auf die das antwortet, gibt es nicht mehr.',
  reply_crosses_channels: () => 'Eine Antwort bleibt im Kanal.',
  reply_crosses_guilds: () => 'Eine Antwort bleibt im Bereich.',
  too_many_marks: () => 'Auf einem Buchstaben stehen zu viele Zeichen, oder sie stehen allein.',
  unknown_character: () => 'Darin steht ein Zeichen, das andere Geräte nicht zeigen können. Lass es weg.',
  unreadable: () => 'Das konnte die Box nicht lesen. Sieh es dir noch einmal an.',
  username_length: ({ shortest, longest }) => `${number(shortest)} bis ${number(longest)} Zeichen.`,
  username_looks_taken: byKey.username_looks_taken,
  username_mixes_scripts: () =>
    'Darin stehen ähnliche Buchstaben aus mehreren Alphabeten. Schreib ihn in einem.',
  username_reserved: () => 'Dieser Name gehört der Box. Wähle einen anderen.',
  username_shape: () =>
    'Nur Buchstaben, Ziffern und Unterstriche, dazwischen einzelne Punkte oder Bindestriche.',
  username_taken: byKey.username_taken,
  wrong_password: byKey.wrong_password,
};

export const errors: Catalogue['errors'] = {
  unreachable: 'Die Box hat nicht geantwortet. Sieh nach, ob sie an ist und du in ihrem Netz bist.',
  unknown: 'Auf der Box ist etwas schiefgegangen. Versuch es gleich noch einmal.',
  slowDown: (seconds) => `Das war viel auf einmal. Versuch es ${within(seconds)} noch einmal.`,
  byKey,
  byField,
};
