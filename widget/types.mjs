// Writes widget/src/types/format.ts from guides/handrail_guides/schema/*.json: `npm run types`.
// With --check it writes nothing and ends with 1 where the file is not what the schemas say.
import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const folder = new URL("../guides/handrail_guides/schema/", import.meta.url);
const target = new URL("src/types/format.ts", import.meta.url);
const files = ["guide", "rule", "target", "theme", "segment", "environment", "event", "manifest", "task"];
const schemas = Object.fromEntries(
  files.map((name) => [name, JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"))]),
);

function find(file, pointer) {
  let found = schemas[file];
  for (const token of pointer.split("/").slice(1)) found = found[token];
  return found;
}

/** Rewrites references so that all schemas stand in one: `rule.json#/$defs/event` becomes `#/$defs/rule_event`. */
function rewrite(value, home) {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, home));
  if (typeof value !== "object" || value === null) return value;
  if (typeof value.$ref !== "string") {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rewrite(item, home)]));
  }
  const [file, pointer = ""] = value.$ref.split("#");
  const owner = file.replace(".json", "") || home;
  const tokens = pointer.split("/").slice(1);
  if (tokens.length === 0) return { $ref: `#/$defs/${owner}` };
  if (tokens.length === 2 && tokens[0] === "$defs") return { $ref: `#/$defs/${owner}_${tokens[1]}` };
  return rewrite(find(owner, pointer), owner);
}

const $defs = {};
for (const file of files) {
  // what JSON Schema says by conditions has no counterpart in the types
  const { $defs: parts = {}, $id, $schema, examples, ...whole } = schemas[file];
  $defs[file] = rewrite(whole, file);
  for (const [name, { allOf, anyOf, ...part }] of Object.entries(parts)) {
    const both = file === "rule" && allOf ? { allOf } : {};
    $defs[`${file}_${name}`] = rewrite({ ...part, ...both }, file);
  }
}
// a definition that only points elsewhere is that other one
for (const [name, part] of Object.entries($defs)) {
  if (Object.keys(part).length === 1 && part.$ref) $defs[name] = $defs[part.$ref.replace("#/$defs/", "")];
}
for (const [name, part] of Object.entries($defs)) {
  if (name === "event_key" || name === "rule_period") delete part.title;
}

const tops = [...files, "manifest_chunk", "event_event"];
const properties = Object.fromEntries(tops.map((name) => [name, { $ref: `#/$defs/${name}` }]));
const whole = { title: "Format", type: "object", additionalProperties: false, properties, $defs };

const source = await compile(whole, "Format", {
  additionalProperties: true,
  bannerComment:
    "// Generated from guides/handrail_guides/schema by `npm run types`: change the schemas, not this file.\n",
  format: true,
  ignoreMinAndMaxItems: true,
  style: { printWidth: 120 },
  unknownAny: true,
});

if (process.argv.includes("--check")) {
  const current = readFileSync(target, "utf8");
  if (current !== source) {
    console.error("widget/src/types/format.ts is not what the schemas say: run `npm run types`.");
    process.exit(1);
  }
} else {
  writeFileSync(target, source);
}
