"""Usual names of the columns of sales files, by language. To add a language, add its names to each role."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from training_service.sources.files.rows.words import words_of
from training_service.sources.files.tills.till import plain

#: Names of each role by language, separated by vertical bars. The first language whose name a file has counts.
#: "any" stands last: its words mean a date, a dish or a quantity only where no other column does.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "date": {
        # The day of the restaurant goes before the day of the clock: what is sold at one in the night is of the evening.
        "business day": "business date|trading date|business day|trading day|geschäftsdatum|geschäftstag|betriebstag"
        "|date comptable|jour comptable|journée comptable|fecha contable|fecha operativa|data contabile"
        "|giornata contabile|data do movimento|data operacional|учетный день|дата смены|операционный день|营业日期|营业日"
        "|營業日期|營業日|営業日|営業日付|영업일|영업일자|ngày kinh doanh",
        "en": "date|business date|sales date|sale date|order date|transaction date|line item date|item date|receipt date"
        "|check date|ticket date|invoice date|bill date|posting date|date of sale|date sold|sold on|sold at|sold date"
        "|order datetime|ordered at|closed at|close date|closed date|opened at|opened date|created at|created date"
        "|completed at|paid at|date time|date and time|datetime|timestamp|order timestamp|transaction datetime"
        "|order time|transaction time|sale time|business day|sales day|ds|created on|completed on|creation date"
        "|created|closed|timestamp local|local timestamp|finalized at|completion date|finalized date|date finalized",
        "de": "datum|geschäftsdatum|geschäftstag|verkaufsdatum|verkauft am|belegdatum|bondatum|bestelldatum|kassendatum"
        "|rechnungsdatum|buchungsdatum|umsatzdatum|datum uhrzeit|datum und uhrzeit|datum zeit|zeitpunkt|zeitstempel"
        "|erstellt am|verkaufstag",
        "fr": "date de vente|date vente|date de la vente|date de commande|date commande|date du ticket|date ticket"
        "|date de transaction|date de facturation|date facture|date et heure|date heure|date d'ouverture|date de clôture|horodatage",
        "es": "fecha|fecha de venta|fecha venta|fecha del pedido|fecha de pedido|fecha de la transacción|fecha operación"
        "|fecha de transacción|fecha del ticket|fecha factura|fecha y hora|fecha hora",
        "it": "data|data vendita|data di vendita|data ordine|data scontrino|data documento|data operazione|data e ora"
        "|data ora",
        "pt": "data da venda|data de venda|data venda|data do pedido|data pedido|data da transação|data do movimento"
        "|data e hora|data hora|data de emissão",
        "nl": "verkoopdatum|besteldatum|voltooiingsdatum|aanmaakdatum|afsluitdatum|transactiedatum|factuurdatum|boekdatum|datum verkoop|datum tijd|datum en tijd"
        "|tijdstip",
        "pl": "data sprzedaży|data zamówienia|data transakcji|data wystawienia|data paragonu|data i godzina|data operacji",
        "tr": "tarih|satış tarihi|sipariş tarihi|işlem tarihi|fiş tarihi|fatura tarihi|adisyon tarihi|tarih saat"
        "|tarih ve saat",
        "zh": "日期|营业日期|销售日期|营业日|下单日期|下单时间|订单日期|订单时间|交易日期|交易时间|销售时间|结账时间|结账日期"
        "|支付时间|日期时间|营业时间|營業日期|銷售日期|營業日|下單日期|下單時間|訂單日期|訂單時間|交易時間|銷售時間|結帳時間"
        "|結帳日期|付款時間|日期時間",
        "ja": "日付|営業日|営業日付|売上日|売上日付|販売日|会計日|会計日時|精算日|精算日時|注文日|注文日時|取引日|取引日時|売上日時"
        "|販売日時|年月日|日時",
        "ko": "날짜|일자|판매일|판매일자|판매일시|영업일|영업일자|주문일|주문일시|주문일자|매출일|매출일자|거래일|거래일자|거래일시"
        "|결제일|결제일자|결제일시",
        "th": "วันที่|วันที่ขาย|วันที่ชำระเงิน|วันที่สั่งซื้อ|วันที่สั่ง|วันที่ทำรายการ|วันที่บิล|วันที่เอกสาร|วันเวลา|วันและเวลา",
        "vi": "ngày|ngày bán|ngày bán hàng|ngày đặt hàng|ngày đặt|ngày giờ|ngày giao dịch|ngày chứng từ|ngày hóa đơn"
        "|thời gian|thời gian bán",
        "sv, da, nb, fi": "dato|försäljningsdatum|orderdatum|salgsdato|ordredato|bestillingsdato|päivämäärä|pvm"
        "|myyntipäivä",
        "cs, hu, ro": "datum prodeje|dátum|eladás dátuma|data vânzării|data comenzii",
        "ru, uk, el": "дата|дата продажи|дата заказа|дата и время|дата продажу|ημερομηνία",
        "id": "tanggal|tanggal penjualan|tanggal transaksi|tgl",
        "ar, he": "التاريخ|تاريخ|تاريخ البيع|تاريخ الطلب|تاريخ الفاتورة|תאריך|תאריך מכירה|תאריך הזמנה|תאריך חשבונית",
        "any": "day|tag|jour|día|giorno|dia|dag|dzień|gün|วัน|time",
    },
    "dish": {
        "en": "dish|dish name|menu item|menu item name|item name|product name|recipe|recipe name|food item|item title"
        "|product title|lineitem name|line item name|line item|product detail|item description|product description"
        "|article name|plu name|item|product|food|coffee name|sku name|long name|longname"
        "|item long name|item description long",
        "de": "gericht|gerichtname|speise|artikelbezeichnung|artikelname|produktname|produktbezeichnung|speisenname"
        "|warenbezeichnung|artikeltext|bezeichnung|artikel|produkt|text",
        "fr": "plat|nom du plat|désignation|désignation article|nom du produit|nom produit|nom de l'article|nom article"
        "|libellé|libellé article|libellé produit|intitulé|produit|article",
        "es": "plato|nombre del plato|nombre del producto|nombre producto|nombre del artículo|nombre artículo|platillo"
        "|producto|artículo|descripción del producto",
        "it": "piatto|nome piatto|nome prodotto|nome articolo|pietanza|descrizione articolo|descrizione prodotto|prodotto"
        "|articolo|denominazione",
        "pt": "prato|nome do prato|nome do produto|nome produto|nome do item|nome do artigo|produto|artigo",
        "nl": "gerecht|gerechtnaam|productnaam|artikelnaam|artikelomschrijving|productomschrijving",
        "pl": "danie|nazwa dania|potrawa|nazwa produktu|nazwa towaru|nazwa artykułu|nazwa pozycji|towar|artykuł|pozycja",
        "tr": "yemek|yemek adı|ürün adı|ürün ismi|ürün|menü|menü adı|stok adı",
        "zh": "菜品|菜名|菜品名称|菜品名|菜式|菜单项|商品名称|商品名|产品名称|品名|品项|品项名称|项目名称|商品|产品|菜品名稱|菜色"
        "|餐點|餐點名稱|品項|品項名稱|商品名稱|產品名稱|項目名稱|產品|餐品|餐品名稱",
        "ja": "商品名|商品名称|メニュー|メニュー名|メニュー名称|料理|料理名|品名|品目|品目名|アイテム|アイテム名|商品",
        "ko": "메뉴|메뉴명|메뉴이름|상품명|제품명|품목명|음식명|요리명|음식|상품|제품|품목|요리",
        "th": "เมนู|ชื่อเมนู|เมนูอาหาร|รายการอาหาร|ชื่ออาหาร|ชื่อสินค้า|ชื่อรายการ|รายการสินค้า|อาหาร|สินค้า|รายการ",
        "vi": "món|món ăn|tên món|tên món ăn|tên sản phẩm|tên hàng|tên hàng hóa|tên mặt hàng|sản phẩm|mặt hàng|hàng hóa",
        "sv, da, nb, fi": "maträtt|rätt|ret|rett|produktnamn|artikelnamn|varenavn|produktnavn|artikkel|vare|vara|artikkeli"
        "|tuote|tuotenimi|tuotteen nimi|annos",
        "cs, hu, ro": "jídlo|název|název produktu|název zboží|položka|étel|termék|terméknév|fel de mâncare|produs|denumire produs",
        "ru, uk, el": "блюдо|название блюда|наименование|товар|номенклатура|страва|назва страви|продукт|πιάτο|προϊόν|είδος|περιγραφή",
        "ar, he": "اسم المنتج|المنتج|الصنف|اسم الصنف|الوجبة|الطبق|اسم الطبق|שם פריט|פריט|מנה|שם מנה|שם מוצר|מוצר",
        "id": "menu|nama menu|nama produk|nama barang|nama item|produk|makanan|hidangan",
        "any": "items|description|beschreibung|descripción|descrizione|descrição|omschrijving|nazwa|nombre|name|nom|naam|namn|navn|nimi|title",
    },
    "quantity": {
        # Units without those that were returned go before units with them.
        "net": "net quantity|net qty|quantity net|qty net|net units|net sold|net items sold|net units sold|净销量|净销售量"
        "|净销售数量|实际销量|實際銷量|純売上数|menge netto|quantité nette|cantidad neta|quantità netta",
        "en": "quantity|quantity sold|sold quantity|qty|qty sold|sold qty|item qty|item quantity|transaction qty"
        "|transaction quantity|lineitem quantity|line item quantity|order quantity|quantity ordered|net quantity|net qty"
        "|product quantity|product qty|sales qty|sales quantity|sales count|item sold|qty of items|items sold|item count|units sold|unit sold|number sold|no sold|portions sold|portions|servings|units|sold",
        "de": "menge|verkaufte menge|anzahl|anzahl verkauft|stückzahl|stück|stk|absatz|absatzmenge|portionen",
        "fr": "quantité|quantité vendue|quantités vendues|quantités|qté|qte|qté vendue|nb vendus|nombre vendu|nb"
        "|unités|portions vendues",
        "es": "cantidad|cantidad vendida|cant|cant vendida|unidades|unidades vendidas|uds|uds vendidas",
        "it": "quantità|quantità venduta|q.tà|qta|qtà|pezzi|pezzi venduti|unità vendute|unità|porzioni",
        "pt": "quantidade|quantidade vendida|qtd|qtde|qtd vendida|quant|unidades",
        "nl": "aantal|aantal verkocht|verkocht aantal|verkochte aantal|hoeveelheid|stuks|verkocht",
        "pl": "ilość|ilość sprzedana|sprzedana ilość|liczba|liczba sztuk|sztuki|szt",
        "tr": "miktar|adet|satış adedi|satış miktarı|satılan adet|satılan miktar|porsiyon",
        "zh": "数量|销量|销售数量|销售量|售出数量|份数|件数|点单数量|數量|銷量|銷售數量|銷售量|售出數量|份數|件數|點餐數量",
        "ja": "数量|個数|販売数|販売数量|販売個数|販売点数|売上数|売上数量|売上点数|点数|出数|注文数|注文数量|商品数",
        "ko": "수량|판매수량|판매량|판매개수|주문수량|매출수량|개수",
        "th": "จำนวน|จำนวนที่ขาย|จำนวนขาย|จำนวนที่ขายได้|จำนวนสินค้า|ปริมาณ|ปริมาณการขาย",
        "vi": "số lượng|số lượng bán|số lượng bán ra|sl bán|sl",
        "sv, da, nb, fi": "antal|antall|antal sålda|antal solgte|mængde|mengde|määrä|kpl|myyty määrä",
        "cs, hu, ro": "množství|počet|počet kusů|mennyiség|darab|cantitate|cantitate vândută",
        "ru, uk, el": "количество|количество блюд|количество порций|продано|кол-во|кількість|ποσότητα",
        "ar, he": "الكمية|كمية|الكمية المباعة|العدد|כמות|כמות שנמכרה|יחידות",
        # "Jumlah" is a number of units, and a sum of money.
        "id": "jumlah terjual|jumlah produk|jumlah item|kuantitas|terjual|jumlah",
        # Beside a column of quantities, "sales" has money. "Nombre" is a number in French and a name in Spanish.
        "any": "nombre|count|pieces|pcs|sales|y",
    },
    "store": {
        "en": "store|store name|store location|branch|branch name|restaurant|restaurant name|outlet|outlet name|location"
        "|location name|shop|shop name|site name|venue|venue name|sales location|site|store id|restaurant id|location id|cafe|café|merchant|merchant name|business name|property|property name",
        "de": "filiale|filialname|standort|betrieb|betriebsstätte|restaurantname|betriebsstelle",
        "fr": "magasin|établissement|point de vente|nom de l'établissement|nom du magasin|succursale|boutique|enseigne|lieu de vente",
        "es": "sucursal|tienda|establecimiento|restaurante|nombre de la tienda|nombre de la sucursal|punto de venta|local|negocio|centro",
        "it": "negozio|punto vendita|punto di vendita|ristorante|sede|esercizio",
        "pt": "loja|filial|unidade|estabelecimento|nome da loja|ponto de venda",
        "nl": "vestiging|filiaal|winkel|locatie|vestigingsnaam",
        "pl": "sklep|restauracja|oddział|punkt sprzedaży|lokalizacja|nazwa lokalu|lokal",
        "tr": "şube|şube adı|mağaza|mağaza adı|restoran|işletme",
        "zh": "门店|门店名称|店铺|店铺名称|店名|分店|餐厅|餐厅名称|門店|門店名稱|門市|門市名稱|店鋪|店鋪名稱|餐廳|餐廳名稱",
        "ja": "店舗|店舗名|店舗名称|支店|支店名",
        "ko": "매장|매장명|지점|지점명|점포|점포명|가맹점|가맹점명",
        "th": "สาขา|ชื่อสาขา|ร้าน|ชื่อร้าน|ร้านค้า|ร้านอาหาร",
        "vi": "chi nhánh|tên chi nhánh|cửa hàng|tên cửa hàng|nhà hàng|tên nhà hàng|quán",
        "sv, da, nb, fi": "butik|butikk|restaurang|avdelning|afdeling|avdeling|toimipiste|toimipaikka|ravintola|myymälä",
        "cs, hu, ro": "prodejna|provozovna|restaurace|pobočka|středisko|telephely|üzlet|étterem|magazin|locație",
        "ru, uk, el": "магазин|ресторан|заведение|торговая точка|точка продаж|торговое предприятие|подразделение|организация|филиал|κατάστημα"
        "|υποκατάστημα",
        "ar, he": "الفرع|فرع|المطعم|اسم الفرع|סניף|שם סניף|מסעדה",
        "id": "toko|cabang|gerai|restoran",
    },
    "number": {
        "en": "item number|item no|item id|item code|product number|product code|product id|article number|sku|plu|plu code",
        "de": "artikelnummer|artikel-nr|art-nr|artnr|produktnummer|nummer",
        "fr": "code article|référence|réf|code produit|numéro article",
        "es": "código|código de producto|código artículo|referencia",
        "it": "codice|codice articolo|codice prodotto",
        "pt": "código do produto|código do item|cód",
        "nl": "artikelcode|productcode",
        "pl": "kod|kod produktu|indeks",
        "tr": "ürün kodu|stok kodu",
        "zh": "商品编号|商品编码|菜品编号|菜品编码|商品編號|商品代號|品號",
        "ja": "商品コード|商品番号|メニューコード|品番",
        "ko": "상품코드|메뉴코드|품목코드|제품코드",
        "th": "รหัสสินค้า|รหัสเมนู|รหัส",
        "vi": "mã hàng|mã món|mã sản phẩm|mã hàng hóa",
    },
}

#: Encoding in which programs of the old kind write each language.
_ENCODINGS = {
    "de": "cp1252",
    "fr": "cp1252",
    "es": "cp1252",
    "it": "cp1252",
    "pt": "cp1252",
    "nl": "cp1252",
    "sv, da, nb, fi": "cp1252",
    "pl": "cp1250",
    "cs, hu, ro": "cp1250",
    "tr": "cp1254",
    "vi": "cp1258",
}


def usual_names(role: str) -> tuple[str, ...]:
    """Usual names of a column in all languages, in plain form, in the order in which they count.

    Args:
        role: "date", "dish", "quantity", "store" or "number".
    """
    return tuple(dict.fromkeys(plain(name) for name in _names(role)))


def english_names(role: str) -> tuple[str, ...]:
    """Usual English names of a column in plain form, the most usual first.

    Args:
        role: "date", "dish", "quantity", "store" or "number".
    """
    return tuple(plain(name) for name in _NAMES[role]["en"].split("|"))


#: Words beside the word for a restaurant in the name of a column of restaurants, such as "code" and "nombre del".
_BESIDE_STORES = frozenset(
    (
        *("name", "code", "id", "no", "nr", "number", "num", "key", "sales", "nom", "nombre", "nome", "naam", "nazwa"),
        *(
            "de",
            "du",
            "del",
            "do",
            "da",
            "della",
            "la",
            "le",
            "kodu",
            "kod",
            "adı",
            "název",
            "номер",
            "код",
            "название",
        ),
    )
)
_AFTER_STORES = (
    "コード",
    "番号",
    "编码",
    "编号",
    "代码",
    "編號",
    "代碼",
    "名称",
    "名",
    "코드",
    "번호",
    "이름",
    "namn",
    "navn",
    "nimi",
    "name",
)


def names_stores(name: str) -> bool:
    """Tells whether a name is made of words for restaurants alone, such as "Branch Code" or "店舗コード".

    Args:
        name: Name of a column.
    """
    usual = set(usual_names("store"))
    if "/" in name and all(plain(part) in usual for part in name.split("/")):
        return True
    words = [word for word in words_of(name) if word not in _BESIDE_STORES]
    if words and (plain("".join(words)) in usual or all(plain(word) in usual for word in words)):
        return True
    short = plain(name)
    return any(short.endswith(end) and short.removesuffix(end) in usual for end in _AFTER_STORES)


def is_business_day(name: str) -> bool:
    """Tells whether a column has the days of the restaurant, which end when it closes, and not those of the calendar.

    Args:
        name: Name of a column.
    """
    return plain(name) in {plain(each) for each in _NAMES["date"]["business day"].split("|")}


def _names(role: str) -> Iterator[str]:
    for names in _NAMES[role].values():
        yield from names.split("|")


def exact_names(header: Sequence[str]) -> int:
    """The number of names in a header that are usual with all their marks, and have other letters than ASCII.

    Args:
        header: Names of the columns, read in an encoding that may be wrong.
    """
    usual = {name for languages in _NAMES.values() for names in languages.values() for name in names.split("|")}
    return sum(not name.isascii() and unicodedata.normalize("NFC", name).lower() in usual for name in header)


def encoding_of_the_language(header: Sequence[str]) -> str:
    """The encoding of the language that most names of a header are of; empty where no language is ahead of English.

    Args:
        header: Names of the columns.
    """
    names = set(map(plain, header))
    counts: Counter[str] = Counter()
    for languages in _NAMES.values():
        for language, usual in languages.items():
            counts[language] += len(names & {plain(name) for name in usual.split("|")})
    for of_no_language in ("any", "business day", "net"):
        counts.pop(of_no_language, None)
    language, count = counts.most_common(1)[0]
    return _ENCODINGS.get(language, "") if count > counts["en"] else ""
