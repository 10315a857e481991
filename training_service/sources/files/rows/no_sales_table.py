"""The table of rows that are no sales: columns and values that tell that a row was voided, refunded, a test and so on.

The next till, language or state is one more word here. Vertical bars separate the words.
"""
# ruff: noqa: RUF001  (the words are in many languages)

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from training_service.sources.files.rows.words import Vocabulary


class Kind(Enum):
    """Why a row is no sale, or not a plain one; the value is a phrase for people."""

    VOIDED = "voided"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    TEST = "test or training"
    UNDONE = "sold and refunded"
    NO_SALE = "no sale (failed, draft, cash or tip)"
    NO_DISH = "no dish (tip, fee, gift card or discount)"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Flag:
    """A column that tells of one kind by yes or no, or by a time or a reason in the rows of the kind.

    Args:
        kind: Kind of the rows that the column marks.
        names: Names of the column in lower case, without blanks.
        is_filled: True where any value marks a row, such as the time in "Cancelled at"; False where "yes" does.
    """

    kind: Kind
    names: frozenset[str]
    is_filled: bool = False


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


def _vocabulary(words: str) -> Vocabulary:
    return Vocabulary(words.split("|"))


#: Values that say yes.
YES: Final = _vocabulary(
    "true|t|yes|y|1|x|ja|j|oui|o|vrai|sí|si|s|sì|vero|verdadero|sim|verdadeiro|waar|wahr|tak|prawda|evet|e|doğru|да"
    "|có|c|đúng|是|真|はい|有|あり|예|네|ใช่|так|ano|áno|igen|kyllä|ναι|نعم|כן|ya|iya"
)

#: Values of a column of times or reasons that mean that there is none. The first is the empty cell.
NOTHING: Final = _names(
    "|-|--|0|null|none|nan|nat|n/a|na|false|f|no|n|nein|non|nee|nie|não|nao|hayır|无|否|なし|없음|0000-00-00"
    "|0000-00-00 00:00:00|0.00|0,00|keine|keiner|aucun|aucune|ninguno|ninguna|nessuno|nessuna|nenhum|nenhuma|geen|brak"
    "|yok|нет|ні|ne|nem|nej|nei|ei|ingen|nu|όχι|لا|לא|tidak|không|ไม่มี|無"
)

FLAGS: Final = (
    Flag(
        Kind.VOIDED,
        _names(
            "void|voided|isvoid|isvoided|itemvoided|linevoid|linevoided|wasvoided|voidflag|storno|storniert"
            "|istorniert|iststorniert|stornierung|stornokennzeichen|stornoflag|annulé|annule|annulée|estannulé"
            "|annulation|anulado|anulada|anulación|annullato|annullata|stornato|geannuleerd|gestorneerd|anulowane"
            "|anulowano|stornowano|iptal|iptaledildi|作废|是否作废|已作废|作廢|取消フラグ|取消区分|訂正フラグ"
            "|취소여부|ยกเลิก|đãhủy|hủy"
        ),
    ),
    Flag(
        Kind.CANCELLED,
        _names(
            "cancelled|canceled|iscancelled|iscanceled|cancel|cancelflag|cancelado|cancelada|abgebrochen|annulliert"
            "|已取消|是否取消|取消|キャンセル|キャンセルフラグ|취소"
        ),
    ),
    Flag(
        Kind.DELETED,
        _names(
            "deleted|isdeleted|deleteflag|removed|isremoved|gelöscht|geloescht|supprimé|supprime|supprimée|eliminado"
            "|eliminada|borrado|eliminato|verwijderd|excluído|excluido|usunięte|usuniety|usunięty|silindi|已删除"
            "|是否删除|删除|已刪除|削除|削除フラグ|삭제|삭제여부|ลบแล้ว|đãxóa"
        ),
    ),
    Flag(
        Kind.TEST,
        _names(
            "test|istest|testmode|testorder|testsale|training|istraining|trainingmode|schulung|übung|trainingsmodus"
            "|schulungsmodus|formation|modeformation|modeécole|prueba|esprueba|prova|isprova|teste|oefening|szkolenie"
            "|eğitim|测试|是否测试|測試|テスト|トレーニング|練習|練習モード|테스트|연습"
        ),
    ),
    Flag(
        Kind.UNDONE,
        _names("refunded|isrefunded|exchanged|remboursé|erstattet|rimborsato|reembolsado|已退款|已退"),
    ),
    Flag(
        Kind.REFUND,
        _names(
            "isrefund|isreturn|refundflag|returnflag|retoure|istretoure|rückgabe|estretour|esdevolución|devolución"
            "|reso|èreso|retour|zwrot|iade|是否退款|是否退货|退货|返品|返品フラグ|返金フラグ|반품|반품여부|환불여부"
        ),
    ),
    Flag(
        Kind.VOIDED,
        _names(
            "voidedat|voiddate|voidtime|voidedon|voidreason|voidedby|storniertam|stornogrund|stornodatum|annuléle"
            "|motifdannulation|motivoanulación|fechaanulación|作废时间|作废原因"
        ),
        is_filled=True,
    ),
    Flag(
        Kind.CANCELLED,
        _names(
            "cancelledat|canceledat|cancelledon|canceledon|cancelledby|cancelledtime|cancelledreason|cancelreason"
            "|cancellationreason|cancellationdate|cancellationtime|取消时间|取消原因|キャンセル日時|取消日時|取消理由"
        ),
        is_filled=True,
    ),
    Flag(
        Kind.DELETED,
        _names("deletedat|deletedon|deletedby|gelöschtam|supprimele|删除时间|削除日時|삭제일시"),
        is_filled=True,
    ),
)

#: Names (in lower case, without blanks) of columns whose value tells the state of a row.
STATE_COLUMNS: Final = _names(
    "status|state|orderstatus|orderstate|paymentstatus|paymentstate|receiptstatus|orderpaymentstate"
    "|orderpaymentstatus|cancellationstatus|annuleringsstatus|transactionstatus|transactionstate|salestatus"
    "|financialstatus|itemstatus|linestatus|billstatus|checkstatus|ticketstatus|invoicestatus|bestellstatus"
    "|belegstatus|auftragsstatus|zustand|statut|étatcommande|état|etat|statutcommande|estado|estadopedido"
    "|estadodelpedido|stato|statoordine|situação|situacao|statuspedido|bestelstatus|statuszamówienia|stan|durum"
    "|siparişdurumu|状态|订单状态|單據狀態|狀態|訂單狀態|交易状态|支付状态|ステータス|状態|注文状態|会計状態|상태"
    "|주문상태|สถานะ|trạngthái"
)

#: Words in longer names of such columns, such as "Final order status".
STATE_WORDS: Final = _vocabulary(
    "status|state|outcome|statut|étatcommande|état|etat|estado|stato|situação|situacao|stav|állapot|státusz|stare"
    "|statüsü"
    "|statü|durum|durumu|статус|состояние|стан|κατάσταση|tila|الحالة|حالة|סטטוס|מצב|状态|狀態|状態|ステータス|상태|สถานะ"
    "|trạng thái"
)

#: Words of names of columns that mark voided, cancelled or deleted rows, such as "Was cancelled?".
MARK_WORDS: Final = MappingProxyType(
    {
        Kind.VOIDED: _vocabulary(
            "void|voided|voids|storno|storniert|annulé|annulée|annulation|anulado|anulada|anulación|annullato|stornato"
            "|geannuleerd|anulowany|stornováno|сторно|аннулирован|sztornó|anulat|makulerad|annulleret|iptal|作废|作廢|訂正"
        ),
        Kind.CANCELLED: _vocabulary(
            "cancelled|canceled|cancel|cancellation|cancelado|cancelada|zrušeno|отменен|отменён|отмена|скасовано"
            "|kansellert|peruttu|dibatalkan|ملغي|מבוטל|取消|キャンセル|취소|ยกเลิก|hủy"
        ),
        Kind.DELETED: _vocabulary(
            "deleted|removed|gelöscht|supprimé|supprimée|eliminado|eliminato|verwijderd|excluído|usunięty|удален|удалён"
            "|удалено|видалено|smazáno|törölt|删除|刪除|削除|삭제"
        ),
        Kind.TEST: _vocabulary("training|schulung|szkolenie|eğitim|练习|練習|연습"),
    }
)

#: Words that stand beside them where the column has a time, a person or a reason.
REASON_WORDS: Final = _vocabulary(
    "at|on|by|date|time|reason|type|note|comment|am|von|durch|datum|zeit|uhrzeit|grund|le|par|motif|raison|heure"
    "|fecha|hora"
    "|motivo|por|data|ora|causa|reden|tijd|powód|powod|sebep|sebebi|neden|důvod|причина|время|дата|原因|时间|時間|日時|理由"
    "|사유|일시"
)

#: Words that stand beside them where the column has numbers or sums of money.
COUNT_WORDS: Final = _vocabulary(
    "qty|quantity|quantities|count|counts|number|amount|total|value|sum|money|sales|items|units|fee|menge|anzahl|betrag"
    "|summe|wert|quantité|montant|nombre|cantidad|importe|monto|quantità|importo|quantidade|valor|aantal|bedrag|ilość"
    "|kwota|miktar|tutar|adet|adedi|количество|сумма|数量|金额|金額|额|額|件数|点数|수량|금액|จำนวน|số lượng|rate"
    "|percent|voids"
)

#: Words of columns with units that were voided or returned, of those with sums of money, and of those without returns.
RETURN_WORDS: Final = _vocabulary(
    "void|voids|voided|refunded|refunds|refund|returned|returns|return|cancelled|canceled|storno|stornos|storniert|retouren"
    "|annulés|remboursés|retournés|anulados|devueltos|devoluciones|annullati|resi|geretourneerd|zwroty|iade|退菜|退货|退貨|退款"
    "|取消|返品|반품|취소|возвраты|сторно"
)
MONEY_WORDS: Final = _vocabulary(
    "amount|value|sales|money|total|fee|betrag|wert|summe|montant|valeur|importe|monto|valor|importo|valore|bedrag|waarde"
    "|kwota|wartość|tutar|сумма|金额|金額|额|額|금액|price|tax"
)
NET_WORDS: Final = _vocabulary("net|netto|nette|neta|netta|净|實際|实际|純")

#: Names (in lower case, without blanks) of columns whose value tells what a row is: a sale, a refund, a payment.
TYPE_COLUMNS: Final = _names(
    "eventtype|event|type|transactiontype|receipttype|saletype|salestype|linetype|rowtype|recordtype|documenttype"
    "|doctype|entrytype|itemtype|lineitemtype|ordertype|tickettype|billtype|checktype|operationtype|operation|action"
    "|transactionkind|kind|mode|belegart|belegtyp|vorgang|vorgangsart|vorgangstyp|buchungsart|typ|art|umsatzart"
    "|positionsart|positionstyp|typeticket|typedeticket|typedeligne|typeligne|typeoperation|typedopération"
    "|typedocument|tipo|tipodocumento|tipodetransacción|tipotransacción|operación|tipomovimiento|tipodeoperación"
    "|tipotransazione|tipooperazione|tipoderecibo|tipodetransação|soort|transactiesoort|typdokumentu|rodzaj"
    "|rodzajdokumentu|tür|işlemtürü|işlemtipi|fiştipi|类型|单据类型|交易类型|订单类型|業務類型|業務类型|类別|取引区分"
    "|取引種別|伝票区分|区分|処理区分|売上区分|거래구분|거래유형|구분|ประเภท|loại|loạigiaodịch|明細区分|типоперации"
    "|типдокумента|типчека|видоперации|typdokladu|druhdokladu|típus|bizonylattípusa|transaktionstyp|tyyppi"
    "|tapahtumatyyppi|τύπος|jenis|jenistransaksi|tipe|tipetransaksi|النوع|نوعالعملية|סוג|סוגמסמך"
)

#: Names (in lower case, without blanks) of columns of the amount of a row, which is negative in rows that take back.
AMOUNT_COLUMNS: Final = _names(
    "total|amount|linetotal|itemtotal|totalprice|grosssales|netsales|subtotal|finalprice|netprice|grossprice|revenue"
    "|totalamount|netamount|grossamount|umsatz|betrag|gesamt|gesamtpreis|gesamtbetrag|summe|montant|totalttc|montantttc"
    "|prixtotal|importe|preciototal|totalventa|totale|importo|prezzototale|valor|valortotal|precototal|bedrag|omzet"
    "|totaal|kwota|wartość|wartośćbrutto|tutar|toplamtutar|金额|销售额|实收金额|小计|金額|小計|売上金額|合計金額|금액"
    "|총금액|판매금액|ยอดรวม|thànhtiền|сумма|summa|beløb|beløp|suma|částka|összeg|αξία"
)

#: Words of such columns, by kind. The first kind of which a value has a word counts.
STATES: Final = MappingProxyType(
    {
        Kind.TEST: _vocabulary(
            "test|training|übung|schulung|prueba|prova|teste|oefening|szkolenie|eğitim|测试|測試|テスト|トレーニング"
            "|練習|테스트|연습|ทดสอบ|đào tạo"
            "|тест|тестовый|обучение|тестовий|навчання|školení|cvičný|teszt|gyakorló|instruire|övning|träning"
            "|øvelse|træning"
            "|trening|harjoitus|koulutus|δοκιμή|εκπαίδευση|pelatihan|تدريب|تجريبي|אימון|תרגול"
        ),
        Kind.DELETED: _vocabulary(
            "deleted|delete|removed|gelöscht|geloescht|supprimé|supprimée|eliminado|eliminada|borrado|eliminato"
            "|eliminata|verwijderd|excluído|excluido|usunięte|usunięty|usunięto|silindi|silinmiş|删除|刪除|削除|삭제"
            "|ลบ|đã xóa|xóa"
            "|удален|удалён|удалена|удалено|видалено|smazáno|smazaná|törölt|törölve|șters|διαγράφηκε|raderad"
            "|slettet|poistettu"
            "|dihapus|محذوف|נמחק|נמחקה"
        ),
        Kind.VOIDED: _vocabulary(
            "void|voided|voids|storno|storniert|stornierung|annulé|annulée|annule|annulation|anulado|anulada"
            "|anulación|annullato|annullata|annullamento|stornato|geannuleerd|annulering|annuleren|anulowane"
            "|anulowany|anulowano|iptal|作废|作廢|無效|无效|訂正|ยกเลิก|hủy|đã hủy|huỷ|wycofane"
            "|аннулирован|аннулирована|аннулировано|сторно|сторнирован|анульовано|stornováno|stornovaná|stornovaný"
            "|sztornó"
            "|sztornózott|érvénytelen|anulat|anulată|stornat|ακυρώθηκε|ακυρωμένο|ακυρωμένη|ακύρωση|makulerad"
            "|makulerat|annullerad"
            "|annulleret|makuleret|annullert|makulert|mitätöity|iptal edildi|باطل"
        ),
        Kind.CANCELLED: _vocabulary(
            "cancelled|canceled|cancel|cancellation|cancelado|cancelada|abgebrochen|annulliert|取消|キャンセル|취소"
            "|отменен|отменён|отменена|отменено|отмена|скасовано|скасований|zrušeno|zrušena|zrušená|zrušený|zrušené"
            "|visszavont"
            "|avbruten|avbokad|kansellert|peruttu|peruutettu|batal|dibatalkan|pembatalan|ملغي|ملغى|ملغاة|ملغية"
            "|الملغي|إلغاء"
            "|מבוטל|מבוטלת|בוטל|בוטלה|撤单|撤單|撤销|撤銷"
        ),
        Kind.UNDONE: _vocabulary(
            "refunded|fully refunded|remboursé|remboursée|erstattet|rückerstattet|reembolsado|reembolsada|devuelto"
            "|rimborsato|rimborsata|terugbetaald|zwrócone|zwrócony|iade edildi|已退款|已退货|已退貨|返金済|返品済"
            "|환불완료|반품완료|đã hoàn tiền"
            "|已退菜|已退单|已退單|возвращен|возвращено|vráceno|visszatérítve|rambursat|återbetald|refunderet|refundert"
            "|hyvitetty"
        ),
        Kind.REFUND: _vocabulary(
            "refund|refunds|return|returns|returned|credit note|credit memo|chargeback|retoure|retouren|rückgabe"
            "|rücknahme|erstattung|rückerstattung|gutschrift|remboursement|retour|avoir|devolución|devolucion"
            "|reembolso|abono|reso|resi|rimborso|nota di credito|devolução|devolucao|estorno|terugbetaling"
            "|retourzending|creditnota|zwrot|zwroty|iade|退款|退货|退貨|退菜|退单|返品|返金|환불|반품|คืนเงิน"
            "|คืนสินค้า|hoàn tiền|trả hàng"
            "|возврат|повернення|vratka|dobropis|visszáru|visszatérítés|retur|rambursare|επιστροφή|återbetalning"
            "|återköp"
            "|kreditering|refundering|tilbagebetaling|kreditnota|refusjon|palautus|hyvitys|pengembalian|مرتجع"
            "|استرجاع|إرجاع|استرداد"
            "|החזר|זיכוי|החזרה"
        ),
        Kind.NO_SALE: _vocabulary(
            "failed|declined|parked|saved|rejected|expired|abandoned|draft|checkout draft|quotation|quote|entwurf"
            "|angebot|abgelehnt|fehlgeschlagen|brouillon|devis|échoué|refusé|borrador|presupuesto|rechazado|fallido"
            "|bozza|preventivo|rifiutato|rascunho|orçamento|concept|offerte|mislukt|szkic|odrzucone|taslak|başarısız"
            "|草稿|支付失败|下書き|見積|no sale|cash in|cash out|paid in|paid out|pay in|pay out|payout|opening float"
            "|cash drop|drawer opened|einlage|entnahme|einzahlung|auszahlung|trinkgeld|pourboire|propina|mancia"
            "|gorjeta|fooi|napiwek|bahşiş|tip|tips|gratuity|入金|出金|レジ開け|小费|チップ"
            "|missed|undelivered|no show|отклонен|отклонён|отклонено|черновик|odmítnuto|elutasítva|respins|avvisad"
            "|afvist|avvist"
            "|hylätty|ditolak|مرفوض|مسودة|נדחה|טיוטה"
        ),
    }
)

#: Values that have one of the words above and mark sales all the same.
SALES_ALL_THE_SAME: Final = _vocabulary(
    "partially refunded|partial refund|partly refunded|partiellement remboursé|teilweise erstattet"
    "|parcialmente reembolsado|parzialmente rimborsato|部分退款|一部返金"
)

#: Words for a refund that name, in a column of states, the sale that was taken back.
RETURNED: Final = _vocabulary("returned")
