"""What the functions of Python refuse: tables and figures of a plan."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "no-table-of-a-run-is-called-so": (
        "no table of a run is called {name!r}; there are: {names}",
        "没有名为“{name}”的结果表；可用的有：{names}",
    ),
    "figures-need-matplotlib": (
        "figures need matplotlib, which is not installed; install it by: "
        "pip install 'infraplan[figures]'",
        "绘图需要matplotlib，尚未安装；安装命令：pip install 'infraplan[figures]'",
    ),
    "nothing-to-draw": (
        "this plan has nothing to show in the figure {title}",
        "该方案没有可绘入“{title}”的内容",
    ),
}
