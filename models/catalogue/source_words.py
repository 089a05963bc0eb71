"""Sources of published rules, rates and values, and the fiscal items that rules read."""

from __future__ import annotations

SOURCES: dict[str, tuple[str, ...]] = {
    english: (english, chinese)
    for english, chinese in {
        "Four-band warning by debt ratio; the 300 % line with its start ban is seen in a "
        "Guangxi measure, the 120 % and 200 % lines are from secondary sources": (
            "按债务率分四档预警；300%及停止新开工见于广西的办法，120%和200%出自二手资料"
        ),
        "State Council office, guobanhan (2016) 88, fiscal restructuring trigger": (
            "国办函〔2016〕88号，启动财政重整的条件"
        ),
        "State Council office, guobanfa (2023) 47 of 24 December 2023, for as long as debt "
        "risk is above medium to low: article 4 (1) for transport as printed; the other fields "
        "after Caixin and SteelOrbis (January and March 2024). Not carried: works under way "
        "below 50 % are to be slowed or stopped unless the province finds them necessary": (
            "国办发〔2023〕47号（2023年12月24日），债务风险降至中低之前适用：交通领域依第四条"
            "（一）原文；其他领域据财新与SteelOrbis（2024年1月、3月）报道。未计入：投资完成不"
            "足50%的在建项目应缓建或停建，省级认定确有必要的除外"
        ),
        "State Council office, guobanfa (2023) 47 of 24 December 2023, for as long as debt "
        "risk is above medium to low; as reported for 2024: nothing new but schools, "
        "hospitals, water, power and heat (SteelOrbis, March 2024). Stricter than article 4, "
        "which names fields": (
            "国办发〔2023〕47号（2023年12月24日），债务风险降至中低之前适用；按2024年报道：除"
            "学校、医院、供水、供电、供热外一律不得新建（SteelOrbis，2024年3月）。严于只列领"
            "域的第四条"
        ),
        "Ministry of Finance, caijin (2015) 21 and later notices; from November 2023 new ones "
        "are user-pay concessions alone, guobanhan (2023) 115": (
            "财金〔2015〕21号及其后通知；2023年11月起新项目仅限使用者付费的特许经营，国办函〔"
            "2023〕115号"
        ),
        "Constitution of Georgia, article VII, section IV, paragraph II (b), as printed: "
        "receipts, less refunds, of the year before the debt is incurred; here those of the "
        "year before the tested one, which is milder where receipts grow": (
            "佐治亚州宪法第七条第四节第二款（b）原文：以举债上年收入扣除退还后为准；此处取检"
            "验年度的上年收入，收入增长时较宽"
        ),
        "Constitution of Georgia, article VII, section IV (water and sewerage); the year of "
        "the receipts as for us-ga-highest-service": (
            "佐治亚州宪法第七条第四节（供水与排水）；收入年份同us-ga-highest-service"
        ),
        "Maryland Capital Debt Affordability Committee": ("马里兰州资本债务承受能力委员会"),
        "Usual rate covenant and additional-bonds test, 1.20 to 1.25": (
            "通行的费率承诺与增发债券检验，1.20至1.25"
        ),
        "Prudential Code for Capital Finance, and statutory guidance on minimum revenue "
        "provision; the share is each authority's own": (
            "英国资本财务审慎守则及最低收入准备金法定指引；比例由各地方自定"
        ),
        "Prudential Code for Capital Finance, and statutory guidance on minimum revenue "
        "provision": ("英国资本财务审慎守则及最低收入准备金法定指引"),
        "Local Government Act 2003, section 3; Prudential Code for Capital Finance": (
            "英国2003年地方政府法第3条；资本财务审慎守则"
        ),
        "Spain, local finance law, articles 51-53": ("西班牙地方财政法第51至53条"),
        "Italy, TUEL article 204": ("意大利地方政府统一法（TUEL）第204条"),
        "France, CGCT article L1612-4": ("法国地方政府法典（CGCT）第L1612-4条"),
        "France, public finance programming law 2018-2022, article 29 (alert value of those "
        "years; the programming law 2023-2027 names none)": (
            "法国2018—2022年公共财政规划法第29条（当年的警戒值；2023—2027年规划法未定）"
        ),
        "Brazil, Senate resolution 40/2001, articles 1 and 3 (municipalities, from the end of "
        "the fifteenth year after 2001)": (
            "巴西参议院第40/2001号决议第1、3条（市级，自2001年后第十五年末起）"
        ),
        "Brazil, Senate resolution 43/2001": ("巴西参议院第43/2001号决议"),
        "Colombia, law 358 of 1997, article 2: presumed able to pay; unchanged in the "
        "consolidated text of 21 May 2025": (
            "哥伦比亚1997年第358号法第2条：推定有偿付能力；2025年5月21日汇编文本未变"
        ),
        "Colombia, law 2155 of 2021, article 30, from memory: the bound of article 6 that "
        "needs leave of the ministry; article 2 stays below it": (
            "哥伦比亚2021年第2155号法第30条，凭记忆：须经财政部批准的第6条上限；第2条低于此"
        ),
        "Colombia, law 358 of 1997, article 6": ("哥伦比亚1997年第358号法第6条"),
        "Colombia, law 2155 of 2021, article 30, from memory": (
            "哥伦比亚2021年第2155号法第30条，凭记忆"
        ),
        "World Bank style sub-national test after Colombia, law 358": (
            "世界银行式地方债务检验，仿哥伦比亚第358号法"
        ),
        "World Bank style stress test of sub-national debt (rate +1 to 2 points, revenue -10 "
        "to -30 %)": ("世界银行式地方债务压力测试（利率上升1至2个百分点，收入减少10%至30%）"),
        "State Council, guofa (2015) 51 of 9 September 2015 and guofa (2019) 26 of 20 November "
        "2019; figures of 2015 after the press of that month": (
            "国发〔2015〕51号（2015年9月9日）、国发〔2019〕26号（2019年11月20日）；2015年数值"
            "据当月报道"
        ),
        "State Council, guofa (1996) 35: capital is subscribed at once and paid in year by "
        "year in proportion to the approved progress of works; the ratio is that of guofa "
        "(2015) 51": (
            "国发〔1996〕35号：资本金一次认缴，按批准的建设进度逐年同比例到位；比例依国发〔20"
            "15〕51号"
        ),
        "NDRC and Ministry of Construction, Methods and Parameters of economic evaluation, 3rd "
        "edition (2006); stated again for water works by SL72-2013": (
            "国家发展改革委、建设部《建设项目经济评价方法与参数》第三版（2006）；SL72-2013就"
            "水利项目重申"
        ),
        "SL72-2013 of 25 November 2013, in force from 25 February 2014: public-good test "
        "beside 8 %": (
            "SL72-2013，2013年11月25日发布、2014年2月25日施行：公益性项目除8%外另作的检验"
        ),
        "HM Treasury Green Book; steps as tabled by the Department for Transport, April 2026; "
        "the conclusions of an independent review (30 June 2026) are not in it": (
            "英国财政部绿皮书；分段依交通部2026年4月表；未含独立评审结论（2026年6月30日）"
        ),
        "HM Treasury Green Book, health; steps as tabled by the Department for Transport, "
        "April 2026": ("英国财政部绿皮书（健康）；分段依交通部2026年4月表"),
        "OMB A-94 (1992), reinstated by M-25-23": ("美国OMB A-94（1992），由M-25-23恢复施行"),
        "EU guide to cost-benefit analysis 2014-2020, cohesion countries": (
            "欧盟成本效益分析指南2014—2020，凝聚基金国家"
        ),
        "EU guide to cost-benefit analysis 2014-2020, other countries": (
            "欧盟成本效益分析指南2014—2020，其他国家"
        ),
        "EU Economic Appraisal Vademecum 2021-2027, which goes on from the guide of 2014; the "
        "reference rate from memory": (
            "欧盟经济评价手册2021—2027，沿用2014年指南；基准折现率凭记忆"
        ),
        "World Bank discounting note": ("世界银行折现率说明"),
        "ADB guidelines for economic analysis": ("亚洲开发银行经济分析指南"),
        "ADB guidelines, poverty and environment": ("亚洲开发银行经济分析指南，减贫与环境类"),
        "Infrastructure Australia assessment": ("澳大利亚基础设施局评估框架"),
        "World Bank guidance on the shadow price of carbon": ("世界银行碳影子价格指引"),
        "China's national emissions trading": ("全国碳排放权交易市场"),
        "UK valuation of greenhouse gas emissions for appraisal": ("英国温室气体排放评价值"),
        "Government work report of 5 March 2024 (1 trillion, to be repeated for several "
        "years); 700 billion for works: railways, roads and airports along the Yangtze, "
        "farmland, forest belts (NDRC, 7 December 2024; also underground pipes and water "
        "transfer, from memory). That the centre repays what is passed on: secondary": (
            "2024年3月5日政府工作报告（1万亿元，拟连续几年发行）；其中7000亿元用于建设：长"
            "江沿线铁路、公路、机场，高标准农田，防护林带（国家发展改革委，2024年12月7日；"
            "另含地下管网和引调水，凭记忆）。转移支付部分由中央偿还：出自二手资料"
        ),
        "tenors and rates as issued in 2024; that a part is on-lent and repaid locally, "
        "and that it counts as capital, from memory": (
            "期限与利率依2024年发行情况；部分转贷地方并由地方偿还、可计入资本金，凭记忆"
        ),
        "National Development and Reform Commission, special measures by field: ceilings "
        "of 30, 45 and 60 % by region are those of sewage and waste works (2021) from "
        "memory; other fields have their own (grain stores 30-50 %, grain counties' "
        "services 80 %: seen)": (
            "国家发展改革委各领域专项管理办法：分地区30%、45%、60%的上限为污水垃圾处理项目"
            "（2021年），凭记忆；其他领域另有规定（粮食仓储30%至50%，产粮大县公共服务80%："
            "已见原文）"
        ),
        "Ministry of Finance, refinancing bonds shown apart since 2018; share of 90 % "
        "(general) from memory, rates of Chongqing's issue of 22 July 2025": (
            "财政部，再融资债券自2018年起单列；一般债券90%的比例凭记忆，利率依重庆市2025年7"
            "月22日发行"
        ),
        "Standing Committee of the National People's Congress, press briefing of 8 "
        "November 2024: ceiling of special debt up by 6 trillion, used in three years, 2 "
        "trillion each; rates assumed": (
            "全国人大常委会办公厅2024年11月8日新闻发布会：专项债务限额增加6万亿元，分三年使"
            "用，每年2万亿元；利率为假设"
        ),
        "Standing Committee of the National People's Congress, press briefing of 8 "
        "November 2024: 0.8 trillion of each year's new special bonds in five years from "
        "2024, 4 trillion in all; rates assumed": (
            "全国人大常委会办公厅2024年11月8日新闻发布会：自2024年起连续五年每年从新增专项"
            "债券中安排0.8万亿元，共4万亿元；利率为假设"
        ),
    }.items()
}
"""By the English text that stands beside the rule."""

FISCAL_ITEMS: dict[str, tuple[str, ...]] = {
    "hidden_debt": ("hidden debt", "隐性债务"),
    "comprehensive_capacity": ("comprehensive fiscal capacity", "综合财力"),
    "general_expenditure": ("general public budget expenditure", "一般公共预算支出"),
    "fund_expenditure": ("government fund expenditure", "政府性基金预算支出"),
    "high_debt_province": ("on the list of high-debt provinces (1) or not", "是否列入重点债务省份"),
    "ppp_payments": ("payments for existing PPP contracts", "存量PPP财政支出责任"),
    "current_revenue": ("current revenue", "经常性收入"),
    "personal_income": ("personal income", "居民个人收入"),
    "system_net_revenue": ("net revenue of the system", "系统净收入"),
    "net_revenue_stream": ("net revenue stream", "净收入流"),
    "capital_financing_requirement": ("capital financing requirement", "资本融资需求"),
    "authorised_limit": ("authorised limit", "授权限额"),
    "gross_saving": ("gross saving", "总储蓄"),
    "own_capital_revenue": ("own capital revenue", "自有资本性收入"),
    "financial_assets": ("financial assets", "金融资产"),
    "operating_saving": ("operating saving", "经常性结余"),
}
"""Items of the table `fiscal` that published rules read, by the name to be written there."""
