// @ts-check
/**
 * What a meeting or a hand-off holds, as a card: each detail with a button to change it while nothing is sent, and the
 * reference and code, once there are some, with buttons to copy and keep them.
 *
 * @typedef {import("../api/client.js").Message} Message
 * @typedef {import("../log/message.js").Around} Around
 */

import { timesOf } from "../choices/choices.js";
import { save } from "../menu/transcript.js";
import { WORDS } from "../served.js";
import { make } from "../text/text.js";

/**
 * The text of `message` without what stands in its card, and the cards.
 *
 * @param {Message} message @param {Around} around
 */
export function cardOf(message, around) {
  const times = timesOf(message).map((choice) => choice.text);
  const { before, details, after } = parted(message);
  const plain = details.length ? before : before.split("\n").filter((line) => !times.includes(line)).join("\n");
  return {
    text: plain,
    card: details.length ? make("div", {}, detailList(message, details, around), rest(after, around)) : null,
    reference: referenceCard(message, around),
  };
}

/** @param {string} text @param {Around} around */
function rest(text, { texts }) {
  return text ? make("p", { class: "message__text" }, texts.put(text)) : null;
}

/**
 * The lines `Label: value` of a read-back, and what stands before and after them. A value with line breaks of its own is
 * known from the message's meeting or hand-off.
 *
 * @param {Message} message
 */
function parted({ text, meeting, handoff }) {
  const values = { ...meeting, ...handoff };
  /** @type {{name: string, value: string}[]} */
  const details = [];
  const lines = text.split("\n");
  const begins = (/** @type {string} */ line) =>
    Object.entries(WORDS.labels).find(([, label]) => line.startsWith(`${label}: `));
  const first = meeting || handoff ? lines.findIndex((line) => begins(line)) : -1;
  if (first < 0) return { before: text, details, after: "" };
  let at = first;
  for (let known = begins(lines[at]); known; known = at < lines.length ? begins(lines[at]) : undefined) {
    const [name, label] = known;
    const whole = typeof values[name] === "string" ? values[name].split("\n").length : 1;
    details.push({ name, value: lines.slice(at, at + whole).join("\n").slice(label.length + 2) });
    at += whole;
  }
  return { before: lines.slice(0, first).join("\n"), details, after: lines.slice(at).join("\n") };
}

/** @param {Message} message @param {{name: string, value: string}[]} details @param {Around} around */
function detailList({ form }, details, { texts, take, fill }) {
  const changes = form?.asks === "confirm" ? WORDS.page.change_by : {};
  const rows = details.map(({ name, value }) => {
    const how = changes[name];
    const change = how && (() => (how.say ? take({ text: how.say }) : fill(`${how.fill} `)));
    return make(
      "div",
      { class: "card__row" },
      make("dt", {}, texts.put(WORDS.labels[name])),
      make("dd", {}, texts.put(value)),
      how &&
        make(
          "dd",
          { class: "card__change" },
          make("button", { type: "button", class: "second", click: change }, texts.put(WORDS.page.change),
            make("span", { class: "unseen" }, document.createTextNode(" "), texts.put(WORDS.labels[name]))),
        ),
    );
  });
  return make("dl", { class: "card" }, ...rows);
}

/** @param {Message} message @param {Around} around */
function referenceCard({ meeting, handoff }, { texts, say }) {
  const reference = meeting?.code ? meeting.reference : handoff?.reference;
  if (!reference) return null;
  const code = meeting?.code;
  const rows = [[WORDS.labels.reference, reference], ...(code ? [[WORDS.page.code, code]] : [])];
  const text = rows.map((row) => row.join(": ")).join("\n");
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => say(WORDS.page.copied))
      .catch(() => say(WORDS.page.not_copied));
  return make(
    "div",
    { class: "card card--reference" },
    make("dl", {}, ...rows.map(([label, value]) =>
      make("div", { class: "card__row" }, make("dt", {}, texts.put(label)), make("dd", {}, texts.put(value))))),
    make(
      "div",
      { class: "actions" },
      make("button", { type: "button", class: "second copy", click: copy }, texts.put(WORDS.page.copy)),
      make("button", { type: "button", class: "second keep", click: () => save(text) }, texts.put(WORDS.page.keep_reference)),
    ),
  );
}
