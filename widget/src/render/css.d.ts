declare module "*.css" {
  /** Minified text. */
  export const css: string;
}
