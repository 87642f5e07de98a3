// Chunks on demand, by name: immutable files beside the loader. (In the ES module, literal imports take this file's
// place; see widget/build.mjs.)
declare const __BUILD__: string;

export const BUILD = __BUILD__;

let base = "";

/** Say where the loader came from: `…/widget/handrail.js`, or the pinned `…/widget/{build}/handrail.js`. */
export function serveFrom(loader: string): string {
  const root = loader.replace(/\/widget\/.*/, "");
  base = `${root}/widget/${BUILD}/`;
  return root;
}

export const loadChunk = <T>(name: string): Promise<T> => import(/* @vite-ignore */ `${base}${name}.js`);
