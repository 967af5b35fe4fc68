// @ts-check
/**
 * What the browser keeps, for this tab alone: the conversation's id and token, words not answered yet, and whether the
 * chat is open. Never what was said. In memory where the browser forbids storage; then it lasts until a reload.
 *
 * @typedef {import("../api/client.js").Key} Key
 * @typedef {{text: string, once: string, back?: boolean}} Pending once: its id; back: it stands in the field again
 */

const PREFIX = "review-chat.";

export class Store {
  /** @type {Record<string, any>} */
  #memory = {};

  /** @returns {Key | null} */
  get key() {
    return this.#read("conversation");
  }

  set key(value) {
    this.#write("conversation", value);
  }

  /** What is typed and not sent. @returns {string} */
  get draft() {
    return this.#read("draft") ?? "";
  }

  set draft(value) {
    this.#write("draft", value || null);
  }

  /** What was sent and not answered yet. @returns {Pending | null} */
  get pending() {
    return this.#read("pending");
  }

  set pending(value) {
    this.#write("pending", value);
  }

  /** @returns {boolean} */
  get open() {
    return this.#read("open") ?? false;
  }

  set open(value) {
    this.#write("open", value || null);
  }

  forget() {
    this.key = this.pending = null;
    this.draft = "";
  }

  /** @param {string} name */
  #read(name) {
    if (name in this.#memory) return this.#memory[name];
    try {
      return JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "null");
    } catch {
      return null; // forbidden, or holds nonsense: begin afresh
    }
  }

  /** @param {string} name @param {any} value null takes it away */
  #write(name, value) {
    try {
      if (value === null) sessionStorage.removeItem(PREFIX + name);
      else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
      delete this.#memory[name];
    } catch {
      this.#memory[name] = value;
    }
  }
}
