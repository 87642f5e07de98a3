interface Shape {
  $ref?: string;
  $defs?: { [name: string]: Shape };
  properties?: { [name: string]: Shape };
  additionalProperties?: boolean | Shape;
  items?: Shape;
  enum?: unknown[];
  const?: unknown;
  oneOf?: Shape[];
  anyOf?: Shape[];
  allOf?: Shape[];
  description?: string;
  type?: string | string[];
}

interface Placed {
  shape: Shape;
  file: string;
}

/** Reads the schemas of the format as they are served, each file once, and finds what may stand at a place. */
export class Schemas {
  readonly #address: string;
  readonly #files = new Map<string, Promise<Shape>>();

  constructor(address: string) {
    this.#address = address;
  }

  async at(path: (string | number)[]): Promise<Placed[]> {
    const name = this.#address.split("/").pop() ?? "guide.json";
    let here = await this.#open([{ shape: await this.#file(name), file: name }]);
    for (const part of path) {
      const below = here.flatMap(({ shape, file }) => inner(shape, part).map((one) => ({ shape: one, file })));
      here = await this.#open(below);
    }
    return here;
  }

  static properties(shapes: Placed[]): { name: string; about: string }[] {
    const found = new Map<string, string>();
    for (const { shape } of shapes) {
      for (const [name, one] of Object.entries(shape.properties ?? {})) {
        if (!found.has(name)) found.set(name, one.description?.split(/[.:]/)[0]?.slice(0, 60) ?? "");
      }
    }
    return [...found].map(([name, about]) => ({ name, about }));
  }

  static values(shapes: Placed[]): unknown[] {
    const values = shapes.flatMap(({ shape }) => [...(shape.enum ?? []), ...("const" in shape ? [shape.const] : [])]);
    const booleans = shapes.some(({ shape }) => shape.type === "boolean") ? [true, false] : [];
    return [...new Set([...values, ...booleans])];
  }

  /** Follow references and alternatives, so that what is left are plain shapes. */
  async #open(shapes: Placed[], depth = 0): Promise<Placed[]> {
    if (depth > 8) return shapes;
    const opened = await Promise.all(
      shapes.map(async ({ shape, file }) => {
        const next: Placed[] = [...(shape.oneOf ?? []), ...(shape.anyOf ?? []), ...(shape.allOf ?? [])].map((one) => ({
          shape: one,
          file,
        }));
        if (shape.$ref) next.push(await this.#follow(shape.$ref, file));
        return next.length ? [{ shape, file }, ...(await this.#open(next, depth + 1))] : [{ shape, file }];
      }),
    );
    return opened.flat();
  }

  async #follow(reference: string, from: string): Promise<Placed> {
    const [address, pointer] = reference.split("#");
    const file = address || from;
    let shape: unknown = await this.#file(file);
    for (const part of (pointer ?? "").split("/").filter(Boolean))
      shape = (shape as { [name: string]: unknown })?.[part];
    return { shape: (shape ?? {}) as Shape, file };
  }

  #file(name: string): Promise<Shape> {
    const known =
      this.#files.get(name) ??
      fetch(this.#address.replace(/[^/]+$/, name)).then((answer) => answer.json() as Promise<Shape>);
    this.#files.set(name, known);
    return known;
  }
}

function inner(shape: Shape, part: string | number): Shape[] {
  if (typeof part === "number") return shape.items ? [shape.items] : [];
  const named = shape.properties?.[part];
  if (named) return [named];
  return typeof shape.additionalProperties === "object" ? [shape.additionalProperties] : [];
}
