// @ts-check
/** The help numbers: the first always in sight, all of them a tap away, in the same place in every state. */

import { WORDS } from "../served.js";
import { make } from "../text/text.js";

/** The first of them. @param {import("../text/text.js").Texts} texts */
export function urgentLink(texts) {
  const [{ href, title }] = WORDS.help_lines;
  return make("a", { class: "urgent", href }, texts.put(title));
}

export class Help {
  /** @param {import("../text/text.js").Texts} texts */
  constructor(texts) {
    const lines = WORDS.help_lines;
    const title = make("span", { id: "help-title" }, texts.put(WORDS.page.help_title));
    this.numbers = make("details", { class: "numbers", id: "numbers" }, make("summary", {}, title));
    this.element = make(
      "nav",
      { "aria-labelledby": "help-title" },
      urgentLink(texts),
      this.numbers,
      make(
        "ul",
        { class: "help", id: "help" },
        ...lines.map(({ href, title, about }) =>
          make("li", {}, make("a", { href }, texts.put(title), document.createTextNode(" "),
            make("small", {}, texts.put(about)))),
        ),
      ),
    );
  }

  /** Closes the list that lies over the chat; true if it was open. */
  fold() {
    const { open } = this.numbers;
    this.numbers.open = false;
    return open;
  }
}
