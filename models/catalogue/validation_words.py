"""Faults of types that the validating library reports, by its name of the fault."""

from __future__ import annotations

FAULTS: dict[str, tuple[str, ...]] = {
    "missing": ("field required", "缺少必填项"),
    "extra_forbidden": ("extra inputs are not permitted", "不认识的项"),
    "float_parsing": ("not a number", "不是数"),
    "float_type": ("not a number", "不是数"),
    "int_parsing": ("not a whole number", "不是整数"),
    "int_type": ("not a whole number", "不是整数"),
    "int_from_float": ("not a whole number", "不是整数"),
    "bool_parsing": ("neither true nor false", "既不是“是”也不是“否”"),
    "bool_type": ("neither true nor false", "既不是“是”也不是“否”"),
    "string_type": ("not a text", "不是文字"),
    "enum": ("not one of the words known here", "不是可用的词"),
    "literal_error": ("not one of the words known here", "不是可用的词"),
    "finite_number": ("not a finite number", "不是有限的数"),
    "list_type": ("not a list", "不是列表"),
    "tuple_type": ("not a list", "不是列表"),
    "dict_type": ("not names with values", "不是“名称=数值”"),
    "model_type": ("not names with values", "不是“名称=数值”"),
    "model_attributes_type": ("not names with values", "不是“名称=数值”"),
    "string_unicode": ("not a proper text", "不是正常文字"),
    "int_parsing_size": ("too large a number", "数字过大"),
    "too_long": ("too many entries", "项数过多"),
    "other": ("of the wrong type", "类型不符"),
}
