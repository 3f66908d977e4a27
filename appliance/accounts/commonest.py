"""The passwords that are tried first everywhere, as far as they would be long enough for us.

A short list kept on the box: asking a service on the internet whether a password has leaked would tell it the password's
beginning. What follows from a rule (one sign repeated, a run of the keyboard) is recognised in `passwords`.
"""

_LIST = """
    11112222 11223344 12121212 12131415 12341234 123123123 12344321 123454321 12345678a 123456789a 123456abc
    123abc123 123qwe123 1234qwer 12345qwert 123654789 13131313 1357924680 147258369 147852369 159357258 1a2b3c4d
    1q2w3e4r 1q2w3e4r5t 1qaz1qaz 1qaz2wsx 1qazxsw2 1qaz2wsx3edc 20202020 22446688 31415926 741852963 789456123
    87654321 963852741 987654321 9876543210 a1234567 a12345678 a123456789 a1b2c3d4 aa123456 aa12345678 abc12345
    abc123456 abcd1234 abcd12345 abcdefg1 admin123 admin1234 administrator adminadmin airplane alexander amanda12
    anderson arsenal1 asd12345 asdf1234 asdfasdf asdfghjkl1 babygirl babygirl1 baseball baseball1 basketball batman123
    beautiful benjamin blink182 bluebird bubbles1 butterfly caroline changeme changeme1 charlie1 chelsea1 chocolate
    chocolate1 christian christine christopher cocacola computer computer1 corvette creative danielle december
    default1 diamond1 dolphin1 dragon12 elephant elizabeth evergreen facebook family123 feyenoord flower123 football
    football1 football123 forever1 franklin freedom1 friends1 fuckyou1 fuckyou123 gabriel1 garfield ginger12
    godisgood goodluck google123 grandma1 greenday guest123 hallo123 hallo1234 happy123 harrison hello123 hello1234
    hellohello hello12345 home1234 homehome iloveyou iloveyou1 iloveyou2 iloveyou123 ihateyou internet isabella
    jennifer jennifer1 jessica1 jonathan jordan23 jordan123 justin123 kimberly lastfridaynight letmein1 letmein123
    letmeinplease liverpool liverpool1 login123 lovelove lovely123 loveyou1 madison1 maggie12 manchester manutd12
    marlboro master12 master123 matthew1 maverick mercedes michael1 michael123 michelle midnight minecraft monkey12
    monkey123 monster1 morgan12 mustang1 mypassword myspace1 nicholas nintendo november october1 p@ssw0rd p@ssword
    pa55word pa55w0rd pakistan panther1 pass1234 pass12345 passw0rd passw0rd1 passwort passwort1 password passwords
    password! password0 password01 password1 password1! password11 password12 password123 password1234 password12345
    password2 password3 patricia peaches1 peanut12 pineapple playboy1 pokemon1 pokemon123 porsche1 princess princess1
    princess12 princess123 q1w2e3r4 q1w2e3r4t5 q12345678 qazwsx12 qazwsx123 qazwsxedc qazxswedc qwaszx12 qwe12345
    qwer1234 qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty rainbow1 raspberry raspberrypi
    remember richard1 rockstar1 root1234 rootroot samantha samsung1 samsung123 scooby12 scorpion secret12 secret123
    september sexylady shadow12 shadow123 simpsons slipknot snowball soccer12 softball something sparky12 spiderman
    spiderman1 starwars starwars1 steelers stephanie strawberry summer12 summer123 sunflower sunshine sunshine1
    sunshine123 superman superman1 superman123 superstar swordfish sydney12 teamo123 tequiero temp1234 tennis12
    test1234 test12345 testtest testing1 testing123 thomas12 thunder1 tigger12 tottenham trustno1 unicorn1 user1234
    valentina vanessa1 veronica victoria victoria1 volleyball w1234567 warcraft welcome1 welcome12 welcome123 whatever
    whatever1 william1 william123 winston1 winter12 xbox3600 yankees1 yellow12 zaq12wsx zaq1zaq1 zxcvbnm1 zxcvbnm123
"""

COMMONEST = frozenset(_LIST.split())
