"""What is said of the life of assets: renewal, financial life, ends of life."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "life-of-at-least-a-year": (
        "it must be at least 1; 0 only of works that opened, and whose life ended, before all of "
        "them was paid: say with written_off_since in which year they first opened",
        "至少为1；只有投资尚未付清、使用寿命已尽的项目可为0，此时须在written_off_since（部分投用年）"
        "写明首次投用的年份",
    ),
    "financial-life-is-longer-than-lifetime": (
        "financial_life is {financial} {financial:=year|years}, lifetime {lifetime}: what no "
        "longer operates is worth nothing",
        "financial_life（折旧年限）为{financial}年，长于lifetime（使用寿命）{lifetime}年："
        "不再运行的资产没有价值",
    ),
    "discounted-from-the-start-of-a-year": (
        "{rates}; money flows at the start of a year",
        "{rates}；资金按年初发生计",
    ),
    "discounted-from-the-middle-of-a-year": (
        "{rates}; money flows in the middle of a year",
        "{rates}；资金按年中发生计",
    ),
    "discounted-from-the-end-of-a-year": (
        "{rates}; money flows at the end of a year",
        "{rates}；资金按年末发生计",
    ),
    "a-renewal-joins-one-project-to-one": (
        "a renews relation joins one project to one renewal",
        "更新改造关系只能是一个项目对应一个更新项目",
    ),
    "state-a-relation-for-each-pair": (
        "state one relation for each pair",
        "每一对项目各写一条关系",
    ),
    "is-renewed-by-two-relations": (
        "{project} is renewed by {other} already: both renewals would be counted",
        "{project}已由{other}更新：两个更新项目会重复计算",
    ),
    "state-sizes-as-options-of-one-renewal": (
        "state sizes and variants as options of one renewal",
        "不同规模、不同做法请写成同一更新项目的多个方案",
    ),
    "speaks-of-a-renewal-but-is-none": (
        "{field} is given, but the relation is of type {type}",
        "填写了{field}，而关系类型为{type}",
    ),
    "leave-it-blank-or-set-type-renews": (
        "leave it blank, or set the type to renews",
        "留空，或将关系类型改为更新改造",
    ),
    "a-retirement-joins-one-project-to-one": (
        "a retires relation joins one project that stands to one that retires it",
        "提前退役关系只能是一个已建成项目对应一个使其退役的项目",
    ),
    "is-retired-by-two-relations": (
        "{project} is retired by {other} already: it can end only once",
        "{project}已由{other}退役：只能退役一次",
    ),
    "state-ways-as-options-of-one-retirement": (
        "state several ways to retire it as options of one project",
        "不同的退役做法请写成同一项目的多个方案",
    ),
    "is-retired-and-does-not-stand": (
        "{new} retires {old}, which does not stand yet",
        "{new}使{old}提前退役，但{old}尚未建成",
    ),
    "set-stage-complete-or-delete-the-relation": (
        "set its stage to complete, or delete the relation: only what stands can be retired",
        "将其阶段改为已建成，或删去该关系：只有已建成的设施才能退役",
    ),
    "is-retired-and-has-ended": (
        "{new} retires {old} early, but its life ends in {last}, before {new} can",
        "{new}使{old}提前退役，但{old}的寿命到{last}年已满，早于{new}",
    ),
    "correct-its-lifetime-or-delete-the-relation": (
        "correct opened or lifetime, or delete the relation",
        "更正投用年份或使用寿命，或删去该关系",
    ),
    "is-retired-and-its-renewal-is-a-fact": (
        "{old} is to be retired, but {new}, which renews it, stands or is under way",
        "{old}拟提前退役，而其更新项目{new}已建成或在建",
    ),
    "retires-what-it-renews": (
        "{new} both renews {old}, once its life has ended, and retires it before: it could never "
        "be built",
        "{new}既是{old}寿命期满后的更新改造，又使其提前退役：二者矛盾，{new}无法建设",
    ),
    "say-whether-it-replaces-early-or-in-time": (
        "keep retires where it may come early (with benefits of its own), or renews where it comes "
        "after the life",
        "可提前替换的保留提前退役（并填写其自身效益），寿命期满后才替换的保留更新改造",
    ),
    "delete-the-retirement-or-the-renewal": (
        "delete one of the two relations",
        "删去两条关系之一",
    ),
    "renews-what-is-retired": (
        "{new} renews {old}, which is retired",
        "{new}更新的{old}已提前退役",
    ),
    "has-no-option-to-take-over-from": (
        "{new} is to take over from {old}, which has several options and none called {option}",
        "{new}要沿用{old}的数据，但{old}有多个方案，且没有名为{option}的方案",
    ),
    "call-the-options-of-both-alike": (
        "call the options of both projects alike, or state the figures of the renewal",
        "两个项目的方案取相同名称，或直接填写更新项目的数据",
    ),
    "is-renewed-before-it-is-there": (
        "{new} stands or is under way, but {old}, which it renews, is still to be decided",
        "{new}已建成或在建，而其更新的{old}尚待决定",
    ),
    "correct-the-stage-of-either": (
        "correct the stage of either project (what works under way renew has one option and stands "
        "or is committed), or delete the relation",
        "更正其中一个项目的阶段（被在建项目更新的原项目应已建成或在建，且只有一个方案），或删除该关系",
    ),
    "renews-what-is-not-built": (
        "{new} renews {old}, which the plan does not build",
        "{new}是{old}的更新改造，而方案没有建设{old}",
    ),
    "renews-too-early": (
        "{new} opens in {opening}, but the life of {old}, which it renews, lasts to {last}",
        "{new}于{opening}年投用，而其更新的{old}寿命至{last}年",
    ),
    "renews-not-at-once": (
        "{new} renews {old} automatically: it must open in {due}, the year after its life, and "
        "opens in {opening}",
        "{new}自动更新{old}：应在{old}寿命期满后的{due}年投用，实际为{opening}年",
    ),
    "is-not-renewed": (
        "{new} renews {old} automatically in {due} and is not built",
        "{new}应于{due}年自动更新{old}，而方案没有建设",
    ),
    "lives-end-and-nothing-renews-them": (
        "lives that end before the appraisal does, in {end}, and that nothing renews: {names}; "
        "what they bring ends with them",
        "以下项目的寿命在评价期末（{end}年）之前结束，且没有更新改造：{names}；其效益、产出和"
        "服务随之终止",
    ),
    "state-a-renewal-or-leave-it": (
        "nothing to do if that is meant; else add the renewal as a project with a relation of type "
        "renews",
        "确如此则无需处理；否则请增加更新改造项目，并写一条类型为更新改造的关系",
    ),
    "its-life-ends-in": ("{project} ({year})", "{project}（{year}年）"),
    "and-so-many-more": ("and {count} more", "另有{count}项"),
    "renewal-takes-over": (
        "{new} takes over from {old}, which it renews: {parts}",
        "{new}沿用其所更新的{old}的：{parts}",
    ),
    "a-part-and-its-figures": ("{part} ({figures})", "{part}（{figures}）"),
    "a-column-and-its-figure": ("{column} {figure}", "{column} {figure}"),
    "so-many-rows-of": ("{count} row(s) of {table}", "{table}{count}行"),
    "state-it-in-the-renewal-to-change-it": (
        "state another figure in the renewal itself to change it",
        "如需不同数据，请直接填写在更新项目中",
    ),
    "it-states-itself": (
        "{new} is to take over {parts} from {old}, but states its own",
        "{new}应沿用{old}的{parts}，但自己填写了不同的数据",
    ),
    "leave-it-blank-to-take-over": (
        "leave its cells blank, or take the word out of takes_over",
        "将其单元格留空，或从takes_over（沿用内容）中删去该项",
    ),
    "automatic-renewal-comes-too-late": (
        "the life of {old} ends in {last}; {new} renews it automatically, but cannot open in "
        "{due}: it is not renewed in the plan",
        "{old}的寿命于{last}年结束；{new}应自动更新，但不能在{due}年投用：规划期内不更新",
    ),
    "widen-the-window-of-the-renewal": (
        "give the renewal a window and a lead time by which it opens in that year, or let the plan "
        "decide (renewal: decision)",
        "调整更新项目的开工窗口和工期使其能在该年投用，或改为由方案决定（renewal填写决策）",
    ),
    "renewal-opens-before-the-end": (
        "the life of {old} ends in {last} at the earliest, and {new}, which renews it, can open by "
        "{latest} at the latest: no plan of these years builds {new}",
        "{old}的寿命最早于{last}年结束，而更新它的{new}最迟只能在{latest}年投用：本规划期内不可能建设{new}",
    ),
    "correct-the-life-or-widen-the-window": (
        "correct opened, lifetime or the window of the renewal; nothing to do if it is meant for "
        "a later plan",
        "请核对投用年、使用寿命或更新项目的开工窗口；如本属以后规划的内容，则无需处理",
    ),
    "automatic-renewal-lies-after-the-plan": (
        "the life of {old} ends after the plan, in {last}: its automatic renewal is not a duty of "
        "this plan",
        "{old}的寿命在规划期后（{last}年）结束：其自动更新不属于本规划的任务",
    ),
}
