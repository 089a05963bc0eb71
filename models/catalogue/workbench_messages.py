"""What the workbench says of what was asked of it."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "workbench-role-is-missing": (
        "This takes the right to {role}; ask whoever runs the workbench.",
        "此操作需要“{role}”权限，请联系工作台管理员。",
    ),
    "workbench-there-is-nothing": (
        "There is nothing of number {number}.",
        "没有编号为{number}的内容。",
    ),
    "workbench-faults-of-the-instance": (
        "The instance has {count} error(s), first: {first}",
        "算例有{count}处错误，第一处：{first}",
    ),
    "workbench-command-failed": (
        "That did not succeed; the log of the workbench says more.",
        "操作未成功，详见工作台日志。",
    ),
    "workbench-command-took-too-long": (
        "That took too long and was ended.",
        "用时过长，已终止。",
    ),
    "workbench-no-such-plan": ("There is no {name!r}.", "没有“{name}”。"),
    "workbench-template-title": ("New plan", "新建算例"),
    "workbench-unknown-upload": (
        "{name} is neither a workbook (.xlsx) nor a .json file nor a .zip of an instance folder.",
        "{name}不是工作簿（.xlsx）、.json文件或算例文件夹的.zip压缩包。",
    ),
    "workbench-bad-zip": (
        "The .zip is damaged, too large, or holds links or paths that lead elsewhere.",
        "压缩包损坏、过大，或含有指向其他位置的链接或路径。",
    ),
    "workbench-zip-without-settings": (
        "The .zip must hold one file instance.yaml, with the tables beside it.",
        "压缩包中须有且仅有一个instance.yaml，各表与其同在一个文件夹。",
    ),
    "workbench-compare-so-many": (
        "Choose {fewest} to {most} runs to compare.",
        "请选择{fewest}至{most}个方案进行对比。",
    ),
    "workbench-wish-needs-words": (
        "Name a project and say why.",
        "请选择项目并填写理由。",
    ),
    "workbench-change-needs-words": (
        "Name a figure, its new value and why.",
        "请选择数据项，并填写新值和理由。",
    ),
    "workbench-study-needs-a-year": (
        "Say which year the new plan begins in.",
        "请填写新一期规划首年。",
    ),
    "workbench-study-of": ("{study}: {title} v{version}", "研究：{study}，{title} v{version}"),
    "workbench-studies-of": ("Studies: {title} v{version}", "专题研究：{title} v{version}"),
    "explained-no-reason": ("no reason is needed: it is built", "已入选，无需说明"),
    "explained-reason": (
        "{reason}: {rule}, {year}, {amount}",
        "{reason}：{rule}，{year}年，{amount}",
    ),
    "explained-year": ("{year}", "{year}年"),
    "explained-cannot": (
        "the other way is not possible under the rules",
        "按现有约束无法改变",
    ),
    "explained-between": ("between {low} and {high}", "{low}至{high}之间"),
    "explained-change": (
        "{kind} of {where}: from {before} to {after}",
        "{where}的{kind}由{before}调整为{after}",
    ),
    "explained-not-confirmed": ("not confirmed by a solve", "尚未经求解验证"),
    "workbench-needs-the-extra": (
        "The workbench needs NiceGUI and SQLAlchemy: pip install 'infraplan[serve]'.",
        "工作台需要NiceGUI和SQLAlchemy：pip install 'infraplan[serve]'。",
    ),
    "workbench-needs-members": (
        "On {host} others can reach the workbench: let somebody in by name first "
        "(--grant NAME --role approve).",
        "在{host}上其他人也能访问工作台：请先授权成员（--grant 姓名 --role approve）。",
    ),
    "workbench-is-running": (
        "Another workbench already uses {folder}.",
        "{folder}已被另一个工作台使用。",
    ),
    "workbench-database-is-used": (
        "Another workbench already uses this database.",
        "此数据库已被另一个工作台使用。",
    ),
    "workbench-cannot-listen": (
        "The workbench cannot listen at {host}, port {port}: {reason} (--port names another).",
        "工作台无法在{host}的{port}端口提供服务：{reason}（可用--port另选端口）。",
    ),
    "workbench-no-database": (
        "The database cannot be opened ({kind}); check --database and its driver.",
        "数据库无法打开（{kind}），请检查--database及其驱动程序。",
    ),
    "workbench-tls-needs-both": (
        "TLS needs both files: --certificate and --key.",
        "启用TLS须同时提供--certificate和--key。",
    ),
    "workbench-bad-name": (
        "A name has letters that can be seen, on one line: {name!r}.",
        "姓名须为单行可见文字：“{name}”。",
    ),
    "workbench-overtaken": (
        "{by} saved version {number} meanwhile; yours would not have those edits. "
        "Look at it first, or save again to keep yours all the same.",
        "{by}已保存版本{number}，您的版本不含其修改。请先查看该版本；再次点击保存则仍按您的内容保存。",
    ),
    "workbench-runs-at": (
        "The workbench is at {url} (end it with Ctrl-C).",
        "工作台地址：{url}（按Ctrl-C结束）。",
    ),
    "workbench-granted": (
        "{name} may {role} with this token, which is shown once: {token}",
        "{name}的权限：{role}。令牌（仅显示一次）：{token}",
    ),
    "workbench-revoked": ("{name} is let in no more.", "已撤销{name}的权限。"),
    "workbench-no-member": ("Nobody named {name} is let in.", "没有名为{name}的成员。"),
    "workbench-member": ("{name}: {role}", "{name}：{role}"),
    "workbench-no-members": (
        "Nobody is let in by name: on this machine the workbench asks for no token.",
        "尚未授权任何成员：在本机访问不需要令牌。",
    ),
    "workbench-findings": (
        "{errors} error(s), {warnings} warning(s), {notes} note(s)",
        "{errors}处错误，{warnings}处警告，{notes}处提示",
    ),
    "workbench-rows-of": ("{count} of {of}", "{of}项中的{count}项"),
    "workbench-place": ("[{places}]", "【{places}】"),
    "workbench-compare-without-run": (
        "One of these solves has no run to compare.",
        "所选求解中有的没有结果可供对比。",
    ),
    "workbench-run-of": (
        "Run {number}: {title} v{version}",
        "方案{number}：{title} v{version}",
    ),
    "workbench-solve-of": ("Solve: {title} v{version}", "求解：{title} v{version}"),
    "workbench-state-is": ("State: {state}", "状态：{state}"),
}
