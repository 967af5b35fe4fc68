// @ts-check
/**
 * What can be tapped under an answer: choices as buttons, and published times as a list to pick one from.
 *
 * @typedef {import("../api/client.js").Message} Message
 * @typedef {import("../api/client.js").Choice} Choice
 * @typedef {import("../log/message.js").Around} Around
 */

import { WORDS } from "../served.js";
import { make } from "../text/text.js";

let groups = 0;

/** @param {Message} message @param {Around} around */
export function choicesOf(message, around) {
  const times = timesOf(message);
  const others = message.choices.filter((choice) => !times.includes(choice));
  if (times.length) return timeList(message, times, others, around);
  return others.length ? buttons(others, around) : null;
}

/** The choices that are published times: they stand in the text line by line. @param {Message} message */
export function timesOf({ form, text, choices }) {
  if (form?.asks !== "when") return [];
  const lines = text.split("\n");
  return choices.filter((choice) => lines.includes(choice.text));
}

/** @param {Choice[]} choices @param {Around} around */
function buttons(choices, { texts, take }) {
  const id = `choices-${(groups += 1)}`;
  return make(
    "div",
    { class: "message__choices", role: "group", "aria-labelledby": id },
    make("span", { class: "unseen", id }, texts.put(WORDS.page.choices)),
    ...choices.map((choice) => make("button", { type: "button", click: () => take(choice) }, texts.put(choice.title))),
  );
}

/** Radio buttons by day, so that a time is picked and then taken, never by a slip of the finger. */
function timeList(/** @type {Message} */ { form }, /** @type {Choice[]} */ times, /** @type {Choice[]} */ others,
  /** @type {Around} */ { texts, take }) {
  const name = `time-${(groups += 1)}`;
  /** @type {Map<string, HTMLElement[]>} */
  const days = new Map();
  const rows = [...times, ...others];
  const inputs = rows.map((choice, index) => make("input", { type: "radio", name, id: `${name}-${index}` }));
  for (const [index, choice] of times.entries()) {
    const day = choice.text.slice(0, choice.text.lastIndexOf(","));
    const hour = choice.text.slice(day.length + 2);
    const label = make("label", { for: `${name}-${index}` });
    label.append(make("span", { class: "unseen" }, texts.put(`${day}, `)), texts.put(hour));
    days.set(day, [...(days.get(day) ?? []), make("div", { class: "time" }, inputs[index], label)]);
  }
  const error = make("p", { class: "error", role: "alert", id: `${name}-error`, hidden: true });
  // Who changes a meeting has the time at once; who asks for one has some minutes to finish.
  const asking = form?.name === "meeting";
  const kept = asking ? make("p", { class: "quiet", id: `${name}-kept` }, texts.put(WORDS.page.time_kept)) : null;
  return make(
    "form",
    {
      class: "times",
      novalidate: true,
      submit: (event) => {
        event.preventDefault();
        const picked = inputs.findIndex((input) => input.checked);
        if (picked >= 0) return take(rows[picked]);
        error.hidden = false;
        texts.set(error, WORDS.page.error_no_time);
        inputs[0].focus();
      },
    },
    make(
      "fieldset",
      { "aria-describedby": `${error.id} ${kept?.id ?? ""}` },
      make("legend", {}, texts.put(WORDS.page.times)),
      kept,
      error,
      ...[...days].map(([day, ofDay]) => make("div", { class: "day" }, make("h4", {}, texts.put(day)), ...ofDay)),
      ...others.map((choice, index) => {
        const label = make("label", { for: `${name}-${times.length + index}` }, texts.put(choice.title));
        return make("div", { class: "time" }, inputs[times.length + index], label);
      }),
    ),
    make("button", { type: "submit" }, texts.put(WORDS.page.take_time)),
    make("p", { class: "quiet" }, texts.put(WORDS.page.rather_ring), document.createTextNode(" "),
      make("a", { href: WORDS.phone.href }, texts.put(WORDS.phone.title))),
  );
}
