"""Names of months in the languages of sales files, as Unicode's CLDR has them, and short forms that tills write."""

from training_service.sources.files.tills.till import plain

#: One text for each language: the names of the twelve months, with other forms of a name after a vertical bar.
_MONTHS = (
    (
        "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sep "
        "october|oct november|nov december|dec"
    ),
    (
        "januar|jan februar|feb märz|mär april|apr mai juni|jun juli|jul august|aug september|sept|sep "
        "oktober|okt november|nov dezember|dez"
    ),
    (
        "janvier|janv février|févr mars avril|avr mai juin juillet|juil août septembre|sept octobre|oct "
        "novembre|nov décembre|déc"
    ),
    (
        "enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago septiembre|sept "
        "octubre|oct noviembre|nov diciembre|dic"
    ),
    (
        "gennaio|gen febbraio|feb marzo|mar aprile|apr maggio|mag giugno|giu luglio|lug agosto|ago "
        "settembre|set ottobre|ott novembre|nov dicembre|dic"
    ),
    (
        "janeiro|jan fevereiro|fev março|mar abril|abr maio|mai junho|jun julho|jul agosto|ago setembro|set "
        "outubro|out novembro|nov dezembro|dez"
    ),
    (
        "januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug september|sep "
        "oktober|okt november|nov december|dec"
    ),
    (
        "stycznia|styczeń|sty lutego|luty|lut marca|marzec|mar kwietnia|kwiecień|kwi maja|maj "
        "czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpień|sie września|wrzesień|wrz "
        "października|październik|paź listopada|listopad|lis grudnia|grudzień|gru"
    ),
    (
        "ocak|oca şubat|şub mart|mar nisan|nis mayıs|may haziran|haz temmuz|tem ağustos|ağu eylül|eyl "
        "ekim|eki kasım|kas aralık|ara"
    ),
    (
        "มกราคม|ม.ค กุมภาพันธ์|ก.พ มีนาคม|มี.ค เมษายน|เม.ย พฤษภาคม|พ.ค มิถุนายน|มิ.ย กรกฎาคม|ก.ค สิงหาคม|ส.ค "
        "กันยายน|ก.ย ตุลาคม|ต.ค พฤศจิกายน|พ.ย ธันวาคม|ธ.ค"
    ),
    (
        "januari|jan februari|feb mars april|apr maj juni juli augusti|aug september|sep oktober|okt "
        "november|nov december|dec"
    ),
    (
        "januar|jan februar|feb marts|mar april|apr maj juni|jun juli|jul august|aug september|sep "
        "oktober|okt november|nov december|dec"
    ),
    (
        "januar|jan februar|feb mars|mar april|apr mai juni|jun juli|jul august|aug september|sep oktober|okt "
        "november|nov desember|des"
    ),
    (
        "tammikuuta|tammikuu|tammi helmikuuta|helmikuu|helmi maaliskuuta|maaliskuu|maalis "
        "huhtikuuta|huhtikuu|huhti toukokuuta|toukokuu|touko kesäkuuta|kesäkuu|kesä heinäkuuta|heinäkuu|heinä "
        "elokuuta|elokuu|elo syyskuuta|syyskuu|syys lokakuuta|lokakuu|loka marraskuuta|marraskuu|marras "
        "joulukuuta|joulukuu|joulu"
    ),
    (
        "ledna|leden|led února|únor|úno března|březen|bře dubna|duben|dub května|květen|kvě června|červen|čvn "
        "července|červenec|čvc srpna|srpen|srp září|zář října|říjen|říj listopadu|listopad|lis "
        "prosince|prosinec|pro"
    ),
    (
        "január|jan február|febr március|márc április|ápr május|máj június|jún július|júl augusztus|aug "
        "szeptember|szept október|okt november|nov december|dec"
    ),
    (
        "ianuarie|ian februarie|feb martie|mar aprilie|apr mai iunie|iun iulie|iul august|aug septembrie|sept "
        "octombrie|oct noiembrie|nov decembrie|dec"
    ),
    (
        "января|январь|янв февраля|февраль|февр марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн "
        "июля|июль|июл августа|август|авг сентября|сентябрь|сент октября|октябрь|окт ноября|ноябрь|нояб "
        "декабря|декабрь|дек"
    ),
    (
        "січня|січень|січ лютого|лютий|лют березня|березень|бер квітня|квітень|квіт травня|травень|трав "
        "червня|червень|черв липня|липень|лип серпня|серпень|серп вересня|вересень|вер жовтня|жовтень|жовт "
        "листопада|листопад|лист грудня|грудень|груд"
    ),
    (
        "ιανουαρίου|ιανουάριος|ιαν φεβρουαρίου|φεβρουάριος|φεβ μαρτίου|μάρτιος|μαρ|μάρ απριλίου|απρίλιος|απρ "
        "μαΐου|μάιος|μαΐ|μάι ιουνίου|ιούνιος|ιουν|ιούν ιουλίου|ιούλιος|ιουλ|ιούλ αυγούστου|αύγουστος|αυγ|αύγ "
        "σεπτεμβρίου|σεπτέμβριος|σεπ οκτωβρίου|οκτώβριος|οκτ νοεμβρίου|νοέμβριος|νοε|νοέ "
        "δεκεμβρίου|δεκέμβριος|δεκ"
    ),
    (
        "januari|jan februari|feb maret|mar april|apr mei juni|jun juli|jul agustus|agu september|sep "
        "oktober|okt november|nov desember|des"
    ),
)

#: Short forms that are usual beside those of CLDR.
_MORE = {"sept": 9, "mrz": 3, "maerz": 3, "maer": 3, "fev": 2, "jui": 6, "aou": 8, "mac": 3}

#: Month by its name in plain form.
MONTHS = {
    plain(name): month
    for language in _MONTHS
    for month, names in enumerate(language.split(" "), start=1)
    for name in names.split("|")
} | _MORE
