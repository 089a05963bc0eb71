"""Sentences about certificates: bounds that are checked without any solver."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "no-cases-of-the-certificate": (
        "HiGHS ended without the cases of the certificate",
        "HiGHS未给出证明所需的分支即已结束",
    ),
    "no-columns-of-the-certified-plan": (
        "the plan's money and flows were not found again in the program",
        "未能在规划模型中重新得到该方案的资金与流量",
    ),
    "certified-plan-misses-rows": (
        "the plan misses rows of the program by {row:.2g} of their size, or its value by "
        "{value:.2g}",
        "方案违反规划模型约束的相对幅度为{row:.2g}，或目标值相差{value:.2g}",
    ),
    "convex-costs-are-not-certified": (
        "costs of this instance's networks are convex curves, which the program only approaches",
        "本算例的网络费用为凸曲线，规划模型只能逐步逼近",
    ),
    "roads-at-equilibrium-are-not-certified": (
        "roads at equilibrium are no linear program",
        "均衡路网不是线性规划",
    ),
    "no-certificate-without-a-plan": ("there is no plan", "没有方案"),
    "no-certificate": (
        "No certificate was made: {why}.",
        "未能生成证明：{why}。",
    ),
    "better-values-than-the-certified-plan": (
        "While the bound was being proved, the search came across a plan worth {found:.6g}; this "
        "run's is worth {own:.6g}. Solve again with a smaller --gap and --warm-start.",
        "求证上界时遇到目标值为{found:.6g}的方案，优于本结果的{own:.6g}。请缩小--gap，并以本结果为"
        "--warm-start重新求解。",
    ),
    "amount-of-money": ("{amount:,.6f} x {unit}", "{amount:,.6f}{unit}"),
    "number-of-years": ("{years:,.6f} years", "{years:,.6f}年"),
    "no-share": ("no share", "无法折算比例"),
    "share-above": ("{share:.4%}",),
    "step-certify": ("Proving the bound exactly", "正在精确证明上界"),
    "certificate-proves": (
        "At most {bound} for model {model}, proved: {cases} {cases:=case|cases} checked in "
        "exact arithmetic, without any solver ({gap} above the plan).",
        "已证明：模型{model}的目标值不超过{bound}；{cases}种情形均以精确算术核验，未借助任何求解器"
        "（比方案高{gap}）。",
    ),
    "certificate-plan-obeys": (
        "The plan obeys every row of that model, with equal value: in exact arithmetic it misses "
        "none by more than {row:.1g} of its size (accepted: {accepted:.0g}), the value by "
        "{value:.1g}.",
        "方案满足该模型的全部约束且目标值相等：按精确算术，约束的最大相对偏差为{row:.1g}（容许"
        "{accepted:.0g}），目标值相对偏差为{value:.1g}。",
    ),
    "certificate-model-is-this-program": (
        "That model is the program that this version builds from the run's instance.",
        "该模型就是本版本由该结果的算例生成的规划模型。",
    ),
    "certificate-model-is-another-program": (
        "This version builds another program from the run's instance: whether the model says what "
        "the instance says is not checked here.",
        "本版本由该结果的算例生成的规划模型与之不同：该模型是否如实表达算例，此处未作核对。",
    ),
    "certificate-model-is-no-program-of-its-version": (
        "the certificate's model is not the program that version {version}, which the run names, "
        "builds from the run's instance",
        "该结果注明由版本{version}生成，但证明中的模型不是该版本由该结果的算例生成的规划模型",
    ),
    "run-json-names-a-certificate-that-is-not-there": (
        "run.json: the bound is said to be that of a certificate, but there is none",
        "run.json：上界注明来自证明，但结果中没有证明",
    ),
    "certificate-file-is-missing": (
        "the certificate cannot be read: {name}",
        "无法读取证明文件：{name}",
    ),
    "certificate-does-not-prove": (
        "the certificate proves nothing: {kind} at {where}",
        "证明不成立：{kind}，位置“{where}”",
    ),
    "certificate-says-otherwise": (
        "run.json: {name} is {stated!r}, but the certificate says {due!r}",
        "run.json：{name}为“{stated}”，而证明为“{due}”",
    ),
    "certificate-plan-misses-rows": (
        "the plan in the certificate misses rows of its model by {row:.3g} of their size",
        "证明所附方案违反模型约束，相对偏差为{row:.3g}",
    ),
    "certificate-plan-has-another-value": (
        "the plan in the certificate is worth {value:.10g} in its model, not {due:.10g}",
        "证明所附方案在模型中的目标值为{value:.10g}，而非{due:.10g}",
    ),
    "certificate-plan-starts-otherwise": (
        "the plan in the certificate starts otherwise than the run's: {names}",
        "证明所附方案的开工安排与该结果的方案不同：{names}",
    ),
    "certificate-fault-number": ("a number that is no decimal", "不是十进制数"),
    "certificate-fault-model": ("a model of another form", "模型格式不符"),
    "certificate-fault-bound": ("a bound that its row does not imply", "约束推不出所列的界"),
    "certificate-fault-multiplier": ("a multiplier of no row", "乘子没有对应的约束"),
    "certificate-fault-branch": ("a branch on no whole column", "分支变量不是整数变量"),
    "certificate-fault-tree": ("cases that do not cover all", "分支未覆盖全部情形"),
    "certificate-fault-leaf": ("multipliers that prove no bound", "乘子推不出上界"),
    "certificate-fault-hash": ("another model", "模型不符"),
    "certificate-fault-form": ("a form that is no certificate's", "格式不符"),
    "certificate-fault-cut": ("a cut that its rows do not imply", "约束推不出所列的割平面"),
    "certificate-fault-claim": ("a case above the claim", "有情形超过所称的上界"),
    "certificate-fault-whole": ("a whole column that is not whole", "整数变量的值不是整数"),
    "bound-proven-by-certificate": (
        "proven: a certificate checked in exact arithmetic, without any solver",
        "已证明：证明文件经精确算术核验，未借助任何求解器",
    ),
    "page-certificate": (
        " Proof and its independent check: no plan of model {model} is worth more than "
        "{bound}; {cases} {cases:=case was|cases were} checked in exact arithmetic, without "
        "any solver.",
        "证明及其独立核验：模型{model}的任何方案都不超过{bound}，{cases}种情形均以精确算术核验，"
        "未借助任何求解器。",
    ),
}
