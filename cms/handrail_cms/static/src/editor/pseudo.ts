const LETTERS = "aáeéiíoóuúyýAÁEÉIÍOÓUÚYÝcçCÇnñNÑsšSŠzžZŽ";

/** Write a text in marked letters and a third longer; placeholders, code and the addresses of links stay as they are. */
export function pseudo(text: string): string {
  const parts = text.split(/(\{[^{}]*\}|`[^`]*`|\]\([^)]*\))/);
  const marked = parts.map((part, place) => (place % 2 ? part : mark(part))).join("");
  const words = text.replace(/\s+/g, " ").length;
  return `⟦${marked}${" ~".repeat(Math.ceil(words / 6))}⟧`;
}

function mark(text: string): string {
  return [...text]
    .map((letter) => {
      const at = LETTERS.indexOf(letter);
      return at >= 0 && at % 2 === 0 ? LETTERS[at + 1] : letter;
    })
    .join("");
}
