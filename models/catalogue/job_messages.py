"""What is said of project schedules that are read."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "only-renewable-resources-are-read": (
        "{kind} resources are not read, only renewable ones",
        "只读取可再生资源，不读取{kind}资源",
    ),
    "only-one-mode-is-read": (
        "{jobs} row(s) of jobs have not one mode: only single-mode files are read",
        "有{jobs}行任务不是单一模式：只读取单模式文件",
    ),
    "only-one-project-is-read": (
        "the file has {number} projects: only files of one are read",
        "文件有{number}个项目：只读取单项目文件",
    ),
    "section-has-no-rows": ("the section {name} has no rows", "部分{name}没有数据"),
    "section-stands-twice": ("the section {name} stands twice", "部分{name}重复出现"),
    "the-last-line-does-not-end": (
        "the file ends in the middle of a line",
        "文件在一行中间结束",
    ),
    "the-row-of-a-job-stands-twice": (
        "job {job} has a second row; the first is on line {first}",
        "任务{job}有两行数据，首次在第{first}行",
    ),
    "a-successor-stands-twice": (
        "job {job} names a successor twice",
        "任务{job}的后续任务有重复",
    ),
    "limits-are-not-as-many-as-stated": (
        "{found} resource(s) have a limit, and line {line} states {stated}",
        "有限额的资源为{found}个，而第{line}行写明为{stated}个",
    ),
    "jobs-are-not-as-many-as-stated": (
        "{found} job(s) have rows, and the file states {stated}",
        "有数据的任务为{found}个，而文件写明为{stated}个",
    ),
    "there-is-no-such-job": (
        "there is no job {job}: they are numbered 1 to {last}",
        "没有任务{job}：编号为1至{last}",
    ),
    "jobs-have-no-row": (
        "no row of {section} for job(s) {names}",
        "{section}中没有以下任务的数据：{names}",
    ),
    "jobs-wait-for-one-another": (
        "jobs wait for one another in a circle: {circle}",
        "任务循环等待：{circle}",
    ),
    "a-row-of-jobs-is-too-short": (
        "the row of job {job} is too short",
        "任务{job}的数据行过短",
    ),
    "the-successors-are-not-as-many": (
        "job {job} has another number of successors than it states",
        "任务{job}的后续任务数与所列不符",
    ),
    "the-file-has-no-jobs": ("the file has no jobs", "文件中没有任务"),
    "job-has-no-duration": ("job {job} has no row of durations", "任务{job}没有工期数据"),
    "job-has-other-resources": (
        "job {job} does not state one request for each resource",
        "任务{job}的资源需求数与资源数不符",
    ),
    "job-asks-for-more-than-there-is": (
        "job {job} asks for more of a resource than there is",
        "任务{job}的资源需求超过可用量",
    ),
    "the-jobs-need-more-years-than-a-plan-has": (
        "no schedule was found within {most} {most:=period|periods}, the most years of a plan",
        "在{most}个时段（规划年数上限）内未找到进度安排",
    ),
}
