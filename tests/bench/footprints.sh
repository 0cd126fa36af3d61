#!/usr/bin/env bash
# Footprints of a make-city's buildings with name, usage, year, storeys and measured height, as lines of GeoJSON: COPIES of
# them side by side to the east. Each copy's names end in its number.
# usage: tests/bench/footprints.sh CITY COPIES > FILE.geojsonl
set -euo pipefail
find "$1/udx/bldg" -name '*_bldg_*.gml' -print0 | sort -z | xargs -0 cat | awk -v copies="$2" '
  function inner() { sub(/^[^>]*>/, ""); sub(/<.*/, ""); return $0 }
  /^<bldg:Building / { split($0, q, "\""); id = q[2]; name = usage = year = storeys = height = ""; foot = 0 }
  /^<gml:name>/ { name = inner() }
  /^<bldg:usage/ { usage = inner() }
  /^<bldg:yearOfConstruction/ { year = inner() }
  /^<bldg:measuredHeight/ { height = inner() }
  /^<bldg:storeysAboveGround/ { storeys = inner() }
  /^<bldg:lod0/ { foot = 1 }
  foot && /<gml:posList>/ {
    foot = 0
    sub(/.*<gml:posList>/, ""); sub(/<.*/, "")
    n = split($0, v, " ")
    for (c = 0; c < copies; ++c) {
      printf "{\"type\":\"Feature\",\"properties\":{\"gml_id\":\"%s_%d\",\"name\":\"%s\",\"usage\":\"%s\",\"year\":%d,\"storeys\":%d,\"measuredHeight\":%s},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[", id, c, name, usage, year, storeys, height + 0
      for (i = 1; i <= n; i += 3) printf "%s[%.9f,%s]", (i > 1 ? "," : ""), v[i + 1] + 0.12 * c, v[i]
      print "]]}}"
    }
  }'
