/** A household's emoji: the sign, its Unicode name, and words people look for. Loaded only when asked for. */

export const EMOJI: Readonly<Record<string, string>> = {
  smileys: `
😀 grinning face smile happy|😃 smiling face with open mouth|😄 smiling face with open mouth and eyes|
😁 grinning face with smiling eyes|😆 smiling face with open mouth and tightly closed eyes|
😅 smiling face with open mouth and cold sweat sweat_smile|🤣 rolling on the floor laughing rofl laugh|
😂 face with tears of joy laugh lol|🙂 slightly smiling face smile|🙃 upside down face|
😉 winking face wink|😊 smiling face with eyes blush smile|😇 smiling face with halo|
🥰 smiling face with eyes and three hearts love|😍 smiling face with heart shaped eyes love|
🤩 grinning face with star eyes|😘 face throwing a kiss|😗 kissing face|😚 kissing face with closed eyes|
😙 kissing face with smiling eyes|🥲 smiling face with tear|😋 face savouring delicious food yum tasty|
😛 face with stuck out tongue|😜 face with stuck out tongue and winking eye|
🤪 grinning face with one large and small eye|😝 face with stuck out tongue and tightly closed eyes|
🤑 money mouth face|🤗 hugging face hug|🤭 smiling face with eyes and hand covering mouth|
🤫 face with finger covering closed lips|🤔 thinking face think hmm|🤐 zipper mouth face|
🤨 face with one eyebrow raised|😐 neutral face|😑 expressionless face|😶 face without mouth|
😏 smirking face|😒 unamused face|🙄 face with rolling eyes|😬 grimacing face|🤥 lying face|
😌 relieved face|😔 pensive face|😪 sleepy face|🤤 drooling face|😴 sleeping face sleep tired|
😷 face with medical mask|🤒 face with thermometer|🤕 face with head bandage|🤢 nauseated face|
🤮 face with open mouth vomiting|🤧 sneezing face|🥵 overheated face|🥶 freezing face|
🥴 face with uneven eyes and wavy mouth|😵 dizzy face|🤯 shocked face with exploding head|
🤠 face with cowboy hat|🥳 face with party horn and hat|🥸 disguised face|
😎 smiling face with sunglasses cool|🤓 nerd face|🧐 face with monocle|😕 confused face|😟 worried face|
🙁 slightly frowning face|😮 face with open mouth wow|😯 hushed face|😲 astonished face|😳 flushed face|
🥺 face with pleading eyes|😦 frowning face with open mouth|😧 anguished face|😨 fearful face|
😰 face with open mouth and cold sweat|😥 disappointed but relieved face|😢 crying face sad cry|
😭 loudly crying face sob cry sad|😱 face screaming in fear|😖 confounded face|😣 persevering face|
😞 disappointed face|😓 face with cold sweat|😩 weary face|😫 tired face|🥱 yawning face|
😤 face with look of triumph|😡 pouting face angry|😠 angry face|
🤬 serious face with symbols covering mouth|😈 smiling face with horns|💀 skull|💩 pile of poo|
🤡 clown face|👻 ghost|👽 extraterrestrial alien|🤖 robot face|😺 smiling cat face with open mouth|
😸 grinning cat face with smiling eyes|😹 cat face with tears of joy|
😻 smiling cat face with heart shaped eyes|😼 cat face with wry smile|
😽 kissing cat face with closed eyes|🙀 weary cat face|😿 crying cat face|😾 pouting cat face|
🙈 see no evil monkey|🙉 hear no evil monkey|🙊 speak no evil monkey
`,
  people: `
👋 waving hand sign wave hello bye hi|🤚 raised back of hand|🖐️ raised hand with fingers splayed|
✋ raised hand|🖖 raised hand with part between middle and ring fingers|👌 ok hand sign perfect|
🤌 pinched fingers|🤏 pinching hand|✌️ victory hand|🤞 hand with index and middle fingers crossed luck|
🤟 i love you hand sign|🤘 sign of the horns|🤙 call me hand|👈 left pointing backhand index|
👉 right pointing backhand index|👆 up pointing backhand index|👇 down pointing backhand index|
☝️ up pointing index|👍 thumbs up sign thumbsup yes like +1 ok|👎 thumbs down sign thumbsdown no -1|
✊ raised fist|👊 fisted hand sign|🤛 left facing fist|🤜 right facing fist|👏 clapping hands sign clap|
🙌 person raising both hands in celebration hooray|👐 open hands sign|🤲 palms up together|🤝 handshake|
🙏 person with folded hands please thanks pray|✍️ writing hand|💅 nail polish|💪 flexed biceps strong|
👀 eyes look|👁️ eye|👂 ear|👃 nose|🧠 brain|👄 mouth|💋 kiss mark|👶 baby|🧒 child|👦 boy|👧 girl|🧑 adult|
👨 man|👩 woman|🧓 older adult|👴 older man|👵 older woman|🙋 happy person raising one hand|
🙅 face with no good gesture|🙆 face with ok gesture|🤷 shrug|🤦 face palm facepalm|
🙇 person bowing deeply|💃 dancer|🕺 man dancing|👪 family|🏃 runner|🚶 pedestrian|
🧘 person in lotus position|🛌 sleeping accommodation
`,
  hearts: `
❤️ red heart love|🧡 orange heart|💛 yellow heart|💚 green heart|💙 blue heart|💜 purple heart|
🤎 brown heart|🖤 heart|🤍 heart|💔 broken heart|❣️ heart exclamation mark ornament|💕 two hearts|
💞 revolving hearts|💓 beating heart|💗 growing heart|💖 sparkling heart|💘 heart with arrow|
💝 heart with ribbon|💯 hundred points symbol|💢 anger symbol|💥 collision symbol|💫 dizzy symbol|
💦 splashing sweat symbol|💨 dash symbol|💤 sleeping symbol|💬 speech balloon|✨ sparkles|⭐ medium star|
🌟 glowing star|🔥 fire hot|🎉 party popper tada|🎊 confetti ball|🎈 balloon|🎁 wrapped present gift|
🎂 birthday cake|🏆 trophy|🥇 first place medal|🏅 sports medal|✅ check mark done yes|❌ cross mark no|
❓ question mark ornament|❗ exclamation mark symbol important|⚠️ warning sign|🔔 bell|
🔕 bell with cancellation stroke|🆗 squared ok|🆕 squared new|🚫 no entry sign|⏰ alarm clock|
⏳ hourglass with flowing sand|📌 pushpin|🔗 link symbol|🔒 lock|🔑 key|💡 electric light bulb
`,
  nature: `
🐶 dog face|🐱 cat face|🐭 mouse face|🐹 hamster face|🐰 rabbit face|🦊 fox face|🐻 bear face|🐼 panda face|
🐨 koala|🐯 tiger face|🦁 lion face|🐮 cow face|🐷 pig face|🐸 frog face|🐵 monkey face|🐔 chicken|🐧 penguin|
🐦 bird robin|🐤 baby chick|🦆 duck|🦅 eagle|🦉 owl|🦇 bat|🐺 wolf face|🐴 horse face|🦄 unicorn face|
🐝 honeybee|🐛 bug|🦋 butterfly|🐌 snail|🐞 lady beetle|🐢 turtle|🐍 snake|🐙 octopus|🦀 crab|🐠 tropical fish|
🐟 fish|🐬 dolphin|🐳 spouting whale|🦈 shark|🐘 elephant|🦒 giraffe face|🐑 sheep|🐐 goat|🐓 rooster|
🐇 rabbit|🦔 hedgehog|🐿️ chipmunk|🐾 paw prints|🌵 cactus|🎄 christmas tree|🌲 evergreen tree|
🌳 deciduous tree|🌴 palm tree|🌱 seedling|🌿 herb|☘️ shamrock|🍀 four leaf clover|🍁 maple leaf|
🍂 fallen leaf|🍄 mushroom|🌾 ear of rice|💐 bouquet|🌷 tulip|🌹 rose|🌻 sunflower|🌼 blossom|
🌸 cherry blossom|🌙 crescent moon|🌍 earth globe europe africa|☀️ sun with rays|⛅ sun behind cloud|
☁️ cloud|🌧️ cloud with rain|⛈️ thunder cloud and rain|❄️ snowflake snow winter|
⛄ snowman without snow|🌈 rainbow|🌊 water wave
`,
  food: `
🍏 green apple|🍎 red apple|🍐 pear|🍊 tangerine|🍋 lemon|🍌 banana|🍉 watermelon|🍇 grapes|🍓 strawberry|
🫐 blueberries|🍒 cherries|🍑 peach|🥭 mango|🍍 pineapple|🥥 coconut|🥝 kiwifruit|🍅 tomato|🥑 avocado|
🍆 aubergine|🥔 potato|🥕 carrot|🌽 ear of maize|🌶️ hot pepper|🥒 cucumber|🥬 leafy green|🥦 broccoli|
🧄 garlic|🧅 onion|🥜 peanuts|🌰 chestnut|🍞 bread|🥐 croissant|🥖 baguette bread|🥨 pretzel|🧀 cheese wedge|
🥚 egg|🍳 cooking|🥞 pancakes|🥓 bacon|🥩 cut of meat|🍗 poultry leg|🌭 hot dog|🍔 hamburger|🍟 french fries|
🍕 slice of pizza|🥪 sandwich|🌮 taco|🌯 burrito|🥗 green salad|🍝 spaghetti|🍜 steaming bowl|🍲 pot of food|
🍛 curry and rice|🍣 sushi|🍚 cooked rice|🍙 rice ball|🥟 dumpling|🍦 soft ice cream|🍩 doughnut|🍪 cookie|
🍰 shortcake|🧁 cupcake|🥧 pie|🍫 chocolate bar|🍬 candy|🍭 lollipop|🍯 honey pot|🥛 glass of milk|
☕ hot beverage coffee tea|🍵 teacup without handle|🧃 beverage box|🥤 cup with straw|🍺 beer mug|
🍻 clinking beer mugs cheers|🥂 clinking glasses cheers|🍷 wine glass|🍸 cocktail glass|🍹 tropical drink|
🥄 spoon|🍴 fork and knife
`,
  places: `
⚽ soccer ball|🏀 basketball and hoop|🏈 american football|🎾 tennis racquet and ball|🏐 volleyball|
🏓 table tennis paddle and ball|🏸 badminton racquet and shuttlecock|🥅 goal net|⛳ flag in hole|
🎣 fishing pole and fish|🎿 ski and boot|🏂 snowboarder|🚴 bicyclist|🏊 swimmer|🎮 video game|🎲 game die|
🧩 jigsaw puzzle piece|🎯 direct hit|🎳 bowling|🎨 artist palette|🎭 performing arts|🎤 microphone|
🎧 headphone|🎵 musical note|🎶 multiple musical notes|🎸 guitar|🎹 musical keyboard|🎺 trumpet|🎻 violin|
🥁 drum with drumsticks|🎬 clapper board|📷 camera|📺 television|📻 radio|📱 mobile phone|
💻 personal computer|🖥️ desktop computer|🖨️ printer|⌨️ keyboard|🔋 battery|🔌 electric plug|
🚗 automobile car|🚕 taxi|🚌 bus|🚎 trolleybus|🚑 ambulance|🚒 fire engine|🚚 delivery truck|🚜 tractor|
🚲 bicycle|🛵 motor scooter|🚂 steam locomotive|🚆 train|✈️ airplane|🚀 rocket|⛵ sailboat|🚢 ship|
🏠 house building home|🏡 house with garden|🏫 school|🏥 hospital|🏢 office building|⛪ church|
🏰 european castle|⛺ tent|🏖️ beach with umbrella|🏔️ snow capped mountain|🗻 mount fuji|🌋 volcano|
🗺️ world map|🛒 shopping trolley groceries|🧺 basket|🧹 broom|🧽 sponge|🧻 roll of paper|🛁 bathtub|🛏️ bed|
🚪 door|🪑 chair|🛋️ couch and lamp|📚 books|📖 open book|📝 memo|✏️ pencil|📅 calendar|📎 paperclip|
✂️ scissors|🔨 hammer|🔧 wrench|🪛 screwdriver|🧰 toolbox|📦 package|💰 money bag|
💶 banknote with euro sign|💳 credit card|✉️ envelope|📣 cheering megaphone
`,
};
