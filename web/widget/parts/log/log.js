// @ts-check
/**
 * Everything said: what was there before a reload in a list of its own, what is new in the one live region of the chat,
 * so that a screen reader hears each message once.
 *
 * @typedef {import("../api/client.js").Message} Message
 */

import { WORDS } from "../served.js";
import { make } from "../text/text.js";
import { itemOf } from "./message.js";

export class Log {
  /** @param {import("./message.js").Around} around @param {HTMLElement} heading */
  constructor(around, heading) {
    const { texts } = around;
    this.around = around;
    this.texts = texts;
    /** @type {Message[]} */
    this.said = [];
    this.earlier = make("ol", { id: "earlier" });
    this.list = make("ol");
    this.waiting = make("p", { class: "waiting", id: "waiting", hidden: true }, texts.put(WORDS.page.waiting));
    this.skip = make("button", { type: "button", class: "skip unseen", click: () => this.toLatest() });
    this.skip.append(texts.put(WORDS.page.skip_to_latest));
    this.element = make(
      "section",
      { class: "messages", id: "messages", tabindex: "0", "aria-labelledby": "messages-title" },
      this.skip,
      heading,
      make("h2", { class: "unseen", id: "messages-title" }, texts.put(WORDS.page.messages)),
      this.earlier,
      make(
        "div",
        { id: "log", role: "log", "aria-live": "polite", "aria-atomic": "false", "aria-labelledby": "messages-title" },
        this.list,
      ),
      this.waiting,
    );
  }

  /** What was there before, above what is new: nothing of it is announced. @param {Message[]} messages */
  restore(messages) {
    const fresh = this.said.slice(this.earlier.childElementCount);
    const before = messages.filter(({ id }) => !fresh.some((one) => one.id === id));
    this.said = [];
    this.texts.empty(this.earlier);
    this.#append(fresh.length ? before.map((one) => ({ ...one, choices: [], form: null })) : before, this.earlier);
    this.said.push(...fresh);
  }

  /** What is new. @param {Message[]} messages @returns {HTMLElement | undefined} the first of it */
  add(messages) {
    return this.#append(messages, this.list)[0];
  }

  /** @param {Message[]} messages @param {HTMLElement} list */
  #append(messages, list) {
    const lastAsked = messages.map((message) => message.from).lastIndexOf("family");
    this.said.push(...messages);
    return messages.map((message, index) => {
      const open = index > lastAsked; // only the last answer's choices can be taken
      const item = itemOf(open ? message : { ...message, choices: [], form: null }, this.around);
      list.append(item);
      return item;
    });
  }

  /** Takes back a message of the family that could not be sent. @param {HTMLElement} item @param {Message} message */
  remove(item, message) {
    this.said = this.said.filter((each) => each !== message);
    this.texts.drop(item);
  }

  clear() {
    this.said = [];
    this.texts.empty(this.list);
    this.texts.empty(this.earlier);
  }

  /** Only the last answer's choices can be taken, and only its details changed. */
  dropChoices() {
    for (const old of this.element.querySelectorAll(".message__choices, .times, .card__change")) this.texts.drop(old);
  }

  /** That an answer is looked for, in sight. @param {boolean} waits */
  wait(waits) {
    this.waiting.hidden = !waits;
    const scroller = this.#scroller();
    const below = this.waiting.getBoundingClientRect().bottom - scroller.getBoundingClientRect().bottom;
    if (waits && below > 0) scroller.scrollTop += below + 12;
  }

  toLatest() {
    const all = this.element.querySelectorAll(".message:not(.message--family) .message__who");
    const latest = /** @type {HTMLElement | undefined} */ (all[all.length - 1]);
    if (!latest) return;
    latest.focus({ preventScroll: true });
    this.scrollTo(/** @type {Element} */ (latest.closest("li")));
  }

  /** Scrolls to where an answer begins, with what it answers above it unless that is long. */
  reveal(/** @type {Element} */ question, /** @type {Element} */ answer) {
    const above = answer.getBoundingClientRect().top - question.getBoundingClientRect().top;
    this.scrollTo(above > this.#scroller().clientHeight / 4 ? answer : question);
  }

  /** Scrolls the chat and never the page around it. @param {Element} element */
  scrollTo(element) {
    const scroller = this.#scroller();
    const bar = scroller === this.element ? 0 : (scroller.querySelector(".bar")?.clientHeight ?? 0);
    const from = scroller.getBoundingClientRect().top + bar + 12;
    scroller.scrollTop += element.getBoundingClientRect().top - from;
  }

  /** What scrolls: the messages, or on low screens all of the panel. */
  #scroller() {
    const own = getComputedStyle(this.element).overflowY === "auto";
    return own ? this.element : /** @type {HTMLElement} */ (this.element.closest(".panel"));
  }
}
