// Identifiers made in the browser: UUIDv7 (RFC 9562, sections 5.7 and 6.2, method 1), ordered by time and, within a
// millisecond, by a counter; unguessable.

let last = 0;
let count = 0;

export function uuid7(at: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 5, rest = at; place >= 0; place--, rest = Math.floor(rest / 256)) bytes[place] = rest % 256;
  count = at === last ? count + 1 : 0;
  last = at;
  bytes[6] = 0x70 | ((count >> 8) & 0x0f);
  bytes[7] = count;
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
