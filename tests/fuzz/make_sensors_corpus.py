#!/usr/bin/env python3
"""Writes the corpus of fuzz_sensors: SensorThings documents and tables, sound and broken."""
import json
import pathlib

here = pathlib.Path(__file__).parent / "corpus" / "sensors"
here.mkdir(parents=True, exist_ok=True)


def put(name, data):
    if not isinstance(data, (str, bytes)):
        data = json.dumps(data, ensure_ascii=False)
    (here / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def reading(at, result):
    return {"phenomenonTime": f"2026-09-13T{at}:00+09:00", "resultTime": None, "result": result}


stream = {
    "@iot.id": 1, "name": "水位", "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "ucum:m"},
    "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
    "ObservedProperty": {"name": "water level"},
    "properties": {"expected_interval": 600, "falling": False, "source": "River office", "kind": "gauge",
                   "thresholds": [{"level": 3, "value": 2.5, "label": {"ja": "避難判断水位", "en": "Evacuation"}}, {"level": 9, "value": "x"}]},
    "Observations": [reading("08:00", 1.5), reading("08:10", None), reading("07:50", "欠測"), reading("08:00", 1.5), reading("08:20", {"a": 1})],
}
thing = {"@iot.id": "t", "name": "Bridge", "Locations": [{"location": {"type": "Point", "coordinates": [138.45, 34.4, 3]}}], "Datastreams": [stream]}
put("thing", thing)
put("things", {"@iot.nextLink": "https://example.org/v1.1/Things?$skip=1", "value": [thing]})
put("streams", {"value": [{**stream, "Thing": {"name": "T", "Locations": [{"location": {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}}}]}}]})
put("area", {"@iot.id": "a b", "unitOfMeasurement": {}, "observedArea": {"type": "Point", "coordinates": [1e2, -9e1]}})
put("observation", reading("08:30", 3.25))
put("observations", {"value": [{**reading("08:30", 3.25), "Datastream": {"@iot.id": 7}}, {**reading("08:40", True), "Datastream@iot.navigationLink": "x/Datastreams('q')"}]})
put("interval", {"phenomenonTime": "2026-09-13T08:00:00Z/2026-09-13T08:10:00.123456Z", "result": 1})
put("array", [{"Datastream": {"@iot.id": 3}, "components": ["phenomenonTime", "result"], "dataArray": [["2026-09-12T00:00:00Z", 1], ["x"], 3]}])
put("future", {"phenomenonTime": "2099-01-01T00:00:00Z", "result": 1})
put("deep", "[" * 100 + "]" * 100)
put("deep_things", '{"value":[' * 20 + '{"result":1}' + "]}" * 20)
put("numbers", '[1e308, -0, 1e-400, 9007199254740993, 1e999]')
put("surrogates", '["\\ud83d\\ude00", "\\ud83d"]')
put("twice", '{"a":1,"a":2}')
put("control", '["\n"]')
put("cut", json.dumps(thing)[:200])
put("empty", b"")
put("bom", b"\xef\xbb\xbf{}")
put("bytes", bytes(range(256)))

table = "観測所番号,観測所名,経度,緯度,観測時刻,水位(m),氾濫注意水位,避難判断水位,氾濫危険水位\n" \
        "1,橋,138.45,34.40,2026/09/13 8:00,1.5,2.0,2.5,3\n1,橋,138.45,34.40,2026/09/13 8:10,欠測,,,\n" \
        "1,橋,138.45,34.40,2026/09/13 8:00,1.5,,,\n2,\"下, 流\",138.5,34.4,2026-09-13T00:05:00Z,***,,,\n3,x,200000,95,24:00,1e999\n"
put("table", table)
put("table_sjis", table.encode("cp932"))
put("semicolons", "id;lon;lat;time;value;level3\na;1;2;2026-09-13T08:00:00+09:00;1,5;2\n")
put("quotes", 'id,time,value\n"a""b\nc",2026-09-13T08:00:00Z,1\n"open')
put("readings", "id\ttime\tvalue\r\n1\t2026-09-13T24:00:00Z\t-0\r\n1\t2026-02-30T00:00:00Z\t1\r1\t2026-09-13T00:00:60Z\t+2\n")
put("thresholds", "2=2.0 氾濫注意水位 / Caution; 3=2.5; 9=1\n5=1e999")
put("time", "2026-09-13T08:00:00.5+09:00")
