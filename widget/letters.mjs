// The last step of the build: one letter for each variable, the same letter wherever a variable of that name is spoken
// of, so that gzip meets the same phrase again. A minifier hands out letters by counting, and the same line of code
// then reads differently in each function. `letters.json` says which letter a name gets, in the chunks that it lists;
// it was found by trying (`npm run letters`, half an hour). An old one costs bytes and nothing else: a name that it does
// not know, or whose letter is taken, gets the first one that is free.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import ts from "typescript";

const FILE = join(dirname(fileURLToPath(import.meta.url)), "letters.json");
/** In the order in which they are tried. */
const ALPHABET = [..."etniaorsldcupmhfgbvwxkySCEAMLTNRDPq_$IHOF"];
/** How many of them the search tries: the others are rare, and rare letters are long ones after compression. */
const TRIED = 24;
/** One letter, then two, but none of the reserved words. */
const LETTERS = [...ALPHABET, ...ALPHABET.flatMap((one) => ALPHABET.map((two) => one + two))].filter(
  (name) => !/^(as|do|if|in|is|of)$/.test(name),
);

/** `draw2` is what the bundler calls a second `draw`. */
const plainName = (name) => name.replace(/\d+$/, "");

/** The letters of a chunk, {name: letter}; none where the list does not have it. */
export function lettersOf(chunk) {
  const lists = JSON.parse(readFileSync(FILE, "utf8"))[chunk];
  const pairs = Object.entries(lists ?? {}).flatMap(([letter, names]) =>
    names.split(" ").map((name) => [name, letter]),
  );
  return lists && Object.fromEntries(pairs);
}

/** Keep what was found: {chunk: {name: letter}}. */
export function keepLetters(found) {
  const kept = Object.entries(found).map(([chunk, table]) => {
    const lists = ALPHABET.map((letter) => [
      letter,
      Object.keys(table)
        .filter((name) => table[name] === letter)
        .sort(),
    ]);
    return [
      chunk,
      Object.fromEntries(lists.map(([letter, names]) => [letter, names.join(" ")]).filter(([, names]) => names)),
    ];
  });
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}

const isScope = (node) =>
  ts.isFunctionLike(node) ||
  ts.isSourceFile(node) ||
  ts.isClassLike(node) ||
  ts.isCatchClause(node) ||
  ts.isIterationStatement(node, false) ||
  ts.isCaseBlock(node) ||
  (ts.isBlock(node) && !ts.isFunctionLike(node.parent) && !ts.isCatchClause(node.parent));

const around = (node, holds) => {
  let up = node.parent;
  while (!holds(up)) up = up.parent;
  return up;
};

/** Where a declared name holds. */
function scopeOf(declaration) {
  if (ts.isFunctionExpression(declaration) || ts.isClassExpression(declaration)) return declaration;
  if (ts.isBindingElement(declaration))
    return scopeOf(around(declaration, (node) => ts.isVariableDeclaration(node) || ts.isParameter(node)));
  const isVar =
    ts.isVariableDeclaration(declaration) &&
    ts.isVariableDeclarationList(declaration.parent) &&
    !(declaration.parent.flags & ts.NodeFlags.BlockScoped);
  return around(declaration, isVar ? (node) => ts.isFunctionLike(node) || ts.isSourceFile(node) : isScope);
}

/** What must be written before a variable, or after it, where it stands for a property or an export of its own name. */
function surroundings(node) {
  const { parent, text } = node;
  if (parent.name !== node) return ["", ""];
  if (ts.isShorthandPropertyAssignment(parent)) return [`${text}:`, ""];
  if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent))
    return parent.propertyName || parent.dotDotDotToken ? ["", ""] : [`${text}:`, ""];
  return ["", ts.isExportSpecifier(parent) && !parent.propertyName ? ` as ${text}` : ""];
}

/** The identifiers that are variables, or names that no variable may hide, in the order of the text. */
function* mentions(node) {
  if (ts.isIdentifier(node)) {
    const { parent } = node;
    const isMember = parent.name === node && !ts.isShorthandPropertyAssignment(parent) && !isDeclared(parent);
    const isKey = parent.propertyName === node && ts.isBindingElement(parent);
    if (!isMember && !isKey) yield node;
  }
  for (const child of childrenOf(node)) yield* mentions(child);
}

const isDeclared = (parent) =>
  ts.isVariableDeclaration(parent) ||
  ts.isParameter(parent) ||
  (ts.isBindingElement(parent) && ts.isIdentifier(parent.name)) ||
  ts.isFunctionDeclaration(parent) ||
  ts.isFunctionExpression(parent) ||
  ts.isClassLike(parent) ||
  (ts.isExportSpecifier(parent) && !parent.propertyName);

function childrenOf(node) {
  const children = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

function parse(code) {
  const source = ts.createSourceFile("code.js", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const host = {
    ...ts.createCompilerHost({}),
    getSourceFile: (name) => (name === "code.js" ? source : undefined),
    fileExists: (name) => name === "code.js",
  };
  const options = { allowJs: true, noLib: true, noResolve: true, types: [], target: ts.ScriptTarget.ES2022 };
  return { source, checker: ts.createProgram(["code.js"], options, host).getTypeChecker() };
}

function symbolOf(node, checker) {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent) && parent.name === node)
    return checker.getShorthandAssignmentValueSymbol(parent);
  if (ts.isExportSpecifier(parent)) return checker.getExportSpecifierLocalTargetSymbol(parent);
  return checker.getSymbolAtLocation(node);
}

/** The variables of a program: where each is written, and what it must not be called. */
function read(code) {
  const { source, checker } = parse(code);
  const variables = new Map();
  const places = [];
  const others = [];
  for (const node of mentions(source)) {
    const symbol = symbolOf(node, checker);
    const declaration = symbol?.valueDeclaration;
    if (declaration?.getSourceFile() !== source) others.push(node);
    else {
      if (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export)
        throw new Error(`${node.text} must be exported by a list, or its letter would be what others import`);
      if (!variables.has(symbol))
        variables.set(symbol, { name: plainName(node.text), scope: scopeOf(declaration), nodes: [], apart: new Set() });
      const variable = variables.get(symbol);
      variable.nodes.push(node);
      const [before, after] = surroundings(node);
      places.push({ start: node.getStart(), end: node.end, before, after, variable });
    }
  }
  keepApart([...variables.values()], others);
  return { code, places, variables: [...variables.values()] };
}

/** Note for each variable the other ones, and the names of the browser's, that it would hide or be hidden by. */
function keepApart(variables, others) {
  const declared = new Map();
  for (const variable of variables) declared.set(variable.scope, [...(declared.get(variable.scope) ?? []), variable]);
  const meet = (one, other) => one !== other && one.apart.add(other) && other.apart?.add(one);
  const climb = (node, top, mentioned) => {
    for (let scope = node; scope; scope = scope === top ? null : scope.parent)
      for (const variable of declared.get(scope) ?? []) meet(variable, mentioned);
  };
  for (const variable of variables) for (const node of variable.nodes) climb(node, variable.scope, variable);
  for (const node of others) climb(node, null, node.text);
}

function isFree(name, { apart }) {
  for (const other of apart) if ((other.letter ?? other) === name) return false;
  return true;
}

/** Give every variable its letter: those that come first choose first. */
function assign(variables, table) {
  for (const variable of variables) variable.letter = "";
  for (const variable of variables) {
    const wanted = table[variable.name];
    variable.letter = wanted && isFree(wanted, variable) ? wanted : LETTERS.find((name) => isFree(name, variable));
  }
}

function write({ code, places }) {
  let made = "";
  let at = 0;
  for (const { start, end, before, after, variable } of places) {
    made += code.slice(at, start) + before + variable.letter + after;
    at = end;
  }
  return made + code.slice(at);
}

/** Which variable each place means, as a number: the same before and after, or the code means something else. */
function shape({ places, variables }) {
  const numbers = new Map(variables.map((variable, number) => [variable, number]));
  return places.map(({ variable }) => numbers.get(variable)).join();
}

/** The variables, those of one name together, the names that are written most first. */
function byName({ variables }) {
  const groups = new Map();
  for (const variable of variables) groups.set(variable.name, [...(groups.get(variable.name) ?? []), variable]);
  const weight = (group) => group.reduce((sum, { nodes }) => sum + nodes.length, 0);
  return [...groups.values()].sort(
    (one, other) => weight(other) - weight(one) || (one[0].name < other[0].name ? -1 : 1),
  );
}

/** To begin with, each name has the letter that most of its mentions can have. */
function firstGuess(groups) {
  const guess = {};
  for (const group of groups) for (const variable of group) variable.letter = "";
  for (const group of groups) {
    const fits = (letter) =>
      group.reduce((sum, variable) => sum + (isFree(letter, variable) ? variable.nodes.length : 0), 0);
    const best = ALPHABET.reduce((one, other) => (fits(other) > fits(one) ? other : one));
    guess[group[0].name] = best;
    for (const variable of group) if (isFree(best, variable)) variable.letter = best;
  }
  return guess;
}

/** The same code with each variable renamed by the table. */
export function withLetters(code, table) {
  const program = read(code);
  assign(byName(program).flat(), table);
  const made = write(program);
  if (shape(read(made)) !== shape(program)) throw new Error("other letters would change what the code does");
  return made;
}

/** The same numbers in every run, so that a search can be made again. */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Node.js counts fast, and nearly right; gzip itself is what counts. */
const WEIGHINGS = [
  { weigh: (text) => gzipSync(text, { level: 9 }).length, share: 0.8 },
  { weigh: (text) => spawnSync("gzip", ["-9n"], { input: text }).stdout.length, share: 0.2 },
];

/**
 * A better table for the code, from the known one: a name takes another letter, or two names change theirs. What costs no
 * byte more is kept as well, because it opens ways.
 */
export function findLetters(code, log, known = {}, tries = 60_000) {
  const program = read(code);
  const groups = byName(program);
  const variables = groups.flat();
  const found = firstGuess(groups);
  const names = Object.keys(found);
  for (const name of names) found[name] = known[name] ?? found[name];
  const any = numbers(names.length);
  const change = () => {
    const name = names[any(names.length)];
    const letter = ALPHABET[any(TRIED)];
    const others = names.filter((other) => found[other] === letter);
    if (others.length && any(3) === 0) found[others[any(others.length)]] = found[name];
    found[name] = letter;
  };
  for (const { weigh, share } of WEIGHINGS) {
    const weight = () => {
      assign(variables, found);
      return weigh(write(program));
    };
    let best = weight();
    for (let n = 1; n <= tries * share; n++) {
      const before = { ...found };
      change();
      const bytes = weight();
      if (bytes <= best) best = bytes;
      else Object.assign(found, before);
      if (n % 5000 === 0) log(`${n} tries: ${best} bytes`);
    }
  }
  return found;
}
