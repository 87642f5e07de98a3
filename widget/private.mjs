// Names that only our own chunks say to one another: the build shortens them, the same way in every chunk. None of them
// is kept in the browser's store, exported by a chunk, or a word of the wire, the public types, a string or the DOM;
// widget/test/private.test.ts holds the latter.
export const PRIVATE = `
  agreed automatic can_go_back claim consider decideFirst draw dress fetchJson fire
  gap_px giveUp hasStarted in_view interrupts isDone isPage left_ms listening loadChunk main makeId
  margin_px matchesPath matchesWhere moved needMain orders patience
  quiet_until retarget scrollers settle tests typing speaks wipe withMain
`
  .trim()
  .split(/\s+/);
