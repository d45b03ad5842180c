"""The words of headers: English, German, French, Spanish, Portuguese, Italian, Dutch, Azerbaijani, Chinese, Japanese."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    "brand": (
        "brand", "brands", "make", "maker", "manufacturer", "vendor", "company", "retail branding", "marke", "hersteller",
        "marque", "fabricant", "constructeur", "marca", "fabricante", "empresa", "produttore", "casa", "merk", "fabrikant",
        "brend", "marka", "istehsalçı", "品牌", "厂商", "廠牌", "厂牌", "メーカー", "ブランド",
    ),
    "model": (
        "model", "models", "applies to", "device", "devices", "device name", "device model", "model name", "marketing name", "product",
        "product name", "name", "phone", "phone model", "handset", "generation", "console", "laptop", "tablet", "release label",
        "gerät", "geraet", "modell", "modellname", "bezeichnung", "produkt", "artikel", "handy", "smartphone",
        "modèle", "appareil", "produit", "nom", "modelo", "dispositivo", "aparelho", "equipamento", "equipo", "produto", "nome",
        "producto", "nombre", "móvil", "modello", "prodotto", "apparaat", "toestel", "cihaz", "telefon", "məhsul",
        "型号", "机型", "型號", "機型", "设备", "設備", "产品", "機種", "モデル",
    ),
    "codes": (
        "model code", "model codes", "model number", "model no", "model nr", "code", "codes", "a number", "anumber", "a numbers",
        "modellnummer", "modellcode", "modell nr", "numéro de modèle", "número de modelo",
        "codigo", "código do modelo", "codice", "codice modello", "modelnummer", "型号代码", "型號代碼", "型番",
    ),
    "family": (
        "family", "device type", "type of device", "device family", "type name", "typename", "geräteart", "gerätetyp", "gerätegruppe",
        "type d'appareil", "famille", "familia", "tipo de aparelho", "tipo de dispositivo", "família", "famiglia",
        "tipo di dispositivo", "soort apparaat", "cihaz növü", "设备类型", "設備類型",
    ),
    "category": (
        "category", "product category", "series", "product line", "line", "kategorie", "serie", "warengruppe", "catégorie", "gamme", "série",
        "categoria", "linha", "categoría", "línea", "linea", "categorie", "reeks", "kateqoriya", "seriya", "类别", "類別", "分類", "系列",
    ),
    "year": (
        "year", "release year", "year of release", "released", "release date", "launch", "launch year", "launch date", "jahr",
        "erscheinungsjahr", "baujahr", "année", "année de sortie", "date de sortie", "ano", "ano de lançamento", "año",
        "año de lanzamiento", "anno", "anno di uscita", "jaar", "bouwjaar", "il", "buraxılış ili", "年份", "年", "发布年份", "発売年",
    ),
    "repair": (
        "repair", "repairs", "issues", "repair type", "type of repair", "issue", "service", "services", "fault", "job", "work", "treatment",
        "repair name", "service name", "action en", "reparatur", "reparaturart", "leistung", "dienstleistung", "defekt", "schaden",
        "réparation", "type de réparation", "prestation", "panne", "intervention", "reparo", "serviço", "conserto", "tipo de reparo",
        "reparação", "avaria", "reparación", "servicio", "avería", "tipo de reparación", "riparazione", "servizio", "intervento",
        "guasto", "reparatie", "dienst", "herstelling", "təmir", "xidmət", "təmir növü", "action",
        "维修", "維修", "维修项目", "維修項目", "服务", "服務", "服务项目", "修理", "修理内容",
    ),
    "price": (
        "price", "prices", "amount", "rate", "fee", "charge", "retail price", "our price", "gross price", "price gross", "price incl vat", "total",
        "preis", "bruttopreis", "endpreis", "verkaufspreis", "vk", "prix", "prix ttc", "tarif", "montant", "preço", "valor",
        "preco de lançamento", "precio", "importe", "tarifa", "prezzo", "tariffa", "costo", "importo", "prijs", "tarief", "kosten", "cost",
        "qiymət", "məbləğ", "价格", "價格", "价钱", "金额", "金額", "費用", "费用", "售价", "料金", "価格",
    ),
    "price_from": (
        "starts at", "startsat", "starting at", "starting price", "price from", "from price", "from", "ab preis", "preis ab", "ab",
        "à partir de", "prix à partir de", "a partir de", "preço a partir de", "desde", "precio desde", "prezzo da", "vanaf", "vanafprijs",
    ),
    "price_min": (
        "price min", "min price", "minimum price", "lowest price", "pricemin", "price low", "mindestpreis", "preis von", "prix min",
        "prix minimum", "preço mínimo", "precio mínimo", "prezzo minimo", "minimumprijs", "minimal qiymət", "最低价", "最低價",
    ),
    "price_max": (
        "price max", "max price", "maximum price", "highest price", "pricemax", "price high", "price to", "höchstpreis", "preis bis", "prix max",
        "prix maximum", "preço máximo", "precio máximo", "prezzo massimo", "maximumprijs", "maksimal qiymət", "最高价", "最高價",
    ),
    "currency": (
        "currency", "ccy", "currency code", "währung", "waehrung", "devise", "monnaie", "moeda", "moneda", "divisa", "valuta", "munt",
        "valyuta", "货币", "貨幣", "币种", "幣別", "通貨",
    ),
    "duration": (
        "time", "duration", "eta", "repair time", "turnaround", "turnaround time", "minutes", "time needed", "dauer", "zeit",
        "reparaturzeit", "reparaturdauer", "bearbeitungszeit", "durée", "délai", "temps", "tempo", "prazo", "duração", "tiempo",
        "duración", "plazo", "durata", "tijd", "duur", "reparatietijd", "müddət", "vaxt", "时间", "時間", "工时", "所要時間",
    ),
    "warranty": (
        "warranty", "guarantee", "warranty days", "garantie", "gewährleistung", "garantía", "garantia", "garanzia", "zəmanət",
        "保修", "保固", "保証",
    ),
    "grade": (
        "grade", "quality", "part quality", "part grade", "part", "qualität", "teilequalität", "qualité", "qualidade", "calidad",
        "qualità", "kwaliteit", "keyfiyyət", "质量", "品質", "配件", "零件",
    ),
    "also_called": ("also called", "also known as", "aka", "alias", "aliases", "synonyms", "other names", "andere namen", "autres noms"),
    "spec": (
        "cpu", "ram", "memory", "storage", "gpu", "os", "opsys", "operating system", "chip", "processor", "ports", "inches", "weight",
        "screen resolution", "screen size", "prozessor", "speicher", "processeur", "stockage", "processador", "memória", "armazenamento",
        "betriebssystem", "gewicht", "poids", "peso", "处理器", "内存",
    ),
}  # fmt: skip

# Known, and of no use here.
LEFT_OUT = (
    "id", "sku", "laptop id", "no", "nr", "number", "image", "images", "url", "link", "photo", "picture", "bild", "stock", "quantity", "qty",
    "bestand", "notes", "note", "remarks", "comment", "comments", "bemerkung", "description", "beschreibung", "price avg", "average price",
    "price average", "price type", "action code", "action az", "vendas", "sales", "geração", "tax", "vat", "mwst", "tags", "status",
)  # fmt: skip

# Of people and their locks: left out unless somebody asks for the column by hand.
PERSONAL = (
    "customer", "customer name", "client", "client name", "contact", "contact name", "first name", "last name", "surname", "full name", "phone number",
    "telephone", "mobile number", "tel", "email", "e mail", "mail", "address", "street", "postcode", "postal", "zip", "city", "date of birth", "birthday",
    "imei", "imei1", "imei2", "serial", "serial number", "serial no", "pin", "sim pin", "sim", "puk", "passcode", "password", "unlock code", "unlock pattern", "pattern",
    "icloud", "apple id", "kunde", "kundenname", "vorname", "nachname", "telefonnummer", "rufnummer", "adresse", "straße", "plz", "ort",
    "seriennummer", "entsperrcode", "sperrcode", "gerätecode", "kennwort", "passwort", "nom du client", "prénom", "téléphone", "mot de passe",
    "code de déverrouillage", "numéro de série", "nome do cliente", "cliente", "telefone", "celular do cliente", "endereço", "senha", "cpf", "número de série",
    "nombre del cliente", "teléfono", "contraseña", "dirección", "número de serie", "nome cliente", "telefono", "indirizzo", "codice di sblocco",
    "numero di serie", "klant", "klantnaam", "telefoonnummer", "wachtwoord", "serienummer", "müştəri", "telefon nömrəsi", "şifrə", "客户", "客戶", "电话", "電話", "密码",
    "密碼", "お客様名", "パスワード",
)  # fmt: skip
