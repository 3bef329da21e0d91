"""How people say what they are: sex, age, family, origin, belief, health, photograph, name.

These are statements in a profile, where :mod:`data.linter.patterns` holds the demands of a posting. Most are
looked for as a whole clause, so that the same words stay in 女装设计, 老年护理 or 幼儿教育.
"""

from __future__ import annotations

import re

from data.normalise.resume_names import SURNAMES

__all__ = ["AHEAD", "CLAUSE", "LABELLED", "STATED", "WITHIN"]

_HAN = "\u4e00-\u9fa5"
_NUMBER = "[0-9一二两三四五六七八九十]{1,3}"
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜"
    "|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙"
    "|鄂伦春|赫哲|门巴|珞巴|基诺|汉"
)
_PLACES = (
    "北京|天津|河北|山西|内蒙古?|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川|贵州|云南"
    "|西藏|陕西|甘肃|青海|宁夏|新疆|台湾|香港|澳门|东北|沈阳|大连|鞍山|营口|盘锦|锦州|丹东|本溪|抚顺|辽阳|铁岭|朝阳|葫芦岛|阜新"
)
_FIGURE = (
    rf"(?:[虚周实足]岁(?:是|为|[:：])?\s?{_NUMBER}岁?|{_NUMBER}[多几]?[周虚]?岁(?:半|多|左右)?|年龄[:：]?\s?{_NUMBER}周?岁?"
    rf"|奔[三四五六]|年(?:近|过)[一二三四五六半]{{1,2}}百?十?)"
)
_BORN = (
    r"(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?(?:出?生人?|生人)|(?:出生于|生于)[^,，。;；\n]{0,20}"
    r"|[0-9]{2}年(?:的|生人?|出生)|属[鼠牛虎兔龙蛇马羊猴鸡狗猪]的?"
)
_AGE = (
    rf"{_FIGURE}|[0-9]0后|[0-9]5后|[六七八九]零后|[六七八九]五后|(?:正值|人到|已?到)?(?:中年|老年|青年|壮年)人?|年轻人?|年富力强|年轻力壮"
    "|(?:现|刚|才)?(?:已|已经|于[0-9]{4}年)?(?:办理|正式)?(?:内|病|离)?退休(?:在家|人员|职工|工人|干部|人士|多年)?"
    "|(?:距|离)退休还?有?[^,，。;；]{0,6}"
)
_SEX = (
    "(?:[0-9]0后|年轻|中年|单亲|单身|全职)?(?:男|女|男性|女性|男士|女士|男生|女生|男人|女人|男的|女的|男孩|女孩|小伙子?|姑娘|大叔|大姐|阿姨|宝妈|妈妈|母亲|奶爸"
    "|父亲|爸爸|先生|小姐|♂|♀)"
)
_CHILDREN = "(?:孩子|小孩|子女|儿子|女儿|娃|宝宝|儿女|双胞胎)"
_FAMILY = (
    "(?:目前)?(?:已婚|未婚|离异|离婚|丧偶|单身|再婚|恋爱中|有对象|有男友|有女友|已育|未育|已婚已育|已婚未育|未婚未育|育龄|新婚)(?:无孩|有孩|待育)?"
    rf"|(?:家中|家里|已|育)?有{_NUMBER}?个?(?:可爱的)?{_CHILDREN}(?:需要照顾|要照顾|了)?|无{_CHILDREN}|{_CHILDREN}(?:已"
    rf"|都已?|刚|还小|上)[^,，。;；]{{0,8}}"
    "|(?:已生?|无|没有|不打算|暂无)?(?:[一二三]胎)(?:已生|计划|打算)?|(?:近期)?(?:无|没有)(?:生育|结婚|怀孕)(?:计划|打算)|(?:已|正在)?(?:怀孕|备孕)(?:中)?"
    rf"|(?:(?:{_NUMBER}|俩|仨)个?)?(?:可爱的)?{_CHILDREN}的?(?:爸爸?|妈妈?|父亲|母亲|爹|娘|奶爸|宝妈|宝爸|家长)"
    f"|{_CHILDREN}由(?:老人|父母|家人)[^,，。;；]{{0,6}}"
)
_BREAK = (
    "(?:[0-9]{4}年?(?:[-—~至到][0-9]{4}年?)?)?(?:我|曾|期间|后来|中间|之前|因|由于|为了|为|因为)*"
    "(?:休?(?:了)?(?:产假|陪产假)|生育|生孩子|生二胎|生三胎|怀孕|产假|休产假|哺乳|结婚|带孩子|带娃|照顾孩子|照顾小孩|照顾家庭|照顾家人|照顾老人|家庭原因|家庭)"
    "[^,，。;；\\n]{0,6}(?:中断|离开|离岗|暂停|离职|辞职|辞去|在家|全职|空白|空窗|停薪|休息|休假|结束|期满|复工|返岗|没有工作"
    "|未工作)[^,，。;；\\n]{0,12}"
    "|(?:全职|在家)(?:带孩子|带娃|妈妈|主妇)[^,，。;；\\n]{0,8}|产假(?:结束|期满)?(?:后)?(?:复工|返岗)?"
)
_ORIGIN = (
    rf"(?:户籍|户口|籍贯|祖籍|老家|原籍|出生地|家乡)(?!管理|登记|系统|业务|政策|制度|档案|科|民警|窗口|迁移|服务)(?:所在地)?(?:在|为|是"
    rf"|[:：])?\s?[^,，。;；\n]{{0,14}}"
    rf"|[{_HAN}]{{0,8}}(?:户口|户籍|籍)(?:人士|人)?|(?:来自|出身)?(?:农村|城镇|农民家庭|外地|外省|本地|本市|当地)(?:人|人士|务工人员)?"
    rf"|(?:来自)?(?:{_PLACES})(?:省|市)?(?:本地)?人(?:氏|士)?|农民工|外来(?:务工)?人员|新市民|[{_HAN}]{{2,5}}(?:省|市|县)人"
)
_ETHNIC = rf"(?:民族[:：]?)?(?:{_PEOPLES})族(?:人|同胞|姑娘|小伙)?|少数民族|回民|民族[:：]\s?[{_HAN}]{{1,5}}"
_BELIEF = (
    "(?:信仰?|信奉)(?:佛|佛教|基督教|基督|天主教|伊斯兰教|道教|回教|耶稣)|(?:虔诚的?)?(?:佛教徒|基督徒|基督教徒|天主教徒|穆斯林|伊斯兰教徒|道教徒)"
    "|(?:无|没有|有)宗教信仰|宗教信仰[:：]?[^,，。;；\n]{0,6}|(?:只吃)?清真(?:饮食|餐)?"
)
_BODY = (
    "(?:本人)?(?:肢体|听力|视力|言语|智力|精神|轻度|左手|右手|左腿|右腿|腿部|手部)?(?:有)?(?:残疾|残障)(?:人士?|者)?(?:[一二三四1-4]级)?"
    "|(?:听|视|肢|智)[障残](?:人士?|者|人员)?(?:[一二三四1-4]级)?"
    "|(?:患?有)?(?:听力|视力|言语|语言|智力|肢体|行动)(?:有)?(?:障碍|受损|损失|不便|残疾)(?:人士?|者)?"
    "|(?:持|有|持有)(?:[一二三四]级)?残疾人?证(?:[一二三四]级)?|聋哑人?|盲人|(?:左|右)(?:耳|眼)(?:失聪|失明)|拄拐|坐轮椅|四肢健全|无残疾"
    "|(?:患有?|是)?(?:乙肝|乙型肝炎|HBV)(?:病毒)?(?:携带者?|阳性|阴性|表面抗原(?:携带者|阳性|阴性)?)?|[大小]三阳|(?:HIV"
    "|艾滋病?)(?:病毒)?(?:携带者?|阳性|阴性|感染者)"
    "|身体健康|身体[^,，。;；]{0,4}健康|无(?:任何)?(?:传染病|疾病|病史|慢性病)|身高\\s?[0-9.]{1,4}\\s?(?:cm|厘米|米|m)?[0-9]{0,2}"
    "|体重\\s?[0-9.]{1,4}\\s?(?:kg|公斤|斤)?"
)
_PHOTO = (
    "(?:已?附|附上|附有|附带|见|有|已?上传)(?:近期|个人|本人|[一二两12]寸|免冠|彩色)*(?:照片|近照|证件照|生活照|相片)[^,，。;；\n]{0,4}|(?:近期|个人|本人"
    "|[一二两12]寸|免冠)*(?:照片|近照|证件照|相片)(?:见附件|如附件|附后|已上传|见下|一张)?"
)
_TIER = (
    "(?:国家)?(?:985|211|双一流|C9|一本|二本|三本|双非|全日制|统招|名校|重点(?:大学|院校|高校))(?:[/、和]?(?:985|211"
    "|双一流))*(?:工程)?(?:大学|高校|院校|学校)?(?:毕业生?|出身|背景|在读)?"
    "|第一学历(?:为|是|[:：])?[^,，。;；\n]{0,8}|(?:毕业)?院校(?:毕业生?)?|(?:某|一所|普通)?(?:职业|技术|高职|专科|技师)*(?:学院|学校"
    "|院校)毕业生?|毕业于[^,，。;；\n]{0,3}(?:职业|技术|高职|专科|技师)*(?:学院|学校|院校|技校|高校)|民办(?:大学|本科|院校)?"
)
_ENGLISH = (
    r"(?:(?:an?|the)\s+)?(?:[0-9]{2}[\s-]*(?:years?|yrs?|y\.?o\.?)[\s-]*(?:old"
    r"|of\s+age)?[\s,-]*)?(?:single\s+|married\s+|middle-aged\s+|young\s+|elderly\s+)?(?:fe)?(?:male"
    r"|man|woman|lady|girl|boy|mother|father|mom)(?:\s+of\s+\w+)?"
    r"|(?:sex|gender|age|marital\s+status|ethnicity|nationality|religion|date\s+of\s+birth|dob"
    r"|place\s+of\s+birth|hometown|hukou|height|weight|(?:full\s+)?name)\s*[:：]\s*[^,;.\n]{1,30}"
    r"|(?:aged?\s+)?[0-9]{2}[\s-]*(?:years?|yrs?|y\.?o\.?)[\s-]*(?:old|of\s+age)|aged?\s+[0-9]{2}"
    r"|born\s+(?:in|on)\s+[^,;.\n]{3,24}|retired|middle-aged|young"
    r"|(?:un)?married(?:\s+with\s+[^,;.\n]{1,24})?|single|divorced|widowed|mother\s+of\s+\w+|(?:have"
    r"|has|with)?\s*(?:no|one|two|three|[0-9])\s+(?:children|child|kids?)|pregnant"
    r"|han\s+chinese|ethnic\s+[a-z]+|[a-z]+\s+(?:ethnic\s+)?(?:minority|ethnicity)"
    r"|(?:a\s+)?(?:practising\s+|devout\s+)?(?:muslim|christian|buddhist|catholic|atheist)"
    r"|no\s+religio(?:n|us\s+beliefs?)"
    r"|disabled|(?:with\s+)?(?:a\s+)?(?:physical\s+)?disabilit(?:y|ies)(?:\s+certificate)?"
    r"|deaf(?:-mute)?|hard\s+of\s+hearing|(?:hearing|visually|vision)[\s-]impaired|wheelchair\s+user|(?:hepatitis\s*-?\s*b|hbv|hiv)(?:\s+virus)?(?:\s+(?:carrier|positive"
    r"|negative))?|in\s+(?:good|excellent)\s+health"
    r"|(?:local|rural|urban|non-local)\s+(?:hukou|resident|household)(?:\s+registration)?"
    r"|(?:see\s+)?(?:photo(?:graph)?|headshot)(?:\s+(?:is\s+)?(?:attached|enclosed|included))?"
    r"|(?:project\s+)?(?:985|211)(?:\s+(?:university|graduate|school))?(?:\s+graduate)?"
    r"|(?:a\s+)?(?:top|elite|prestigious|double\s+first-class)\s+(?:university"
    r"|school)(?:\s+graduate)?|graduate\s+of|graduated\s+from"
)
_RUSSIAN = (
    r"женщина|мужчина|девушка|юноша|парень|(?:мне\s+)?[0-9]{2}\s+(?:лет|года?)|(?:19"
    r"|20)[0-9]{2}\s*(?:г\.?|года?)\s*рождения|пол\s*[:：]\s*[а-яё]+|возраст\s*[:：]\s*[^,;.\n]+"
    r"|на\s+пенсии|пенсионер(?:ка)?|(?:не\s+)?замужем|(?:не\s*)?женат|холост|разведен[а]?"
    r"|(?:есть\s+)?(?:двое|трое|один|нет)\s+(?:детей|ребен(?:ок|ка))|мать\s+\w+\s+детей"
    r"|русская|татар(?:ин|ка)|украин(?:ец|ка)|китая?(?:ец|нка)|национальность\s*[:：]\s*[а-яё]+"
    r"|православн(?:ый|ая)|мусульман(?:ин|ка)|христиан(?:ин|ка)|буддист(?:ка)?"
    r"|инвалид(?:ность)?(?:\s+[а-яё0-9]+\s+группы)?|(?:носитель\s+)?гепатит[а-яё]*\s+[вb]"
    r"|вич(?:-[а-яё]+)?|(?:фото(?:графия)?)(?:\s+(?:прилагается|во\s+вложении))?"
    r"|прописка\s*[:：]?\s*[^,;.\n]*|(?:местн(?:ый|ая))(?:\s+житель(?:ница)?)?"
)
_SUBJECT = (
    "(?:(?:本人|我|自己|现年|今年|现在|目前|现|是|系|为|属于|一名|一位|一个|个|的|,|也|虽然|虽|[:：])\\s*)*"
)
_ENGLISH_SUBJECT = r"(?:(?:i\s+am|i['’]m|i|am|an?|currently|also|and|мне|я)\s+)*"
_CHINESE = f"{_AGE}|{_SEX}|{_FAMILY}|{_BREAK}|{_ORIGIN}|{_ETHNIC}|{_BELIEF}|{_BODY}|{_PHOTO}|{_TIER}|{_BORN}"

CLAUSE = re.compile(
    rf"(?:{_SUBJECT}(?:(?:{_CHINESE})(?:的|一枚|一名|一位)?\s*)+|{_ENGLISH_SUBJECT}(?:(?:{_ENGLISH})\s*)+"
    rf"|{_ENGLISH_SUBJECT}(?:(?:{_RUSSIAN})\s*)+)",
    re.IGNORECASE,
)
"""A whole clause that says nothing but what somebody is."""
LABELLED = re.compile(
    r"\s*(?:姓\s?名|性\s?别|年\s?龄|民\s?族|籍\s?贯|户籍|户口(?:所在地|性质)?|出生(?:年月日?|日期|地)?|生日|婚姻(?:状况)?|婚否|婚育(?:状况)?"
    r"|生育(?:状况)?|宗教(?:信仰)?"
    r"|身\s?高|体\s?重|健康状况|血型|照\s?片|毕业(?:院校|学校)|第一学历|残疾(?:状况|等级)?|name|sex|gender|age|ethnicity|religion"
    r"|marital\s+status"
    r"|имя|фио|пол|возраст|национальность|семейное\s+положение)\s*[:：].*",
    re.IGNORECASE | re.DOTALL,
)
"""A clause with the label of something that is not used; the value goes with it."""
_PARTS = (
    "connector|adapt|thread|plug|socket|terminal|fitting|header|coupl|pin|patient|ward|health|wear|fashion|cloth|to\\b"
    r"|and\b|or\b"
)
_WORKERS = (
    "welder|worker|engineer|driver|manager|teacher|nurse|doctor|designer|programmer|developer|operator|accountant"
    "|cashier|clerk|cook|chef|technician|electrician|fitter|turner|miner|mechanic|cleaner|guard|assistant|secretary"
    "|translator|interpreter|salesperson|specialist|analyst|architect|scientist|researcher|chemist|machinist"
    "|supervisor|foreman|director|consultant|lawyer|physician|pharmacist|caregiver|nanny|tailor|carpenter|plumber"
    "|painter|packer|sorter|lecturer|professor|trainer|coach|editor|writer|waiter|receptionist|inspector|tester"
    "|planner|intern|graduate|professional|employee|labou?rer|administrator|candidate|applicant"
)
_OTHERS = "及?以[上下内前]|的?(?:儿童|青少年|孩|幼儿|学生|老人|婴)|患者|[-~～至到]"
WITHIN = re.compile(
    rf"(?:(?:今年|现年|已经?|年满)?{_NUMBER}周?岁(?:半|多)?的?(?!{_OTHERS}))"
    "(?:男|女)?(?:性|生|士)?|(?:[6-9][05]后|[六七八九]零后)的?(?:宝妈|男|女)?(?!员工|团队|市场|消费|用户|群体)|(?<=[名位])(?:男"
    "|女)性?(?=[^装鞋包表童科款裤频袜裙神团性])"
    r"|^(?:男|女)(?=[^装鞋包表童科款裤频袜裙神团性生士子孩人的工妆帽衣式内婴]{0,4}"
    r"(?:工|师|员|司机|护士|经理|主管|会计|出纳|助理|老师|教练)$)"
    r"|^(?:阿姨|大[叔姐哥妈爷婶]|宝妈|宝爸|奶爸|小伙子?|小?姑娘|帅哥|美女)(?!培训|管理|招聘|经纪|客户|用户|社群|群|会员|人群)"
    r"(?=[^\W\d]{0,6}(?:工|师|员|司机|护士|经理|主管|会计|出纳|助理|老师|教练|厨师|保安|保洁)$)"
    rf"|(?<![A-Za-z/-])(?i:(?:fe)?male|woman|lady)\s+(?=(?i:(?:(?!{_PARTS})[a-z-]+\s+){{0,2}}(?:{_WORKERS})\b))"
    r"|(?:出生于|生于)(?:19|20)[0-9]{2}年?(?:[0-9]{1,2}月)?|第一学历(?:为|是)?"
    r"|\b[0-9]{2}[\s-]years?[\s-]old\b(?!\s+(?:system|building|equipment|company|plant|machine))",
)
"""Words inside a longer clause that are always about somebody's age or sex."""
STATED = re.compile(
    rf"(?:我叫|本人叫|我的名字(?:是|叫)|我是(?=[{SURNAMES}][{_HAN}]{{1,2}}$))[{_HAN}·]{{2,12}}"
    rf"|本人[{SURNAMES}][{_HAN}]{{1,2}}$|(?:我叫|本人)?[{_HAN}]{{2,6}}[·•][{_HAN}]{{2,8}}"
    rf"|(?:本人)?[{SURNAMES}][{_HAN}]{{0,2}}(?:先生|女士|小姐)|(?!康师傅)[{SURNAMES}]老?师傅"
    r"|(?:my\s+name\s+is|i\s+am\s+called|this\s+is)\s+(?:[A-Z][\w'’-]+\s?){1,4}"
    r"|меня\s+зовут\s+(?:[А-ЯЁ][\w-]+\s?){1,3}",
    re.IGNORECASE,
)
"""A clause that says what somebody is called."""
_END = r"(?=[\s,，。;；、!！|)）]|$)"
_BEGIN = r"(?<![^\s,，。;；、!！|(（])"
_ROOM = r"[0-9A-Za-z单元门室层号#-]"
_DOOR = (
    rf"(?:[0-9]+(?:号?楼|[栋幢座]){_ROOM}{{0,10}}"
    rf"(?:[0-9单元室号户])|[0-9]+单元{_ROOM}{{0,6}}|[0-9]+-[0-9]+-[0-9]+)"
)
_TO_MARK = r"[^\s,，。;；]{2,40}"
_IS = r"(?:[在是为于]|[:：][ \t]*|[ \t]+)"
# 住 begins the words of many kinds of work: 住院部, 住客服务, 住校老师, 住建系统.
_LIVE = (
    r"住(?![宿院宅户房建培家客校店持])"
    r"(?=[^\s,，。;；]{0,24}(?:[省市区县镇乡村街路巷号楼里]|花园|家园|公寓|[0-9]-[0-9]))"
)
_AT_HOME = (
    rf"{_BEGIN}(?:本人|我)?(?:(?:(?:家庭|现|常)?住[址地]|居住地址?|家庭[住地]址){_IS}"
    rf"|(?:家庭|现)住址|(?:现|目前|暂|家|常)*居?住[在于]"
    rf"|现居住?|[家现]住(?!宅)|暂住(?!人口|证|登记)|家在|{_LIVE})"
    rf"[:：]?{_TO_MARK}(?:[ \t]+{_DOOR})?{_END}"
    rf"|{_BEGIN}(?!负责|参与|在|承担|完成|维修|管理|施工|做|曾|从事|项目)[{_HAN}0-9]{{2,30}}"
    rf"(?:[路街道巷里村]|小区|花园|家园|公寓|新村|[0-9]+号)[ \t]*{_DOOR}{_END}"
)
_LABEL_VALUE = (
    rf"姓\s?名[ \t]+[{_HAN}·]{{2,8}}|性\s?别[ \t]+[男女]性?|年\s?龄[ \t]+[0-9]{{2}}周?岁?"
    rf"|民\s?族[ \t]+(?:{_PEOPLES})族?|(?:籍\s?贯|户籍|户口)[ \t]+[{_HAN}]{{2,10}}"
    rf"|(?:婚姻(?:状况)?|婚否)[ \t]+[已未离丧][婚异偶]|健康状况[ \t]+[{_HAN}]{{1,4}}"
)
_BLANK_LABEL = f"{_BEGIN}(?:{_LABEL_VALUE}){_END}"
AHEAD = re.compile(
    rf"{_AT_HOME}|{_BLANK_LABEL}|"
    r"年龄[:：]\s*[0-9]{2}(?![0-9])|\b(?:Mr|Mrs|Ms|Miss)\b\.?\s+[A-Z][a-z]+(?:\s[A-Z][a-z]+)?"
    r"(?=\s*(?:[,.;\n(，。；、）)]|$))"
)
"""What a cut at marks would tear apart: a name behind Mr., 年龄：43), an address, 姓名 王明."""
