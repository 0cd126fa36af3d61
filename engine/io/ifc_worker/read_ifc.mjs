// The reader of IFC, alone in its process: `node read_ifc.mjs FOLDER FILE` reads FILE with the web-ifc that lies in
// FOLDER/node_modules, and writes what src/ifc/ifc_format.h describes to its standard output.
// Exit status 0 = a model was written; 3 = the file cannot be read, why stands on standard error.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

console.log = console.info = console.warn = console.debug = () => {};  // standard output is the answer's alone

const VERSION = 1;
const limits = { elements: 2_000_000, triangles: 30_000_000, text: 4096, values: 2000, depth: 64 };
const tag = (s) => s.charCodeAt(0) | (s.charCodeAt(1) << 8) | (s.charCodeAt(2) << 16) | (s.charCodeAt(3) << 24);

function fail(why) {
  fs.writeSync(2, why.slice(0, 2000) + '\n');
  process.exit(3);
}

function write(buffer) {
  for (let at = 0; at < buffer.length;) at += fs.writeSync(1, buffer, at);
}
function record(name, payload) {
  const head = Buffer.alloc(8);
  head.writeInt32LE(tag(name), 0);
  head.writeUInt32LE(payload.length, 4);
  write(head);
  write(payload);
}

const [folder, file] = process.argv.slice(2);
if (!file) fail('usage: node read_ifc.mjs FOLDER FILE');
let W;
try {
  W = createRequire(path.join(path.resolve(folder), 'package.json'))('web-ifc');
} catch {
  fail('web-ifc is not in ' + folder);
}
const text = (v) => typeof v === 'string' ? v.slice(0, limits.text) : v === undefined || v === null ? '' : String(v).slice(0, limits.text);
// Of IFC2X3 some values come plain.
const value = (v) => v === null || v === undefined ? null : typeof v !== 'object' ? v : v.value === undefined ? null : v.value;
const word = (v) => text(value(v));
const number = (v) => { const n = value(v); return typeof n === 'number' && Number.isFinite(n) ? n : null; };
const list = (v) => Array.isArray(v) ? v : [];

const api = new W.IfcAPI();
await api.Init();
api.SetLogLevel(W.LogLevel.LOG_LEVEL_OFF);
let model = -1;
try {
  model = api.OpenModel(new Uint8Array(fs.readFileSync(file)), { COORDINATE_TO_ORIGIN: false });
} catch (e) {
  fail('the reader failed: ' + text(e?.message));
}
if (model < 0) fail('its schema is not one that is read (IFC2X3, IFC4, IFC4X3)');
const type_word = (id) => { try { return api.GetNameFromTypeCode(api.GetLineType(model, id)) || 'unknown'; } catch { return 'unknown'; } };
const lines_of = (type, inherited = false) => { try { return [...api.GetLineIDsWithType(model, type, inherited)]; } catch { return []; } };
const line = (id, flat = false) => { try { return api.GetLine(model, id, flat) ?? null; } catch { return null; } };
const at = (reference) => typeof reference?.value === 'number' ? line(reference.value) : null;

// --- units

const prefixes = { EXA: 1e18, PETA: 1e15, TERA: 1e12, GIGA: 1e9, MEGA: 1e6, KILO: 1e3, HECTO: 1e2, DECA: 10, DECI: 0.1, CENTI: 0.01, MILLI: 1e-3, MICRO: 1e-6, NANO: 1e-9, PICO: 1e-12, FEMTO: 1e-15, ATTO: 1e-18 };
const symbols = { METRE: 'm', SQUARE_METRE: 'm2', CUBIC_METRE: 'm3', RADIAN: 'rad', GRAM: 'g', SECOND: 's', NEWTON: 'N', PASCAL: 'Pa', DEGREE_CELSIUS: 'degC', KELVIN: 'K', WATT: 'W', HERTZ: 'Hz' };
const short = { KILO: 'k', CENTI: 'c', MILLI: 'm', DECI: 'd', MICRO: 'u', MEGA: 'M', HECTO: 'h', GIGA: 'G' };
// {kind, factor to the SI unit, word}
function unit_of(u) {
  if (!u) return null;
  const kind = word(u.UnitType);
  if (u.type === W.IFCSIUNIT) {
    const prefix = word(u.Prefix), name = word(u.Name);
    const power = name === 'SQUARE_METRE' ? 2 : name === 'CUBIC_METRE' ? 3 : 1;
    return { kind, factor: Math.pow(prefix ? prefixes[prefix] ?? 1 : 1, power), word: (prefix ? short[prefix] ?? prefix.toLowerCase() : '') + (symbols[name] ?? name.toLowerCase()) };
  }
  if (u.ConversionFactor) {
    const measure = at(u.ConversionFactor);
    const base = measure ? unit_of(at(measure.UnitComponent)) : null;
    const n = measure ? number(measure.ValueComponent) : null;
    return { kind, factor: n === null ? 1 : n * (base?.factor ?? 1), word: word(u.Name).toLowerCase() };
  }
  return { kind, factor: 1, word: word(u.Name).toLowerCase() };
}
const units = {};
const project = line(lines_of(W.IFCPROJECT)[0] ?? 0);
for (const u of list(at(project?.UnitsInContext)?.Units)) {
  const found = unit_of(at(u));
  if (found?.kind) units[found.kind] = found;
}
const length = units.LENGTHUNIT ?? { factor: 1, word: '' };
const measures = { IFCLENGTHMEASURE: 'LENGTHUNIT', IFCPOSITIVELENGTHMEASURE: 'LENGTHUNIT', IFCNONNEGATIVELENGTHMEASURE: 'LENGTHUNIT', IFCAREAMEASURE: 'AREAUNIT', IFCVOLUMEMEASURE: 'VOLUMEUNIT',
                   IFCPLANEANGLEMEASURE: 'PLANEANGLEUNIT', IFCMASSMEASURE: 'MASSUNIT', IFCTIMEMEASURE: 'TIMEUNIT' };

// --- properties: [name, value] pairs; a unit stands as NAME_uom

function one_value(v) {
  const x = value(v);
  if (x === null || typeof x === 'object') return null;
  const kind = (v.name ?? '').toUpperCase();
  if (kind === 'IFCBOOLEAN' || kind === 'IFCLOGICAL') return x === true || x === 'T' || x === '.T.' ? true : x === false || x === 'F' || x === '.F.' ? false : null;
  if (typeof x === 'number') return Number.isFinite(x) ? x : null;
  return typeof x === 'boolean' ? x : text(x);
}
function put(out, name, v, unit) {
  const x = one_value(v);
  if (x === null || x === '' || out.length >= limits.values) return;
  out.push([name, x]);
  const of_kind = typeof x === 'number' ? (unit ? unit_of(at(unit)) : units[measures[(v.name ?? '').toUpperCase()]]) : null;
  if (of_kind?.word) out.push([name + '_uom', of_kind.word]);
}
function property(out, prefix, p, depth) {
  if (!p || depth > 8) return;
  const name = prefix + word(p.Name);
  if (p.NominalValue !== undefined) put(out, name, p.NominalValue, p.Unit);
  else if (p.EnumerationValues) { const t = p.EnumerationValues.map(one_value).filter((x) => x !== null); if (t.length) out.push([name, text(t.join(', '))]); }
  else if (p.ListValues) { const t = p.ListValues.map(one_value).filter((x) => x !== null); if (t.length) out.push([name, text(t.join(', '))]); }
  else if (p.LowerBoundValue !== undefined) { put(out, name + '.from', p.LowerBoundValue, p.Unit); put(out, name + '.to', p.UpperBoundValue, p.Unit); }
  else if (p.HasProperties) for (const q of p.HasProperties) property(out, name + '.', at(q), depth + 1);
  else {
    for (const [key, kind] of [['LengthValue', 'LENGTHUNIT'], ['AreaValue', 'AREAUNIT'], ['VolumeValue', 'VOLUMEUNIT'], ['WeightValue', 'MASSUNIT'], ['TimeValue', 'TIMEUNIT'], ['CountValue', '']]) {
      const n = number(p[key]);
      if (n === null || out.length >= limits.values) continue;
      out.push([name, n]);
      const of_kind = p.Unit ? unit_of(at(p.Unit)) : units[kind];
      if (of_kind?.word) out.push([name + '_uom', of_kind.word]);
    }
  }
}
const sets = new Map();  // of a property set, made once
function set_of(id) {
  if (sets.has(id)) return sets.get(id);
  const out = [];
  const s = line(id);
  if (s) for (const p of list(s.HasProperties ?? s.Quantities)) property(out, (word(s.Name) || 'Pset') + '.', at(p), 0);
  sets.set(id, out);
  return out;
}
const properties = new Map();  // element -> ids of sets, its own before its type's
const add_set = (element, set) => { if (!properties.has(element)) properties.set(element, []); properties.get(element).push(set); };
for (const id of lines_of(W.IFCRELDEFINESBYPROPERTIES)) {
  const r = line(id);
  const set = value(r?.RelatingPropertyDefinition);
  if (typeof set === 'number') for (const e of list(r.RelatedObjects)) if (typeof e?.value === 'number') add_set(e.value, set);
}
const type_name = new Map();
for (const id of lines_of(W.IFCRELDEFINESBYTYPE)) {
  const r = line(id), type = at(r?.RelatingType);
  if (!type) continue;
  for (const e of list(r.RelatedObjects)) {
    if (typeof e?.value !== 'number') continue;
    if (word(type.Name)) type_name.set(e.value, word(type.Name));
    for (const s of list(type.HasPropertySets)) if (typeof s?.value === 'number') add_set(e.value, s.value);
  }
}
const material = new Map();
for (const id of lines_of(W.IFCRELASSOCIATESMATERIAL)) {
  const r = line(id);
  const words = new Set();
  const walk = (m, depth) => {
    if (!m || depth > 6) return;
    if (m.type === W.IFCMATERIAL) { if (word(m.Name)) words.add(word(m.Name)); return; }
    for (const key of ['Material', 'ForLayerSet', 'ForProfileSet', 'Materials', 'MaterialLayers', 'MaterialProfiles', 'MaterialConstituents'])
      for (const q of Array.isArray(m[key]) ? m[key] : m[key] ? [m[key]] : []) walk(at(q), depth + 1);
  };
  walk(at(r?.RelatingMaterial), 0);
  if (words.size) for (const e of list(r.RelatedObjects)) if (typeof e?.value === 'number') material.set(e.value, text([...words].join(', ')));
}

// --- what is part of what

const parent = new Map();
for (const [type, whole, parts] of [[W.IFCRELAGGREGATES, 'RelatingObject', 'RelatedObjects'], [W.IFCRELNESTS, 'RelatingObject', 'RelatedObjects'],
                                    [W.IFCRELCONTAINEDINSPATIALSTRUCTURE, 'RelatingStructure', 'RelatedElements']])
  for (const id of lines_of(type)) {
    const r = line(id), of = value(r?.[whole]);
    if (typeof of === 'number') for (const e of list(r[parts])) if (typeof e?.value === 'number' && !parent.has(e.value)) parent.set(e.value, of);
  }

// --- place on Earth

function property_of(set, name) { for (const [n, v] of set_of(set)) if (n.endsWith('.' + name)) return v; return null; }
function conversion() {
  const ids = lines_of(W.IFCMAPCONVERSION, true);
  if (ids.length) {
    const c = line(ids[0]), crs = at(c?.TargetCRS);
    if (!crs) return null;
    const unit = unit_of(at(crs.MapUnit));
    return { crs: word(crs.Name), description: word(crs.Description), vertical_datum: word(crs.VerticalDatum), unit: unit?.factor ?? length.factor,
             easting: number(c.Eastings), northing: number(c.Northings), height: number(c.OrthogonalHeight), abscissa: number(c.XAxisAbscissa), ordinate: number(c.XAxisOrdinate),
             scale: number(c.Scale), from: 'IfcMapConversion' };
  }
  // IFC2X3 has no such entity; buildingSMART's user guide for geo-referencing writes it as property sets of the site or project
  const owners = [...lines_of(W.IFCSITE), ...lines_of(W.IFCPROJECT)].flatMap((o) => properties.get(o) ?? []);
  const named = (want) => owners.find((s) => word(line(s)?.Name).toLowerCase() === want);
  const map = named('epset_mapconversion'), crs = named('epset_projectedcrs');
  if (map === undefined || crs === undefined) return null;
  const n = (name) => { const v = property_of(map, name); const x = typeof v === 'string' ? Number(v) : v; return typeof x === 'number' && Number.isFinite(x) ? x : null; };
  return { crs: text(property_of(crs, 'Name') ?? ''), description: text(property_of(crs, 'Description') ?? ''), vertical_datum: text(property_of(crs, 'VerticalDatum') ?? ''),
           unit: /^\W*(milli.*metre|mm)/i.test(text(property_of(crs, 'MapUnit') ?? '')) ? 0.001 : 1, easting: n('Eastings'), northing: n('Northings'), height: n('OrthogonalHeight'),
           abscissa: n('XAxisAbscissa'), ordinate: n('XAxisOrdinate'), scale: n('Scale'), from: 'ePset_MapConversion' };
}
function angle(v) {  // degrees, minutes, seconds, millionths of seconds; all of one sign
  const parts = v?.value ?? v;
  if (!Array.isArray(parts) || parts.length < 3) return null;
  const n = parts.map((p) => typeof p === 'number' ? p : p?.value);
  if (!n.every((x) => typeof x === 'number' && Number.isFinite(x))) return null;
  const size = Math.abs(n[0]) + Math.abs(n[1]) / 60 + (Math.abs(n[2]) + Math.abs(n[3] ?? 0) / 1e6) / 3600;
  return n.some((x) => x < 0) ? -size : size;
}
function site_place() {
  for (const id of lines_of(W.IFCSITE)) {
    const s = line(id), lat = angle(s?.RefLatitude), lon = angle(s?.RefLongitude);
    if (lat === null || lon === null) continue;
    let origin = [0, 0, 0];
    try { if (typeof s.ObjectPlacement?.value === 'number') origin = api.GetWorldTransformMatrix(model, s.ObjectPlacement.value).slice(12, 15); } catch { /* stays */ }
    return { lat, lon, elevation: number(s.RefElevation), origin: origin.map((x) => Number.isFinite(x) ? x * length.factor : 0) };
  }
  return null;
}
let north = null, moved_context = false;
for (const id of lines_of(W.IFCGEOMETRICREPRESENTATIONCONTEXT)) {
  const c = line(id, true);
  if (!c || number(c.CoordinateSpaceDimension) === 2) continue;
  const d = list(c.TrueNorth?.DirectionRatios).map((x) => value(x));
  if (!north && d.length >= 2 && d.every((x) => typeof x === 'number' && Number.isFinite(x))) north = d.slice(0, 2);
  const location = list(c.WorldCoordinateSystem?.Location?.Coordinates).map((x) => value(x));
  if (location.some((x) => typeof x === 'number' && Math.abs(x) > 1e-6)) moved_context = true;
}

// --- elements

const voids = new Set();
for (const t of ['IFCOPENINGELEMENT', 'IFCOPENINGSTANDARDCASE', 'IFCFEATUREELEMENTSUBTRACTION', 'IFCVOIDINGFEATURE', 'IFCEARTHWORKSCUT']) if (W[t]) voids.add(W[t]);
const spaces = new Set();
for (const t of ['IFCSPACE', 'IFCSPATIALZONE', 'IFCVIRTUALELEMENT']) if (W[t]) spaces.add(W[t]);
const products = lines_of(W.IFCPRODUCT, true).sort((a, b) => a - b);
if (products.length > limits.elements) fail(`it has ${products.length} elements, and at most ${limits.elements} are read`);
const schema = text(api.GetModelSchema(model));
const elements = [], index = new Map();
let openings = 0;
for (const id of products) {
  const type = api.GetLineType(model, id);
  if (voids.has(type)) { ++openings; continue; }
  const e = line(id);
  if (!e) continue;
  index.set(id, elements.length);
  elements.push({ id, e, type });
}
// What the file has and web-ifc knows no class for (names of drafts of the standard): counted by the file's own text.
const strangers = {};
{
  const handle = fs.openSync(file, 'r'), size = 1 << 20;
  const buffer = Buffer.alloc(size);
  let rest = '';
  for (let n; (n = fs.readSync(handle, buffer, 0, size, null)) > 0;) {
    const t = rest + buffer.latin1Slice(0, n);
    let used = 0;
    for (const m of t.matchAll(/=\s*(IFC[A-Z0-9]{1,60})\s*\(/g)) {
      used = m.index + m[0].length;
      if (W[m[1]] === undefined && (m[1] in strangers || Object.keys(strangers).length < 50)) strangers[m[1]] = (strangers[m[1]] ?? 0) + 1;
    }
    rest = t.slice(Math.max(used, t.length - 200));
  }
  fs.closeSync(handle);
}
const unmeshed = {};  // class -> {shape: n, none: n, items: [words]}
const count = (cls, key, item) => {
  const u = unmeshed[cls] ??= { shape: 0, none: 0, space: 0, items: [] };
  ++u[key];
  if (item && u.items.length < 8 && !u.items.includes(item)) u.items.push(item);
};
// the words of what a shape is made of
function items_of(e) {
  const out = [];
  for (const r of list(at(e.Representation)?.Representations))
    for (const i of list(at(r)?.Items)) if (typeof i?.value === 'number') out.push(type_word(i.value));
  return out;
}

const head = Buffer.alloc(8);
head.writeInt32LE(tag('TNBI'), 0);
head.writeUInt32LE(VERSION, 4);
write(head);

const chunk = 4096;
for (let first = 0; first < elements.length; first += chunk) {
  const rows = [];
  for (const { id, e } of elements.slice(first, first + chunk)) {
    const own = [];
    for (const key of ['Name', 'LongName', 'Description', 'ObjectType', 'Tag', 'PredefinedType', 'UsageType']) { const w = word(e[key]); if (w) own.push([key, w]); }
    if (type_name.has(id)) own.push(['Type', type_name.get(id)]);
    if (material.has(id)) own.push(['Material', material.get(id)]);
    const seen = new Set();
    for (const s of properties.get(id) ?? []) for (const [n, v] of set_of(s)) if (!seen.has(n) && own.length < limits.values) { seen.add(n); own.push([text(n), v]); }
    rows.push([id, word(e.GlobalId), type_word(id), index.get(parent.get(id)) ?? -1, own]);
  }
  record('ELEM', Buffer.from(JSON.stringify(rows)));
}

let triangles = 0, truncated = false;
const failed = [];
for (const [i, { id, e, type }] of elements.entries()) {
  const cls = type_word(id);
  if (spaces.has(type)) { count(cls, 'space'); continue; }
  if (typeof e.Representation?.value !== 'number') { count(cls, 'none'); continue; }
  let drawn = 0;
  try {
    api.StreamMeshes(model, [id], (mesh) => {
      const n = mesh.geometries.size();
      for (let g = 0; g < n; ++g) {
        const placed = mesh.geometries.get(g);
        const geometry = api.GetGeometry(model, placed.geometryExpressID);
        const v = api.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize());
        const ix = api.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize());
        triangles += ix.length / 3;
        if (triangles > limits.triangles) { truncated = true; return; }
        if (ix.length >= 3 && v.length >= 18) {
          // web-ifc turns z up into y up (x, z, -y); this turns it back. In doubles up to the part's own origin.
          const t = placed.flatTransformation, vertices = v.length / 6;
          const payload = Buffer.alloc(4 + 4 + 24 + 4 + 4 + vertices * 24 + ix.length * 4);
          const point = (k) => {
            const x = v[k], y = v[k + 1], z = v[k + 2];
            return [t[0] * x + t[4] * y + t[8] * z + t[12], -(t[2] * x + t[6] * y + t[10] * z + t[14]), t[1] * x + t[5] * y + t[9] * z + t[13]];
          };
          const origin = point(0);
          payload.writeUInt32LE(i, 0);
          // white is web-ifc's word for no colour; it is the grey of other models without one
          const c4 = [placed.color.x, placed.color.y, placed.color.z, placed.color.w];
          (c4[0] === 1 && c4[1] === 1 && c4[2] === 1 ? [200 / 255, 200 / 255, 200 / 255, c4[3]] : c4).forEach((c, k) => payload.writeUInt8(Number.isFinite(c) ? Math.round(Math.min(1, Math.max(0, c)) * 255) : 200, 4 + k));
          origin.forEach((x, k) => payload.writeDoubleLE(x, 8 + 8 * k));
          payload.writeUInt32LE(vertices, 32);
          payload.writeUInt32LE(ix.length, 36);
          let to = 40;
          for (let k = 0; k < v.length; k += 6) {
            const p = point(k), nx = v[k + 3], ny = v[k + 4], nz = v[k + 5];
            for (const x of [p[0] - origin[0], p[1] - origin[1], p[2] - origin[2], t[0] * nx + t[4] * ny + t[8] * nz, -(t[2] * nx + t[6] * ny + t[10] * nz), t[1] * nx + t[5] * ny + t[9] * nz]) to = payload.writeFloatLE(x, to);
          }
          for (let k = 0; k < ix.length; ++k) to = payload.writeUInt32LE(ix[k], to);
          record('MESH', payload);
          drawn += ix.length / 3;
        }
        geometry.delete?.();
      }
      mesh.delete?.();
    });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) fail('the reader crashed on ' + cls + ' #' + id);
    failed.push(cls + ' #' + id);
  }
  if (truncated) fail(`it has more than ${limits.triangles} triangles`);
  if (!drawn) { const items = items_of(e); if (!items.length) count(cls, 'shape', ''); else items.forEach((w, k) => k ? count_item(cls, w) : count(cls, 'shape', w)); }
}
function count_item(cls, item) {
  const u = unmeshed[cls];
  if (u.items.length < 8 && !u.items.includes(item)) u.items.push(item);
}

record('INFO', Buffer.from(JSON.stringify({
  schema, elements: elements.length, openings, unmeshed, strangers, failed: failed.slice(0, 20), failed_count: failed.length, length_unit: length.word, length_factor: length.factor,
  project: word(project?.LongName) || word(project?.Name), conversion: conversion(), site: site_place(), north, moved_context,
})));
record('END!', Buffer.alloc(0));
