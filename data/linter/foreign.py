"""How the demands that the product may not use are worded in English and in Russian, by rule."""

from __future__ import annotations

__all__ = ["FOREIGN", "FOREIGN_HINTS"]

_HINTS = """
male women ladies gentlemen girls gender under below aged age: older younger yrs женской мужской
married marital children pregnan photograph headshot looking appearance hukou household resident hepatitis
hbv disab able-bodied ethnic slavic christian muslim buddhist relig universit prestigious
ivy graduate
alumni height tall health
мужчин женщин девуш юнош парн пол: лет возраст замуж женат холост детей семейное беремен
пропис регистрац местные славян русские выпускник внешност фото рост инвалид
вич гепатит хронич православ мусульман
христиан
"""
_PHRASE_HINTS = (
    "han chinese",
    "han nationality",
    "han ethnic",
    "han only",
    "han preferred",
    "be single",
    "no female",
    " hiv",
    "photo ",
    "a photo",
    "your photo",
    "recent photo",
    "personal photo",
    "men only",
    "only men",
    "men preferred",
    "age ",
    "full-time",
    "full time",
    "top ",
    "years old",
)
_BOTH = (*_HINTS.split(), *_PHRASE_HINTS)
FOREIGN_HINTS = tuple(
    dict.fromkeys(form for word in _BOTH for form in (word, word.capitalize(), word.upper()))
)
"""A text without any of these holds no such demand; each as it may be capitalised."""

_B, _E = "(?<![A-Za-z])", "(?![A-Za-z])"
_RB, _RE = "(?<![а-яё])", "(?![а-яё])"
_YEARS = "(?:1[6-9]|[2-6][0-9])(?![0-9])"
_OLD = r"(?:\s*-?\s*years?(?:\s*-?\s*old|\s+of\s+age)|\s*y\.?o\.?(?![a-z])|\s*yrs(?:\s+old)?)"
_UNITS = (
    "%|percent|minutes?|mins?|seconds?|secs?|ms|hours?|hrs?|days?|weeks?|months?|years?|people|persons?|employees|users|"
    "kg|g|tons?|t|mm?|cm|km|ml?|l|kw|mw|v|a|w|bar|mpa|°|℃|dollars?|usd|yuan|rmb|k|million|points?|items?|lines?"
)
_NO_UNIT = rf"(?!\s*(?:{_UNITS})(?![A-Za-z]))(?!\.?[0-9%])"
_TO = r"\s*(?:[-~–—]|to|and)\s*"
_OTHERS = "".join(
    f"(?<!{who} )" for who in ("children", "patients", "adults", "people", "students", "users", "average")
)
_PERSON = r"(?:\s+(?:candidates?|applicants?|staff|employees?))?"
_MEN = "(?:(?:fe)?males?|(?:wo)?men|ladies|gentlemen|girls|boys)"
_R_PEOPLE = "(?:мужчин[ыау]?|женщин[ыау]?|девуш(?:к[аиу]|ек)|юнош[аией]+|парн[ия]|парней)"
_R_NOT_WORK = (
    "(?<!опыт )(?<!работы )(?<!стаж )(?<!опытом )(?<!детей )(?<!дети )(?<!гарантия )(?<!гарантии )(?<!опыт: )"
)

FOREIGN = {
    "sex": (
        rf"{_B}{_MEN}{_PERSON}\s+(?:only|preferred|prefered){_E}",
        rf"{_B}only\s+{_MEN}{_E}",
        rf"{_B}(?:no\s+(?:fe)?males?|{_MEN}{_PERSON}\s+(?:are\s+|is\s+)?not\s+(?:accepted|considered|wanted)){_E}",
        rf"{_B}(?:gender|sex)\s*[:：]\s*(?:fe)?male{_E}(?!\s*(?:/|or))",
        rf"{_B}must\s+be\s+(?:a\s+)?(?:fe)?male{_E}",
        rf"(?<!/)(?<!or )(?<!and ){_B}(?:fe)?male\s+(?:candidates?|applicants?){_E}",
        rf"{_B}(?:looking\s+for|hiring|seeking|need|want)\s+(?:an?\s+)?(?:fe)?males?{_E}(?!\s+(?:and|or)\s)",
        rf"{_B}(?:fe)?male\s+(?=[a-z]+\s+(?:wanted|needed|required))",
        rf"{_RB}(?:муж|жен)ской\s+пол{_RE}",
        rf"{_RB}только\s+(?:для\s+)?{_R_PEOPLE}{_RE}",
        rf"{_RB}{_R_PEOPLE}\s*(?:предпочтительно|приветству(?:ет|ют)ся|обязательно){_RE}",
        rf"{_RB}(?:требу[ею]тся|нужн[аы]?|ищем)\s+{_R_PEOPLE}{_RE}",
        rf"{_RB}{_R_PEOPLE}(?=\s*,?\s*(?:(?:в\s+возрасте\s+)?(?:до|от|не\s+старше))?\s*{_YEARS})",
        rf"{_RB}пол\s*[:：]\s*(?:муж(?:ской)?|жен(?:ский)?){_RE}",
    ),
    "age": (
        rf"{_OTHERS}{_B}(?:aged?)(?:\s+(?:limit|range|requirement))?\s*[:：]?\s*(?:is\s+)?"
        r"(?:(?:under|below|up\s+to|between|from|over|above|max(?:imum)?|not\s+over|no\s+more\s+than)\s+)?"
        rf"{_YEARS}(?:{_TO}[2-7][0-9])?{_OLD}?(?:\s+(?:only|preferred))?",
        rf"{_OTHERS}{_B}(?:under|below|younger\s+than|no[t]?\s+older\s+than)\s+(?:the\s+age\s+of\s+)?{_YEARS}"
        rf"(?:{_OLD}|{_NO_UNIT})(?:\s+(?:only|preferred))?",
        rf"{_OTHERS}{_B}(?:up\s+to|over|above|max(?:imum)?(?:\s+age)?|not\s+over)\s+{_YEARS}{_OLD}",
        rf"{_B}max(?:imum)?\s+age\s*(?:is|of|[:：])?\s*{_YEARS}{_OLD}?",
        rf"{_OTHERS}(?<![0-9.]){_YEARS}{_TO}[2-7][0-9]{_OLD}",
        rf"{_RB}возраст\s*[:—–-]?\s*(?:(?:от|до|с)\s+)?{_YEARS}(?:\s*(?:[-–—]|до|по)\s*[2-7][0-9])?(?:\s*лет)?",
        rf"{_R_NOT_WORK}{_RB}(?:в\s+возрасте\s+)?от\s+{_YEARS}\s*(?:лет\s*)?до\s+[2-7][0-9]\s*лет{_RE}",
        rf"{_R_NOT_WORK}{_RB}(?:в\s+возрасте\s+)?(?:до|не\s+старше|не\s+моложе|старше|моложе)\s+{_YEARS}\s*лет{_RE}",
        rf"{_R_NOT_WORK}(?<![0-9.]){_YEARS}\s*[-–—]\s*[2-7][0-9]\s*лет{_RE}(?!\s+(?:опыта|стажа))",
    ),
    "ethnicity": (
        rf"{_B}han(?:\s+(?:chinese|nationality|ethnic(?:ity)?))?\s+(?:only|preferred){_E}",
        rf"{_B}(?:ethnicity|ethnic\s+group)\s*[:：]\s*han{_E}",
        rf"{_B}slavic\s+(?:appearance|looks|only){_E}",
        rf"{_RB}славянск(?:ая|ой)\s+внешност[ьи]",
        rf"{_RB}только\s+(?:славяне|русские){_RE}",
    ),
    "religion": (
        rf"{_B}(?:(?:christians?|muslims?|buddhists?)\s+(?:only|preferred)|no\s+(?:christians?|muslims?|buddhists?)){_E}",
        rf"{_B}no\s+religio(?:n|us\s+beliefs?){_E}|{_B}non-religious{_E}",
        rf"{_RB}только\s+(?:православные|мусульмане|христиане){_RE}",
    ),
    "marriage": (
        rf"{_B}(?:un)?married{_PERSON}\s+(?:only|preferred){_E}|{_B}single\s+(?:women|men)\s+(?:only|preferred){_E}",
        rf"{_B}marital\s+status\s*(?:[:：]\s*[a-z]+|required)",
        rf"{_B}(?:no|without)\s+(?:small\s+)?children{_E}|{_B}not\s+pregnant{_E}"
        rf"|{_B}no\s+pregnan(?:t(?:\s+women)?|cy){_E}|{_B}must\s+be\s+(?:single|unmarried|married){_E}",
        rf"{_RB}(?:не\s+)?замужем{_RE}|{_RB}(?:не)?замужн(?:яя|ие){_RE}|{_RB}(?:не\s*)?женат(?:ы[йе]|ых)?{_RE}",
        rf"{_RB}холост(?:ой|ые){_RE}|{_RB}без\s+(?:маленьких\s+)?детей{_RE}",
        rf"{_RB}семейное\s+положение\s*[:—-]\s*[а-яё]+|{_RB}не\s+беременн[а-яё]+",
    ),
    "residence": (
        rf"{_B}local\s+(?:residents?|hukou|people)\s+(?:only|preferred){_E}|{_B}local\s+hukou{_E}",
        rf"{_B}(?:hukou|household\s+registration)\s+(?:is\s+)?(?:required|preferred|only){_E}",
        rf"{_RB}(?:с\s+)?местн(?:ая|ой)\s+(?:прописк|регистраци)[а-яё]+",
        rf"{_RB}(?:прописка|регистрация)\s+обязательн[ао]{_RE}|{_RB}только\s+(?:местные|с\s+пропиской){_RE}",
    ),
    "carrier": (
        rf"{_B}(?:no|without|free\s+(?:of|from))\s+(?:hepatitis(?:\s*-?\s*b)?|hbv|hiv|aids){_E}",
        rf"{_B}(?:hepatitis\s*-?\s*b|hbv|hiv)[\s-]+(?:negative|free){_E}",
        rf"{_RB}(?:без|отсутствие)\s+(?:вич|гепатита)(?:-инфекции)?{_RE}",
    ),
    "disability": (
        rf"{_B}(?:no|without)\s+(?:physical\s+)?disabilit(?:y|ies){_E}|{_B}no\s+disabled(?:\s+people)?{_E}",
        rf"{_B}able-bodied{_E}",
        rf"{_RB}без\s+инвалидности{_RE}",
    ),
    "health": (
        rf"{_B}in\s+(?:good|excellent)\s+(?:physical\s+)?health{_E}",
        rf"{_RB}без\s+хронических\s+заболеваний{_RE}",
    ),
    "school_tier": (
        rf"{_B}(?:(?:only\s+)?graduates?\s+(?:of|from)\s+)?(?:top|prestigious|ivy\s+league)(?:[\s-]+(?:tier|[0-9]+))?\s+(?:universit(?:y|ies)|schools?)"
        rf"(?:\s+(?:graduates?\s+)?(?:only|preferred))?{_E}",
        rf"{_B}only\s+(?:graduates?|alumni)\s+(?:of|from)\s+(?:[a-z][\w-]*\s+){{1,5}}?(?:university|college|institute){_E}"
        rf"|{_B}(?:graduates?|alumni)\s+(?:of|from)\s+(?:[a-z][\w-]*\s+){{1,5}}?(?:university|college|institute)\s+(?:only|preferred){_E}",
        rf"{_RB}только\s+выпускники\s+[А-ЯЁа-яё]+",
        rf"{_B}full[\s-]time\s+(?=(?:bachelor|master|undergraduate|college|university|degree|diploma))",
    ),
    "photo": (
        rf"{_B}(?:attach|enclose|include)\s+(?:(?:a|your|the|recent|current|personal)\s+){{1,3}}(?:photo(?:graph)?|headshot){_E}",
        rf"{_B}photo(?:graph)?\s+(?:is\s+)?required{_E}|{_B}(?:cv|resume)\s+with\s+(?:a\s+|your\s+|recent\s+)*photo{_E}",
        rf"{_RB}(?:резюме|анкет[аы])\s+с\s+фото(?:графией)?{_RE}|{_RB}фото\s+обязательно{_RE}|{_RB}приложите\s+фото{_RE}",
    ),
    "height": (
        rf"{_B}height\s*[:：]?\s*(?:is\s+)?(?:above|over|at\s+least|from|[>≥]=?)?\s*1[5-9][0-9]\s*(?:cm)?(?![0-9])",
        rf"{_B}(?:at\s+least|over|above)\s+1[5-9][0-9]\s*cm\s+tall{_E}",
        rf"{_RB}рост\s*[:—-]?\s*(?:от|не\s+ниже|выше)\s+1[5-9][0-9](?:\s*см)?",
    ),
    "appearance": (
        rf"{_B}(?:good|pleasant|attractive|presentable)[\s-]+(?:looking|looks|appearance){_E}"
        r"(?!\s+(?:ui|web|design|chart|report|slide|graph|interface|page))",
        rf"{_RB}(?:приятн|привлекательн|презентабельн|опрятн|эффектн|модельн)(?:ая|ой)\s+внешност(?:ью|[ьи]){_RE}",
    ),
}
"""Patterns of each rule, for matching without regard to case."""
