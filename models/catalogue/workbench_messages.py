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
}
