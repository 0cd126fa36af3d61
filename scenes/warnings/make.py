#!/usr/bin/env python3
"""Writes the data of scenes/weather-warnings.json, landslide.json and volcano.json: a fictional exercise around Tenbo City, in the
open sea where there is no land, so that nobody mistakes it for a real one. The same bytes each time."""
import json, math, os, random

here = os.path.dirname(os.path.abspath(__file__))
west, south, dx, dy, columns, rows = 138.20, 34.22, 0.125, 0.10, 4, 4
rng = random.Random(20260913)
corner = {(c, r): (west + dx * (c + rng.uniform(-.22, .22)), south + dy * (r + rng.uniform(-.22, .22))) for c in range(columns + 1) for r in range(rows + 1)}
# The southern edge is the coast, where the sea of the other exercises begins.
with open(os.path.join(here, "..", "exercise", "sea.geojson"), encoding="utf-8") as f:
    shore = json.load(f)["features"][0]["geometry"]["coordinates"][0][1:-4]  # from west to east, level beyond its ends


def on_shore(x):
    for (xa, ya), (xb, yb) in zip(shore, shore[1:]):
        if xa <= x <= xb:
            return ya + (yb - ya) * (x - xa) / (xb - xa)
    return shore[0][1] if x < shore[0][0] else shore[-1][1]


for c in range(columns + 1):
    corner[(c, 0)] = (corner[(c, 0)][0], on_shore(corner[(c, 0)][0]))
    corner[(c, 1)] = (corner[(c, 1)][0], max(corner[(c, 1)][1], on_shore(corner[(c, 1)][0]) + .05))
names = ["南浜町", "磯崎町", "東浦町", "灯台村", "西浜市", "展望市", "港町", "岬町", "川上村", "本郷町", "峠町", "高原町", "奥山村", "湯沢町", "展望岳町", "北森村"]
codes = [f"99{201 + i}" for i in range(16)]


def edge(a, b, steps=16):
    """From a to b with bends, the same from either side."""
    p, q = corner[min(a, b)], corner[max(a, b)]
    if a[1] == b[1] == 0:
        along = [p, *(tuple(x) for x in shore if p[0] < x[0] < q[0]), q]
        return along if a < b else along[::-1]
    r = random.Random(f"{min(a, b)}{max(a, b)}")
    points, off = [p], 0
    for i in range(1, steps):
        t = i / steps
        off = .6 * off + r.uniform(-1, 1) * .035 * math.sin(math.pi * t)
        points.append((p[0] + (q[0] - p[0]) * t - (q[1] - p[1]) * off, p[1] + (q[1] - p[1]) * t + (q[0] - p[0]) * off))
    points.append(q)
    return points if a < b else points[::-1]


def polygon(properties, ring):
    ring = [[round(x, 6), round(y, 6)] for x, y in ring]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring + [ring[0]]]}}


def write(name, text):
    with open(os.path.join(here, name), "w", encoding="utf-8") as f:
        f.write(text)


def collection(name, features):
    write(name, '{"type":"FeatureCollection","features":[\n' + ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features) + "\n]}\n")


def message(name, title, head, body, time, event="", until="", headline=""):
    write(name, f"""<?xml version="1.0" encoding="UTF-8"?>
<Report xmlns="http://xml.kishou.go.jp/jmaxml1/"><Control><Title>{title}</Title><DateTime>2026-09-12T20:00:00Z</DateTime><Status>訓練</Status>
<EditorialOffice>展望気象台</EditorialOffice><PublishingOffice>展望気象台（架空）</PublishingOffice></Control>
<Head xmlns="http://xml.kishou.go.jp/jmaxml1/informationBasis1/"><Title>{head}</Title><ReportDateTime>{time}</ReportDateTime><TargetDateTime>{time}</TargetDateTime>
{f"<ValidDateTime>{until}</ValidDateTime>" if until else ""}<EventID>{event}</EventID><InfoType>発表</InfoType><Serial/><InfoKind>x</InfoKind><InfoKindVersion>1.5_0</InfoKindVersion>
<Headline><Text>{headline}</Text></Headline></Head>
<Body xmlns="http://xml.kishou.go.jp/jmaxml1/body/meteorology1/" xmlns:jmx_eb="http://xml.kishou.go.jp/jmaxml1/elementBasis1/">
{body}
</Body></Report>
""")


def warnings(kinds):
    """Kind by municipality; None: nothing is issued there."""
    items = ""
    for code, name, kind in zip(codes, names, kinds):
        k = f"<Name>{kind}</Name><Code>0</Code><Status>発表</Status>" if kind else "<Status>発表警報・注意報はなし</Status>"
        items += f"<Item><Kind>{k}</Kind><Area><Name>{name}</Name><Code>{code}00</Code></Area></Item>\n"
    return f'<Warning type="気象警報・注意報（市町村等）">\n{items}</Warning>'


collection("areas.geojson", [polygon({"code": codes[r * columns + c], "name": names[r * columns + c]},
                                     edge((c, r), (c + 1, r))[:-1] + edge((c + 1, r), (c + 1, r + 1))[:-1] + edge((c + 1, r + 1), (c, r + 1))[:-1] + edge((c, r + 1), (c, r))[:-1])
                             for r in range(rows) for c in range(columns)] +
           [polygon({"code": "990020", "name": "北部"}, [p for c in range(columns) for p in edge((c, 2), (c + 1, 2))[:-1]] + [p for r in (2, 3) for p in edge((columns, r), (columns, r + 1))[:-1]] +
                    [p for c in range(columns, 0, -1) for p in edge((c, 4), (c - 1, 4))[:-1]] + [p for r in (4, 3) for p in edge((0, r), (0, r - 1))[:-1]])])

# Weather: heavy rain worst in the middle, wind at sea, thunder everywhere.
R = {0: None, 2: "レベル２大雨注意報", 3: "レベル３大雨警報", 4: "レベル４大雨危険警報", 5: "レベル５大雨特別警報"}
message("rain.xml", "気象警報・注意報（Ｒ０６）（大雨）", "展望県大雨警報・注意報", warnings([R[i] for i in [0, 0, 2, 0, 2, 4, 3, 2, 3, 5, 4, 3, 2, 3, 3, 2]]), "2026-09-13T05:10:00+09:00",
        headline="【訓練】本郷町では、これまでに経験したことのないような大雨となっています。")
message("wind.xml", "気象警報・注意報（Ｒ０６）（暴風）", "展望県暴風警報・注意報",
        warnings(["暴風警報", "暴風警報", "暴風警報", "強風注意報", "強風注意報", "強風注意報"] + [None] * 10), "2026-09-13T04:40:00+09:00", headline="【訓練】沿岸では暴風に警戒してください。")

# A linear rain band over the north: the whole of a region, which the outlines have by its own code beside the municipalities.
message("flash.xml", "府県気象防災速報", "展望県気象防災速報（線状降水帯発生）", "", "2026-09-13T05:30:00+09:00",
        headline="【訓練】展望県北部では、線状降水帯による非常に激しい雨が同じ場所で降り続いています。</Text>"
                 '<Information type="情報タグ"><Item><Kind><Name>情報タグ</Name><Condition>線状降水帯発生</Condition></Kind><Areas codeType="気象情報／府県予報区・細分区域等"><Area><Name>北部</Name><Code>990020</Code></Area>'
                 "</Areas></Item></Information><Text>")

# Landslides: warnings, zones on the slopes of the north, and the risk mesh.
L = {0: None, 2: "レベル２土砂災害注意報", 3: "レベル３土砂災害警報", 4: "レベル４土砂災害危険警報"}
message("landslide.xml", "気象警報・注意報（Ｒ０６）（土砂）", "展望県土砂災害警報・注意報", warnings([L[i] for i in [0, 0, 0, 0, 0, 2, 2, 0, 3, 4, 4, 2, 2, 3, 4, 2]]), "2026-09-13T05:20:00+09:00",
        headline="【訓練】本郷町、峠町、展望岳町では、土砂災害に厳重に警戒してください。")
zones = []
for i in range(26):
    x, y = rng.uniform(138.24, 138.66), rng.uniform(34.45, 34.60)
    turn, size = rng.uniform(0, 2 * math.pi), rng.uniform(.004, .009)
    kind = str(rng.choice([1, 2, 3]))
    def blob(scale):
        return [(x + size * scale * math.cos(turn + a) * (1.6 if math.cos(a) > 0 else 1) * r, y + .8 * size * scale * math.sin(turn + a) * r)
                for a, r in ((2 * math.pi * k / 18, 1 + .18 * math.sin(3 * 2 * math.pi * k / 18 + turn)) for k in range(18))]
    zones.append(polygon({"areaType": "1" if i % 9 else "3", "disasterType": kind, "zoneName": f"展望{i + 1}"}, blob(1)))
    if kind != "3":
        zones.append(polygon({"areaType": "2", "disasterType": kind, "zoneName": f"展望{i + 1}"}, blob(.5)))
collection("zones.geojson", zones)
# Cells of the third-level mesh: 45" by 30".
lines = []
for r in range(48):
    y = 34.625 - (r + .5) / 120
    row = []
    for c in range(40):
        x = 138.2 + (c + .5) / 80
        wet = 5.6 * math.exp(-((x - 138.42) / .13) ** 2 - ((y - 34.5) / .08) ** 2) + .5 * math.sin(40 * x) * math.sin(47 * y)
        row.append(0 if wet < 1.2 else 2 if wet < 2.6 else 3 if wet < 3.7 else 4 if wet < 4.8 else 5)
    lines.append(" ".join(map(str, row)))
lines[0] = " ".join(["-9999"] * 40)
write("mesh.asc", f"ncols 40\nnrows 48\nxllcorner 138.2\nyllcorner 34.225\ndx {1 / 80:.6f}\ndy {1 / 120:.10f}\nNODATA_value -9999\n" + "\n".join(lines) + "\n")

# A volcano in the north-east: level 5, and ash that drifts east.
lon, lat = 138.55, 34.56
town = lambda i: f"<Area><Name>展望県{names[i]}</Name><Code>{codes[i]}00</Code></Area>"
message("volcano.xml", "噴火警報・予報", "火山名　展望岳　噴火警報（居住地域）",
        f"""<VolcanoInfo type="噴火警報・予報（対象火山）"><Item><Kind><Name>レベル５（避難）</Name><Code>15</Code><Condition>引上げ</Condition></Kind>
<LastKind><Name>レベル３（入山規制）</Name><Code>13</Code></LastKind><Areas codeType="火山名"><Area><Name>展望岳</Name><Code>999</Code><Coordinate>+{lat:.4f}+{lon:.4f}+812/</Coordinate></Area></Areas></Item></VolcanoInfo>
<VolcanoInfo type="噴火警報・予報（対象市町村等）"><Item><Kind><Name>噴火警報</Name><Code>01</Code><Condition>発表</Condition></Kind>
<Areas codeType="気象・地震・火山情報／市町村等">{town(14)}{town(13)}{town(10)}</Areas></Item></VolcanoInfo>""", "2026-09-13T05:45:00+09:00", event="999",
        headline="【訓練】展望岳に噴火警報（噴火警戒レベル５、避難）を発表。")


def plume(hour, reach, width):
    """An ash area from the crater down the wind, in degrees."""
    out = []
    for k in range(24):
        a = 2 * math.pi * k / 24
        along, across = reach * (1 + math.cos(a)) / 2, width * math.sin(a) * (.4 + .6 * (1 + math.cos(a)) / 2)
        turn = -.15 + .06 * hour
        out.append((lon - .008 + along * math.cos(turn) - across * math.sin(turn), lat + (along * math.sin(turn) + across * math.cos(turn)) * .83))
    return "".join(f"{y:+.4f}{x:+.4f}/" for x, y in out + out[:1])


ash = ""
for hour in range(1, 7):
    items = ""
    for kind, code, size, reach, width in (("多量の降灰", 73, 1, .035, .012), ("やや多量の降灰", 72, .1, .08, .024), ("少量の降灰", 71, .0001, .11, .036)):
        reach, width = reach * (1 + .35 * (hour - 1)), width * (1 + .12 * (hour - 1))
        items += f"""<Item><Kind><Name>{kind}</Name><Code>{code}</Code><Property><Size type="降灰の厚さ" unit="mm">{size}</Size><jmx_eb:Polygon type="位置（度）">{plume(hour, reach, width)}</jmx_eb:Polygon>
<jmx_eb:PlumeDirection type="降灰の方向">東</jmx_eb:PlumeDirection><Distance type="降灰の到達距離" unit="km">{round(reach * 92)}</Distance></Property></Kind><Areas codeType="x">{town(15)}</Areas></Item>\n"""
    ash += f'<AshInfo type="予報　{hour}時間後"><StartTime>2026-09-13T05:40:00+09:00</StartTime><EndTime>2026-09-13T{6 + hour:02}:00:00+09:00</EndTime>\n{items}</AshInfo>\n'
message("ash.xml", "降灰予報（詳細）", "火山名　展望岳　降灰予報（詳細）",
        f"""<VolcanoInfo type="降灰予報（対象火山）"><Item><Kind><Name>降灰予報（詳細）</Name><Code>08</Code></Kind><Areas codeType="火山名"><Area><Name>展望岳</Name><Code>999</Code>
<Coordinate>+{lat:.4f}+{lon:.4f}+812/</Coordinate></Area></Areas></Item></VolcanoInfo><AshInfos type="降灰予報（詳細）">{ash}</AshInfos>
<VolcanoObservation><ColorPlume><jmx_eb:PlumeHeightAboveCrater description="火口上3200m" unit="m">3200</jmx_eb:PlumeHeightAboveCrater>
<jmx_eb:PlumeDirection description="東">東</jmx_eb:PlumeDirection></ColorPlume></VolcanoObservation>""", "2026-09-13T05:55:00+09:00", event="999", until="2026-09-13T12:00:00+09:00",
        headline="【訓練】１３日１２時までに多量の降灰が予想されます。")
