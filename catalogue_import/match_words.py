"""The words that devices and brands are told apart by: brands, their lines, and what makes another model of a name."""

VARIANTS = frozenset(
    {
        "pro",
        "max",
        "plus",
        "mini",
        "ultra",
        "lite",
        "air",
        "se",
        "fe",
        "fold",
        "flip",
        "edge",
        "note",
        "neo",
        "play",
        "power",
        "prime",
        "go",
        "slim",
        "oled",
    }
    | {
        "xl",
        "x",
        "xs",
        "xr",
        "s",
        "e",
        "a",
        "i",
        "r",
        "t",
        "c",
        "g",
        "m",
        "z",
        "u",
        "k",
        "f",
        "j",
        "tab",
        "watch",
        "book",
        "pad",
        "pod",
        "active",
        "zoom",
        "standard",
    }
)
FILLERS = frozenset({"generation", "gen", "the", "smartphone", "gb", "tb", "and"})
ORDINALS = frozenset({"st", "nd", "rd", "th"})
CHINESE = dict(zip("一二三四五六七八九", "123456789", strict=True))
# Lines that people leave out when the brand is said: "Samsung S22".
LINES = frozenset({"galaxy", "iphone", "ipad", "macbook", "pixel", "redmi", "moto", "watch", "surface", "playstation"})
# How brands are written elsewhere, folded. Lines of products stand for their brand.
ALIASES = {
    "apple inc": "apple", "apple iphone": "apple", "apple ipad": "apple", "iphone": "apple", "ipad": "apple", "macbook": "apple", "imac": "apple", "ipod": "apple",
    "samsung galaxy": "samsung", "samsung electronics": "samsung", "galaxy": "samsung", "google pixel": "google", "pixel": "google", "hp inc": "hp",
    "hewlett packard": "hp", "huawei technologies": "huawei", "redmi": "xiaomi", "poco": "xiaomi", "mi": "xiaomi", "lg electronics": "lg", "sony ericsson": "sony ericsson",
    "sony interactive entertainment": "sony", "playstation": "sony", "xbox": "microsoft", "surface": "microsoft", "nintendo switch": "nintendo", "motorola mobility": "motorola",
    "moto": "motorola", "asustek": "asus", "asus tek": "asus", "lenovo group": "lenovo", "thinkpad": "lenovo", "one plus": "oneplus", "1 plus": "oneplus",
    "nokia mobile": "nokia", "hmd": "nokia", "苹果": "apple", "蘋果": "apple", "三星": "samsung", "华为": "huawei", "華為": "huawei", "小米": "xiaomi",
}  # fmt: skip
BRANDS = frozenset(
    [
        "apple",
        "samsung",
        "google",
        "huawei",
        "xiaomi",
        "oneplus",
        "oppo",
        "vivo",
        "realme",
        "honor",
        "nokia",
        "motorola",
        "sony",
        "lg",
        "htc",
        "asus",
        "acer",
        "lenovo",
        "dell",
        "hp",
        "msi",
        "microsoft",
        "nintendo",
        "fairphone",
        "zte",
        "blackberry",
        "alcatel",
        "tcl",
        "razer",
        "toshiba",
        "fujitsu",
        "medion",
        "garmin",
        "fitbit",
        "amazon",
    ]
)
# What stands in brand columns and is none.
NO_BRANDS = frozenset(
    {"windows", "android", "ios", "pc", "mac", "other", "others", "various", "generic", "misc", "all"}
)
