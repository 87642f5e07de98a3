import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { SyntaxNode } from "@lezer/common";
import { Schemas } from "./schemas.ts";

/** Complete keys and listed values from the guide's JSON Schema, at whatever place of the document the cursor is. */
export function completeFrom(address: string): (context: CompletionContext) => Promise<CompletionResult | null> {
  const schemas = new Schemas(address);
  return async (context) => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1);
    const text = (one: SyntaxNode) => context.state.sliceDoc(one.from, one.to);
    const isKey = node.name === "PropertyName";
    if (isKey || node.name === "Object" || node.name === "{" || node.name === "⚠") {
      const object = ancestor(node, "Object");
      if (!object) return null;
      const taken = object.getChildren("Property").map((one) => key(one, text));
      const shapes = await schemas.at(pathOf(object, text));
      const options = Schemas.properties(shapes).filter(({ name }) => !taken.includes(name) || isKey);
      const from = isKey ? node.from : context.pos;
      return { from, options: options.map(({ name, about }) => keyOption(name, about)) };
    }
    if (node.name !== "String" && node.name !== "Property" && node.name !== "Array") return null;
    const inString = node.name === "String";
    const shapes = await schemas.at(inString ? pathOf(node, text) : pathOf(node, text, true));
    const options = Schemas.values(shapes).map(
      (value): Completion => ({ label: JSON.stringify(value), type: "constant" }),
    );
    return options.length ? { from: inString ? node.from : context.pos, options } : null;
  };
}

function keyOption(name: string, about: string): Completion {
  return { label: JSON.stringify(name), detail: about, type: "property", apply: `${JSON.stringify(name)}: ` };
}

function ancestor(node: SyntaxNode | null, name: string): SyntaxNode | null {
  let found = node;
  while (found && found.name !== name) found = found.parent;
  return found;
}

function key(property: SyntaxNode, text: (node: SyntaxNode) => string): string {
  const name = property.getChild("PropertyName");
  try {
    return name ? String(JSON.parse(text(name))) : "";
  } catch {
    return "";
  }
}

/** The names and places that lead to a value: `["steps", 0, "place"]`. */
function pathOf(node: SyntaxNode, text: (node: SyntaxNode) => string, own = false): (string | number)[] {
  const path: (string | number)[] = [];
  if (own && node.name === "Property") path.unshift(key(node, text));
  for (let here: SyntaxNode | null = node; here?.parent; here = here.parent) {
    const { parent } = here;
    if (parent.name === "Property") path.unshift(key(parent, text));
    if (parent.name === "Array") path.unshift(0);
  }
  return path;
}
