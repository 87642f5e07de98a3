// Import a style sheet as a minified string: `import { css } from "./style.css"`.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

export function cssText() {
  return {
    name: "css-as-text",
    setup(builder) {
      builder.onLoad({ filter: /[/\\]widget[/\\]src[/\\].*\.css$/ }, async ({ path }) => {
        const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
        return { loader: "js", contents: `export const css = ${JSON.stringify(code.trim())};` };
      });
    },
  };
}
