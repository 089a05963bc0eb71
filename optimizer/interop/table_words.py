"""Words by which offices head columns, state units and call what is no project.

They are read, never shown: what a person reads stands in the catalogue.
"""

from __future__ import annotations

import re

from infraplan.models.regular_expressions import regex
from infraplan.optimizer.interop.table_tongues import tongues


def _words(text: str) -> list[str]:
    """Words parted by `|`."""
    return text.split("|")


OPEN_WORDS = frozenset(
    _words(
        "na|n/a|n.a.|n.a|#n/a|tbc|tbd|tba|not disclosed|unknown|?|"
        "not available|not applicable|none|pending|not stated|"
        "undisclosed|nil.|to be confirmed|to be determined|withheld|"
        "redacted|exempt|..|...|*|未披露|待定|不详|未定|暂无|无|未公布|待确定|s/d|nd|n.d.|"
        "k.a.|x"
    )
)
"""Words in the place of an amount or a date that say that it is not known."""

_SUM = (
    r"(?:grand|sub|over-?all|overall|program(?:me)?|section|page|report)?[ -]*totals?"
    r"|sub-?totals?|sums?|over-?all|all projects"
    r"|(?:合|小|总|共)\s*计|总合计|累计合计|合计数|总\s*额|全部合计"
    r"|total g[eé]n[eé]ral|sous-?total|somme|summe|zwischensumme|gesamt(?:summe)?|insgesamt"
    r"|subtotales?|suma|totale|totaal|итого|всего|(?:sub ?)?jumlah|razem|ogółem"
    r"|(?:合|小|総|總|累)?\s*計|(?:합|소|총|누)?\s*계(?!\w)|총액"
    r"|(?:ara |genel )?toplam|sum(?:ma|m)? totalt?|summa|усього|разом"
    r"|الإجمالي|المجموع|اجمالي|إجمالي|รวม(?:ทั้งสิ้น)?|tổng (?:cộng|số)|(?:tổng|cộng)(?=\s*$)"
)
SUM_ALONE = regex(rf"(?:{_SUM})\s*(?:[(（\[].*[)）\]])?\s*[:：.]*", re.IGNORECASE)
"""A cell that says nothing but that its row is a sum."""
SUM_NAMED = regex(
    rf"(?:{_SUM})\b.*|.*\s(?:sub-?)?totals?\s*[:：]?|\S{{1,20}}(?:小|合|总)\s*计(?:[(（].*)?",
    re.IGNORECASE,
)
"""A cell that may name what its row sums: `Total Roads`, `Roads total`."""
GROUP_NAME = regex(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)]?\s*[、．.]\s*\S.*"
    r"|[（(][一二三四五六七八九十]{1,3}[）)]\s*\S.*"
    r"|.*[（(]\s*(?:共)?\s*\d+\s*[项个]\s*[）)]\s*"
    r"|[IVX]{1,5}[.)]\s+\S.*|[A-Z][.)]\s+\S.*"
)
"""Names of groups of projects: `一、交通（8项）`, `II. Roads`, `A. Water`."""
GROUP_NUMBER = regex(r"[（(]?[一二三四五六七八九十]{1,3}[）)]?\s*[、．.]?")
"""A number of a group in a cell of its own: `一`, `（二）`."""
GROUP_MARK = regex(
    r"^\s*(?:[（(]?[一二三四五六七八九十]{1,3}[）)]?\s*[、．.]?|[IVX]{1,5}[.)]|[A-Z][.)])\s*(?=\S)"
)
GROUP_COUNT = regex(r"[（(]\s*(?:共)?\s*\d+\s*[项个]\s*[）)]\s*$")
NOTE = regex(
    r"(?:注|备注|说明|附注|note|remark|source|footnote|quelle|anmerkung|nota|资料来源|数据来源)s?"
    r"\s*[0-9]*\s*[:：.、)].*|[*†‡¹²³]+\s*\S.*|page \d+(?: (?:of|/) \d+)?|"
    r"第\s*\d+\s*页.*|.*[(（](?:continued|cont'?d\.?|续表?)[)）]|续表.*|[(（\[]?\d{1,2}[\])）]\s*\S.*",
    re.IGNORECASE | re.DOTALL,
)

FOOTER = regex(
    r"(?:prepared|printed|checked|approved) (?:by|on)\b.*|(?:date|contact|printed|as of)\s*[:：].*|"
    r"(?:填报|制表|编制|审核|联系)(?:单位|人|时间|日期|电话)?\s*[:：].*|erstellt (?:von|am)\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""What stands first in a row below a table that says who made it, or when."""
RULE = regex(r"[-=_–—*·.]{3,}")
"""A line drawn through a table."""

_CODES = _words(
    "aed|sar|qar|kwd|omr|bhd|jod|egp|mad|kes|ngn|ghs|tzs|ugx|etb|jpy|krw|mxn|ars|clp|idr|php|thb|"
    "vnd|myr|sgd|hkd|twd|rub|uah|czk|huf|dkk|ils|pkr|bdt|lkr|npr|kzt"
)
"""Codes of further currencies; those that are words besides, as TRY, are left to the map."""

_CURRENCIES: tuple[tuple[str, str], ...] = (
    (r"us\$|usd|美元", "USD"),
    (r"(?:ca|c)\$|cad", "CAD"),
    (r"(?:au|a)\$|aud", "AUD"),
    (r"nz\$|nzd", "NZD"),
    (r"£|gbp|英镑", "GBP"),
    (r"€|eur|euros?|欧元", "EUR"),
    (r"₹|inr|rs\.?|rupees?", "INR"),
    (r"r\$|brl|reais", "BRL"),
    (r"zar", "ZAR"),
    (r"cny|rmb|元|人民币", "CNY"),
    (r"chf|fr\.", "CHF"),
    (r"sek", "SEK"),
    (r"nok", "NOK"),
    (r"pln|zł", "PLN"),
    *((code, code.upper()) for code in _CODES),
    (r"kr\.?", "SEK"),
    (r"руб(?:л(?:ей|я|ь|и))?\.?", "RUB"),
    (r"円", "JPY"),
    (r"원", "KRW"),
    (r"đồng|đ", "VND"),
    (r"rupiah|rp\.?", "IDR"),
    (r"tl|₺", "TRY"),
    (r"грн\.?|гривень", "UAH"),
    (r"บาท", "THB"),
    (r"درهم", "AED"),
)
MONEY_SIGN = (
    r"人民币|(?:usd|cad|aud) ?\$|(?:us|ca|c|au|a|nz|nt|hk|s|r)?\$|£|€|¥|￥|₹|usd|"
    r"cad|aud|nzd|gbp|eur(?:os?)?|inr|rs\.?|cny|rmb|zar|brl|chf|sek|nok|pln|"
    r"dollars?|pesos?|pounds?|rupees?|kr\.?|руб(?:л(?:ей|я|ь|и))?\.?|円|원|đồng|đ|rupiah|rp\.?|zł|tl|₺|грн\.?|гривень|ريال|درهم|دينار|r(?=\s*(?:'?0{3}|m\b|million|bn\b|billion))|"
    + "|".join(_CODES)
)
"""Signs, codes and words of money, as a pattern."""
_SCALES: tuple[tuple[str, float], ...] = (
    (r"万亿元?", 1e12),
    (r"亿元?", 1e8),
    (r"千万元?", 1e7),
    (r"百万元?", 1e6),
    (r"万元?", 1e4),
    (r"億元|億円|億", 1e8),
    (r"百萬元?", 1e6),
    (r"萬元?", 1e4),
    (r"百万円", 1e6),
    (r"万円", 1e4),
    (r"千元|千円|천원?", 1e3),
    (r"조원?", 1e12),
    (r"억원?", 1e8),
    (r"백만원?", 1e6),
    (r"만원?", 1e4),
    (r"млрд\.?|миллиард(?:а|ов)?", 1e9),
    (r"млн\.?|миллион(?:а|ов)?", 1e6),
    (r"тыс\.?|тысяч[аи]?|тис\.?", 1e3),
    (r"triliun", 1e12),
    (r"ล้านบาท", 1e6),
    (r"พันบาท", 1e3),
    (r"مليار", 1e9),
    (r"مليون", 1e6),
    (r"ألف", 1e3),
    (r"milyar", 1e9),
    (r"milyon", 1e6),
    (r"m(?:n)?kr\.?", 1e6),
    (r"tkr\.?|bin", 1e3),
    (r"1[.,' ]?0{3}[.,' ]?0{3}", 1e6),
    (r"1[.,' ]?0{3}", 1e3),
    (r"tỷ|tỉ|mili[ay]r(?:an)?|miliard(?:i|y|ów)?|mld\.?", 1e9),
    (r"triệu|juta(?:an)?|milioni|milion(?:y|ów)?|mln\.?", 1e6),
    (r"nghìn|ngàn|ribu(?:an)?|migliaia|tys\.?|tausend", 1e3),
    (r"crores?|cr\.?", 1e7),
    (r"lakhs?|lacs?", 1e5),
    (r"billions?|bn|mrd\.?|milliards?|b", 1e9),
    (r"millions?|mm|mio\.?|mn|mill\.?|millones|milhões|m", 1e6),
    (r"thousands?|'?0{3}'?s?|k|t(?=\s*(?:€|eur|chf))|tsd\.?|milliers|miles|milhares|mil|th", 1e3),
)
_IN = r"(?:in|en|em|dalam|в|w)"
"""In, before a unit of money."""
_SAID_BY_UNIT = regex(
    rf"(?:(?:all|figures|amounts|values|costs|dollars|(?:金额|计量|货币)?单位|units?|金额|"
    rf"cifras|importes|valores|montants|chiffres|beträge|angaben|importi|valori|단위|単位|đvt|"
    rf"đơn vị(?: tính)?|satuan|единица измерения|ед\. ?изм\.?|kwoty)\s*"
    rf"(?:are|is|shown|expressed|stated|expresad[ao]s|exprimés)?\s*(?:{_IN}|[:：])?\s*)?"
    rf"(?:{_IN}\s+|[x×]\s*)?(?P<before>{MONEY_SIGN})?\s*(?:in\s+)?"
    rf"(?P<scale>{'|'.join(pattern for pattern, _ in _SCALES)})?\s*(?:(?:of|de|di)\s+|d['’])?"
    rf"(?P<after>{MONEY_SIGN}|元|人民币)?\.?(?:\s*[,，;；]?\s*币种.*)?",
    re.IGNORECASE,
)
_BRACKETS = regex(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_TRAILING = regex(
    rf"(?:^|[\s,，_-])((?:{'|'.join(pattern for pattern, _ in _SCALES)})\s+"
    rf"(?:(?:of|de|di)\s+|d['’])?(?:{MONEY_SIGN})|(?:{MONEY_SIGN})\s*\S{{0,9}}|\S{{0,9}}(?:{MONEY_SIGN}))$",
    re.IGNORECASE,
)


def unit_in(text: str) -> tuple[float, str] | None:
    """Currency units of one unit of money that `text` states, and the currency; None where none.

    `总投资（万元）` is (10000, CNY), `Cost ($000s)` (1000, ""): the sign alone tells no currency.
    """
    plain = " ".join(text.split())
    pieces = [
        *_BRACKETS.findall(plain),
        *(found[1] for found in [_TRAILING.search(plain)] if found),
    ]
    for piece in [plain, *pieces, *(part for p in pieces for part in re.split(r"[,，;；]", p))]:
        found = _unit_alone(piece.strip())
        if found is not None:
            return found
    said = re.search(
        rf"(?:单位|\bin\b|figures\b|amounts\b|"
        rf"values\b)\s*[:：]?\s*((?:{MONEY_SIGN})?\s*\S+(?:\s+of\s+\S+)?"
        rf"|\S+\s+\S+)\s*$",
        plain,
        re.IGNORECASE,
    )
    return None if said is None else _unit_alone(said[1].strip(" .)）"))


_OF_SCALE = {"円": "jpy", "원": "krw", "บาท": "thb", "kr": "kr", "億元": "twd", "萬元": "twd"}
"""Currency of a word of size that ends in it."""
_MIL_IS_THOUSAND = ("BRL", "EUR", "ARS", "CLP", "MXN")


def is_unit(text: str) -> bool:
    """Whether a text says nothing but a unit of money: `£'000`, `（万元）`."""
    return _unit_alone(" ".join(text.split()).strip("()（）[]【】 ")) is not None


def _unit_alone(text: str) -> tuple[float, str] | None:
    match = _SAID_BY_UNIT.fullmatch(text) if text else None
    if match is None or not (match["scale"] or match["before"] or match["after"]):
        return None
    scale = match["scale"] or ""
    money = f"{match['before'] or ''} {match['after'] or ''}".strip()
    is_letter = scale.casefold() in ("m", "b", "k", "th", "t", "cr", "mill", "bin")
    if scale and not money and (is_letter or scale[0].isdigit()):
        return None  # metres, miles and the like; a number
    factor = (
        1e3
        if scale.casefold() == "t"
        else next(
            (value for pattern, value in _SCALES if re.fullmatch(pattern, scale, re.IGNORECASE)),
            1.0,
        )
    )
    if scale.endswith("元"):
        money = "元"
    ends = (code for end, code in _OF_SCALE.items() if scale.casefold().rstrip(".").endswith(end))
    money = next(ends, money)
    if scale.casefold() == "mil" and currency_in(money.casefold()) not in _MIL_IS_THOUSAND:
        return None  # thousand in Spanish and Portuguese, million in English
    if money.casefold() == "r":  # R'000: a letter of many other meanings elsewhere
        return factor, "ZAR"
    return factor, currency_in(money.casefold())


def currency_in(text: str) -> str:
    """ISO code of the currency that a sign or word in `text` names alone; blank where open."""
    for pattern, code in _CURRENCIES:
        if re.search(rf"(?<![a-z])(?:{pattern})(?![a-z])", text, re.IGNORECASE):
            return code
    return ""


BY_COMMA = frozenset(_words("EUR|BRL|PLN|SEK|NOK|DKK|CZK|HUF|RUB|UAH|IDR|VND|ARS|CLP"))
"""Currencies of countries in most of which the comma is the decimal mark."""

FIELDS: tuple[tuple[str, str], ...] = (
    (
        "left",
        r"^balance|\bbalance (?:to|of|required)|remaining|saldo (?:por|pendiente)|"
        r"余额|剩余投资|尚需",
    ),
    ("later", r"\bfuture\b|beyond|thereafter|later years?|out-?years?|以后年度|以后各年|远期"),
    (
        "carried",
        r"carr(?:y|ied)[- ]?(?:over|forward|fwd)|brought forward|\b[bc]/?fwd\b|"
        r"roll(?:ed)?[- ]?over|结转",
    ),
    (
        "change",
        r"^ve\b|verpflichtungserm|variance|\bchange|differen|increase|decrease|\bdelta\b|增减|变化|增幅|同比|%|"
        r"\bpercent|\bper cent|\bpct\b|占比|比例|比重",
    ),
    ("lon", r"longitude|^lon$|^lng$|^long$|^x$|x coord|经度|easting"),
    ("lat", r"latitude|^lat$|^y$|y coord|纬度|northing"),
    (
        "edition",
        r"^(?:report(?:ing)?|snapshot|edition|update|extract(?:ion)?|status|data)"
        r"[- ]?(?:date|month)$|"
        r"^as[- ](?:of|at)(?: date)?$|^(?:snapshot|edition)$|^stand$|"
        r"报告日期|截止日期|数据日期|更新日期|"
        r"date d.édition|fecha de corte|基準日|기준일",
    ),
    (
        "counter",
        r"^(?:no|nr|#|s ?no|sl ?no|sr ?no|row|line|item|lfd nr|n[°º]|序号|序|番号|연번|번호|"
        r"stt|tt|no urut|№(?: ?п/п)?|n п/п|lp)$",
    ),
    (
        "id",
        r"^id$|^(?:\w+ )?(?:project|scheme|programme?|cip|asset|works?|record) ?"
        r"(?:id|no|nr|number|num|code|ref(?:erence)?|#)$|^(?:ref|code|reference)(?: no)?$|^pid$"
        r"|^n[°º] (?!ordre)\w+$|项目(?:编号|代码|编码)|^编号$|^代码$|projektnummer|"
        r"^c[óo]d(?:igo|ice|\.)?(?: (?:del? )?pro\w+)?$|^cup$|"
        r"^kennziffer$|^projekt-?nr$",
    ),
    (
        "spent",
        r"prior(?!.*budget)|previous(?!.*budget)|to date|spent|expend|\bpast\b|"
        r"life to date|ltd|累计|已完成|截至|"
        r"\bthr(?:u|ough) (?:fy ?)?\d\d|\bup ?to (?:\w+ )?(?:fy ?)?\d\d|acumulad|cumul[ée]|"
        r""
        r"\bactuals?\b|至上年|至\d{4}年底|已到位|cumulative|"
        r"réalisé|ejecutado|executado|기투자|realisasi|освоено|исполнено|đã giải ngân|既支出",
    ),
    (
        "span",
        r"起止|建设年限|建设期|^period$|duration|timeline|timeframe|construction period|"
        r"years? of (?:construction|works)|bauzeit",
    ),
    (
        "begins",
        r"^(?:from|von|起)$|first spend|"
        r"\bstart|\bbegin|commence|approv|开工|in[ií]cio|début|beginn|launch|"
        r"着工|着手|착공|착수|시작|khởi công|bắt đầu|\bmulai|начал|inizio|rozpocz",
    ),
    (
        "ends",
        r"^(?:to|bis|止)$|\b(?:bau)?ende?\b|"
        r"\bend ?date|finish|complet(?:ion|e) ?(?:date|year)?|竣工|完工|建成|投用|"
        r"in[- ]service|opening|clos(?:ing|e)|"
        r"delivery date|target date|\bcomm(?:\.|ercial)? op|fertigstellung|\bfin\b|término|"
        r"完了|完成予定|준공|완공|완료|종료|hoàn thành|kết thúc|selesai|оконч|заверш|\bfine\b|"
        r"zakończ",
    ),
    (
        "stage",
        r"status|\bstage\b|\bphase\b|进展|状态|阶段|建设性质|形象进度|readiness|[eé]tat|estado|"
        r"situação|situación|avancement|"
        r"進捗|状況|단계|상태|추진현황|tiến độ|tình trạng|стади|состояни|\bstato\b",
    ),
    (
        "name",
        r"^(?:capital |the )?(?:sub-? ?)?(?:project|scheme|works?|task|"
        r"activity)(?:s)?(?: ?(?:/|-|or)? ?(?:name|title|description))?$"
        r"|^(?:project )?(?:name|title)(?: of .*)?$|(?:project|scheme|"
        r"program(?:me)?) (?:name|title)|sub-?project|"
        r"项目名称|工程名称|事業名|案件名|工事名|사업명|공사명|progetto|проект|^名称$|^项目$|子项目|projet|intitulé|bezeichnung|ma(?:ß|ss)nahme|"
        r"vorhaben|nombre|proyecto|projeto|obra|naziv|título|line item|"
        r"tên (?:dự án|công trình)|danh mục|\bnama\b|наименование|nazwa|intervento|"
        r"\bproje adı|projectnaam|prosjekt|investeringsprojekt|^назва|計畫名稱|工程名稱|計畫項目|"
        r"المشروع|โครงการ|libell[ée]|désignation|^opération$|^opera$|^ação$|^actuación$",
    ),
    (
        "subsector",
        r"sub-? ?sector|sub-? ?categor|asset type|project type|work type|^type$|"
        r"asset class|细分|子行业|项目类型",
    ),
    (
        "owner",
        r"^部门$|dep(?:artmen)?t\b|departments|agency|owner|responsib|sponsor|implement|"
        r"ministry|authority|"
        r"\blead\b|业主|责任单位|建设单位|牵头|主管|实施单位|bureau|directorate|division$|"
        r"担当|所管|담당|부서|소관|시행주체|chủ đầu tư|заказчик|застройщик|исполнитель|"
        r"ma[iî]tre d.ouvrage|jednostka|órgão|órgano|\b(?:opd|skpd|dinas|instansi|pelaksana)\b|"
        r"responsabile|träger|soggetto attuatore|"
        r"замовник|nämnd|förvaltning|主辦機關|執行機關|^amt$|fachbereich|الجهة|หน่วยงาน",
    ),
    (
        "sector",
        r"sector|categor|program(?:me)?|service(?: area)?$|asset group|function|"
        r"^area$|portfolio|行业|领域|类别|板块|secteur|domaine|bereich|sparte|rubro|settore|^[aá]rea$|отрасль|"
        r"分野|분야|부문|lĩnh vực|^ngành$|\bbidang\b|\bsektor\b|\bdział\b",
    ),
    (
        "place",
        r"location|\bward|neighbou?rhood|district|borough|county|municipalit|"
        r"region|\bcity\b|\btown|village|address|\bsite\b|地点|所在|县区|区县|市县|乡镇|镇街|位置|"
        r"建设地|ort$|lieu|commune|localidad|state$|province|"
        r"場所|箇所|위치|소재지|지역|địa điểm|\blokasi\b|место|адрес|\bcomune\b|ubicaci|"
        r"localiza|localizzazione|gmina|município|municipio|"
        r"gemeente|\byer\b|\bil(?:çe)?\b|\blga\b|地點|縣市|الموقع|المدينة|สถานที่|จังหวัด",
    ),
    (
        "note",
        r"descri|scope|comment|remark|note|justif|建设内容|规模|备注|说明|主要内容|detail|"
        r"purpose|aims|objective|reason",
    ),
    ("benefit", r"benefit|效益|bcr|npv|score|priorit|rank"),
    (
        "total",
        r"^(?:grand )?total$|^total (?:fy ?)?\d\d|total.*(?:year|yr)|"
        r"(?:year|yr).*total|^合计$|^总计$|^小计$|\btotal$|"
        r"plan total|\d+[- ]?(?:year|yr)|^sum$|^summe$|total cip|total all|"
        r"^(?:合|総|小)?計$|^(?:합|총|소)?계$|^tổng (?:cộng|số)$|^jumlah$|^итого$|^всего$|^razem$|"
        r"total (?:previsto|g[eé]n[eé]ral|general|geral)|"
        r"total (?:amount|budget|request|funding|sources|funds)",
    ),
    (
        "cost",
        r"cost|事業費|予算|사업비|예산|금액|투자액|стоимость|сумма|tổng mức|kinh phí|"
        r"vốn đầu tư|\bpagu\b|anggaran|\bnilai\b|nakład|wartość|kwota|вартість|tutar|bedrag|"
        r"經費|預算|"
        r"التكلفة|الميزانية|القيمة|งบประมาณ|\btei\b|previsto|presupuest|"
        r"montant|betrag|importe|importo|valeur|总投资|投资额|投资总额|估算|概算|造价|"
        r"estimate|\bwlc\b|whole life|budget|amount|"
        r"value|capex|金额|投资|expenditure|outlay|forecast|price|kosten|coût|costo|"
        r"valor|monto|investi|appropriat|allocat|baseline|funding|request",
    ),
    (
        "year",
        r"^(?:(?:fiscal|budget|calendar) )?(?:quarter|month)$|^季度$|^月份$|"
        r"^(?:fiscal|financial|budget|calendar|report(?:ing)?|edition|"
        r"snapshot)? ?(?:year|yr|fy)$|^fiscal ?year|"
        r"年度|年份|^年$|연도|^năm$|^tahun$|^год$|^rok$|^рік$|^yıl$|^anno$|^ปี|^jahr$|^année$|^año$|^ano$|^exercice$|^period$",
    ),
)
"""Patterns of headings by what the column is; the first that fits is taken."""
FUNDING = regex(
    r"\bfund|grant|bond|borrow|\bdebt|\bloan|\blev(?:y|ies)|reserve|federal|\bfed\b|"
    r"\bstate\b|provinc|\blocal\b|donat|"
    r"private|developer|\bgovt\b|\bgovernment\b|\bdonor|\blender|counterpart|world bank|"
    r"own source|municipal|\btax|\bfees?\b|cdbg|"
    r"general obligation|revenue|contribut|"
    r"专项债|资本金|中央|省级|市级|市县|企业|自有|银行|县级|区级|财政|自筹|贷款|债券|上级|补助|社会资本|subvention|emprunt|"
    r"eigenmittel|autofinanc|förder|zuschuss|\beu\b|\berdf\b|\bother\b|其他|其它|\bcity\b|\bcounty\b",
    re.IGNORECASE,
)
PART_OF_YEAR = regex(
    r"\b[qh][1-4]\b|季度|上半年|下半年|\d月|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
"""Parts of a year, whose amounts are added."""
PAYERS = regex(
    r"^(?:(?:funding|fund|revenue|financ(?:e|ing)|money|capital) )?sources?"
    r"(?: of (?:funds?|funding|money|finance))?(?: name)?$"
    r"|^funded by$|^payers?$|资金来源|资金渠道|出资|mittelherkunft|source de financement",
    re.IGNORECASE,
)
"""Headings of columns that name who pays the amounts of a row, if its words say so."""
FUNDING_GROUP = regex(
    r"资金来源|资金筹措|fund|financ|source|revenue|mittelherkunft|financement", re.IGNORECASE
)

SECTOR_PARTS: tuple[tuple[str, str], ...] = (
    (
        "transport",
        r"transport|transit|road|street|bridge|rail|traffic|highway|parking|airport|\bport\b|"
        r"sidewalk|pavement|fleet|交通|公路|道路|铁路|轨道|桥|停车|枢纽|机场|港口|verkehr|stra(?:ß|"
        r"ss)e|route|carretera|mobilit",
    ),
    (
        "water",
        r"water(?!front)|sewer|storm|drain|flood|reservoir|irrigat|水利|供水|污水|排水|防洪|"
        r"水务|水库|wasser|eau\b|agua",
    ),
    (
        "energy",
        r"energy|power|electric|\bgas\b|solar|heat|能源|电力|电网|燃气|供热|energie|énergie",
    ),
    ("digital", r"digital|information tech|\bit\b|technology|信息|数字|智慧|新型基础设施|cyber"),
    ("environment", r"environment|climate|waste|recycl|ecolog|生态|环境|环保|垃圾|umwelt"),
    ("health", r"health|hospital|medical|long term care|卫生|医|gesundheit|santé|salud"),
    ("education", r"school|educat|universit|colleg|教育|学校|bildung|schule|éducation"),
    ("housing", r"housing|shelter|homes?\b|住房|安居|保障房|wohn|logement|vivienda"),
    ("culture", r"librar|museum|cultur|heritage|arts?\b|\bzoo\b|theatre|文化|kultur"),
    ("safety", r"police|fire|safety|emergency|paramedic|应急|安全|消防|feuerwehr|sécurité"),
    ("agriculture", r"agricult|farm|农业|农林|农田|landwirt"),
    ("municipal", r"市政"),
    ("industry", r"industr|产业|园区|工业"),
    ("social", r"social|communit|recreation|senior|children|社会事业|民政|体育|sozial"),
    (
        "urban",
        r"\bpark|playground|urban|city plan|neighbou?rhood|waterfront|market|城镇|片区|stadt",
    ),
    (
        "municipal",
        r"facilit|utilit|building|real estate|municipal|administrat|public works|"
        r"infrastructure|engineering|gebäude",
    ),
)
"""Parts of an office's words for a field of works, and the sector that they mean."""


def sector_suggested(text: str) -> str:
    """Sector that an office's word for a field of works seems to mean; blank where none."""
    for sector, pattern in SECTOR_PARTS:
        if re.search(pattern, text, re.IGNORECASE):
            return sector
    return ""


def field_of(heading: str) -> str:
    """What a column of `heading` seems to hold, a name of `FIELDS`; blank where nobody knows."""
    plain = plain_heading(heading)
    for text in (plain, *tongues(plain)):
        for field, pattern in FIELDS:
            if text and re.search(pattern, text, re.IGNORECASE):
                return field
    return ""


def plain_heading(heading: str) -> str:
    """`heading` in lower case, without units, brackets, signs and joining signs."""
    text = _BRACKETS.sub(" ", heading.replace("_", " "))
    trailing = _TRAILING.search(text)
    if trailing is not None and trailing.start() and _unit_alone(trailing[1].strip()):
        text = text[: trailing.start()]
    text = text.casefold()
    text = re.sub(r"(?<=[a-z])(?=\d{4}\b)|(?<=[a-z])\.|[:：*\"]", " ", text)
    return " ".join(text.split())


SPOT_WORDS = regex(
    r"coord|\blat.*\bl(?:on|ng)|\bgps\b|geo-?(?:loc|point|m)|坐标|经纬度|座標|좌표|координат|"
    r"tọa độ|\bshape\b|the_geom|\bpoint\b",
    re.IGNORECASE,
)
"""Headings of columns that hold latitude and longitude in one cell."""

NO_PROJECT = regex(
    r"contingenc|\brefund|salary recover|recoveries|re-?budget|"
    r"commitments? adjust|adjustments? commit|"
    r"year ?end adjust|bud(?:get)? adj|recast|\bunallocated|"
    r"\breserve transfer|transfer to|debt service|"
    r"预备费|不可预见|预留费|预留资金|还本付息|调整数",
    re.IGNORECASE,
)
"""Words in names of lines of a budget that are no works."""
