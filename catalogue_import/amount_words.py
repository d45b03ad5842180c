"""The words and signs that stand in prices: nobody knows, on request, free, from, about, with and without tax, currencies."""

NULLS = frozenset(
    {
        "",
        "?",
        "??",
        "???",
        "????",
        "-",
        "--",
        "–",
        "—",
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "#n/a",
        "null",
        "none",
        "nil",
        "unknown",
    }
    | {
        "tba",
        "tbd",
        "unbekannt",
        "inconnu",
        "desconhecido",
        "desconocido",
        "sconosciuto",
        "onbekend",
        "未知",
        "naməlum",
        "nan",
    }
)
ON_REQUEST = (
    "on request", "by request", "poa", "price on application", "call", "ask", "ask us", "please call", "contact us", "quote", "by quote",
    "auf anfrage", "anfrage", "sur devis", "sur demande", "devis", "sob consulta", "sob orçamento", "a consultar", "consultar", "consulte",
    "na zapytanie", "na dotaz", "fiyat sorunuz", "fiyat alınız", "по запросу", "уточняйте", "договорная", "عند الطلب", "לפי הצעה", "κατόπιν συνεννόησης", "på förfrågan", "efter aftale",
    "ajánlatkérés", "la cerere", "문의", "별도 문의", "पूछें",
    "su richiesta", "preventivo", "op aanvraag", "bajo pedido", "a petición", "sorğu ilə", "询价", "詢價", "面议", "電洽", "要問合せ",
)  # fmt: skip
NOT_OFFERED = (
    "not offered", "not available", "unavailable", "not possible", "not repairable", "nicht möglich", "nicht verfügbar", "non disponible",
    "não disponível", "não disponivel", "indisponível", "no disponible", "non disponibile", "niet mogelijk", "niet beschikbaar", "不提供", "無法維修",
)  # fmt: skip
FREE = ("free", "free of charge", "gratis", "kostenlos", "gratuit", "grátis", "gratuito", "免费", "免費", "pulsuz")
FROM = (
    "from", "starting at", "starts at", "starting from", "starts from", "min", "min.", "ab", "à partir de", "a partir de", "dès", "desde", "da", "a partire da",
    "vanaf", "v.a.", "von", "od", "от", "від", "από", "från", "fra", "de la", "începând de la", "من", "החל מ", "החל מ-",
)  # fmt: skip
ROUGHLY = (
    "approx",
    "approx.",
    "about",
    "around",
    "ca",
    "ca.",
    "circa",
    "etwa",
    "environ",
    "cerca de",
    "ungefähr",
    "~",
    "≈",
    "约",
    "約",
)
GROSS = (
    "incl. vat", "inc. vat", "incl vat", "inc vat", "including vat", "inkl. mwst", "inkl. mwst.", "inkl mwst", "ttc", "iva incl.", "iva incluido", "iva incluído",
    "incl. btw", "incl btw", "inc. gst", "inc gst", "incl. gst", "含税", "含稅", "brutto", "z vat", "s dph", "vč. dph", "kdv dahil", "с ндс", "inkl. moms", "inkl moms", "cu tva",
)  # fmt: skip
NET = (
    "excl",
    "ex vat",
    "ex. vat",
    "plus vat",
    "+ vat",
    "+vat",
    "zzgl",
    "netto",
    "ht",
    "hors taxe",
    "net",
    "+ iva",
    "mais iva",
    "ex gst",
    "+ gst",
    "未税",
    "未稅",
    "excl. btw",
    "excl. vat",
    "zzgl. mwst",
    "zzgl. mwst.",
    "bez vat",
    "bez dph",
    "kdv hariç",
    "без ндс",
    "exkl. moms",
    "ekskl. moms",
    "fără tva",
)
# Which decimal mark people write with a currency. The euro, and what is written both ways, is in neither.
POINT = frozenset(
    ("USD", "GBP", "AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "TWD", "CNY", "INR", "PKR", "BDT", "LKR", "NGN", "GHS", "KES", "SLE", "UGX", "TZS")
    + ("ILS", "SAR", "AED", "EGP", "JOD", "PHP", "THB", "CHF", "ZAR")
)  # fmt: skip
COMMA = frozenset(
    ("PLN", "CZK", "HUF", "RON", "BGN", "RUB", "UAH", "TRY", "AZN", "SEK", "NOK", "DKK", "BRL", "COP", "IDR")
)
WHOLE = frozenset(("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XOF", "XAF"))  # no cents: three digits are thousands
THREE = frozenset(("KWD", "BHD", "OMR", "JOD", "TND"))  # thousandths: three digits prove nothing
# Longest first; a sign that several currencies share stands in SHARED and is never guessed.
CURRENCIES = {
    "us$": "USD", "usd": "USD", "a$": "AUD", "au$": "AUD", "aud": "AUD", "c$": "CAD", "ca$": "CAD", "cad": "CAD", "nz$": "NZD", "nzd": "NZD",
    "hk$": "HKD", "hkd": "HKD", "nt$": "TWD", "ntd": "TWD", "twd": "TWD", "s$": "SGD", "sgd": "SGD", "r$": "BRL", "brl": "BRL", "mx$": "MXN", "mxn": "MXN",
    "£": "GBP", "gbp": "GBP", "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "jp¥": "JPY", "jpy": "JPY", "cn¥": "CNY", "cny": "CNY", "rmb": "CNY",
    "元": "CNY", "円": "JPY", "₦": "NGN", "ngn": "NGN", "₼": "AZN", "azn": "AZN", "manat": "AZN", "₹": "INR", "inr": "INR", "₺": "TRY", "try": "TRY", "zł": "PLN",
    "pln": "PLN", "chf": "CHF", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "czk": "CZK", "kč": "CZK", "huf": "HUF", "ron": "RON", "₽": "RUB", "rub": "RUB",
    "₩": "KRW", "krw": "KRW", "zar": "ZAR", "aed": "AED", "₱": "PHP", "php": "PHP", "฿": "THB", "thb": "THB", "₫": "VND", "vnd": "VND", "₴": "UAH", "uah": "UAH",
    "zl": "PLN", "kc": "CZK", "tl": "TRY", "ft": "HUF", "lei": "RON", "leu": "RON", "лв": "BGN", "bgn": "BGN", "руб": "RUB", "рублей": "RUB", "рубля": "RUB", "грн": "UAH", "₸": "KZT", "kzt": "KZT", "₾": "GEL", "gel": "GEL",
    "₪": "ILS", "ils": "ILS", "nis": "ILS", 'ש"ח': "ILS", "ש״ח": "ILS", "ر.س": "SAR", "ريال": "SAR", "sar": "SAR", "د.إ": "AED", "درهم": "AED", "ج.م": "EGP", "egp": "EGP", "kwd": "KWD",
    "원": "KRW", "रु": "INR", "rs.": "INR", "₨": "INR", "idr": "IDR", "rp": "IDR", "isk": "ISK", "clp": "CLP", "cop": "COP", "ghs": "GHS", "₵": "GHS", "kes": "KES", "ksh": "KES", "sle": "SLE",
    "bhd": "BHD", "omr": "OMR", "jod": "JOD", "tnd": "TND", "pkr": "PKR", "bdt": "BDT", "lkr": "LKR", "mad": "MAD", "ugx": "UGX", "tzs": "TZS", "xof": "XOF", "xaf": "XAF",
}  # fmt: skip
SHARED = {
    "$": ("USD", "AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "TWD"),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK"),
}
