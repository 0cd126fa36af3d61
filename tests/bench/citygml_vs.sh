#!/usr/bin/env bash
# Reading CityGML: Tenbo with everything done (attributes, code lists, triangles, normals, meshes as the GPU takes them)
# against GDAL's `ogrinfo -al -so`, which only counts, and libcitygml's `citygmltest`: same files, turn by turn, medians.
#   - ogrinfo's .gfs files are deleted before each run; its copies of the files have nothing else beside them.
#   - Tenbo reads all files of a set in one process, the others one each: the time to start a process is taken off theirs.
#   - citygmltest aborts on some files: its rate is that of the files it got through, and the others are named.
#     Where its first round takes over a minute it is not run again.
#   - Wall-clock seconds count; CPU seconds (user and system) stand beside them, for machines that do other work meanwhile.
# usage: tests/bench/citygml_vs.sh [-r ROUNDS] [-b BUILD] [real|city|lod1 | FILE|FOLDER]...
#        default: real city lod1. real: the files of 100 KB and more of ../shared/data, each a model of its own;
#        city: a make-city of 100,000 buildings (46 files, LOD1 and LOD2, textures); lod1: one file of 100,000 LOD1 buildings
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=3; build=build/release
while getopts r:b: o; do case $o in r) rounds=$OPTARG ;; b) build=$OPTARG ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- real city lod1
bench=$build/bench_citygml; tenbo=$build/tenbo
[ -x "$tenbo" ] || tenbo=build/release/tenbo
[ -x "$bench" ] || { echo "citygml_vs: $bench is missing; build it first" >&2; exit 1; }
command -v ogrinfo >/dev/null || { echo "citygml_vs: ogrinfo is missing (Debian: gdal-bin)" >&2; exit 1; }
rival=$(command -v citygmltest || true); [ -n "$rival" ] || echo "citygml_vs: citygmltest is missing (Debian: libcitygml-bin); left out" >&2
work=$build/bench_citygml_work; rm -rf "$work"; mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

# clocked FILE CMD...: runs it, appends "wall cpu peak_KiB" to FILE, and answers with its status
clocked() {
  local to=$1 status=0; shift
  if [ -x /usr/bin/time ]; then
    /usr/bin/time -q -f '%e %U %S %M' -o "$work/clock" "$@" >/dev/null 2>&1 || status=$?
    tail -1 "$work/clock" | awk '{print $1, $2 + $3, $4}' >> "$to"
  else
    local TIMEFORMAT='%R %U %S'
    { time "$@" >/dev/null 2>&1; } 2> "$work/clock" || status=$?
    awk '{print $1, $2 + $3, 0}' "$work/clock" >> "$to"
  fi
  return $status
}
median() { sort -g "$1" | awk '{v[NR]=$0} END{print v[int((NR+1)/2)]}'; }
sums() { awk '{w+=$1; c+=$2; if ($3>m) m=$3} END{print w+0, c+0, m+0}' "$1"; }  # wall, cpu, peak of one round
mb() { awk -v b="$1" 'BEGIN{printf "%.0f", b / 1048576}'; }

ogr_round() {  # every file once
  local f; : > "$work/round"
  for f in "$work/set"/*; do rm -f "$work"/set/*.gfs; clocked "$work/round" ogrinfo -ro -al -so "$f" || true; done
  rm -f "$work"/set/*.gfs
  sums "$work/round" >> "$work/ogr"
}
rival_round() {
  local f status; : > "$work/round"; : > "$work/aborted"; rival_bytes=0; rival_files=0
  for f in "$work/set"/*; do
    : > "$work/one"; status=0
    clocked "$work/one" citygmltest "$f" || status=$?
    if [ $status -eq 0 ]; then
      cat "$work/one" >> "$work/round"; rival_bytes=$((rival_bytes + $(wc -c < "$f"))); rival_files=$((rival_files + 1))
    else
      echo "${sources[$((10#$(basename "$f" .gml)))]} (status $status)" >> "$work/aborted"
    fi
  done
  sums "$work/round" >> "$work/rival"
}

compare() {  # NAME, then what bench_citygml is given, --, then the files
  local name=$1; shift
  local given=(); while [ "$1" != -- ]; do given+=("$1"); shift; done; shift
  sources=("$@")
  rm -rf "$work/set" "$work/ogr" "$work/rival" "$work/tenbo" "$work/start_ogr" "$work/start_rival"; mkdir -p "$work/set"
  local i=0 f bytes=0 largest=0 n
  for f in "${sources[@]}"; do
    cp "$f" "$work/set/$(printf %04d $i).gml"; i=$((i + 1))
    n=$(wc -c < "$f"); bytes=$((bytes + n)); [ "$n" -le "$largest" ] || largest=$n
  done
  rival_bytes=0; rival_files=0
  local round
  for round in $(seq "$rounds"); do
    clocked "$work/tenbo" "$bench" --runs 1 "${given[@]}"
    clocked "$work/start_ogr" ogrinfo --version || true
    ogr_round
    if [ -n "$rival" ] && { [ "$round" -eq 1 ] || awk '{exit !($1 < 60)}' "$work/rival"; }; then
      clocked "$work/start_rival" citygmltest /dev/null || true
      rival_round
    fi
  done
  local t o c="0 0 0" so sc="0 0 0" figures
  t=$(median "$work/tenbo"); o=$(median "$work/ogr"); so=$(median "$work/start_ogr")
  if [ -n "$rival" ]; then c=$(median "$work/rival"); sc=$(median "$work/start_rival"); fi
  figures=$("$bench" --runs 1 "${given[@]}" 2>/dev/null)
  echo "$name: $i files, $(mb "$bytes") MiB, largest $(mb "$largest") MiB, $rounds rounds, load $(cut -d' ' -f1 /proc/loadavg)"
  awk -v t="$t" -v o="$o" -v c="$c" -v so="$so" -v sc="$sc" -v n="$i" -v bytes="$bytes" -v cn="$rival_files" -v cbytes="$rival_bytes" \
      -v features="$(sed -n 's/.* features=\([0-9]*\).*/\1/p' <<< "$figures")" -v peak="$(sed -n 's/.*peak_memory_bytes=\([0-9]*\).*/\1/p' <<< "$figures")" \
      -v largest="$largest" 'BEGIN {
    split(t, T, " "); split(o, O, " "); split(c, C, " "); split(so, SO, " "); split(sc, SC, " ")
    for (k = 1; k <= 2; ++k) { O[k] -= (n - 1) * SO[k]; if (cn > 0) C[k] -= (cn - 1) * SC[k] }
    line = "  %-12s %8.2f s %7.1f MB/s   CPU %8.2f s %7.1f MB/s   peak %5.0f MiB%s\n"
    printf line, "tenbo", T[1], bytes / 1e6 / T[1], T[2], bytes / 1e6 / T[2], T[3] / 1024, sprintf("   %.0f objects/s", features / T[1])
    printf line, "ogrinfo", O[1], bytes / 1e6 / O[1], O[2], bytes / 1e6 / O[2], O[3] / 1024, ""
    if (cn > 0) printf line, "citygmltest", C[1], cbytes / 1e6 / C[1], C[2], cbytes / 1e6 / C[2], C[3] / 1024, sprintf("   (%d of %d files)", cn, n)
    printf "  tenbo is %.1f times as fast as ogrinfo", O[1] / T[1]
    if (cn > 0) printf " and %.1f times as fast as citygmltest", (bytes / T[1]) / (cbytes / C[1])
    printf "; by CPU seconds alone %.1f", O[2] / T[2]
    if (cn > 0) printf " and %.1f", (bytes / T[2]) / (cbytes / C[2])
    printf "\n  tenbo'"'"'s peak memory: %.0f MiB, %.0f MiB over the largest file\n", peak / 1048576, (peak - largest) / 1048576
  }'
  sed 's/^/  /' <<< "$figures"
  if [ -s "$work/aborted" ]; then echo "  citygmltest failed on:"; sed 's/^/    /' "$work/aborted"; fi
}

for what in "$@"; do
  case $what in
    real)
      if [ ! -d ../shared/data ]; then echo "citygml_vs: ../shared/data is absent; the real files are left out" >&2; continue; fi
      mapfile -d '' files < <(find ../shared/data \( -name '*.gml' -o -name '*.citygml' \) -size +100k -print0 | sort -z)
      compare "real files of 100 KB and more" "${files[@]}" -- "${files[@]}" ;;
    city | lod1)
      city=$build/bench_city_100000
      [ -d "$city/udx" ] || "$tenbo" make-city "$city" --buildings 100000
      if [ "$what" = city ]; then
        mapfile -d '' files < <(find "$city/udx/bldg" -name '*.gml' -print0 | sort -z)
        compare "make-city of 100,000 buildings" "$city/udx/bldg" -- "${files[@]}"
      else
        file=$build/bench_lod1_100000/udx/bldg/lod1_bldg_6697_op.gml
        [ -s "$file" ] || tests/bench/lod1_city.sh 100000 "$build/bench_lod1_100000" "$city/codelists"
        compare "one file of 100,000 LOD1 buildings" "$file" -- "$file"
      fi ;;
    *)
      mapfile -d '' files < <(find "$what" -name '*.gml' -print0 | sort -z)
      compare "$what" "$what" -- "${files[@]}" ;;
  esac
done
