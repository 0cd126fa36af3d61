#!/usr/bin/env bash
# Reading CityGML: Tenbo against GDAL's `ogrinfo -al -so` and libcitygml's `citygmltest`, same files, turn by turn, median
# wall time of whole processes. ogrinfo's .gfs files are deleted before each run; time to start a process is measured and
# taken off the others' sums (Tenbo reads all files of a set in one process, they read one each).
# usage: tests/bench/citygml_vs.sh [-r ROUNDS] [-b BUILD] [FILE|FOLDER]...
#        default: the real files of ../shared/data of 100 KB and more, and a make-city of 100,000 buildings
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=3; build=build/release
while getopts r:b: o; do case $o in r) rounds=$OPTARG ;; b) build=$OPTARG ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
bench=$build/bench_citygml
[ -x "$bench" ] || { echo "citygml_vs: $bench is missing; build it first" >&2; exit 1; }
work=$build/bench_citygml_work; rm -rf "$work"; mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

now() { date +%s.%N; }
seconds() { local a b; a=$(now); "$@" >/dev/null 2>&1 || true; b=$(now); awk -v a="$a" -v b="$b" 'BEGIN{print b-a}'; }
median() { sort -g | awk '{v[NR]=$1} END{print v[int((NR+1)/2)]}'; }
each() { local f; for f in "$work/set"/*.gml; do "$@" "$f"; done; }
ogr() { env GML_SAVE_RESOLVED_TO=NONE ogrinfo -so -al -ro "$1"; }

compare() {  # NAME FILE...
  local name=$1; shift
  rm -rf "$work/set"; mkdir -p "$work/set"
  local i=0 f; for f in "$@"; do cp "$f" "$work/set/$(printf %04d $i).gml"; i=$((i + 1)); done
  local bytes; bytes=$(cat "$work/set"/*.gml | wc -c)
  : > "$work/t"; : > "$work/o"; : > "$work/c"; : > "$work/so"; : > "$work/sc"
  for _ in $(seq "$rounds"); do
    seconds "$bench" "$work/set" 1 >> "$work/t"
    rm -f "$work/set"/*.gfs
    seconds each ogr >> "$work/o"
    rm -f "$work/set"/*.gfs
    if command -v citygmltest >/dev/null; then seconds each citygmltest >> "$work/c"; fi
    seconds ogrinfo --version >> "$work/so"
    if command -v citygmltest >/dev/null; then seconds citygmltest /dev/null >> "$work/sc"; fi
  done
  awk -v name="$name" -v n="$i" -v bytes="$bytes" -v t="$(median < "$work/t")" -v o="$(median < "$work/o")" -v c="$(median < "$work/c")" \
      -v so="$(median < "$work/so")" -v sc="$(median < "$work/sc")" 'BEGIN {
    on = o - (n - 1) * so; cn = c - (n - 1) * sc
    printf "%s: %d files, %.1f MB\n", name, n, bytes / 1e6
    printf "  tenbo       %8.3f s  %7.1f MB/s\n", t, bytes / 1e6 / t
    printf "  ogrinfo     %8.3f s  %7.1f MB/s   ratio %.1f\n", on, bytes / 1e6 / on, on / t
    if (c > 0) printf "  citygmltest %8.3f s  %7.1f MB/s   ratio %.1f\n", cn, bytes / 1e6 / cn, cn / t
  }'
  "$bench" "$work/set" 1 2>/dev/null | sed 's/^/  /'
}

if [ $# -gt 0 ]; then
  mapfile -d '' files < <(find "$@" -name '*.gml' -print0 | sort -z)
  compare "given files" "${files[@]}"
  exit 0
fi
if [ -d ../shared/data ]; then
  mapfile -d '' files < <(find ../shared/data -name '*.gml' -size +100k -print0 | sort -z)
  compare "real files of 100 KB and more" "${files[@]}"
fi
if [ -x "$build/tenbo" ]; then
  city=$build/bench_city_100000
  [ -d "$city/udx" ] || "$build/tenbo" make-city "$city" --buildings 100000
  mapfile -d '' files < <(find "$city/udx/bldg" -name '*.gml' -print0 | sort -z)
  compare "make-city of 100,000 buildings" "${files[@]}"
fi
