"""What the command line says of a wrong use, and its frame, by its own English texts."""

from __future__ import annotations

USAGE: dict[str, tuple[str, ...]] = {
    "<float range>": ("<float range>", "<数>"),
    "<int range>": ("<int range>", "<整数>"),
    "<float>": ("<float>", "<数>"),
    "<int>": ("<int>", "<整数>"),
    "<str>": ("<str>", "<文本>"),
    "<list[str]>": ("<list[str]>", "<文本>"),
    "<list[int]>": ("<list[int]>", "<整数>"),
    "<list[float]>": ("<list[float]>", "<数>"),
    "<list[path]>": ("<list[path]>", "<路径>"),
    "<path>": ("<path>", "<路径>"),
    "<bool>": ("<bool>", "<是或否>"),
    "FORM": ("FORM", "<形式>"),
    "ADDRESS": ("ADDRESS", "<地址>"),
    "Error:": ("Error:", "错误："),
    "Usage:": ("Usage:", "用法："),
    "[OPTIONS]": ("[OPTIONS]", "[选项]"),
    "COMMAND [ARGS]...": ("COMMAND [ARGS]...", "命令 [参数]..."),
    "Try '{command}' for help.": ("Try '{command}' for help.", "帮助见{command}。"),
    "Missing parameter {param}.": ("Missing parameter {param}.", "缺少参数{param}。"),
    "Missing argument {param}.": ("Missing argument {param}.", "缺少参数{param}。"),
    "Missing option {param}.": ("Missing option {param}.", "缺少选项{param}。"),
    "Missing parameter: {param}": ("Missing parameter: {param}", "缺少参数：{param}"),
    "No such option: {option} Did you mean {other}?": (
        "No such option: {option} Did you mean {other}?",
        "没有选项{option}，是否为{other}？",
    ),
    "No such option: {option} (Possible options: {others})": (
        "No such option: {option} (Possible options: {others})",
        "没有选项{option}，可用的有：{others}",
    ),
    "No such option: {option}": ("No such option: {option}", "没有选项{option}"),
    "No such option {option}. Did you mean {other}?": (
        "No such option {option}. Did you mean {other}?",
        "没有选项{option}，是否为{other}？",
    ),
    "No such option {option}. (Possible options: {others})": (
        "No such option {option}. (Possible options: {others})",
        "没有选项{option}，可用的有：{others}",
    ),
    "No such option {option}.": ("No such option {option}.", "没有选项{option}"),
    "No such command {name}. Did you mean {other}?": (
        "No such command {name}. Did you mean {other}?",
        "没有命令{name}，是否为{other}？",
    ),
    "No such command {name}.": ("No such command {name}.", "没有命令{name}。"),
    "Missing command.": ("Missing command.", "缺少命令。"),
    "Got unexpected extra argument(s) ({args})": (
        "Got unexpected extra argument(s) ({args})",
        "多出参数（{args}）",
    ),
    "Got unexpected extra argument ({args})": (
        "Got unexpected extra argument ({args})",
        "多出参数（{args}）",
    ),
    "Got unexpected extra arguments ({args})": (
        "Got unexpected extra arguments ({args})",
        "多出参数（{args}）",
    ),
    "Option {name} does not take a value.": (
        "Option {name} does not take a value.",
        "选项{name}不带值。",
    ),
    "Option {name} requires {count} arguments.": (
        "Option {name} requires {count} arguments.",
        "选项{name}需要{count}个值。",
    ),
    "Argument {name} takes {count} values.": (
        "Argument {name} takes {count} values.",
        "参数{name}需要{count}个值。",
    ),
    "Option {name} requires an argument.": (
        "Option {name} requires an argument.",
        "选项{name}需要一个值。",
    ),
    "Invalid value for {param} (env var: {variable}): {message}": (
        "Invalid value for {param} (env var: {variable}): {message}",
        "{param}（环境变量{variable}）的值无效：{message}",
    ),
    "Invalid value for {param}: {message}": (
        "Invalid value for {param}: {message}",
        "{param}的值无效：{message}",
    ),
    "Invalid value: {message}": ("Invalid value: {message}", "值无效：{message}"),
    "Input should be a valid number, unable to parse string as a number": (
        "Input should be a valid number, unable to parse string as a number",
        "此处应为数",
    ),
    "Input should be a valid integer, unable to parse string as an integer": (
        "Input should be a valid integer, unable to parse string as an integer",
        "此处应为整数",
    ),
    "Input should be less than or equal to {bound}": (
        "Input should be less than or equal to {bound}",
        "不得大于{bound}",
    ),
    "Input should be greater than or equal to {bound}": (
        "Input should be greater than or equal to {bound}",
        "不得小于{bound}",
    ),
    "Unable to parse input string as an integer, exceeded maximum size": (
        "Unable to parse input string as an integer, exceeded maximum size",
        "整数位数过多",
    ),
    "Input should be a valid integer, got a number with a fractional part": (
        "Input should be a valid integer, got a number with a fractional part",
        "此处应为整数",
    ),
    "Input should be a finite number": ("Input should be a finite number", "此处应为有限的数"),
    "Input should be less than {bound}": ("Input should be less than {bound}", "应小于{bound}"),
    "Input should be greater than {bound}": (
        "Input should be greater than {bound}",
        "应大于{bound}",
    ),
    "Input should be a valid boolean, unable to interpret input": (
        "Input should be a valid boolean, unable to interpret input",
        "此处应为是或否",
    ),
    "Value {value} is not a valid {kind}.": (
        "Value {value} is not a valid {kind}.",
        "{value}不是可用的{kind}。",
    ),
    "Value error, {value} is not one of {choices}.": (
        "Value error, {value} is not one of {choices}.",
        "{value}不是可用的值：{choices}。",
    ),
    "{value} is not one of {choices}.": (
        "{value} is not one of {choices}.",
        "{value}不是可用的值：{choices}。",
    ),
    "{value} is not a valid float.": ("{value} is not a valid float.", "{value}不是数。"),
    "{value} is not a valid integer.": ("{value} is not a valid integer.", "{value}不是整数。"),
    "{value} is not in the range {range}.": (
        "{value} is not in the range {range}.",
        "{value}不在范围{range}内。",
    ),
}
