"""What is wrong with files in foreign formats."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "the-file-ends-before-all-numbers": (
        "the file ends too early: {asked} more number(s) are asked for, {left} are left",
        "文件过早结束：还需{asked}个数，只剩{left}个",
    ),
    "is-no-count": ("{value} is no count: a whole number of at least 0", "{value}不是非负整数"),
    "is-no-number-here": ("{word!r} is no number", "“{word}”不是数"),
    "a-need-or-limit-is-below-0": (
        "a need or a limit of the problem is below 0",
        "该问题的某项需求或限额小于0",
    ),
    "numbers-are-left-after-the-last-problem": (
        "{left} number(s) are left after the last problem",
        "最后一个问题之后还多出{left}个数",
    ),
    "the-file-states-no-problems": (
        "the file states that it has no problems",
        "文件写明的问题数为0",
    ),
    "is-a-part-of-it-missing": ("is a part of it missing?", "文件是否不完整？"),
    "more-faults-of-this-kind": (
        "{more} more fault(s) of this kind, from here on",
        "由此往下还有{more}处同类错误",
    ),
    "the-file-has-no-problem-of-that-number": (
        "the file has no problem {index}; problems are 0 to {last}",
        "文件中没有第{index}号问题；编号为0至{last}",
    ),
    "the-file-has-no-links-beyond-number-of-links": (
        "the file has no links beyond NUMBER OF LINKS, so no candidates",
        "文件中没有超出NUMBER OF LINKS的线路，因而没有候选线路",
    ),
    "one-of-or-null": ("one of: {kinds}, or null", "可用的类型：{kinds}，或null"),
    "is-no-geometry": ("{geometry!r} is no geometry", "“{geometry}”不是几何对象"),
    "the-collection-has-no-geometries": (
        "the collection has no geometries",
        "几何集合中没有几何对象",
    ),
    "give-a-list": ("give a list", "填写列表"),
    "the-outline-is-no-polygon": ("the outline is no Polygon", "轮廓不是Polygon（多边形）"),
    "give-one-ring-or-null": ("give one ring, or null", "填写一个环，或null"),
    "the-ring-has-fewer-than-three-corners": (
        "the ring has fewer than three corners",
        "环少于三个顶点",
    ),
    "give-at-least-three": ("give at least three", "至少填写三个"),
    "the-geometry-has-no-coordinates": ("the geometry has no coordinates", "几何对象没有坐标"),
    "give-its-positions": ("give its positions", "填写其位置"),
    "there-are-positions-where-at-least-are-asked": (
        "there {num_points:=is|are} {num_points} {num_points:=position|positions} where at "
        "least {least} are asked for",
        "有{num_points}个位置，至少需要{least}个",
    ),
    "give-more-positions": ("give more positions", "补充位置"),
    "write-longitude-latitude": ("write [longitude, latitude]", "按“[经度, 纬度]”填写"),
    "is-no-position": ("{data} is no position", "{data}不是位置"),
    "longitude-first-180-to-180-then-latitude-90": (
        "longitude first (-180 to 180), then latitude (-90 to 90), WGS 84",
        "先经度（-180到180），后纬度（-90到90），WGS 84",
    ),
    "is-no-longitude-and-latitude": (
        "({lon:g}, {lat:g}) is no longitude and latitude",
        "（{lon:g}，{lat:g}）不是经度和纬度",
    ),
    "feature": ("feature {row}: {message}", "要素{row}：{message}"),
    "the-file-is-no-featurecollection-with": (
        "the file is no FeatureCollection with features",
        "文件不是含features的FeatureCollection",
    ),
    "write-2": (
        'write {{"type": "FeatureCollection", "features": [...]}}',
        '按“{{"type": "FeatureCollection", "features": [...]}}”填写',
    ),
    "coordinates-are-in-geojson-has-them-in-wgs-84": (
        "coordinates are in {name}; GeoJSON has them in WGS 84",
        "坐标系为{name}，而GeoJSON应为WGS 84",
    ),
    "save-the-file-in-epsg-4326": ("save the file in EPSG:4326", "按EPSG:4326保存文件"),
    "infraplan-settings-is-no-object": (
        "infraplan.settings is no object",
        "infraplan.settings不是对象",
    ),
    "no-years-are-stated-the-plan-runs-from-to": (
        "no years are stated: the plan runs from {first} to {last}",
        "未注明年份：规划期取{first}年至{last}年",
    ),
    "give-first-year-and-last-year": (
        "give --first-year and --last-year",
        "用--first-year和--last-year指定",
    ),
    "a-plan-from-to-has-no-years": (
        "a plan from {begin} to {end} has no years",
        "{begin}年至{end}年的规划期没有年份",
    ),
    "give-first-year-before-last-year": (
        "give --first-year before --last-year",
        "--first-year须早于--last-year",
    ),
    "it-is-no-feature": ("it is no Feature", "不是Feature（要素）"),
    "give-it-the-type-feature": ('give it the type "Feature"', '将其type设为"Feature"'),
    "the-properties-are-no-object": ("the properties are no object", "properties不是对象"),
    "give-names-and-values-or-null": ("give names and values, or null", "填写名称和数值，或null"),
    "stands-twice": (
        "{column} stands twice ({shown}, {name})",
        "{column}重复出现（{shown}、{name}）",
    ),
    "it-has-no": ("it has no {column}", "缺少{column}"),
    "a-plain-value-is-asked-for-not-a-list-or": (
        "a plain value is asked for, not a list or object",
        "此处应为单个值，不能是列表或对象",
    ),
    "give-one-value": ("give one value", "填写一个值"),
    "the-options-are-no-list-of-objects": (
        "the options are no list of objects",
        "options不是对象的列表",
    ),
    "give-a-list-of-objects-one-for-each-further": (
        "give a list of objects, one for each further option",
        "填写由对象组成的列表，每个其他方案一个",
    ),
    "it-is-selected-and-has-no-start-year": (
        "it is selected and has no start year",
        "已入选，却没有开工年",
    ),
    "give-start-e-g-2027": ("give start, e.g. 2027", "填写start，如2027"),
    "property-is-no-column-of-projects-it-is-kept": (
        "property {name!r} is no column of projects; it is kept in their note ({count}x)",
        "属性“{name}”不是projects的列，保留在备注中（{count}处）",
    ),
    "rename-it-or-begin-its-name-with-to-leave-it": (
        "rename it, or begin its name with # to leave it out",
        "改名；不需要时在名称前加#",
    ),
    "property-is-no-column-of-and-is-not-read-x": (
        "property {name!r} is no column of {kind} and is not read ({count}x)",
        "属性“{name}”不是{kind}的列，未读取（{count}处）",
    ),
    "starts-options-and-phases-of-projects-are": (
        "starts, options and phases of {planned} {planned:=project|projects} are those of a plan",
        "{planned}个项目的开工年、方案和阶段属于某个规划方案",
    ),
    "and-are-not-read": ("{text}, and are not read", "{text}，未读取"),
    "fix-starts-holds-them": ("--fix-starts holds them", "用--fix-starts可固定这些安排"),
    "give-it-an-id-as-a-member-of-the-feature-or": (
        "give it an id, as a member of the feature or as a property",
        "在要素上或属性中填写编号id",
    ),
    "it-has-no-id": ("it has no id", "没有编号"),
    "config-csv-has-a-second-row": ("config.csv has a second row", "config.csv有第二行"),
    "one-of-2": ("one of: {known}", "可用的单位：{known}"),
    "is-not-a-known-unit": ("{text!r} is not a known unit", "“{text}”不是已知的单位"),
    "no-long-length-is-stated-lengths-are-taken-as": (
        "no long_length is stated: lengths are taken as {unit}, speeds as {speeds}",
        "未注明long_length：长度按{unit}计，速度按{speeds}计",
    ),
    "state-long-length-and-speed-in-config-csv": (
        "state long_length and speed in config.csv",
        "在config.csv中填写long_length和speed",
    ),
    "zone-stands-twice": ("zone {zone} stands twice", "分区{zone}重复出现"),
    "keep-one-row": ("keep one row", "只保留一行"),
    "node-stands-twice-first-in-row": (
        "node {node} stands twice, first in row {first}",
        "节点{node}重复出现，首次在第{first}行",
    ),
    "give-every-node-its-own-id": ("give every node its own id", "每个节点使用不同的编号"),
    "there-are-no-nodes": ("there are no nodes", "没有节点"),
    "add-one-a-row": ("add one a row", "每行填写一个"),
    "nodes-have-no-coordinates-and-no-place": (
        "{blank} {blank:=node has|nodes have} no coordinates and no place",
        "{blank}个节点没有坐标，也没有地点",
    ),
    "x-coord-is-longitude-180-to-180-y-coord": (
        "x_coord is longitude (-180 to 180), y_coord latitude (-90 to 90)",
        "x_coord为经度（-180到180），y_coord为纬度（-90到90）",
    ),
    "is-no-longitude-and-latitude-as-crs-asks-for": (
        "({x:g}, {y:g}) is no longitude and latitude, as crs {crs} asks for",
        "（{x:g}，{y:g}）不是坐标系{crs}所要求的经度和纬度",
    ),
    "crs": ("crs {crs}", "坐标系{crs}"),
    "coordinates-beyond-180-and-90-degrees": (
        "coordinates beyond 180 and 90 degrees",
        "坐标超出180度和90度",
    ),
    "coordinates-are-not-longitude-and-latitude": (
        "{what}: coordinates are not longitude and latitude, and are left out",
        "{what}：坐标不是经纬度，未读取",
    ),
    "convert-them-to-epsg-4326-to-see-the-network": (
        "convert them to EPSG:4326 to see the network on a map",
        "换算为EPSG:4326后可在地图上显示",
    ),
    "link-stands-twice-first-in-row": (
        "link {link} stands twice, first in row {first}",
        "线路{link}重复出现，首次在第{first}行",
    ),
    "give-every-link-its-own-id": ("give every link its own id", "每条线路使用不同的编号"),
    "there-are-no-links": ("there are no links", "没有线路"),
    "there-is-no-column-directed-every-link-is": (
        "there is no column directed: every link is taken as one way",
        "没有directed列：所有线路按单向计",
    ),
    "add-directed-1-or-0": ("add directed: 1 or 0", "补充directed列：1或0"),
    "the-link-begins-and-ends-at-node": (
        "the link begins and ends at node {tail}",
        "线路的起点和终点都是节点{tail}",
    ),
    "are-closed-to-motor-vehicles-allowed-uses": (
        "are closed to motor vehicles (allowed_uses, facility_type)",
        "不允许机动车通行的线路（allowed_uses、facility_type）",
    ),
    "have-no-lanes-or-capacity-0": ("have no lanes or capacity 0", "没有车道或能力为0的线路"),
    "links-and-are-left-out": ("links {reason} and are left out", "{reason}未读取"),
    "links-have-a-toll-that-is-left-out-nothing": (
        "links have a toll that is left out: nothing says what time is worth",
        "线路的收费未读取：没有说明时间价值",
    ),
    "links-have-a-vdf-alpha-and-no-capacity-they": (
        "links have a vdf_alpha and no capacity: they never slow down",
        "线路有vdf_alpha而没有能力：永不拥堵",
    ),
    "is-not-a-node-id-in": ("{node!r} is not a node_id in {file}", "“{node}”不是{file}中的node_id"),
    "add-the-node-or-correct-the-id-here": (
        "add the node, or correct the id here",
        "补充该节点，或更正此处的编号",
    ),
    "the-geometry-is-not-a-wkt-linestring-and-the": (
        "the geometry is not a WKT linestring and the length is blank",
        "几何对象不是WKT折线，长度也为空",
    ),
    "write-linestring-x-y-x-y-or-give-the-length": (
        "write LINESTRING (x y, x y, ...), or give the length",
        "按“LINESTRING (x y, x y, ...)”填写，或填写长度",
    ),
    "the-link-has-no-vdf-fftt-and-no-so-no-free": (
        "the link has no vdf_fftt and no {unit}, so no free-flow time",
        "线路没有vdf_fftt，也没有{unit}，无法得出自由流时间",
    ),
    "give-length-and-free-speed-or-vdf-fftt-in": (
        "give length and free_speed, or vdf_fftt in minutes",
        "填写length和free_speed，或以分钟填写vdf_fftt",
    ),
    "it-must-be-more-than-0-or-vdf-fftt-be-given": (
        "it must be more than 0, or vdf_fftt be given",
        "须大于0，或填写vdf_fftt",
    ),
    "the-speed-is-0": ("the speed is 0", "速度为0"),
    "volume-is-blank": ("volume is blank", "volume为空"),
    "give-the-trips-0-for-none": ("give the trips, 0 for none", "填写出行量，没有时填0"),
    "there-is-no-way-from-zone-to-zone": (
        "there is no way from zone {origin} to zone {destination}",
        "从分区{origin}到分区{destination}没有通路",
    ),
    "add-the-missing-links-or-delete-the-trips": (
        "add the missing links, or delete the trips",
        "补充缺少的线路，或删除该出行",
    ),
    "trips-begin-and-end-in-one-zone-and-are-left": (
        "{inside:g} "
        "{inside:=trip begins and ends in one zone and is|trips begin and end in one zone and are} "
        "left out",
        "{inside:g}次出行的起讫点在同一分区，未计入",
    ),
    "there-are-no-trips-between-zones": ("there are no trips between zones", "分区之间没有出行"),
    "give-volumes-above-0": ("give volumes above 0", "填写大于0的volume"),
    "no-node-is-in-zone": ("no node is in zone {zone}", "分区{zone}中没有节点"),
    "give-its-node-the-zone-id-in": (
        "give its node the zone_id {zone} in {file}",
        "在{file}中将其节点的zone_id填为{zone}",
    ),
    "links-are-the-same-at-all-hours": ("links are the same at all hours", "各时刻线路相同"),
    "links-are-the-same-along-their-length": (
        "links are the same along their length",
        "线路全长相同",
    ),
    "the-model-has-no-place-for-it": ("the model has no place for it", "模型中没有相应内容"),
    "the-instance-has-no-transport-network-gmns": (
        "the instance has no transport network; GMNS holds nothing else",
        "算例没有交通网络，而GMNS只能表示交通网络",
    ),
    "is-blank-2": ("{column} is blank", "{column}为空"),
    "give-the-id": ("give the id", "填写编号"),
    "an-id-holds-no-blanks-commas-semicolons": (
        "an id holds no blanks, commas, semicolons, quotes or =; at most 60 characters",
        "编号不得含空格、逗号、分号、引号或=，最多60个字符",
    ),
    "is-not-a-proper-id-2": ("{text!r} is not a proper id", "“{text}”不是合规的编号"),
    "write-a-plain-number-e-g-1800-or-0-15": (
        "write a plain number, e.g. 1800 or 0.15",
        "填写普通数字，如1800或0.15",
    ),
    "and-at-most": (" and at most {most:g}", "，且不大于{most:g}"),
    "it-must-be-at-least-2": ("it must be at least {least:g}{end}", "须不小于{least:g}{end}"),
    "is-out-of-range-2": ("{text} is out of range", "{text}超出范围"),
    "give-a-whole-number": ("give a whole number", "填写整数"),
    "is-neither-true-nor-false": (
        "{word!r} is neither true nor false",
        "“{word}”既不是true也不是false",
    ),
    "write-1-or-true-for-one-way-0-or-false-for": (
        "write 1 or true for one way, 0 or false for both ways",
        "单向填1或true，双向填0或false",
    ),
    "name-the-folder-that-holds-node-csv-and-link": (
        "name the folder that holds node.csv and link.csv",
        "请给出含node.csv和link.csv的文件夹",
    ),
    "there-is-no-folder": ("there is no folder {folder}", "没有文件夹{folder}"),
    "a-gmns-folder-has-at-least-node-csv-and-link": (
        "a GMNS folder has at least node.csv and link.csv",
        "GMNS文件夹至少含node.csv和link.csv",
    ),
    "there-is-no": ("there is no {file}", "没有{file}"),
    "column-stands-twice-2": ("column {heading} stands twice", "列{heading}重复出现"),
    "there-is-no-column": ("there is no column {name}", "没有列{name}"),
    "add-it-the-file-has": ("add it; the file has: {there}", "请补充；文件中有：{there}"),
    "columns-that-are-not-read": ("columns that are not read: {unread}", "未读取的列：{unread}"),
    "the-row-has-cells-but-there-are-headings-2": (
        "the row has {num_cells} {num_cells:=cell|cells}, but there {width:=is|are} {width} "
        "{width:=heading|headings}",
        "本行有{num_cells}个单元格，而表头只有{width}个",
    ),
    "put-cells-that-hold-a-comma-in-double-quotes-2": (
        "put cells that hold a comma in double quotes",
        "含逗号的单元格放在双引号内",
    ),
    "reading-epanet-files-needs-the-package-wntr": (
        "reading EPANET files needs the package wntr: pip install wntr six",
        "读取EPANET文件需要wntr：pip install wntr six",
    ),
    "there-is-no-such-file": ("there is no such file", "没有这个文件"),
    "is-no-epanet-input-file": ("is no EPANET input file: {error}", "不是EPANET输入文件：{error}"),
    "two-nodes-have-the-same-name": (
        "two nodes have the same name: {twice}",
        "两个节点同名：{twice}",
    ),
    "the-network-has-no-pipe": ("the network has no pipe {name!r}", "管网中没有管道“{name}”"),
    "the-file-does-not-close-with-end": (
        "the file does not close with [END]",
        "文件没有以[END]结束",
    ),
    "pipe-stands-twice": ("pipe {name} stands twice", "管道{name}重复出现"),
    "pipe-has-a-diameter-of-mm": (
        "pipe {name} has a diameter of {diameter:g} mm",
        "管道{name}的管径为{diameter:g}毫米",
    ),
    "epanet-cannot-simulate-it": ("EPANET cannot simulate it: {error}", "EPANET无法模拟：{error}"),
    "cannot-be-read-2": ("cannot be read: {reason}", "无法读取：{reason}"),
    "is-not-a-diameter-columns-are-pipe-and": (
        "{cell!r} is not a diameter; columns are pipe and diameter_mm or diameter_in",
        "“{cell}”不是管径；各列应为pipe和diameter_mm或diameter_in",
    ),
    "bus-stands-twice": ("bus {bus:g} stands twice", "母线{bus:g}重复出现"),
    "a-generator-gives-to": (
        "a generator gives {least:g} to {most:g}",
        "发电机出力范围为{least:g}至{most:g}",
    ),
    "a-branch-has-the-impedance-i": (
        "a branch has the impedance {r:g} + {x:g}i",
        "支路阻抗为{r:g} + {x:g}i",
    ),
    "a-branch-begins-and-ends-at-bus": (
        "a branch begins and ends at bus {tail:g}",
        "支路的起点和终点都是母线{tail:g}",
    ),
    "a-direct-current-line-loses-the-share": (
        "a direct-current line loses the share {loss:g}",
        "直流线路的损失率为{loss:g}",
    ),
    "a-direct-current-line-carries-to": (
        "a direct-current line carries {least:g} to {most:g}",
        "直流线路的输送范围为{least:g}至{most:g}",
    ),
    "a-direct-current-line-s-cost-is-not-c1-p-c0": (
        "a direct-current line's cost is not c1 p + c0, c1 >= 0",
        "直流线路的成本不是c1 p + c0（c1 >= 0）的形式",
    ),
    "mpc-has-a-row-of-numbers-at-least-are-needed": (
        "mpc.{name} has a row of {num_row} {num_row:=number|numbers}, at least {least} are needed",
        "mpc.{name}有一行只有{num_row}个数，至少需要{least}个",
    ),
    "mpc-has-a-nan": ("mpc.{name} has a NaN", "mpc.{name}中有NaN"),
    "there-is-no-bus": ("there is no bus {bus:g}", "没有母线{bus:g}"),
    "column-names-but-numbers": (
        "{num_names} column {num_names:=name|names}, but {num_row} {num_row:=number|numbers}",
        "有{num_names}个列名，却有{num_row}个数",
    ),
    "mpc-ne-branch-has-no": (
        "mpc.ne_branch has no {cost_column}",
        "mpc.ne_branch没有{cost_column}",
    ),
    "a-construction-cost-is": ("a construction cost is {cost:g}", "建设成本为{cost:g}"),
    "a-limit-on-angles-is-no-number": ("a limit on angles is no number", "相角差限值不是数"),
    "angles-may-differ-by-to-only-equal-limits-are": (
        "angles may differ by {low:g} to {high:g}: only equal limits are imported",
        "相角差范围为{low:g}至{high:g}：只能导入上下对称的限值",
    ),
    "no-cost-model-with-terms-or-points": (
        "no cost: model {model:g} with {count} {count:=term or point|terms or points}",
        "不是成本：模型{model:g}，{count}项或点",
    ),
    "a-cost-is-not-finite": ("a cost is not finite", "成本不是有限的数"),
    "a-cost-is-a-polynomial-of-more-than-the": (
        "a cost is a polynomial of more than the second degree",
        "成本是二次以上的多项式",
    ),
    "a-cost-bends-downwards": ("a cost bends downwards", "成本曲线向下弯曲"),
    "the-points-of-a-cost-do-not-go-from-left-to": (
        "the points of a cost do not go from left to right",
        "成本曲线的点没有从左到右排列",
    ),
    "a-cost-by-pieces-bends-downwards": (
        "a cost by pieces bends downwards",
        "分段成本曲线向下弯曲",
    ),
    "the-file-has-no-mpc-basemva-or-no-mpc-bus-no": (
        "the file has no mpc.baseMVA or no mpc.bus: no MATPOWER case",
        "文件没有mpc.baseMVA或mpc.bus：不是MATPOWER算例",
    ),
    "is-no-power-above-0": (
        "mpc.baseMVA is {word!r}, not a number above 0",
        "mpc.baseMVA为“{word}”，不是大于0的数",
    ),
    "a-matrix-does-not-begin": ("a ] ends no matrix", "此处的]之前没有矩阵开头"),
    "a-matrix-does-not-end": ("mpc.{name} does not end with ]", "mpc.{name}没有以]结束"),
    "a-matrix-stands-twice": ("mpc.{name} stands twice", "mpc.{name}重复出现"),
    "a-row-is-of-another-length": (
        "mpc.{name} has a row of {num_row} {num_row:=number|numbers}",
        "mpc.{name}有一行为{num_row}个数",
    ),
    "the-first-row-has": ("its first row has {width}", "其第一行有{width}个"),
    "costs-are-not-as-many": (
        "mpc.{costs} has {there} {there:=row|rows} for {asked}",
        "mpc.{costs}有{there}行，而应对应{asked}个",
    ),
    "is-not-a-number-5": ("{cell!r} is not a number", "“{cell}”不是数"),
    "the-file-has-no-links": ("the file has no links", "文件中没有线路"),
    "the-file-has-links-and-says-that-there-are": (
        "the file has {told} {told:=link|links} and says that there {stated:=is|are} {stated}",
        "文件中有{told}条线路，而注明为{stated}条",
    ),
    "is-a-part-of-it-missing-correct-number-of": (
        "is a part of it missing? Correct NUMBER OF LINKS or the links",
        "文件是否不完整？请更正NUMBER OF LINKS或线路",
    ),
    "not-a-line-name-value": ("not a line <NAME> value: {text!r}", "不是“<名称> 数值”行：“{text}”"),
    "a-candidate-has-no-cost": (
        "a candidate link has no cost, its eleventh column",
        "候选线路没有成本（第11列）",
    ),
    "a-link-with-columns-fewer-than-seven": (
        "a link with {num_cells} {num_cells:=column|columns}, fewer than seven",
        "线路只有{num_cells}列，少于七列",
    ),
    "is-not-the-number-of-a-node": ("{name!r} is not the number of a node", "“{name}”不是节点号"),
    "is-not-a-number-from-0-on": (
        "{title} is {cell!r}, not a number from 0 on",
        "{title}为“{cell}”，不是不小于0的数",
    ),
    "cost-is-not-a-number-from-0-on": (
        "cost is {cost!r}, not a number from 0 on",
        "成本为“{cost}”，不是不小于0的数",
    ),
    "is-not-the-number-of-a-node-2": (
        "{origin!r} is not the number of a node",
        "“{origin}”不是节点号",
    ),
    "not-trips-to-a-node": ("not trips to a node: {part!r}", "不是到某节点的出行：“{part}”"),
    "the-file-has-no-trips": ("the file has no trips", "文件中没有出行"),
    "is-not-a-number-of-trips-from-0-on": (
        "{amount!r} is not a number of trips from 0 on",
        "“{amount}”不是不小于0的出行量",
    ),
    "trips-from-to-stand-twice": (
        "trips from {origin} to {destination} stand twice",
        "从{origin}到{destination}的出行重复出现",
    ),
    "no-link-touches-node-where-trips-begin-or-end": (
        "no link touches node {name}, where trips begin or end",
        "没有线路与出行起讫节点{name}相连",
    ),
    "the-folder-has-no-file-named": (
        "the folder has no file with one of these in its name: {words}",
        "文件夹中没有名称含以下任一文字的文件：{words}",
    ),
    "file-is-not-read": ("{path} is not read: {reason}", "{path}未读取：{reason}"),
    "counted": ("{count} {text}", "{count}条{text}"),
    "form-of-a-link": (
        "a link is: init node, term node, capacity, length, free flow time, b, power, ... ;",
        "线路的格式：起点、终点、能力、长度、自由流时间、b、power、…，以“;”结束",
    ),
    "form-of-trips": (
        "trips are: Origin 1, then lines of destination : trips;",
        "出行的格式：先写Origin 1，再逐行写“终点 : 出行量;”",
    ),
    "name-is-value": ("{name} is {value!r}", "{name}为“{value}”"),
    "its-reader-stops": ("its reader stops ({kind}: {error})", "读取程序中止（{kind}：{error}）"),
    "has-what-is-out-of-range": (
        "{name} has {what}, which is out of range",
        "{name}的{what}超出范围",
    ),
    "epanet-states-no-capacity": (
        "EPANET states no capacity: {links} link(s) carry whatever is demanded",
        "EPANET不给出通过能力：{links}条线路可输送任意需求",
    ),
    "give-capacity-where-it-matters": (
        "give `capacity` in network_links where it matters; `infraplan hydraulics` checks "
        "pressures",
        "请在network_links中为有影响的线路填写capacity；infraplan hydraulics可检验压力",
    ),
    "demands-are-averages-over-their-patterns": (
        "demands are averages over their patterns, at most {times:.3g} {times:=time|times} that",
        "需求取其时变模式的平均值，最大为平均值的{times:.3g}倍",
    ),
    "multiply-amount-where-the-largest-is-to-be-served": (
        "multiply `amount` in demands where the largest is to be served",
        "如须满足最大需求，请在demands中放大amount",
    ),
    "junctions-with-negative-demand-are-sources": (
        "{junctions} junction(s) with negative demand are sources",
        "{junctions}个需求为负的节点作为水源",
    ),
    "closed-at-the-start-opened-later": (
        "closed at the start, opened by a control or rule: {links}",
        "初始关闭、由控制或规则开启：{links}",
    ),
    "a-demand-of-litres": ("a demand of {amount:g} L/s", "需水量{amount:g} L/s"),
    "a-length-of-metres": ("a length of {length:g} m", "长度{length:g} m"),
    "names-and-more": ("{names} and {more} more", "{names}等（另有{more}个）"),
    "toll-is-not-a-number-from-0-on": (
        "toll is {toll!r}, not a number from 0 on",
        "通行费为“{toll}”，不是不小于0的数",
    ),
    "links-of-capacity-0-carry-whatever-comes": (
        "links of capacity 0 and a delay function are never congested: {links}",
        "能力为0而有延误函数的线路按永不拥堵处理：{links}",
    ),
    "give-their-capacity": (
        "give their capacity, or b = 0 where there is none",
        "请填写其能力；确无能力限制的填b = 0",
    ),
    "tolls-are-not-read": (
        "{links} link(s) have a toll, which counts for nothing",
        "{links}条线路有通行费，未计入出行时间",
    ),
    "give-toll-factor": (
        "--toll-factor says what a unit of toll is worth in time",
        "用--toll-factor给出每单位通行费折合的时间",
    ),
    "links-touch-nodes-and-the-file-says": (
        "the links touch {found} {found:=node|nodes} and the file says that there "
        "{stated:=is|are} {stated}",
        "线路连接了{found}个节点，而文件写明有{stated}个",
    ),
    "trips-add-up-to-and-the-file-says": (
        "the trips add up to {found:.10g} and the file says that they are {stated:.10g}",
        "出行量合计{found:.10g}，而文件写明为{stated:.10g}",
    ),
    "the-files-state-other-zones": (
        "the file states {zones} {zones:=zone|zones}, that of the network {others}",
        "文件写明的小区为{zones}个，路网文件为{others}个",
    ),
    "trips-begin-or-end-beyond": (
        "trips begin or end beyond the {stated} {stated:=zone|zones} that the file states: {nodes}",
        "出行起讫超出文件写明的{stated}个小区：{nodes}",
    ),
    "is-a-part-of-it-missing-correct-the-count": (
        "is a part of it missing? else correct the stated figure",
        "是否缺少一部分？否则请更正写明的数",
    ),
    "an-isolated-bus-is-left-out": (
        "bus {bus:g} is isolated (type 4) and is left out with its load of {load:g} MW and "
        "{generators} generator(s) in service",
        "母线{bus:g}为孤立母线（类型4），连同其{load:g} MW负荷和{generators}台在运机组均不计入",
    ),
    "give-it-another-type-where-it-takes-part": (
        "give it type 1 or 2 where it takes part",
        "如应计入，请改为类型1或2",
    ),
    "rows-out-of-service-are-left-out": (
        "{rows} row(s) of {table} are out of service and left out",
        "{table}中有{rows}行停运，不计入",
    ),
    "a-branch-has-no-reactance": (
        "the branch {tail:g} - {head:g} has no reactance: its flow is free, within its rating",
        "支路{tail:g}-{head:g}没有电抗：潮流在其能力内不受限制",
    ),
    "give-its-reactance-or-make-one-bus-of-its-ends": (
        "give its reactance, or make one bus of its ends",
        "请填写电抗，或将两端合并为一条母线",
    ),
}
