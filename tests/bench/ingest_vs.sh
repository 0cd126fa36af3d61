#!/usr/bin/env bash
# Reading what is not one CityGML file of plain blocks: Tenbo with everything done (attributes, walls and roofs, normals,
# meshes as the GPU takes them, pictures decoded) against GDAL reading the same features and throwing them away. Turn by
# turn, medians; CPU seconds stand beside the wall clock's, for machines that do other work meanwhile.
#   - footprints: COPIES times 100,000 buildings of make-city as FlatGeobuf and GeoPackage. `ogrinfo -al -so` reads nothing of
#     these but their headers; so the rival is `ogrinfo -al -q`, which reads every feature and prints it into /dev/null.
#   - lod2: the buildings of make-city at LOD2 with their textures (46 files); the rival is `ogrinfo -al -so`, without .gfs.
#   - gltf: the same city baked, as glTF tiles with textures, all levels of detail down to the leaves; GDAL reads no glTF, so
#     there is no rival.
# usage: tests/bench/ingest_vs.sh [-r ROUNDS] [-b BUILD] [-n COPIES] [footprints|lod2|gltf]...
#        default: 3 rounds, build/release, 10 copies (1,000,000 footprints), all three
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=3; build=build/release; copies=10
while getopts r:b:n: o; do case $o in r) rounds=$OPTARG ;; b) build=$OPTARG ;; n) copies=$OPTARG ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- footprints lod2 gltf
bench=$build/bench_ingest; tenbo=$build/tenbo
[ -x "$bench" ] || { echo "ingest_vs: $bench is missing; build it first" >&2; exit 1; }
for tool in ogrinfo ogr2ogr; do command -v $tool >/dev/null || { echo "ingest_vs: $tool is missing (Debian: gdal-bin)" >&2; exit 1; }; done
city=${TENBO_BENCH_CITY:-$build/bench_city_100000}
[ -d "$city/udx" ] || "$tenbo" make-city "$city" --buildings 100000
work=$build/bench_ingest_work; rm -rf "$work"; mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

rival() {  # CMD...: appends "wall cpu" of all its runs to round
  local TIMEFORMAT='%R %U %S'
  { time "$@" >/dev/null 2>&1 || true; } 2> "$work/clock"
  awk '{print $1, $2 + $3}' "$work/clock" >> "$work/round"
}
median() { sort -g "$1" | awk '{v[NR]=$0} END{print v[int((NR+1)/2)]}'; }
field() { sed -nE "s/(^|.* )$1=([0-9.]*).*/\\2/p" <<< "$2" | head -1; }

compare() {  # NAME RIVAL... -- PATH; RIVAL is run on each of the files in set, or not at all where there is none
  local name=$1 given=(); shift
  while [ "$1" != -- ]; do given+=("$1"); shift; done
  local path=$2 round figures f t o="0 0"
  rm -f "$work/tenbo" "$work/rival"
  for round in $(seq "$rounds"); do
    figures=$("$bench" --runs 1 "$path")
    echo "$(field seconds "$figures") $(field cpu_seconds "$figures")" >> "$work/tenbo"
    [ ${#given[@]} -gt 0 ] || continue
    : > "$work/round"
    for f in "$work/set"/*; do rm -f "$work"/set/*.gfs; rival "${given[@]}" "$f"; done
    awk '{w += $1; c += $2} END{print w, c}' "$work/round" >> "$work/rival"
  done
  t=$(median "$work/tenbo"); [ ${#given[@]} -eq 0 ] || o=$(median "$work/rival")
  echo "$name: $rounds rounds, load $(cut -d' ' -f1 /proc/loadavg)"
  awk -v t="$t" -v o="$o" -v rival="${given[*]:-}" -v n="$(field features "$figures")" 'BEGIN {
    split(t, T, " "); split(o, O, " ")
    printf "  tenbo: %.2f s, CPU %.2f s, %.0f features/s\n", T[1], T[2], n / T[1]
    if (rival != "") printf "  %s: %.2f s, CPU %.2f s\n  tenbo is %.1f times as fast; by CPU seconds alone %.1f\n", rival, O[1], O[2], O[1] / T[1], O[2] / T[2]
  }'
  sed 's/^/  /' <<< "$figures"
}

for what in "$@"; do
  case $what in
    footprints)
      tests/bench/footprints.sh "$city" "$copies" > "$work/prints.geojsonl"
      for kind in FlatGeobuf:fgb GPKG:gpkg; do
        rm -rf "$work/set"; mkdir "$work/set"
        ogr2ogr -f "${kind%:*}" "$work/set/prints.${kind#*:}" "$work/prints.geojsonl" -nln houses
        sync -f "$work/set"  # not while they are still being written to the disk
        compare "$((copies * 100000)) footprints, ${kind%:*}" ogrinfo -ro -al -q -- "$work/set/prints.${kind#*:}"
      done
      rm -f "$work/prints.geojsonl" ;;
    lod2)
      rm -rf "$work/set"; mkdir "$work/set"
      find "$city/udx/bldg" -name '*.gml' -exec cp {} "$work/set" \;
      compare "100,000 buildings at LOD1 and LOD2 with textures" ogrinfo -ro -al -so -- "$city/udx/bldg" ;;
    gltf)
      "$tenbo" bake "$city/udx/bldg" -o "$work/baked" >/dev/null 2>&1
      compare "the same baked: glTF with textures" -- "$work/baked/tileset.json" ;;
    *) echo "ingest_vs: no '$what'" >&2; exit 2 ;;
  esac
done
