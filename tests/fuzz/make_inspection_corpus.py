#!/usr/bin/env python3
"""Writes the seeds of fuzz_inspection_csv and fuzz_inspection_json: small lists, right and wrong ones."""
import pathlib

here = pathlib.Path(__file__).parent / "corpus"
csv = {
    "plain": "施設ID,施設名,緯度,経度,点検年度,判定区分,前回点検年度,前回判定区分\nB1,谷桜橋,32.89,130.59,2020,Ⅰ,2015,Ⅰ\nB2,x,99,130,R5,V,,\n".encode(),
    "bom": b"\xef\xbb\xbfid,lat,lon,grade\n1,35,139,II\n",
    "cp932": "橋梁名,緯度,経度,判定区分\n谷桜橋,35,139,Ⅲ\n".encode("cp932"),
    "quotes": b'id,"a\nb",lat,lon\r\n1,"x, ""y""\r\nz",35,139\r\n2,"never\n3,4,5,6,7\n',
    "two_heads": b",,place,,,,,,,,\nid,lat,lon,grade,year,score,spans,built,y2,g2,s2\nA,35,139,III,04/13/2012,72.3,Total=64 (1)=12;(2)=19;,1965,2008,II,61\nA,35,139,,,,,,,,\n",
    "nbi": b"STRUCTURE_NUMBER_008,LAT,LON,DECK_COND_058,SUPERSTRUCTURE_COND_059,SUBSTRUCTURE_COND_060,CULVERT_COND_062\nA,40.5,-75.5,7,8,9,N\n",
    "numbers": b"id,lat,lon,length,year\n1,nan,inf,1e400,99\n2,35\xc2\xb030'00\"N,139\xc2\xb0,\"1,234.5 m\",\xe4\xbb\xa4\xe5\x92\x8c\xe5\x85\x83\n3,-0,-180,-5,20230501\n",
    "semicolons": b"id;lat;lon\n1;35;139\n;;\n\n4;5\n",
}
json = {
    "geojson": b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [130.5, 32.8, 4]},'
               b' "properties": {"id": "a", "grade": "I", "year": 2020, "history": [{"nendo": 2015, "g": "II"}]}}, {"type": "Feature", "geometry": null, "properties": null}]}',
    "nested": b'{"data": {"items": [{"id": 1, "a": {"b": {"c": true}}, "place": "35.1,139.2"}, {"id": "\\u6a4b\\ud83d\\ude00", "x": NaN}]}}',
    "array": b'[{"id": "1", "grade": "\\n", "history": []}, {}]',
    "cut": b'[{"id": "1"}, {"id": ',
    "history": b'[{"nendo": 2015, "g": "II"}, {"nendo": "R1", "g": 3}, 5, {"nendo": 99}]',
    "deep": b"[" * 80 + b"]" * 80,
}
for name, seeds in (("inspection_csv", csv), ("inspection_json", json)):
    folder = here / name
    folder.mkdir(parents=True, exist_ok=True)
    for seed, text in seeds.items():
        (folder / seed).write_bytes(text)
