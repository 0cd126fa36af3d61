#!/usr/bin/env python3
"""Makes tests/fuzz/corpus/message: small warnings and reports, right and wrong, of places that do not exist. usage: make_message_corpus.py"""
import json
import pathlib

OUT = pathlib.Path(__file__).parent / "corpus/message"


def report(title, body, status="通常", kind="発表", headline=""):
    return f"""<?xml version="1.0" encoding="UTF-8"?><Report xmlns="http://xml.kishou.go.jp/jmaxml1/"><Control><Title>{title}</Title>\
<DateTime>2026-11-21T00:00:10Z</DateTime><Status>{status}</Status><EditorialOffice>架空</EditorialOffice></Control><Head><Title>見出し</Title>\
<ReportDateTime>2026-11-21T09:00:00+09:00</ReportDateTime><EventID>1</EventID><InfoType>{kind}</InfoType><Serial>1</Serial>\
<Headline><Text>本文</Text>{headline}</Headline></Head><Body xmlns:jmx_eb="e">{body}</Body></Report>"""


def area(name="架空市", code="9999900"):
    return f"<Area><Name>{name}</Name><Code>{code}</Code></Area>"


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    hypocentre = "<Hypocenter><Area><Name>架空沖</Name><Code type=\"震央地名\">288</Code><jmx_eb:Coordinate description=\"深さ{}\">{}</jmx_eb:Coordinate></Area></Hypocenter>"
    magnitude = '<jmx_eb:Magnitude type="Mj" condition="不明" description="Ｍ８を超える巨大地震">NaN</jmx_eb:Magnitude>'
    station = "<IntensityStation><Name>架空</Name><Code>1</Code><Int>5-</Int></IntensityStation>"
    intensity = ("<Intensity><Observation><CodeDefine><Type xpath=\"Pref/Code\">地震情報／都道府県等</Type></CodeDefine><MaxInt>5-</MaxInt><Pref><Name>県</Name><Code>99</Code>"
                 f"<MaxInt>5-</MaxInt><Area><Name>区</Name><Code>999</Code><MaxInt>5-</MaxInt><City><Name>市</Name><Code>9</Code><MaxInt>震度５弱以上未入電</MaxInt>{station}</City></Area></Pref></Observation></Intensity>")
    coast = (f"<Item>{area()}<Category><Kind><Name>大津波警報</Name><Code>52</Code></Kind></Category><FirstHeight><ArrivalTime>2026-11-21T09:30:00+09:00</ArrivalTime></FirstHeight>"
             '<MaxHeight><jmx_eb:TsunamiHeight type="津波の高さ" unit="m" condition="不明" description="巨大">NaN</jmx_eb:TsunamiHeight></MaxHeight></Item>')
    kind = ("<Kind><Name>レベル４大雨危険警報</Name><Code>43</Code><Status>発表</Status><LastKind><Name>なし</Name></LastKind><Property><Type>大雨浸水危険度</Type><SignificancyPart><Base>"
            "<Significancy type=\"危険度\"><Name>警戒レベル４相当</Name><Code>41</Code></Significancy></Base></SignificancyPart><CriteriaPeriod><Base><Sentence>文</Sentence>"
            "<Time>2026-11-21T09:00:00+09:00</Time><Duration>PT3H</Duration></Base></CriteriaPeriod></Property></Kind>")
    ash = (f"<AshInfos><AshInfo type=\"予報\"><StartTime>2026-11-21T09:00:00+09:00</StartTime><EndTime>2026-11-21T12:00:00+09:00</EndTime><Item><Kind><Name>降灰</Name><Code>70</Code><Property>"
           f"<jmx_eb:Polygon>+31.6+131.3/+31.7+131.3/+31.7+131.4/+31.6+131.3/</jmx_eb:Polygon><jmx_eb:Distance unit=\"km\">20</jmx_eb:Distance></Property></Kind><Areas>{area()}</Areas></Item></AshInfo></AshInfos>")
    volcano = (f"<VolcanoInfo type=\"噴火警報・予報（対象火山）\"><Item><EventTime><EventDateTime dubious=\"頃\">2026-11-21T09:00:00+09:00</EventDateTime></EventTime><Kind><Name>レベル３（入山規制）</Name>"
               "<Code>13</Code></Kind><Areas codeType=\"火山名\"><Area><Name>架空山</Name><Code>1</Code><Coordinate>+3624.38+13831.38+2568/</Coordinate></Area></Areas></Item></VolcanoInfo>")
    cap = ('<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b</sender><sent>2026-11-21T09:00:00+09:00</sent><status>Actual</status><msgType>Alert</msgType>'
           "<scope>Public</scope><info><event>Flood</event><urgency>Immediate</urgency><severity>Extreme</severity><certainty>Likely</certainty><area><areaDesc>x</areaDesc>"
           "<polygon>35,139 36,139 36,140 35,139</polygon><circle>35,139 5</circle><geocode><valueName>J</valueName><value>1</value></geocode></area></info></alert>")
    grid = ('<shakemap_grid event_id="x" map_status="RELEASED"><event magnitude="6" depth="10" lat="35" lon="139" event_timestamp="2026-11-21T00:00:00UTC"/>'
            '<grid_specification lon_min="139" lat_min="35" lon_max="139.1" lat_max="35.1" nlon="2" nlat="2"/><grid_field index="1" name="LON"/><grid_field index="2" name="LAT"/>'
            '<grid_field index="3" name="MMI" units="intensity"/><grid_data>139 35.1 1\n139.1 35.1 nan\n139 35 3\n139.1 35 4e0\n</grid_data></shakemap_grid>')
    feature = {"type": "Feature", "id": "us1", "properties": {"mag": 6.1, "time": 1795219140000, "tsunami": 1, "alert": None}, "geometry": {"type": "Point", "coordinates": [142.5, 38.1, 10]}}
    cases = {
        "vxse51": report("震度速報", intensity, headline=f"<Information type=\"震度速報\"><Item><Kind><Name>震度５弱</Name></Kind><Areas codeType=\"x\">{area()}</Areas></Item></Information>"),
        "vxse52": report("震源に関する情報", "<Earthquake>" + hypocentre.format("　１０ｋｍ", "+38.0+142.9-10000/") + magnitude + "</Earthquake>", "訓練"),
        "vxse53": report("震源・震度に関する情報", "<Earthquake>" + hypocentre.format("不明", "-36.1-072.6/") + magnitude + "</Earthquake>" + intensity),
        "minutes": report("震源に関する情報", "<Earthquake>" + hypocentre.format("", "+3447.1+13829.9-23000/") + "</Earthquake>"),
        "vtse41": report("津波警報・注意報・予報a", f"<Tsunami><Forecast>{coast}</Forecast></Tsunami>"),
        "vtse51": report("津波情報a", f"<Tsunami><Observation><Item>{area()}<Station><Name>港</Name><Code>1</Code><MaxHeight><Condition>欠測</Condition></MaxHeight></Station></Item></Observation></Tsunami>"),
        "vpww55": report("気象警報・注意報（Ｒ０６）（大雨）", f"<Warning type=\"市町村等\"><Item>{kind}{area()}<ChangeStatus>変化無</ChangeStatus></Item></Warning>"),
        "vxww50": report("土砂災害警戒情報", f"<TargetArea><Name>県</Name><Code>99</Code></TargetArea><Warning type=\"土砂災害警戒情報\"><Item><Kind><Name>警戒</Name><Code>3</Code><Status>発表</Status></Kind>{area()}</Item></Warning>"),
        "vxse44": report("緊急地震速報（予報）", "<Earthquake><Condition>仮定震源要素</Condition>" + hypocentre.format("　１０ｋｍ", "+38.0+142.9-10000/") + magnitude + "</Earthquake><Intensity><Forecast><ForecastInt><From>5-</From><To>over</To></ForecastInt>"
                         "<Pref><Name>県</Name><Code>99</Code><Area><Name>区</Name><Code>999</Code><Category><Kind><Name>緊急地震速報（警報）</Name><Code>19</Code></Kind></Category><ForecastInt><From>4</From><To>5-</To></ForecastInt>"
                         "<ArrivalTime>2026-11-21T09:00:09+09:00</ArrivalTime></Area></Pref></Forecast></Intensity><NextAdvisory>最終報とします。</NextAdvisory>"),
        "vpbs50": report("府県気象防災速報", "<MeteorologicalInfos><MeteorologicalInfo><Item><Kind><Property><EventPart><Event><EventName>線状降水帯発生</EventName><Time>2026-11-21T09:00:00+09:00</Time></Event></EventPart></Property></Kind>"
                         + area() + "</Item></MeteorologicalInfo></MeteorologicalInfos>",
                         headline=f"<Information type=\"情報タグ\"><Item><Kind><Name>情報タグ</Name><Condition>線状降水帯発生</Condition></Kind><Areas codeType=\"x\">{area()}</Areas></Item></Information>"),
        "vfvo52": report("噴火に関する火山観測報", volcano + "<VolcanoObservation><ColorPlume><jmx_eb:PlumeHeightAboveCrater unit=\"m\" description=\"火口上1800m\">1800</jmx_eb:PlumeHeightAboveCrater>"
                         "<jmx_eb:PlumeHeightAboveSeaLevel unit=\"FT\" condition=\"不明\"/><jmx_eb:PlumeDirection>南東</jmx_eb:PlumeDirection></ColorPlume></VolcanoObservation>"),
        "vfvo50": report("噴火警報・予報", volcano),
        "vfvo53": report("降灰予報（定時）", volcano + ash),
        "cancel": report("震度速報", "<Text>取り消します。</Text>", kind="取消"),
        "other": report("府県天気予報", "<MeteorologicalInfos/>", "試験"),
        "bomb": '<?xml version="1.0"?><!DOCTYPE Report [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Report>&b;</Report>',
        "deep": "<a>" * 200,
        "cap": cap,
        "cdata": cap.replace("<areaDesc>x", "<areaDesc><![CDATA[<x>]]>&#x3042;&lt;"),
        "shakemap": grid,
        "usgs": json.dumps({"type": "FeatureCollection", "metadata": {"generated": 1795219200000}, "features": [feature, {"type": "Feature", "geometry": None}]}),
        "usgs_one": json.dumps(feature),
        "empty": "",
    }
    for name, text in cases.items():
        (OUT / name).write_text(text, encoding="utf-8")
    (OUT / "sjis").write_bytes(report("震度速報", intensity).replace('encoding="UTF-8"', 'encoding="Shift_JIS"').encode("cp932"))
    print(f"{len(cases) + 1} inputs in {OUT}")


if __name__ == "__main__":
    main()
