"""What repairs are called in more languages than `match_repairs` has of itself: the parts, and what is done to them.

Words are written as people write them, in the cases that price lists use; `match_repairs` folds them.
"""

PARTS: dict[str, tuple[str, ...]] = {
    "screen": (
        "ekranu", "wyświetlacz", "wyświetlacza", "displej", "displeje", "obrazovky", "экран", "экрана", "дисплей", "дисплея", "дисплейный модуль", "екран", "екрану", "дисплею",
        "الشاشة", "شاشة", "מסך", "οθόνη", "οθόνης", "kijelző", "képernyő", "skärm", "skärmen", "skærm", "skjerm", "ecranul", "ecranului", "स्क्रीन", "डिस्प्ले", "화면", "액정", "디스플레이",
    ),
    "battery": (
        "bateria", "baterii", "baterie", "batarya", "pil", "аккумулятор", "аккумулятора", "батарея", "батареи", "акумулятора", "акумулятор", "البطارية", "بطارية", "סוללה", "הסוללה",
        "μπαταρία", "μπαταρίας", "akkumulátor", "batteri", "batteriet", "bateriei", "acumulator", "बैटरी", "배터리",
    ),
    "back glass": (
        "tylna szyba", "tylnej szyby", "klapka", "klapki", "zadní kryt", "zadního krytu", "zadní sklo", "arka cam", "arka kapak", "задняя крышка", "задней крышки", "заднее стекло", "заднего стекла",
        "الزجاج الخلفي", "الغطاء الخلفي", "זכוכית אחורית", "πίσω κάλυμμα", "hátlap", "baksida", "bakglas", "bagside", "bagglas", "capac spate", "sticlă spate", "बैक ग्लास", "후면 유리", "뒷판",
    ),
    "charging port": (
        "charging socket", "gniazdo ładowania", "gniazda ładowania", "złącze ładowania", "złącza ładowania", "nabíjecí konektor", "nabíjecího konektoru", "şarj soketi", "şarj girişi", "разъем зарядки", "разъема зарядки",
        "разъём зарядки", "разъёма зарядки", "гнездо зарядки", "منفذ الشحن", "שקע טעינה", "θύρα φόρτισης", "θύρας φόρτισης", "töltőcsatlakozó", "laddport", "laddkontakt", "opladerport", "ladestik",
        "port încărcare", "mufă încărcare", "mufa incarcare", "चार्जिंग पोर्ट", "충전 단자", "충전단자",
    ),
    "rear camera": ("aparat tylny", "zadní kamera", "arka kamera", "задняя камера", "задней камеры", "основной камеры", "الكاميرا الخلفية", "מצלמה אחורית", "πίσω κάμερα", "hátlapi kamera", "후면 카메라"),
    "front camera": ("aparat przedni", "přední kamera", "ön kamera", "передняя камера", "передней камеры", "фронтальной камеры", "الكاميرا الأمامية", "מצלמה קדמית", "μπροστινή κάμερα", "előlapi kamera", "전면 카메라"),
    "camera": ("aparat", "aparatu", "kamery", "fotoaparát", "камера", "камеры", "الكاميرا", "كاميرا", "מצלמה", "κάμερα", "κάμερας", "camerei", "कैमरा", "카메라"),
    "speaker": ("głośnik", "głośnika", "reproduktor", "reproduktoru", "hoparlör", "динамик", "динамика", "السماعة", "רמקול", "ηχείο", "ηχείου", "hangszóró", "högtalare", "højttaler", "difuzor", "स्पीकर", "스피커"),
    "microphone": ("mikrofonu", "микрофон", "микрофона", "الميكروفون", "מיקרופון", "μικρόφωνο", "μικροφώνου", "microfonului", "माइक", "마이크"),
    "keyboard": ("klawiatura", "klawiatury", "klávesnice", "klavye", "клавиатура", "клавиатуры", "لوحة المفاتيح", "מקלדת", "πληκτρολόγιο", "πληκτρολογίου", "billentyűzet", "tangentbord", "tastatură", "कीबोर्ड", "키보드"),
    "liquid damage": ("zalanie", "po zalaniu", "vytopení", "sıvı teması", "после воды", "залитие", "أضرار السوائل", "ضرر الماء", "נזקי מים", "βλάβη από νερό", "beázás", "vattenskada", "vandskade", "침수"),
    "data": ("odzyskiwanie danych", "obnova dat", "záchrana dat", "veri kurtarma", "восстановление данных", "استعادة البيانات", "שחזור נתונים", "שחזור מידע", "ανάκτηση δεδομένων", "adatmentés", "dataräddning", "datagendannelse", "recuperare date", "데이터 복구"),
    "button": ("button", "buttons", "taste", "knopf", "bouton", "botão", "botón", "pulsante", "knop", "przycisk", "tlačítko", "tuş", "кнопка", "кнопки", "knapp", "knap", "buton", "버튼"),
    "fan": ("fan", "fans", "lüfter", "ventilateur", "ventilador", "ventola", "wentylator", "ventilátor", "вентилятор", "fläkt", "thermal paste", "wärmeleitpaste"),
    "diagnosis": ("diagnosis", "diagnostic", "diagnostics", "diagnose", "diagnóstico", "diagnosi", "diagnoza", "diagnostyka", "диагностика", "arıza tespiti", "진단"),
    "digitizer": ("touch digitizer", "digitizer", "digitiser", "touch panel", "dotyk", "dotyková plocha", "тачскрин", "тачскрина", "touchskærm"),
}  # fmt: skip

ACTIONS = (
    "naprawa", "wymiana", "oprava", "výměna", "tamiri", "onarımı", "değişimi", "değişim", "değiştirme", "замена", "ремонт", "заміна", "تغيير", "إصلاح", "استبدال", "تبديل", "החלפת", "תיקון",
    "αλλαγή", "επισκευή", "αντικατάσταση", "csere", "cseréje", "javítás", "javítása", "byte", "bytte", "skift", "skifte", "udskiftning", "înlocuire", "schimbare", "reparație", "बदलना", "बदलाव", "मरम्मत",
    "교체", "수리", "교환",
)  # fmt: skip
