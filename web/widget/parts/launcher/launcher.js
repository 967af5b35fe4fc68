// @ts-check
/** The button that opens and closes the chat on somebody else's page. */

import { make } from "../text/text.js";

export class Launcher {
  /** @param {import("../text/text.js").Texts} texts @param {string} words @param {() => void} toggle */
  constructor(texts, words, toggle) {
    this.element = make(
      "button",
      { type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "panel", click: toggle },
      texts.put(words),
    );
  }

  /** @param {boolean} open */
  show(open) {
    this.element.setAttribute("aria-expanded", String(open));
  }
}
