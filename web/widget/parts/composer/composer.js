// @ts-check
/** The field and what stands beside it. What is typed survives a reload; nothing is sent that can't be answered. */

import { WORDS } from "../served.js";
import { make, onTouch } from "../text/text.js";

const AUTOCOMPLETE = { name: "name", contact: "tel" };

export class Composer {
  /**
   * @param {import("../text/text.js").Texts} texts
   * @param {import("../session/store.js").Store} store
   * @param {{submit: () => void, typed: () => void}} acts
   */
  constructor(texts, store, acts) {
    const page = WORDS.page;
    this.texts = texts;
    this.store = store;
    this.error = make("p", { class: "error", id: "question-error", role: "alert", hidden: true });
    this.about = make("p", { class: "quiet", id: "question-hint" }, texts.put(page.hint));
    this.field = make("textarea", {
      id: "question",
      rows: "2",
      autocomplete: "off",
      "aria-describedby": "question-error question-hint",
      input: () => {
        store.draft = this.field.value;
        acts.typed();
      },
      keydown: (event) => {
        // Shift+Enter makes a new line; on a touch screen Shift is only the capital that comes by itself.
        if (event.key !== "Enter" || event.isComposing || (event.shiftKey && !onTouch())) return;
        event.preventDefault();
        acts.submit();
      },
    });
    this.element = make(
      "form",
      {
        class: "ask",
        id: "ask",
        novalidate: true,
        submit: (event) => {
          event.preventDefault();
          acts.submit();
        },
      },
      make("label", { for: "question" }, texts.put(page.label)),
      this.about,
      this.error,
      this.field,
      make("button", { type: "submit" }, texts.put(page.send)),
    );
  }

  /** What can be sent as it stands; else what is wrong is said, and null. */
  take() {
    const text = this.field.value.trim();
    if (!text) return this.complain(WORDS.page.error_empty);
    if ([...text.normalize("NFC")].length > WORDS.longest) return this.complain(WORDS.page.error_too_long);
    this.fill("");
    return text;
  }

  /** Changes what stands in the field, and what a reload would bring back. @param {string} text */
  fill(text) {
    this.field.value = text;
    this.store.draft = text;
  }

  /** Takes away words that stand there again and turned out to be answered. @param {string} text */
  takeAway(text) {
    if (!`${this.field.value}\n`.startsWith(`${text}\n`)) return;
    this.fill(this.field.value.slice(text.length + 1));
    this.clearError();
  }

  /** What stands beside the field; none is the usual. @param {string} words */
  hint(words) {
    this.texts.set(this.about, words || WORDS.page.hint);
  }

  /** What the assistant asks for may be in the browser's own list. @param {string | null | undefined} asks */
  expect(asks) {
    this.field.autocomplete = /** @type {AutoFill} */ (AUTOCOMPLETE[/** @type {"name"} */ (asks)] ?? "off");
  }

  /** @param {string} words @param {{wrong?: boolean}} how wrong: what was typed has to change */
  complain(words, { wrong = true } = {}) {
    this.error.hidden = false;
    this.texts.set(this.error, words);
    this.field.setAttribute("aria-invalid", String(wrong));
    this.field.focus();
    return null;
  }

  clearError() {
    this.error.hidden = true;
    this.texts.empty(this.error);
    this.field.removeAttribute("aria-invalid");
  }
}
