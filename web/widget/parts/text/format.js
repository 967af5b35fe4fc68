// @ts-check
/** Times, sources and who said something in words. */

import { WORDS } from "../served.js";

/** Who said it, in words. @param {import("../api/client.js").Message} message */
export function saidBy({ from, author }) {
  if (from === "family") return WORDS.page.you_said;
  return author ? `${author.name}, ${author.role}` : WORDS.page.assistant_said;
}

/** Where an answer comes from. @param {import("../api/client.js").Source} source @param {string} language */
export function sourceLine({ title, section, reviewed_on }, language) {
  const day = new Date(`${reviewed_on}T12:00:00Z`);
  const date = day.toLocaleDateString(language, { day: "numeric", month: "long", year: "numeric" });
  return `${WORDS.page.source_from} ${title}, “${section}”. ${WORDS.page.source_checked} ${date}.`;
}

/** The time of day where the reader is. @param {string} at @param {string} language */
export function clock(at, language) {
  return new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}
