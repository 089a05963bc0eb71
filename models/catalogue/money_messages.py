"""Sentences about the money that a plan leaves, what more is worth, and who could ever pay."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "money-left": (
        "Money left: {left} of {there} ({share:.1%}): {where}.",
        "资金结余：{there}中结余{left}（{share:.1%}），其中{where}。",
    ),
    "money-left-in-one": (
        "Money left: {left} of {there} ({share:.1%}), all of it in {name} ({years}).",
        "资金结余：{there}中结余{left}（{share:.1%}），均为{name}（{years}）。",
    ),
    "no-money-left": ("Money left: none of {there}.", "资金结余：{there}全部用尽。"),
    "money-left-at": ("{amount} in {name} ({years})", "{name}结余{amount}（{years}）"),
    "money-left-in-year": ("{year}", "{year}年"),
    "money-left-in-years": (
        "{first}-{last}, most in {most}",
        "{first}—{last}年，{most}年最多",
    ),
    "money-left-elsewhere": ("{amount} elsewhere", "其余{amount}"),
    "money-lapsed": (" {lapsed} of it lapsed.", "其中{lapsed}因逾期收回。"),
    "quota-left": (
        " Not borrowed of the debt quotas: {amount}.",
        "新增债务限额未用{amount}。",
    ),
    "cap-left": (
        " Free under caps on spending: {amount}.",
        "投资上限内尚余{amount}。",
    ),
    "worths-of-money": (
        " One more unit is worth, of present value, {where} (estimate: dual values of the "
        "relaxation).",
        "追加1单位资金的净现值：{where}（估计值，取自线性松弛的对偶值）。",
    ),
    "worth-at": ("{worth:,.3f} in {name} in {year}", "{name}（{year}年）{worth:,.3f}"),
    "worth-of-fewer": ("less in {count} other source(s)", "另{count}项来源较低"),
    "worth-of-none": ("nothing in {count} other fund(s)", "另{count}项资金无价值"),
    "worth-of-money": (
        " One more unit is worth most in {name} in {year}: {worth:,.3f} of present value "
        "(estimate: dual values of the relaxation).",
        "追加1单位资金以{name}{year}年价值最高：净现值{worth:,.3f}（估计值，取自线性松弛的对偶值）。",
    ),
    "no-worth-of-money": (
        " Were works built in shares, one more unit would be worth nothing in any year (estimate: "
        "dual values of the relaxation); to whole works a sum that they lack may be worth much.",
        "若项目可部分建设，任一年份追加1单位资金均不增值（估计值，取自线性松弛的对偶值）；"
        "项目须整体建设时，补足其差额仍可能增值。",
    ),
    "left-out-for-little": (
        " Beside the plan {project}, left out, lacks little: {source} is {short}.",
        "在本方案之外，未入选的{project}所差不多：{source}{short}。",
    ),
    "worth-for-want-of-time": (
        " What one more unit is worth was not worked out in the time.",
        "时限内未及计算追加资金的价值。",
    ),
    "worth-of-no-relaxation": (
        " What one more unit is worth is not known: no linear program holds roads at equilibrium "
        "or water under pressure.",
        "追加资金的价值未知：均衡路网和按水压计算的供水网没有相应的线性规划。",
    ),
    "payer-and-source": ("{payer}: {name}", "{payer}{name}"),
    "quota-of": ("quota of {name}", "{name}新增限额"),
    "answer-does-not-depend-on-money": (
        "The answer does not depend on money: at half, double and five times of it no plan is "
        "worth more or less, beyond the gaps told, and the same projects are built in the same "
        "years, none two years apart or more.",
        "方案与资金规模无关：资金减半、加倍及增至五倍时，目标值在所示间隙内均不变，入选项目相同，开工年份相差均不足两年。",
    ),
    "value-does-not-depend-on-money": (
        "What the plan is worth does not depend on money: at half, double and five times of it "
        "no plan is worth more or less, beyond the gaps told. Projects that change all the same "
        "do so among plans as good as one another: {shares}.",
        "方案的价值与资金规模无关：资金减半、加倍及增至五倍时，目标值在所示间隙内均不变。仍有变化的项目系等价方案间的差别：{shares}。",
    ),
    "money-changes": (
        "Of {count} candidate {count:=project|projects} change with other money: {shares}.",
        "候选项目{count}个，资金规模不同时发生变化的：{shares}。",
    ),
    "more-money-changes-nothing": (
        " More money than there is would change nothing, beyond the gaps told.",
        "在所示间隙内，追加资金不改变方案。",
    ),
    "money-changes-share": (
        "{changed} ({share:.0%}) at {factor:g} times the money",
        "资金为{factor:g}倍时{changed}个（{share:.0%}）",
    ),
    "money-changes-without-ties": (
        "{told}, {decided} ({share:.0%}) of them not between plans as good as one another",
        "{told}，其中不属于等值方案间变动的{decided}个（{share:.0%}）",
    ),
    "money-allows-no-plan": (
        "at {factor:g} times the money no plan obeys all rules",
        "资金为{factor:g}倍时无可行方案",
    ),
    "money-not-checked-in-time": (
        "at {factor:g} times the money no plan was found in its {seconds:.0f} s",
        "资金为{factor:g}倍时在{seconds:.0f}秒内未得方案",
    ),
    "money-not-checked": (
        "at {factor:g} times the money no plan was found",
        "资金为{factor:g}倍时未得方案",
    ),
    "money-changes-nothing-in-value": (
        "{told}, of no proven worth",
        "{told}，目标值无可证明的差别",
    ),
    "answer-depends-on-no-money-at-all": (
        "The answer does not depend on money: nothing limits it.",
        "方案与资金规模无关：没有任何资金约束。",
    ),
    "money-check-is-told-twice": (
        "money_check.csv and money_check in run.json do not say the same",
        "money_check.csv与run.json中的money_check不一致",
    ),
    "money-check-changes-are-none": (
        "money check x {name}: what is told as a change is none of this plan",
        "资金检验{name}倍：所列变化与方案不符",
    ),
    "money-check-was-not-verified": (
        "money check x {name}: its plan was not verified",
        "资金检验{name}倍：其方案未经校验",
    ),
    "project-can-never-be-paid": (
        "project {project} can be paid in no plan: begun in {start}, it asks {needed:,.6g} x "
        "{unit} of {payers} by {year}, and even with nothing else built {missing:,.6g} is missing; "
        "no other start or option asks less",
        "项目{project}在任何方案中都无法支付：{start}年开工，至{year}年需{payers}支付{needed:,.6g}{unit}，"
        "即使不建其他项目仍缺{missing:,.6g}{unit}，其他开工年份或方案亦不更少",
    ),
    "give-it-money-a-payer-or-a-smaller-option": (
        "give its payers money or room to borrow for it, add a payer in shares.csv or a smaller "
        "option; as it stands it is never built",
        "为其出资方增加可用资金或举债空间，在分担表（shares）中增加出资方，或增设较小的方案；否则不会入选",
    ),
    "money-check-caps": (
        " Assumed caps on yearly starts were scaled with it: {names}.",
        "按同一倍数调整的假定年度开工上限：{names}。",
    ),
}
