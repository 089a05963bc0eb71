"""What `verify` says of cells and keys that no law is of, and what is said of signatures."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "the-table-has-too-many-cells": (
        "the table has more than {lines:,} rows or {cells:,} cells, which is more than is read",
        "表格超过{lines:,}行或{cells:,}个单元格，超出读取上限",
    ),
    "the-file-holds-too-many-values": (
        "the file holds more than {most:,} values, which is more than is read",
        "文件中的数值超过{most:,}个，超出读取上限",
    ),
    "part-it-or-delete-what-is-no-data": (
        "part it into several, or delete what is no data",
        "请拆分文件，或删除非数据内容",
    ),
    "id-holds-an-unseen-sign": (
        "the id {name} holds U+{sign:04X}, which nobody sees; delete it",
        "标识“{name}”含有不可见字符U+{sign:04X}，请删除",
    ),
    "is-a-link-in-a-run": (
        "{name} is a link: a run is read from files of its own alone",
        "“{name}”是链接：结果目录只读取自身的文件",
    ),
    "put-the-file-there": (
        "put the file itself there, or take a copy of the run",
        "请放入文件本身，或改用该结果的副本",
    ),
    "left-out-is-no-project-left-out": (
        "rejected.csv: {project} is no project that is left out, or stands there twice",
        "rejected.csv：“{project}”不是未入选项目，或重复列出",
    ),
    "left-out-loss-contradicts-itself": (
        "rejected.csv: the loss of {project} is not between its ends, or not found as it says",
        "rejected.csv：“{project}”的损失不在其上下限之间，或与求得方式不符",
    ),
    "left-out-reason-is-none": (
        "rejected.csv: the reason of {project} ({rule}) is none, or its years and amounts disagree",
        "rejected.csv：“{project}”未列原因（{rule}），或年份与数额不一致",
    ),
    "left-out-value-is-of-no-start": (
        "rejected.csv: {project} is worth {value:,.6g} by itself in no year of start",
        "rejected.csv：“{project}”无论哪年开工，其自身净现值均不为{value:,.6g}",
    ),
    "left-out-totals-are-others": (
        "run.json: {name} is not what rejected.csv comes to",
        "run.json：{name}与rejected.csv的合计不符",
    ),
    "reason-of-a-date-is-another": (
        "stated_dates.csv: {rule} is not why the date of {project} is missed",
        "stated_dates.csv：“{project}”未按期的原因不是“{rule}”",
    ),
    "text-is-not-that-of-the-instance": (
        "{file}: {column} of {name} is {found!r}, but {due!r} in the instance",
        "{file}：“{name}”的{column}为“{found}”，算例中为“{due}”",
    ),
    "run-verified-other-laws": (
        "run.json: the law {law} was checked otherwise than it is now",
        "run.json：约束“{law}”的校验记录与现在的校验结果不符",
    ),
    "key-cannot-be-read": ("The key file {path} cannot be read", "无法读取密钥文件{path}"),
    "key-is-too-short": (
        "The key in {path} has fewer than {least} bytes",
        "{path}中的密钥不足{least}字节",
    ),
    "sign-a-broken-run": (
        "The run is not signed: {count} {count:=law is|laws are} broken, or it states no hashes",
        "未签名：结果有{count}处不符合约束，或未列校验值",
    ),
    "run-is-signed": ("{run_dir} is signed with key {key}", "{run_dir}已用密钥{key}签名"),
    "signature-is-valid": (
        "The signature is valid: the run is as the holder of the key signed it",
        "签名有效：结果与密钥持有人签名时一致",
    ),
    "signature-missing": (
        "The run has no signature that can be read",
        "结果没有可读取的签名",
    ),
    "signature-other-key": (
        "The run is signed with another key",
        "结果是用另一密钥签名的",
    ),
    "signature-changed": (
        "run.json is not what was signed",
        "run.json与签名时不同",
    ),
}
