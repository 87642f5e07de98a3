// Identifiers made in the browser: UUIDv7 (RFC 9562, sections 5.7 and 6.2, method 1), ordered by time and, within a
// millisecond, by a counter; unguessable.

let last = 0;
let count = 0;

const hex = (value: number | bigint, digits: number): string => value.toString(16).padStart(digits, "0").slice(-digits);

export function uuid7(at: number): string {
  count = at === last ? count + 1 : 0;
  last = at;
  const [random = 0] = crypto.getRandomValues(new BigUint64Array(1));
  const made = `${hex(at, 12)}7${hex(count, 3)}8${hex(random, 15)}`;
  return made.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
