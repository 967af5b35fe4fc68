// @ts-check
/**
 * Messages as list items.
 *
 * @typedef {import("../api/client.js").Message} Message
 * @typedef {import("../api/client.js").Choice} Choice
 */

import { choicesOf } from "../choices/choices.js";
import { cardOf } from "../meeting/card.js";
import { clock, saidBy, sourceLine } from "../text/format.js";
import { make } from "../text/text.js";

const SAFE_ADDRESS = /^(tel:|mailto:|sms:|https:)/;

/**
 * What an item needs of the chat around it.
 *
 * @typedef {{texts: import("../text/text.js").Texts, language: string, take: (choice: {text: string}) => void,
 *            fill: (text: string) => void, say: (words: string) => void}} Around
 */

/** What the family says now, before the server has it. @param {string} text @param {string} id @returns {Message} */
export function ofFamily(text, id) {
  const none = { author: null, topic: null, source: null, form: null, meeting: null, handoff: null };
  return { id, at: new Date().toISOString(), from: "family", text, links: [], choices: [], clarify: false, care: false, ...none };
}

/** @param {Message} message @param {Around} around */
export function itemOf(message, around) {
  const { texts } = around;
  const family = message.from === "family";
  const help = !family && (message.topic ?? "").startsWith("safety.");
  const { text, card, reference } = family ? { text: message.text, card: null, reference: null } : cardOf(message, around);
  const [opening, rest] = parts(text, help);
  const said = saidBy(message);
  const classes = ["message", family && "message--family", help && "message--help", message.care && "message--care"];
  return make(
    "li",
    { class: classes.filter(Boolean).join(" ") },
    make(
      "div",
      { class: "message__head" },
      make("h3", { class: "message__who", tabindex: "-1" }, texts.put(said)),
      make("time", { datetime: message.at }, document.createTextNode(clock(message.at, around.language))),
    ),
    make("p", { class: "message__text" }, texts.put(opening)),
    linksOf(message, around),
    card,
    rest ? make("p", { class: "message__text" }, texts.put(rest)) : null,
    reference,
    message.source && make("p", { class: "message__source" }, texts.put(sourceLine(message.source, around.language))),
    choicesOf(message, around),
  );
}

/** Help's numbers stand right under its first line, before the rest. @param {string} text @param {boolean} help */
function parts(text, help) {
  const end = help ? text.indexOf("\n") : -1;
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
}

/** @param {Message} message @param {Around} around */
function linksOf({ links }, { texts }) {
  const safe = links.filter((link) => SAFE_ADDRESS.test(link.href));
  if (!safe.length) return null;
  const items = safe.map(({ title, href }) => make("li", {}, make("a", { href }, texts.put(title))));
  return make("ul", { class: "message__links" }, ...items);
}
