// @ts-check
/** About the chat, a tap away from the field: what is kept, and what can be done with what was said. */

import { urgentLink } from "../help/help.js";
import { leaveLink } from "../leave/leave.js";
import { WORDS } from "../served.js";
import { make } from "../text/text.js";

export class Menu {
  /**
   * @param {import("../text/text.js").Texts} texts
   * @param {{save: () => void, print: () => void, again: () => void, delete: () => void,
   *          leave: () => void}} acts
   * @param {string} base the address of the service
   */
  constructor(texts, acts, base) {
    const page = WORDS.page;
    const button = (/** @type {string} */ id, /** @type {() => void} */ click) =>
      make("button", { type: "button", class: "second", id, click }, texts.put(page[id]));
    this.texts = texts;
    this.dialogs = [
      this.#dialog("again", acts.again, acts.leave),
      this.#dialog("delete", acts.delete, acts.leave),
    ];
    const [again, erase] = this.dialogs;
    this.element = make(
      "details",
      { class: "about", id: "about" },
      make("summary", {}, texts.put(page.about)),
      make("p", {}, texts.put(page.kept)),
      make(
        "div",
        { class: "actions" },
        button("save", acts.save),
        button("print", acts.print),
        button("again", () => ask(again)),
        button("delete", () => ask(erase)),
      ),
      make("p", {}, make("a", { href: `${base}/chat` }, texts.put(page.plain_version)), document.createTextNode(". "),
        texts.put(page.plain_about)),
      make("p", {}, texts.put(page.not_emergency)),
      make("p", {}, make("a", { href: `${base}/accessibility` }, texts.put(page.accessibility))),
    );
  }

  fold() {
    this.element.open = false;
  }

  /** Over everything else, so the way out and 999 stand in it too. */
  #dialog(/** @type {string} */ name, /** @type {() => void} */ act, /** @type {() => void} */ leave) {
    const page = WORDS.page;
    const { texts } = this;
    const dialog = make(
      "dialog",
      { id: `${name}-dialog`, "aria-labelledby": `${name}-title`, "aria-describedby": `${name}-about` },
      make("div", { class: "bar__in" }, leaveLink(texts, leave, `${name}-leave`), urgentLink(texts)),
      make("h2", { id: `${name}-title` }, texts.put(page[`${name}_title`])),
      make("p", { id: `${name}-about` }, texts.put(page[`${name}_about`])),
      make(
        "form",
        { method: "dialog", class: "actions" },
        make("button", { class: "second", value: "no", autofocus: true }, texts.put(page.keep)),
        make("button", { value: "yes" }, texts.put(page[`${name}_yes`])),
      ),
    );
    dialog.addEventListener("close", () => dialog.returnValue === "yes" && act());
    return dialog;
  }
}

/** @param {HTMLDialogElement} dialog */
function ask(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
}
