"""MATPOWER cases: conventions by hand, and published costs and expansions."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import InstanceFormatError
from infraplan.models.instance import Instance
from infraplan.optimizer.benchmark import benchmark_of
from infraplan.optimizer.interop.matpower import import_matpower
from tests.assertions import assert_bilingual
from tests.interop.told import told_of
from tests.optimizer.engine import best

CASE = """function mpc = two_buses
mpc.version = '2';
mpc.baseMVA = 100.0;
%	bus_i type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin
mpc.bus = [
	1	3	0	0	0	0	1	1	0	230	1	1.1	0.9;
	2	1	90	0	10	0	1	1	0	230	1	1.1	0.9;
	3	4	50	0	0	0	1	1	0	230	1	1.1	0.9; % isolated
];
%	bus Pg Qg Qmax Qmin Vg mBase status Pmax Pmin
mpc.gen = [
	1	0	0	0	0	1	100	1	200	0;
	2	0	0	0	0	1	100	1	80	20;
	2	0	0	0	0	1	100	0	500	0; % out of service
];
mpc.gencost = [
{costs}
];
%	fbus tbus r x b rateA rateB rateC ratio angle status angmin angmax
mpc.branch = [
	1	2	{r}	{x}	0	{rate}	0	0	{tap}	0	1	{low}	{high};
	1	2	0	0.01	0	900	0	0	0	0	0	-30	30; % out of service
];
"""
LINEAR = "2 0 0 2 10 5\n2 0 0 2 30 7\n2 0 0 2 1 0"


def case(tmp_path: Path, **values: object) -> Instance:
    fixed = {"costs": LINEAR, "r": 0, "x": 0.1, "rate": 60, "low": -30, "high": 30, "tap": 0}
    text = CASE
    for name, value in (fixed | values).items():
        text = text.replace("{" + name + "}", str(value))
    path = tmp_path / "two_buses.m"
    path.write_text(text)
    return import_matpower(path).instance


def cost(instance: Instance) -> float:
    found = best(instance)
    assert found.plan is not None
    told = benchmark_of(instance, found.plan, found.objective, found.objective)
    assert told is not None
    assert told["metric"] == "dollars per hour"
    return float(told["value"])


def test_line_limit_and_constant_costs(tmp_path):
    # 90 of load and 10 of shunt: 60 by the line at 10, 40 at the bus at 30; constants 5 and 7.
    assert cost(case(tmp_path)) == pytest.approx(60 * 10 + 40 * 30 + 12)


def test_least_output(tmp_path):
    # No limit on the line: the dear generator still gives its least, 20.
    assert cost(case(tmp_path, rate=0)) == pytest.approx(80 * 10 + 20 * 30 + 12)


def test_angle_limit_with_resistance(tmp_path):
    # b = x / (r^2 + x^2) = 0.1 / 0.02 = 5: 3 degrees are 100 x 5 x 0.0523599 = 26.18 MW.
    flow = 500 * 3 * 3.141592653589793 / 180
    found = cost(case(tmp_path, r=0.1, low=-3, high=3))
    assert found == pytest.approx(flow * 10 + (100 - flow) * 30 + 12)


def test_taps_are_left_out(tmp_path):
    plain, tapped = case(tmp_path), case(tmp_path, tap=0.5)
    assert cost(plain) == pytest.approx(cost(tapped))


def test_quadratic_costs(tmp_path):
    # 0.1 p^2 + 10 p against 0.2 q^2 + 2 q, p + q = 100: 0.2 p + 10 = 0.4 q + 2, p = 160/3.
    p = 160 / 3
    costs = "2 0 0 3 0.1 10 0\n2 0 0 3 0.2 2 0\n2 0 0 2 1 0"
    expected = 0.1 * p**2 + 10 * p + 0.2 * (100 - p) ** 2 + 2 * (100 - p)
    assert cost(case(tmp_path, costs=costs)) == pytest.approx(expected, rel=1e-8)


def test_costs_by_pieces(tmp_path):
    # The dear generator: 100 at 20, then 20 a unit to 40 and 50 a unit to 80. 60 come by the line.
    costs = "2 0 0 2 10 5\n1 0 0 3 20 100 40 500 80 2500\n2 0 0 2 1 0"
    assert cost(case(tmp_path, costs=costs)) == pytest.approx(60 * 10 + 5 + 500)
    # Without the line's limit it stays at its least.
    assert cost(case(tmp_path, costs=costs, rate=0)) == pytest.approx(80 * 10 + 5 + 100)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"costs": LINEAR.replace("2 0 0 2 10 5", "2 0 0 4 1 1 10 5")}, "second degree"),
        ({"costs": LINEAR.replace("10 5", "ten 5")}, "'ten' is not a number"),
        ({"low": -10, "high": 30}, "equal limits"),
        ({"costs": LINEAR.replace("2 0 0 2 30 7", "1 0 0 3 20 0 40 500 80 600")}, "downwards"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path, values, told):
    with pytest.raises(InstanceFormatError) as caught:
        case(tmp_path, **values)
    finding = caught.value.findings[0]
    assert told in finding.message
    assert_bilingual(finding.message, finding.message.zh)
    assert finding.row
    assert finding.file is not None
    assert finding.file.endswith("two_buses.m")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("mpc.branch = [\n", "", 24, "a ] ends no matrix"),
        ("= 100.0;", "= 1e;", 3, "mpc.baseMVA is '1e'"),
        ("= 100.0;", "= 1_0;", 3, "mpc.baseMVA is '1_0'"),
        ("= 100.0;", "= 0;", 3, "mpc.baseMVA is '0'"),
        ("2\t1\t90", "2\t1\t9_0", 7, "'9_0' is not a number"),
        ("2\t1\t90", "2\t1\t1e30", 7, "1e+30 is beyond"),
        ("2\t1\t90", "2\t1\tinf", 7, "bus 2 has no finite load"),
        ("2\t1\t90", "2\t1", 7, "mpc.bus has a row of 12 numbers"),
        ("% isolated\n];", "% isolated", 5, "mpc.bus does not end"),
        ("30; % out of service\n];\n", "30;", 22, "mpc.branch does not end"),
        ("\n2 0 0 2 1 0", "", 17, "mpc.gencost has 2 rows for 3"),
        ("%\tfbus", "mpc.gen = [];\n%\tfbus", 21, "mpc.gen stands twice"),
    ],
)
def test_damage_is_told_once_with_its_line(tmp_path, old, new, line, words):
    text = CASE.replace("{costs}", LINEAR)
    for name, value in {"r": 0, "x": 0.1, "rate": 60, "low": -30, "high": 30, "tap": 0}.items():
        text = text.replace("{" + name + "}", str(value))
    assert old in text
    path = tmp_path / "damaged.m"
    path.write_text(text.replace(old, new, 1))
    (finding,) = told_of(lambda: import_matpower(path))
    assert words in finding.message
    assert (finding.file, finding.row) == (str(path), line)
    assert_bilingual(finding.message, finding.message.zh)


def test_marks_and_ends_of_lines_do_not_matter(tmp_path):
    asked = case(tmp_path)
    path = tmp_path / "two_buses.m"
    text = path.read_text().split("\n", 2)[2]  # begins with mpc.baseMVA
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert import_matpower(path).instance == asked


def test_a_file_that_is_no_case(tmp_path):
    path = tmp_path / "no.m"
    path.write_text("hello")
    with pytest.raises(InstanceFormatError, match="no MATPOWER case"):
        import_matpower(path)
    with pytest.raises(InstanceFormatError, match="cannot be read"):
        import_matpower(tmp_path / "missing.m")


EXPANSION = """
%column_names% f t r x b rate_a rate_b rate_c tap shift status angmin angmax construction_cost
mpc.ne_branch = [
	1	2	0	0.1	0	25	0	0	0	0	1	-360	360	7;
	1	2	0	0.1	0	25	0	0	0	0	1	-360	360	7;
	1	2	0	0.2	0	25	0	0	0	0	1	-360	360	4;
	1	2	0	0.2	0	25	0	0	0	0	0	-360	360	1;
];
"""


def test_expansion_builds_the_cheapest_circuits_that_carry_the_load(tmp_path):
    # The generator at the bus gives 80 of 100... with 20 a line of 10 still must carry 20. One
    # circuit of 0.1 has the line's own reactance and carries 10 with it: 20 for 7. The circuit of
    # 0.2 carries only half of what the line does: 10 + 5 are not enough.
    path = tmp_path / "expand.m"
    text = CASE + EXPANSION
    for name, value in {
        "costs": LINEAR,
        "r": 0,
        "x": 0.1,
        "rate": 10,
        "low": -360,
        "high": 360,
        "tap": 0,
    }.items():
        text = text.replace("{" + name + "}", str(value))
    path.write_text(text)
    instance = import_matpower(path).instance
    assert len(instance.projects) == 3
    found = best(instance)
    told = benchmark_of(instance, found.plan, found.objective, found.objective)
    assert told == {"metric": "cost", "value": 7.0, "bound": 7.0}
    # Of the two equal circuits the first is built.
    assert set(found.starts) == {"c1"}


@pytest.mark.parametrize(
    ("name", "published"),
    # PGLib-OPF, baseline of the direct-current model, five digits.
    [
        ("case5_pjm", 17480),
        ("case14_ieee", 2051.5),
        ("case30_ieee", 7472.8),
        ("case118_ieee", 93101),
    ],
)
def test_published_dispatch_costs(name, published, bench_dir):
    found = cost(import_matpower(bench_dir / "power" / f"pglib_opf_{name}.m").instance)
    assert float(f"{found:.5g}") == published


@pytest.mark.parametrize(
    ("name", "published"), [("garver6_fixed", 200.0), ("garver6_redispatch", 110.0)]
)
def test_published_expansions(name, published, bench_dir):
    instance = import_matpower(bench_dir / "tep" / f"{name}.m").instance
    found = best(instance)
    assert found.objective == pytest.approx(-published)


GARVER_LINES = {
    (1, 2): (0.40, 100),
    (1, 3): (0.38, 100),
    (1, 4): (0.60, 80),
    (1, 5): (0.20, 100),
    (1, 6): (0.68, 70),
    (2, 3): (0.20, 100),
    (2, 4): (0.40, 100),
    (2, 5): (0.31, 100),
    (2, 6): (0.30, 100),
    (3, 4): (0.59, 82),
    (3, 5): (0.20, 100),
    (3, 6): (0.48, 100),
    (4, 5): (0.63, 75),
    (4, 6): (0.30, 100),
    (5, 6): (0.61, 78),
}
"""Reactance and rating by corridor; a circuit costs 100 times its reactance."""
GARVER_BUILT = ((1, 2), (1, 4), (1, 5), (2, 3), (2, 4), (3, 5))
GARVER_LOADS = (80, 240, 40, 160, 240, 0)


@pytest.mark.parametrize(
    ("least", "most", "published"),
    [((50, 165, 545), (50, 165, 545), 200.0), ((0, 0, 0), (150, 360, 600), 110.0)],
)
def test_garver_without_the_files(tmp_path, least, most, published):
    """Six buses of Garver, "Transmission network estimation using linear programming", IEEE
    Transactions on Power Apparatus and Systems 89 (7), 1970; optima of the disjunctive model with
    fixed and with free generation as in Romero et al., "Test systems and mathematical models for
    transmission network expansion planning", IEE Proceedings 149 (1), 2002."""
    lines = ["mpc.baseMVA = 100;", "mpc.bus = ["]
    for bus, load in enumerate(GARVER_LOADS, start=1):
        lines.append(f"{bus} {3 if bus == 1 else 1} {load} 0 0 0 1 1 0 230 1 1.1 0.9;")
    lines += ["];", "mpc.gen = ["]
    for bus, low, high in zip((1, 3, 6), least, most, strict=True):
        lines.append(f"{bus} 0 0 0 0 1 100 1 {high} {low};")
    lines += ["];", "mpc.gencost = [", *["2 0 0 2 0 0;"] * 3, "];", "mpc.branch = ["]
    for ends in GARVER_BUILT:
        reactance, rating = GARVER_LINES[ends]
        lines.append(f"{ends[0]} {ends[1]} 0 {reactance} 0 {rating} 0 0 0 0 1 -360 360;")
    lines += ["];", "mpc.ne_branch = ["]
    for (tail, head), (reactance, rating) in GARVER_LINES.items():
        cost = round(100 * reactance)
        row = f"{tail} {head} 0 {reactance} 0 {rating} 0 0 0 0 1 -360 360 {cost};"
        lines += [row] * 4
    case = tmp_path / "garver.m"
    case.write_text("\n".join([*lines, "];"]), encoding="utf-8")
    found = best(import_matpower(case).instance)
    assert found.objective == pytest.approx(-published)


def test_what_takes_no_part_and_a_branch_without_reactance_are_told(tmp_path):
    path = tmp_path / "two_buses.m"
    text = CASE
    values = {"costs": LINEAR, "r": 0.01, "x": 0, "rate": 60, "low": -30, "high": 30, "tap": 0}
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    path.write_text(text)
    imported = import_matpower(path)
    told = {finding.rule: finding for finding in imported.findings}
    assert set(told) == {"isolated-bus", "no-reactance", "out-of-service"}
    for finding in imported.findings:
        assert finding.row
        assert_bilingual(finding.message, finding.message.zh)
    assert "bus 3 is isolated (type 4)" in told["isolated-bus"].message
    assert "load of 50 MW" in told["isolated-bus"].message
    assert "the branch 1 - 2 has no reactance" in told["no-reactance"].message
    counts = [f.message for f in imported.findings if f.rule == "out-of-service"]
    assert [message.split(" are ")[0] for message in counts] == [
        "1 row(s) of mpc.gen",
        "1 row(s) of mpc.branch",
    ]
    # The coupler carries up to its rating: 60 at 10, the rest at the bus; constants 5 and 7.
    assert cost(imported.instance) == pytest.approx(60 * 10 + 40 * 30 + 12)
