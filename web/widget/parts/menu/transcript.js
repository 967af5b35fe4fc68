// @ts-check
/** What was said as plain text: to keep in a file, or to print. */

import { WORDS } from "../served.js";
import { clock, saidBy, sourceLine } from "../text/format.js";

/** @param {import("../api/client.js").Message[]} messages @param {string} language */
export function transcript(messages, language) {
  return messages
    .map((message) => {
      const source = message.source ? `\n${sourceLine(message.source, language)}` : "";
      return `${saidBy(message)}, ${clock(message.at, language)}\n${message.text}${source}`;
    })
    .join("\n\n");
}

/** Offers a text file whose name says nothing about what it holds. @param {string} text */
export function save(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text + "\n"], { type: "text/plain;charset=utf-8" }));
  link.download = WORDS.page.file_name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Prints the text alone, whatever the page around the chat looks like. @param {string} text */
export function print(text) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.title = WORDS.page.print;
  document.body.append(frame);
  const inside = /** @type {Window} */ (frame.contentWindow);
  const sheet = inside.document.body.appendChild(inside.document.createElement("pre"));
  sheet.style.cssText = "white-space: pre-wrap; font: 12pt/1.5 sans-serif";
  sheet.textContent = text;
  inside.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
  inside.focus();
  inside.print();
}
