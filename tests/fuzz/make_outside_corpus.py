#!/usr/bin/env python3
"""The corpus of fuzz_wms and fuzz_sip4d: small files made here, the same bytes each time."""
import io
import json
import pathlib
import zipfile

HERE = pathlib.Path(__file__).parent / "corpus"


def write(folder, name, text):
    (HERE / folder).mkdir(parents=True, exist_ok=True)
    (HERE / folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def capabilities(version="1.3.0", crs=("EPSG:3857", "EPSG:4326"), inside="", address="https://maps.example.org/map?", service="", formats=("image/png", "image/jpeg")):
    now = version == "1.3.0"
    root, tag = ("WMS_Capabilities", "CRS") if now else ("WMT_MS_Capabilities", "SRS")
    box = ("<EX_GeographicBoundingBox><westBoundLongitude>138</westBoundLongitude><eastBoundLongitude>142</eastBoundLongitude>"
           "<southBoundLatitude>34</southBoundLatitude><northBoundLatitude>37</northBoundLatitude></EX_GeographicBoundingBox>") if now else \
        '<LatLonBoundingBox minx="138" miny="34" maxx="142" maxy="37"/>'
    systems = "".join(f"<{tag}>{c}</{tag}>" for c in crs)
    pictures = "".join(f"<Format>{f}</Format>" for f in formats)
    return (f'<?xml version="1.0"?><{root} version="{version}" xmlns:xlink="http://www.w3.org/1999/xlink"><Service>{service}</Service><Capability><Request><GetMap>{pictures}'
            f'<DCPType><HTTP><Get><OnlineResource xlink:href="{address}"/></Get></HTTP></DCPType></GetMap></Request>'
            f"<Layer><Title>g</Title>{systems}{box}<Layer><Name>map</Name><Style><Name>s</Name></Style>{inside}</Layer></Layer></Capability></{root}>")


def wms():
    time = '<Dimension name="time" units="ISO8601" default="current">2026-11-21T00:00:00Z/2026-11-22T00:00:00Z/PT1H,2026-12</Dimension>'
    for name, text in (
        ("new", capabilities()), ("old", capabilities("1.1.1")), ("time", capabilities(inside=time)),
        ("old_time", capabilities("1.1.1", inside='<Dimension name="time" units="ISO8601"/><Extent name="time">2026-01-31/2026-12-31/P1M</Extent>')),
        ("degrees", capabilities(crs=("EPSG:6697",))), ("no_crs", capabilities(crs=("EPSG:2443",))), ("several", capabilities(inside="</Layer><Layer><Name>b</Name>")),
        ("other_host", capabilities(address="https://other.example.org/?a=b")), ("elsewhere", capabilities(address="https://elsewhere.example.org/")),
        ("plain_http", capabilities(address="http://maps.example.org/x")), ("no_address", capabilities(address="")), ("hash", capabilities(address="https://maps.example.org/#x")),
        ("small", capabilities(service="<MaxWidth>100</MaxWidth><MaxHeight>7</MaxHeight>")), ("no_format", capabilities(formats=("image/svg+xml",))),
        ("numbers", capabilities().replace("138", "1e999")), ("version", capabilities("1.0.0")), ("deep", capabilities(inside="<Layer>" * 500)),
        ("exception", '<ServiceExceptionReport><ServiceException code="LayerNotDefined">no</ServiceException></ServiceExceptionReport>'),
        ("other_xml", "<html><body/></html>"), ("cut", capabilities()[:500]), ("empty", ""),
    ):
        write("wms", name + ".xml", text)
    for name, text in (("list", "2026,2026-11,2026-11-21T03Z,2026-11-21T03:04:05.5+09:00"), ("months", "2026-01-31/2030-12-31/P1M"), ("many", "0001-01-01/9999-12-31/PT0.001S"),
                       ("years", "0001-01-01/9999-12-31/P1Y2M3DT4H5M6S"), ("bad", "x/y/z,/,//,P,2026-11-22/2026-11-21/P1D")):
        write("wms", name + ".txt", text)


def sip4d():
    entry = {"type": "GeoJSON", "title": "避難所", "file": "shelters.geojson", "updated": "2026-11-21T09:10:00"}
    meta = {"version": "1", "format": "SIP4D-ZIP", "title": "避難所", "information_date": "2026-11-21T09:00:00", "author": {"name": "展望市"}, "disaster": {"name": "-"},
            "openflg": "一般公開可能", "testflg": "訓練", "license_id": "cc-by", "note": "", "entry_num": 1, "entry": [entry]}
    style = {"num_class": 1, "type": "point", "column": "state", "classes": [{"title": "開", "value": "開設", "fill": "00aa44"}, {"title": "閉", "value": 0, "color": "#888888"}]}
    cases = {"meta": meta, "outside": {**meta, "entry": [{**entry, "file": "../x.geojson"}, entry]}, "root": {**meta, "entry": [{**entry, "file": "/etc/x.geojson"}]},
             "zone": {**meta, "information_date": "2026-11-21T09:00:00z"}, "no_time": {**meta, "information_date": "?", "updated": 3}, "no_entry": {**meta, "entry": []},
             "types": {**meta, "author": "x", "entry": [1, None, {"file": 3}, entry]}, "style": style, "graded": {**style, "minvalue": 0}, "one_colour": {"classes": [{"title": "a", "fill": "ff0000"}]}}
    for name, value in cases.items():
        write("sip4d", name + ".json", json.dumps(value, ensure_ascii=False))
    write("sip4d", "bom.json", b"\xef\xbb\xbf" + json.dumps(meta).encode())
    write("sip4d", "deep.json", "[" * 3000)
    write("sip4d", "cut.json", json.dumps(meta)[:200])
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in (("sip4d_zip_meta.json", json.dumps(meta)), ("shelters_style.json", json.dumps(style)), ("shelters.geojson", "{}")):
            z.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 9, 0, 0)), text)
    write("sip4d", "archive.zip", archive.getvalue())
    write("sip4d", "archive_cut.zip", archive.getvalue()[:-30])
    write("sip4d", "bytes.json", json.dumps(meta, ensure_ascii=False).encode("cp932"))


wms()
sip4d()
