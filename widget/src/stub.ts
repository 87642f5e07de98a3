// Queues calls made before the loader arrives. The same eight lines can be pasted into a page; see docs/widget.md.
const calls: [string, unknown[]][] = [];
const page = window as unknown as { handrail?: Record<string, unknown> };
if (!page.handrail) {
  const names = "identify account track start stop reset destroy on consent next back close show test".split(" ");
  const queue = names.map((name) => [name, (...given: unknown[]) => void calls.push([name, given])]);
  page.handrail = { calls, state: () => ({ ready: false, open: [] }), explain: () => [], ...Object.fromEntries(queue) };
}
