"""What is said of rows and columns that an office's table holds beside those that are read."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "heading-in-another-unit": (
        "{column} is read in {own}, and {unit} is not known here: convert the figures, and leave "
        "the unit out; ",
        "{column}按{own}读取，此处不认识单位{unit}：请换算数值后再去掉表头中的单位；",
    ),
    "is-a-share-none-is-asked-for": (
        "{text} is a share, and none is asked for",
        "{text}是百分比，此处不填百分比",
    ),
    "is-a-change-and-no-factor": (
        "{text} tells a change, and multiply takes the factor",
        "{text}是增减幅度，而multiply应填倍数",
    ),
    "write-the-factor": ("write 120% or 1.2 for 20% more", "增加20%请写120%或1.2"),
    "amounts-stand-in-another-unit": (
        "the amounts of {columns} stand in {unit}, which is not known here",
        "{columns}的金额以{unit}为单位，此处不认识该单位",
    ),
    "write-the-unit-of-money": (
        "write 元, 万元 or 亿元 there, or convert the figures to the money unit of the settings "
        "and delete the unit",
        "请改写为元、万元或亿元，或换算为设置中的金额单位后删除该单位",
    ),
    "heading-in-another-money-unit": (
        "{column} is money, and {unit} is not known here: write 元, 万元 or 亿元 there, or convert "
        "the figures to the money unit of the settings, and leave the unit out; ",
        "{column}为金额，此处不认识单位{unit}：请写元、万元或亿元，或换算为设置中的金额单位后再去掉表头中的"
        "单位；",
    ),
    "heading-in-a-unit-of-its-own": (
        "{column} is read as it stands, in whatever unit the instance counts it everywhere: leave "
        "{unit} out where that is the one, else convert the figures first; ",
        "{column}按原数读取，单位须与全算例一致：{unit}即该单位的，请从表头去掉；否则请先换算数值；",
    ),
    "the-sum-states-another": (
        "the sum states {stated:g}, and no rows beside it add up to that; all rows are {found:g}",
        "合计写的是{stated:g}，而其上下各行之和均与之不符；全部行之和为{found:g}",
    ),
    "look-for-rows-that-are-missing-or-units-that-differ": (
        "look for rows that are missing or stand twice, and for amounts in another unit",
        "请核对是否缺行、重行，或有金额的单位不同",
    ),
    "is-a-part-of-the-row-above": (
        "{text} is a part of what stands above it",
        "“{text}”是上面一行的组成部分",
    ),
    "leave-the-part-out-or-make-it-a-row": (
        "delete the row, or give it an id and all that a row needs where it stands for itself (and "
        "take its amounts out of the row above)",
        "请删除本行；如单独成项，请填写编号及必填各列，并从上面一行中扣除相应金额",
    ),
    "is-not-read-beside-its-id": (
        "the names under {text} are not read: {shown} beside them says which rows are meant",
        "“{text}”一列不读取，以“{shown}”一列为准",
    ),
    "it-is-required-and-a-bare-null-is-nothing": (
        "it is required; a bare ~ or null stands for nothing: put such a word in quotes",
        "此项必填；未加引号的~、null视为空值，确为名称的请加引号",
    ),
}
