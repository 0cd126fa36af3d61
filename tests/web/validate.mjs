// Khronos' glTF validator over every .glb below some folders: as written, and with the vertex and index streams unpacked by
// meshoptimizer's own decoder, since the validator does not look into EXT_meshopt_compression.
// usage: node validate.mjs NODE_MODULES FOLDER...     prints {files: {PATH: {packed: [...], plain: [...], tables: N}}}
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, ...folders] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(path.resolve(modules, file)));
const { default: validator } = await load('gltf-validator/index.js');
const { MeshoptDecoder } = await load('meshoptimizer/index.js');
await MeshoptDecoder.ready;

const meshopt = 'EXT_meshopt_compression';
const padded = (bytes, to, fill) => Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to, fill)]);

function read(glb) {
  const length = glb.readUInt32LE(12);
  return { json: JSON.parse(glb.subarray(20, 20 + length).toString('utf8')), bin: glb.subarray(28 + length) };
}

function write(json, bin) {
  const text = padded(Buffer.from(JSON.stringify(json)), 4, 0x20), data = padded(bin, 4, 0), out = Buffer.alloc(28);
  out.write('glTF', 0);
  out.writeUInt32LE(2, 4);
  out.writeUInt32LE(28 + text.length + data.length, 8);
  out.writeUInt32LE(text.length, 12);
  out.write('JSON', 16);
  out.writeUInt32LE(data.length, 20);
  out.write('BIN\0', 24);
  return Buffer.concat([out.subarray(0, 20), text, out.subarray(20), data]);
}

// The same model with one plain buffer; every view keeps its index.
function unpack({ json, bin }) {
  const parts = [];
  let end = 0;
  for (const view of json.bufferViews ?? []) {
    const packed = view.extensions?.[meshopt];
    const source = packed ?? view;
    let bytes = bin.subarray(source.byteOffset ?? 0, (source.byteOffset ?? 0) + source.byteLength);
    if (packed) {
      const plain = new Uint8Array(packed.count * packed.byteStride);
      MeshoptDecoder.decodeGltfBuffer(plain, packed.count, packed.byteStride, bytes, packed.mode, packed.filter);
      if (plain.length !== view.byteLength) throw new Error(`a view of ${view.byteLength} bytes unpacks to ${plain.length}`);
      delete view.extensions;
      bytes = Buffer.from(plain);
    }
    bytes = padded(bytes, 8, 0);
    view.buffer = 0;
    view.byteOffset = end;
    parts.push(bytes);
    end += bytes.length;
  }
  json.buffers = [{ byteLength: end }];
  for (const list of ['extensionsUsed', 'extensionsRequired']) json[list] = json[list]?.filter((name) => name !== meshopt);
  return write(json, Buffer.concat(parts));
}

async function issues(bytes, uri) {
  const report = await validator.validateBytes(new Uint8Array(bytes), { uri, format: 'glb', maxIssues: 0, writeTimestamp: false });
  return report.issues.messages.map(({ severity, code, message, pointer }) => ({ severity, code, message, pointer }));
}

const files = {};
for (const folder of folders)
  for (const name of fs.readdirSync(folder, { recursive: true }).sort()) {
    if (!name.endsWith('.glb')) continue;
    const file = path.join(folder, name), glb = fs.readFileSync(file), told = (files[file] = { packed: await issues(glb, file), plain: [], tables: [] });
    try {
      const model = read(glb);
      for (const table of model.json.extensions?.EXT_structural_metadata?.propertyTables ?? [])
        for (const property of Object.values(table.properties ?? {})) told.tables.push(property.values, ...(property.stringOffsets === undefined ? [] : [property.stringOffsets]));
      told.plain = await issues(unpack(model), file);
    } catch (error) {
      told.plain = [{ severity: 0, code: 'CANNOT_BE_UNPACKED', message: String(error), pointer: '' }];
    }
  }
process.stdout.write(JSON.stringify({ validator: validator.version(), files }));
