/** What may be in a name, made by `./just types` from `appliance/form_rules.py`. */
export const formRules = {
  ranges: [
    ['J', '\u200c\u200d'],
    ['d', '\u200e\u200f\u061c'],
    ['v', '\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\udb40\udd00-\udb40\uddef'],
    ['o', '\u0334-\u0338\u0488\u0489\u20d0-\u20f0'],
    ['F', '\ud83c\udff4'],
    ['g', '\udb40\udc20-\udb40\udc7e'],
    ['e', '\udb40\udc7f'],
    [
      'x',
      '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\ud82f\udca0-\ud82f\udca3\ud834\udd73-\ud834\udd7a\udb40\udc00-\udb43\udfff',
    ],
    ['b', '\u2800\ud834\udd59\ud80d\udc41\ud80d\udc42'],
    ['u', '_'],
    ['h', '.\\-'],
    ['n', '\t\n'],
    ['V', '\ud83c\udc00-\ud83e\udeff'],
  ],
  categories: [
    ['L', ['Lu', 'Ll', 'Lt', 'Lm']],
    ['O', ['Lo']],
    ['D', ['Nd']],
    ['M', ['Mn', 'Me']],
    ['m', ['Mc']],
    ['V', ['Nl', 'No', 'Pc', 'Pd', 'Ps', 'Pe', 'Pi', 'Pf', 'Po', 'Sm', 'Sc', 'Sk', 'So']],
    ['s', ['Zs']],
    ['x', ['Cc', 'Cf', 'Cs', 'Zl', 'Zp']],
    ['p', ['Co', 'Cn']],
  ],
  ignored:
    '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\ud82f\udca0-\ud82f\udca3\ud834\udd73-\ud834\udd7a\udb40\udc00-\udb43\udfff',
  trimmed:
    '\t-\r\u001c- \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u200c\u200d\u200e\u200f\u061c\u00ad\u180e\u200b\u2060\ufeff',
  widths: '\uff01-\uffee',
  line: [
    ['invisible', '[xn]|(?:^|[^Fg])[ge]|Fe|g(?![ge])'],
    ['unknown', 'p'],
    ['piled', '^[MmJvdo]|[MJvdo]{6}'],
  ],
  visible: '[LODVFuh]',
  username: '^(?:(?:O|[OLD][Mm]+)J(?=O)|[OLD][Mm]*|u)+(?:h(?:(?:O|[OLD][Mm]+)J(?=O)|[OLD][Mm]*|u)+)*$',
  usernameLength: [2, 32],
  displayNameLength: [1, 32],
  householdLength: [2, 100],
  callsEverybody: ['everyone', 'here'],
  reserved: ['everyone', 'hearth', 'here', 'system'],
  twins: [
    ['\u0555\u054f\u054d\u0584\u0581\u0570\u0578\u057c\u0585\u0563\u0566\u057d\u0561', 'OSUfghnnoqquw'],
    [
      '\u13aa\u13f4\u13df\u13a0\u13ac\u13c0\u13f3\u13bb\u13ab\u13e6\u13de\u13b7\u13e2\u13a1\u13d2\u13d5\u13da\u13a2\u13d9\u13b3\u13d4\u13a9\u13bd\u13c3\u13cf\uabaf\u13e7\u13c2\u13a5\uab75\uab81\uabaa\uaba9\uab83\uab93',
      'ABCDEGGHJKLMPRRSSTVWWYYZbcdhiirsvwz',
    ],
    [
      '\u2ca4\u2c8e\u2c94\u2cd0\u2c98\u2c9a\u2c9e\u2ca2\u2ca6\u2cac\u2ca8\u2ca5\u2c92\u2c9f\u2ca3\u2c85',
      'CHKLMNOPTXYclopr',
    ],
    [
      '\u0410\u0412\u0421\u0415\u050c\u041d\u0408\u041a\u041c\u041e\u0420\u0405\u0422\u0474\u051c\u0425\u0423\u04ae\u0430\u042c\u0441\u0501\u0435\u04bd\u04bb\u0456\u04cf\ua647\u0458\u0406\u04c0\u043e\u0440\u051b\u0433\u0455\u0475\u0461\u051d\u0445\u0443\u04af',
      'ABCEGHJKMOPSTVWXYYabcdeehiiijllopqrsvwwxyy',
    ],
    ['\ud801\udc15\ud801\udc1b\ud801\udc04\ud801\udc20\ud801\udc3d\ud801\udc2c\ud801\udc48', 'CLOScos'],
    [
      '\u0391\u0392\u0395\u03dc\u0397\u037f\u039a\u039c\u03fa\u039d\u039f\u03a1\u03a4\u03a7\u03a5\u0396\u03b1\u03b9\u03f3\u0399\u03bf\u03c3\u03c1\u1d26\u03c5\u03bd\u03b3',
      'ABEFHJKMMNOPTXYZaijloopruvy',
    ],
    [
      '\ua4ee\ua4d0\ua4da\ua4d3\ua4f0\ua4dd\ua4d6\ua4e7\ua4d9\ua4d7\ua4e1\ua4df\ua4e0\ua4f3\ua4d1\ua4e3\ua4e2\ua4d4\ua4f4\ua4e6\ua4ea\ua4eb\ua4ec\ua4dc\ua4d2\ua4f2',
      'ABCDEFGHJKLMNOPRSTUVWXYZdl',
    ],
    ['\ud801\udcc2\ud801\udcb4\ud801\udcce\ud801\udcea\ud801\udcf6', 'ORUou'],
  ],
} as const;
