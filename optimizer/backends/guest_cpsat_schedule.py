"""What a schedule adds to a model that CP-SAT was given: intervals that share yearly limits."""

from __future__ import annotations

from typing import Any

from ortools.sat.python import cp_model


def add_limits(model: cp_model.CpModel, options: Any) -> None:
    """Hold every start inside the window of its way, and every use inside the yearly limits.

    The first columns of `model` are the starts of the activities, the next ones their ways, in the
    order of `options["activities"]`; each way has `first`, `last` and its uses: row of
    `options["limits"]` (by year), years, amount.
    """
    activities, limits = options["activities"], options["limits"]
    years = len(limits[0]) if limits else 0
    intervals: list[list[Any]] = [[] for _ in limits]
    amounts: list[list[int]] = [[] for _ in limits]
    number = len(activities)
    for position, ways in enumerate(activities):
        start = model.get_int_var_from_proto_index(position)
        for way in ways:
            chosen = model.get_bool_var_from_proto_index(number)
            number += 1
            domain = cp_model.Domain(way["first"], way["last"])
            model.add_linear_expression_in_domain(start, domain).only_enforce_if(chosen)
            for row, size, amount in way["use"]:
                if len(ways) == 1:
                    interval = model.new_fixed_size_interval_var(start, size, "")
                else:
                    interval = model.new_optional_fixed_size_interval_var(start, size, chosen, "")
                intervals[row].append(interval)
                amounts[row].append(amount)
    for row, limit in enumerate(limits):
        # Where nothing is limited, or less than elsewhere, a fixed use fills the difference.
        asked = sum(amounts[row])
        capped = [min(value, asked) for value in limit]
        most = max(capped, default=0)
        begin = 0
        for year in range(1, years + 1):
            if year < years and capped[year] == capped[begin]:
                continue
            if capped[begin] < most:
                filler = model.new_fixed_size_interval_var(begin, year - begin, "")
                intervals[row].append(filler)
                amounts[row].append(most - capped[begin])
            begin = year
        if asked:
            model.add_cumulative(intervals[row], amounts[row], most)
