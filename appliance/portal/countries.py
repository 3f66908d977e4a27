"""Countries by their ISO 3166 code in each language of the portal, the names as Unicode CLDR has them, some shortened."""


def _read(text: str) -> dict[str, str]:
    """Codes and names, sorted by name as a person looks for them."""
    pairs = (entry.split(" ", 1) for entry in " ".join(text.split()).split("; "))
    return dict(sorted(((code, name) for code, name in pairs), key=lambda pair: _plain(pair[1])))


def _plain(name: str) -> str:
    return name.casefold().translate(str.maketrans("äöüåéíçô", "aouaeico"))


ENGLISH = _read("""
AD Andorra; AE United Arab Emirates; AF Afghanistan; AG Antigua & Barbuda; AI Anguilla; AL Albania; AM
Armenia; AO Angola; AR Argentina; AS American Samoa; AT Austria; AU Australia; AW Aruba; AZ Azerbaijan; BA
Bosnia & Herzegovina; BB Barbados; BD Bangladesh; BE Belgium; BF Burkina Faso; BG Bulgaria; BH Bahrain; BI
Burundi; BJ Benin; BL St. Barthélemy; BM Bermuda; BN Brunei; BO Bolivia; BQ Caribbean Netherlands; BR
Brazil; BS Bahamas; BT Bhutan; BW Botswana; BY Belarus; BZ Belize; CA Canada; CD Congo (Kinshasa); CF
Central African Republic; CG Congo (Brazzaville); CH Switzerland; CI Côte d’Ivoire; CK Cook Islands; CL
Chile; CM Cameroon; CN China; CO Colombia; CR Costa Rica; CU Cuba; CV Cape Verde; CW Curaçao; CY Cyprus; CZ
Czechia; DE Germany; DJ Djibouti; DK Denmark; DM Dominica; DO Dominican Republic; DZ Algeria; EC Ecuador; EE
Estonia; EG Egypt; ER Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji; FK Falkland Islands; FM
Micronesia; FO Faroe Islands; FR France; GA Gabon; GB United Kingdom; GD Grenada; GE Georgia; GF French
Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia; GN Guinea; GP Guadeloupe; GQ
Equatorial Guinea; GR Greece; GT Guatemala; GU Guam; GW Guinea-Bissau; GY Guyana; HK Hong Kong; HN Honduras;
HR Croatia; HT Haiti; HU Hungary; ID Indonesia; IE Ireland; IL Israel; IM Isle of Man; IN India; IQ Iraq; IR
Iran; IS Iceland; IT Italy; JE Jersey; JM Jamaica; JO Jordan; JP Japan; KE Kenya; KG Kyrgyzstan; KH
Cambodia; KI Kiribati; KM Comoros; KN St. Kitts & Nevis; KP North Korea; KR South Korea; KW Kuwait; KY
Cayman Islands; KZ Kazakhstan; LA Laos; LB Lebanon; LC St. Lucia; LI Liechtenstein; LK Sri Lanka; LR
Liberia; LS Lesotho; LT Lithuania; LU Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova; ME
Montenegro; MF St. Martin; MG Madagascar; MH Marshall Islands; MK North Macedonia; ML Mali; MM Myanmar; MN
Mongolia; MO Macao; MP Northern Mariana Islands; MQ Martinique; MR Mauritania; MS Montserrat; MT Malta; MU
Mauritius; MV Maldives; MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique; NA Namibia; NC New Caledonia; NE
Niger; NG Nigeria; NI Nicaragua; NL Netherlands; NO Norway; NP Nepal; NR Nauru; NZ New Zealand; OM Oman; PA
Panama; PE Peru; PF French Polynesia; PG Papua New Guinea; PH Philippines; PK Pakistan; PL Poland; PM St.
Pierre & Miquelon; PR Puerto Rico; PS Palestine; PT Portugal; PW Palau; PY Paraguay; QA Qatar; RE Réunion;
RO Romania; RS Serbia; RU Russia; RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD Sudan;
SE Sweden; SG Singapore; SH St. Helena; SI Slovenia; SK Slovakia; SL Sierra Leone; SM San Marino; SN
Senegal; SO Somalia; SR Suriname; SS South Sudan; ST São Tomé & Príncipe; SV El Salvador; SX Sint Maarten;
SY Syria; SZ Eswatini; TC Turks & Caicos Islands; TD Chad; TG Togo; TH Thailand; TJ Tajikistan; TL
Timor-Leste; TM Turkmenistan; TN Tunisia; TO Tonga; TR Türkiye; TT Trinidad & Tobago; TV Tuvalu; TW Taiwan;
TZ Tanzania; UA Ukraine; UG Uganda; US United States; UY Uruguay; UZ Uzbekistan; VA Vatican City; VC St.
Vincent & Grenadines; VE Venezuela; VG British Virgin Islands; VI U.S. Virgin Islands; VN Vietnam; VU
Vanuatu; WF Wallis & Futuna; WS Samoa; YE Yemen; YT Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe
""")

GERMAN = _read("""
AD Andorra; AE Vereinigte Arabische Emirate; AF Afghanistan; AG Antigua und Barbuda; AI Anguilla; AL
Albanien; AM Armenien; AO Angola; AR Argentinien; AS Amerikanisch-Samoa; AT Österreich; AU Australien; AW
Aruba; AZ Aserbaidschan; BA Bosnien und Herzegowina; BB Barbados; BD Bangladesch; BE Belgien; BF Burkina
Faso; BG Bulgarien; BH Bahrain; BI Burundi; BJ Benin; BL St. Barthélemy; BM Bermuda; BN Brunei Darussalam;
BO Bolivien; BQ Karibische Niederlande; BR Brasilien; BS Bahamas; BT Bhutan; BW Botsuana; BY Belarus; BZ
Belize; CA Kanada; CD Kongo (Kinshasa); CF Zentralafrikanische Republik; CG Kongo (Brazzaville); CH Schweiz;
CI Côte d’Ivoire; CK Cookinseln; CL Chile; CM Kamerun; CN China; CO Kolumbien; CR Costa Rica; CU Kuba; CV
Cabo Verde; CW Curaçao; CY Zypern; CZ Tschechien; DE Deutschland; DJ Dschibuti; DK Dänemark; DM Dominica; DO
Dominikanische Republik; DZ Algerien; EC Ecuador; EE Estland; EG Ägypten; ER Eritrea; ES Spanien; ET
Äthiopien; FI Finnland; FJ Fidschi; FK Falklandinseln; FM Mikronesien; FO Färöer; FR Frankreich; GA Gabun;
GB Vereinigtes Königreich; GD Grenada; GE Georgien; GF Französisch-Guayana; GG Guernsey; GH Ghana; GI
Gibraltar; GL Grönland; GM Gambia; GN Guinea; GP Guadeloupe; GQ Äquatorialguinea; GR Griechenland; GT
Guatemala; GU Guam; GW Guinea-Bissau; GY Guyana; HK Hongkong; HN Honduras; HR Kroatien; HT Haiti; HU Ungarn;
ID Indonesien; IE Irland; IL Israel; IM Isle of Man; IN Indien; IQ Irak; IR Iran; IS Island; IT Italien; JE
Jersey; JM Jamaika; JO Jordanien; JP Japan; KE Kenia; KG Kirgisistan; KH Kambodscha; KI Kiribati; KM
Komoren; KN St. Kitts und Nevis; KP Nordkorea; KR Südkorea; KW Kuwait; KY Kaimaninseln; KZ Kasachstan; LA
Laos; LB Libanon; LC St. Lucia; LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Litauen; LU
Luxemburg; LV Lettland; LY Libyen; MA Marokko; MC Monaco; MD Republik Moldau; ME Montenegro; MF St. Martin;
MG Madagaskar; MH Marshallinseln; MK Nordmazedonien; ML Mali; MM Myanmar; MN Mongolei; MO Macau; MP
Nördliche Marianen; MQ Martinique; MR Mauretanien; MS Montserrat; MT Malta; MU Mauritius; MV Malediven; MW
Malawi; MX Mexiko; MY Malaysia; MZ Mosambik; NA Namibia; NC Neukaledonien; NE Niger; NG Nigeria; NI
Nicaragua; NL Niederlande; NO Norwegen; NP Nepal; NR Nauru; NZ Neuseeland; OM Oman; PA Panama; PE Peru; PF
Französisch-Polynesien; PG Papua-Neuguinea; PH Philippinen; PK Pakistan; PL Polen; PM St. Pierre und
Miquelon; PR Puerto Rico; PS Palästina; PT Portugal; PW Palau; PY Paraguay; QA Katar; RE Réunion; RO
Rumänien; RS Serbien; RU Russland; RW Ruanda; SA Saudi-Arabien; SB Salomonen; SC Seychellen; SD Sudan; SE
Schweden; SG Singapur; SH St. Helena; SI Slowenien; SK Slowakei; SL Sierra Leone; SM San Marino; SN Senegal;
SO Somalia; SR Suriname; SS Südsudan; ST São Tomé und Príncipe; SV El Salvador; SX Sint Maarten; SY Syrien;
SZ Eswatini; TC Turks- und Caicosinseln; TD Tschad; TG Togo; TH Thailand; TJ Tadschikistan; TL Timor-Leste;
TM Turkmenistan; TN Tunesien; TO Tonga; TR Türkei; TT Trinidad und Tobago; TV Tuvalu; TW Taiwan; TZ
Tansania; UA Ukraine; UG Uganda; US Vereinigte Staaten; UY Uruguay; UZ Usbekistan; VA Vatikanstadt; VC St.
Vincent und die Grenadinen; VE Venezuela; VG Britische Jungferninseln; VI Amerikanische Jungferninseln; VN
Vietnam; VU Vanuatu; WF Wallis und Futuna; WS Samoa; YE Jemen; YT Mayotte; ZA Südafrika; ZM Sambia; ZW
Simbabwe
""")
