#!/usr/bin/env python3
"""Writes the data of the exercises among the scenes (earthquake, tsunami, priority list, and the ground of others): a fictional exercise around Tenbo City, in the open sea where
there is no land, so that nobody mistakes it for a real one. The same bytes each time."""
import json, math, os, random

here = os.path.dirname(os.path.abspath(__file__))
west, south, dx, dy, columns, rows = 138.15, 34.30, 0.12, 0.09, 5, 4
rng = random.Random(20260913)

# Corners of a wobbly grid; the southern edge is the coast.
corner = {(c, r): (west + dx * (c + rng.uniform(-.25, .25)), south + dy * (r + rng.uniform(-.25, .25))) for c in range(columns + 1) for r in range(rows + 1)}


def edge(a, b, steps=12):
    """From a to b with bends, the same from either side."""
    swap = a > b
    p, q = (corner[b], corner[a]) if swap else (corner[a], corner[b])
    r = random.Random(f"{min(a, b)}{max(a, b)}")
    points = [p]
    for i in range(1, steps):
        t, w = i / steps, .09 * math.sin(math.pi * i / steps)
        off = r.uniform(-1, 1) * w
        points.append((p[0] + (q[0] - p[0]) * t - (q[1] - p[1]) * off, p[1] + (q[1] - p[1]) * t + (q[0] - p[0]) * off))
    points.append(q)
    return points[::-1] if swap else points


def feature(properties, kind, coordinates):
    def rounded(c):
        return [round(v, 6) for v in c] if isinstance(c[0], float) else [rounded(x) for x in c]
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": rounded(coordinates)}}


def write(name, features):
    with open(os.path.join(here, name), "w", encoding="utf-8", newline="\n") as f:
        f.write('{"type": "FeatureCollection", "features": [\n' + ",\n".join(json.dumps(x, ensure_ascii=False) for x in features) + "\n]}\n")


def xml(name, text):
    with open(os.path.join(here, name), "w", encoding="utf-8", newline="\n") as f:
        f.write(text)


def report(title, time, serial, headline, body, info="発表"):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Report xmlns="http://xml.kishou.go.jp/jmaxml1/">
<Control><Title>{title}</Title><DateTime>2026-09-12T20:57:00Z</DateTime><Status>訓練</Status><EditorialOffice>展望市</EditorialOffice><PublishingOffice>展望市（架空） / Tenbo City (fictional)</PublishingOffice></Control>
<Head xmlns="http://xml.kishou.go.jp/jmaxml1/informationBasis1/"><Title>{title}</Title><ReportDateTime>2026-09-13T{time}+09:00</ReportDateTime><TargetDateTime>2026-09-13T{time}+09:00</TargetDateTime><EventID>20260913055512</EventID><InfoType>{info}</InfoType><Serial>{serial}</Serial><InfoKind>訓練</InfoKind><InfoKindVersion>1.0_1</InfoKindVersion><Headline><Text>{headline}</Text></Headline></Head>
<Body xmlns="http://xml.kishou.go.jp/jmaxml1/body/seismology1/" xmlns:jmx_eb="http://xml.kishou.go.jp/jmaxml1/elementBasis1/">{body}</Body>
</Report>
"""


names = ["松原", "汐見", "北浜", "青嶺", "若葉", "藤崎", "月島", "桜台", "高砂", "白鳥", "千歳", "大和", "朝日", "緑ヶ丘", "清水沢", "星野", "美園", "長浜", "八雲", "常盤"]
source = (138.62, 34.18, 24)  # lon, lat, depth in km
words = ["1", "2", "3", "4", "5-", "5+", "6-", "6+", "7"]
order = words.index
cells, cities = [], []
for r in range(rows):
    for c in range(columns):
        ring = edge((c, r), (c + 1, r)) + edge((c + 1, r), (c + 1, r + 1))[1:] + edge((c + 1, r + 1), (c, r + 1))[1:] + edge((c, r + 1), (c, r))[1:]
        code, name = f"99{r * columns + c + 1:02d}000", names[r * columns + c] + ("市" if c % 2 == 0 else "町")
        cells.append(feature({"code": code, "name": name}, "Polygon", [ring]))
        away = math.hypot((west + dx * (c + .5) - source[0]) * 92, (south + dy * (r + .5) - source[1]) * 111, source[2])
        felt = max(0, min(8, round(11 - 8.5 * math.log10(away / 10))))
        cities.append((code, name, words[felt]))
late = cities[6][0]  # one that did not report
write("areas.geojson", cells)
greatest = max((w for _, _, w in cities), key=order)
quake = lambda depth, m: (f'<Earthquake><OriginTime>2026-09-13T05:55:12+09:00</OriginTime><ArrivalTime>2026-09-13T05:55:12+09:00</ArrivalTime><Hypocenter><Area><Name>展望沖</Name><Code type="震央地名">999</Code>'
                          f'<jmx_eb:Coordinate description="深さ　{depth}ｋｍ">+{source[1]}+{source[0]}-{depth}000/</jmx_eb:Coordinate></Area></Hypocenter><jmx_eb:Magnitude type="Mj" description="Ｍ{m}">{m}</jmx_eb:Magnitude></Earthquake>')
felt = f"<Intensity><Observation><MaxInt>{greatest}</MaxInt><Pref><Name>展望県</Name><Code>99</Code><MaxInt>{greatest}</MaxInt><Area><Name>展望県南部</Name><Code>991</Code><MaxInt>{greatest}</MaxInt>"
for code, name, w in cities:
    felt += f"<City><Name>{name}</Name><Code>{code}</Code>" + (f"<MaxInt>{w}</MaxInt>" if code != late else "<Condition>震度５弱以上未入電</Condition>") + "</City>"
felt += "</Area></Pref></Observation></Intensity>"
headline = "これは訓練です。展望沖で地震がありました。 / This is an exercise: an earthquake off Tenbo."
xml("earthquake-1.xml", report("震源・震度に関する情報", "05:59:00", 1, headline, quake(10, "6.9") + felt))
xml("earthquake-2.xml", report("震源・震度に関する情報", "06:05:00", 2, headline, quake(source[2], "7.1") + felt, "訂正"))

# The early warning of it: seconds after the first waves were seen. S waves at 3.5 km/s, straight, are good enough for an exercise.
early = ""
for (code, name, w), cell in zip(cities, cells):
    lon = sum(x for x, _ in cell["geometry"]["coordinates"][0]) / len(cell["geometry"]["coordinates"][0])
    lat = sum(y for _, y in cell["geometry"]["coordinates"][0]) / len(cell["geometry"]["coordinates"][0])
    seconds = 12 + math.hypot((lon - source[0]) * 92, (lat - source[1]) * 111, source[2]) / 3.5
    if order(w) < order("4"):
        continue
    when = "<Condition>既に主要動到達と推測</Condition>" if seconds < 22 else f"<ArrivalTime>2026-09-13T05:55:{int(seconds):02d}+09:00</ArrivalTime>"
    early += (f"<Pref><Name>展望</Name><Code>9990</Code><Area><Name>{name}</Name><Code>{code}</Code><Category><Kind><Name>緊急地震速報（警報）</Name><Code>{11 if seconds < 22 else 10}</Code></Kind></Category>"
              f"<ForecastInt><From>{words[order(w) - 1] if order(w) == order('5+') else w}</From><To>{w}</To></ForecastInt>{when}</Area></Pref>")
xml("early-warning.xml", report("緊急地震速報（警報）", "05:55:22", 3, "これは訓練です。展望沖で地震 強い揺れに警戒。 / This is an exercise: strong shaking is expected.",
    quake(source[2], "7.0") + f"<Intensity><Forecast><ForecastInt><From>{greatest}</From><To>{greatest}</To></ForecastInt>{early}</Forecast></Intensity>"))

coasts = [feature({"code": str(900 + c), "name": f"展望{'西中東'[c]}部沿岸"}, "LineString", path) for c, path in
          enumerate([edge((0, 0), (1, 0)) + edge((1, 0), (2, 0))[1:], edge((2, 0), (3, 0)), edge((3, 0), (4, 0)) + edge((4, 0), (5, 0))[1:]])]
write("coasts.geojson", coasts)
stations = [("90001", "展望港", 1, (.02, -.012)), ("90101", "汐見", 3, (-.03, -.014)), ("90201", "若葉港", 4, (.05, -.013)), ("90202", "展望沖", 3, (.02, -.11))]
write("stations.geojson", [feature({"code": code, "name": name}, "Point", [corner[(c, 0)][0] + off[0], corner[(c, 0)][1] + off[1]]) for code, name, c, off in stations])


def coast(code, kind, last, arrival, height):
    name = coasts[int(code) - 900]["properties"]["name"]
    first = f"<ArrivalTime>2026-09-13T{arrival}+09:00</ArrivalTime>" if arrival[0].isdigit() else f"<Condition>{arrival}</Condition>"
    return (f"<Item><Area><Name>{name}</Name><Code>{code}</Code></Area><Category><Kind><Name>津波警報等</Name><Code>{kind}</Code></Kind><LastKind><Name>津波警報等</Name><Code>{last}</Code></LastKind></Category>"
            f'<FirstHeight>{first}</FirstHeight><MaxHeight><jmx_eb:TsunamiHeight type="津波の高さ" unit="m" {height}</jmx_eb:TsunamiHeight></MaxHeight></Item>')


warned = "これは訓練です。津波警報等を発表しました。 / This is an exercise: tsunami warnings."
xml("tsunami-1.xml", report("津波警報・注意報・予報a", "05:58:00", "", warned, "<Tsunami><Forecast>" + coast("900", "62", "00", "06:25:00", 'description="１ｍ">1') +
    coast("901", "51", "00", "06:15:00", 'description="３ｍ">3') + coast("902", "51", "00", "06:10:00", 'condition="不明" description="高い">NaN') + "</Forecast></Tsunami>"))
xml("tsunami-2.xml", report("津波警報・注意報・予報a", "06:12:00", "", warned, "<Tsunami><Forecast>" + coast("900", "62", "62", "06:25:00", 'description="１ｍ">1') +
    coast("901", "51", "51", "06:15:00", 'description="３ｍ">3') + coast("902", "52", "51", "津波到達中と推測", 'condition="不明" description="巨大">NaN') + "</Forecast></Tsunami>"))
seen = lambda code, rest: next(f"<Station><Name>{n}</Name><Code>{c}</Code>{rest}</Station>" for c, n, _, _ in stations if c == code)
wave = lambda time, height: f'<FirstHeight><ArrivalTime>2026-09-13T{time}+09:00</ArrivalTime></FirstHeight><MaxHeight><DateTime>2026-09-13T06:18:00+09:00</DateTime><jmx_eb:TsunamiHeight type="これまでの最大波の高さ" unit="m" description="{height}ｍ">{height}</jmx_eb:TsunamiHeight></MaxHeight>'
none = "<FirstHeight><Condition>第１波識別不能</Condition></FirstHeight><MaxHeight><Condition>観測中</Condition></MaxHeight>"
area = lambda code, inside: f"<Item><Area><Name>{coasts[int(code) - 900]['properties']['name']}</Name><Code>{code}</Code></Area>{inside}</Item>"
xml("tsunami-3.xml", report("津波情報a", "06:20:00", 1, "これは訓練です。津波を観測しました。 / This is an exercise: a tsunami was observed.",
    "<Tsunami><Observation>" + area("900", seen("90001", none)) + area("901", seen("90101", wave("06:16:00", "0.8"))) + area("902", seen("90201", wave("06:11:00", "2.4"))) + "</Observation></Tsunami>"))

# Assumed inundation: strips behind the coast, deeper the nearer, in the words of National Land Numerical Information A40.
bands = [(0, .006, "5m以上 ～ 10m未満"), (.006, .013, "3m以上 ～ 5m未満"), (.013, .024, "0.5m以上 ～ 3m未満"), (.024, .031, "0.5m未満")]
line = [p for c in range(columns) for p in edge((c, 0), (c + 1, 0))[:-1]] + [corner[(columns, 0)]]
wide = [.75 + .25 * math.sin(i * .37) + .2 * math.sin(i * .11 + 1) for i in range(len(line))]
write("A40.geojson", [feature({"A40_003": depth}, "Polygon", [[(x, y + a * w) for (x, y), w in zip(line, wide)] + [(x, y + b * w) for (x, y), w in reversed(list(zip(line, wide)))] + [(line[0][0], line[0][1] + a * wide[0])]])
                      for a, b, depth in bands])

# The ground: mountains behind the coast, their ridges sharper and higher the further inland. A text grid, for it is small. The sea is level, and has
# an outline of its own, so that it can be told from land.
def coast_at(x):
    at = min(max(x, line[0][0]), line[-1][0])
    i = next((k for k in range(len(line) - 1) if line[k][0] <= at <= line[k + 1][0]), len(line) - 2)
    (xa, ya), (xb, yb) = line[i], line[i + 1]
    return ya + (yb - ya) * (at - xa) / (xb - xa)


def bump(i, j, octave):
    """A number from -1 to 1 for each corner of a grid, the same each time."""
    h = (i * 374761393 + j * 668265263 + octave * 974634777) & 0xffffffff
    h = ((h ^ (h >> 13)) * 1274126177) & 0xffffffff
    return ((h ^ (h >> 16)) & 0xffff) / 32767.5 - 1


def noise(x, y, octave):
    i, j = math.floor(x), math.floor(y)
    u, v = x - i, y - j
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    low = bump(i, j, octave) * (1 - u) + bump(i + 1, j, octave) * u
    high = bump(i, j + 1, octave) * (1 - u) + bump(i + 1, j + 1, octave) * u
    return low * (1 - v) + high * v


def height(x, y):
    inland = (y - coast_at(x)) * 111  # km
    if inland < 0:
        return 0
    ridges = sum((1 - abs(noise(x * 9 * 2 ** o, y * 11 * 2 ** o, o))) ** 2 / 1.9 ** o for o in range(5)) / 2
    plain = min(1, max(0, (inland - 4) / 26))  # of the way from the coastal plain to the mountains
    return 2 * inland + 1500 * ridges ** 2 * plain * plain * (3 - 2 * plain)


step, left, bottom, wide_cells, high_cells = .005, 138.0, 34.0, 180, 152
right, top = left + wide_cells * step, bottom + high_cells * step
write("sea.geojson", [feature({"name": "海"}, "Polygon", [[(left, line[0][1]), *line, (right, line[-1][1]), (right, bottom), (left, bottom), (left, line[0][1])]])])
with open(os.path.join(here, "dem.asc"), "w", encoding="ascii", newline="\n") as f:
    f.write(f"ncols {wide_cells}\nnrows {high_cells}\nxllcorner {left}\nyllcorner {bottom}\ncellsize {step}\nNODATA_value -9999\n")
    for r in range(high_cells):
        f.write(" ".join(str(round(height(left + (c + .5) * step, bottom + (high_cells - r - .5) * step))) for c in range(wide_cells)) + "\n")
with open(os.path.join(here, "dem.prj"), "w", encoding="ascii", newline="\n") as f:
    f.write('GEOGCS["JGD2011",DATUM["Japanese_Geodetic_Datum_2011",SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]\n')

# Roads, and bridges on them: places of their own chance, so that what stands above stays the same bytes.
roads_rng = random.Random(20261123)
across, up = 13, 8
at = {(c, r): (west + .02 + c * .045 + roads_rng.uniform(-.012, .012), south + .045 + r * .04 + roads_rng.uniform(-.01, .01)) for c in range(across) for r in range(up)}
pairs = [((c, r), (c + 1, r)) for c in range(across - 1) for r in range(up)] + [((c, r), (c, r + 1)) for c in range(across) for r in range(up - 1)]
gone = set(roads_rng.sample(range(len(pairs)), 40))
roads, middles = [], []
for i, (a, b) in enumerate(pairs):
    if i in gone:
        continue
    (xa, ya), (xb, yb) = at[a], at[b]
    bends = [roads_rng.uniform(-.08, .08) for _ in range(4)]
    middle = [(xa + (xb - xa) * (k + 1) / 5 - (yb - ya) * w, ya + (yb - ya) * (k + 1) / 5 + (xb - xa) * w) for k, w in enumerate(bends)]
    trunk = a[1] == 3 and b[1] == 3 or a[0] == 6 and b[0] == 6
    roads.append(feature({"road": "国道999号" if trunk else "市道", "speed": 60 if trunk else 40, "oneway": "no"}, "LineString", [(xa, ya), *middle, (xb, yb)]))
    middles.append((tuple((p + q) / 2 for p, q in zip(middle[1], middle[2])), trunk))
write("roads.geojson", roads)
grades = ["Ⅰ", "Ⅱ", "Ⅱ", "Ⅲ", "Ⅲ", "Ⅳ", None, "Ⅰ", "Ⅱ", "Ⅲ"]
bridge_names = ["谷桜", "汐入", "千鳥", "昭和", "大門", "新町", "柳", "松ヶ枝", "鶴見", "八千代", "常盤", "朝凪"]
bridge_names_en = ["Tanizakura", "Shioiri", "Chidori", "Showa", "Daimon", "Shinmachi", "Yanagi", "Matsugae", "Tsurumi", "Yachiyo", "Tokiwa", "Asanagi"]
structures = []
for n, ((x, y), trunk) in enumerate(roads_rng.sample(middles, 48)):
    grade = grades[roads_rng.randrange(len(grades))]
    properties = {"施設ID": f"BR-{n + 1:03d}", "施設名": bridge_names[n % 12] + ("橋" if n < 12 else f"第{'一二三四'[n // 12]}橋"),
                  "name_en": bridge_names_en[n % 12] + (" Bridge" if n < 12 else f" Bridge No. {n // 12 + 1}"), "施設区分": "橋梁", "判定区分": grade or "",
                  "点検年度": "" if grade is None else 2026 - roads_rng.randrange(1, 8), "出典": "展望市橋梁点検台帳（架空） / Tenbo City bridge ledger (fictional)"}
    if roads_rng.random() < .8:
        properties["交通量"] = round((30000 if trunk else 4000) * roads_rng.uniform(.3, 1.2), -2)
    if trunk:
        properties["緊急輸送道路"] = "第1次"
    if grade in ("Ⅲ", "Ⅳ") and roads_rng.random() < .4:
        properties["通行規制"] = "14 t"
    structures.append(feature(properties, "Point", (x, y)))
structures.append(feature({"施設ID": "BR-900", "施設名": "沖ノ浜橋", "name_en": "Okinohama Bridge", "施設区分": "橋梁", "判定区分": "Ⅲ", "点検年度": 2024, "出典": "展望市橋梁点検台帳（架空） / Tenbo City bridge ledger (fictional)"}, "Point", (west + .55, south + .33)))
write("bridges.geojson", structures)
