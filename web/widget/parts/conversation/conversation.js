// @ts-check
/**
 * One conversation, whatever happens to the line, the page or the server: begun when there is something to say, each
 * message said once, renewed when it ran out, erased when asked.
 *
 * @typedef {import("../api/client.js").Message} Message
 * @typedef {import("../api/client.js").Key} Key
 */

import { Refused } from "../api/client.js";

export class Conversation {
  /** @param {import("../api/client.js").Client} client @param {import("../session/store.js").Store} store */
  constructor(client, store) {
    this.client = client;
    this.store = store;
    this.left = false;
    /** @type {Promise<void> | undefined} */
    this.beginning = undefined;
  }

  /** Has a conversation with the server, or begins one. */
  async begin() {
    if (this.store.key) return;
    this.beginning ??= this.client
      .begin()
      .then((key) => {
        if (this.left) this.client.erase(key).catch(() => {});
        else this.store.key = key;
      })
      .finally(() => (this.beginning = undefined));
    await this.beginning;
  }

  /**
   * What was said before, and what was sent but not answered when the page went. Forgets what the server no longer has.
   *
   * @returns {Promise<{messages: Message[], unanswered: string}>}
   */
  async resume() {
    const { key, pending, draft } = this.store;
    if (!key) return { messages: [], unanswered: "" };
    try {
      const messages = await this.client.read(key);
      const lost = pending && !draft.startsWith(pending.text) ? pending.text : ""; // else it waits in the field
      const asked = messages.map((message) => message.from).lastIndexOf("family");
      if (!lost || messages[asked]?.text !== lost) return { messages, unanswered: lost };
      if (asked < messages.length - 1) {
        this.store.pending = null;
        return { messages, unanswered: "" };
      }
      return { messages: messages.slice(0, asked), unanswered: lost };
    } catch (error) {
      if (!(error instanceof Refused && error.isOver)) throw error;
      this.store.key = null;
      return { messages: [], unanswered: "" };
    }
  }

  /**
   * Says it, in a new conversation when the old one ran out meanwhile: then `renewed` is called first.
   *
   * @param {string} text @param {() => void} renewed @returns {Promise<Message[]>}
   */
  async say(text, renewed) {
    if (this.store.pending?.text !== text) this.store.pending = { text, once: crypto.randomUUID() };
    const { once } = /** @type {{once: string}} */ (this.store.pending);
    const known = this.store.key;
    await this.begin();
    let messages;
    try {
      messages = await this.#post(text, once);
    } catch (error) {
      if (!(known && error instanceof Refused && error.isOver && !this.left)) throw error;
      this.store.key = null;
      renewed();
      await this.begin();
      messages = await this.#post(text, once);
    }
    if (this.store.pending?.once === once) this.store.pending = null;
    return messages;
  }

  /** @param {string} text @param {string} once */
  async #post(text, once) {
    if (!this.store.key) throw new Refused(0);
    return this.client.say(this.store.key, text, once);
  }

  /** Erases it on the server, then forgets it. */
  async erase() {
    const { key } = this.store;
    try {
      if (key) await this.client.erase(key);
    } catch (error) {
      if (!(error instanceof Refused && error.isOver)) throw error;
    }
    this.store.forget();
  }

  /** Forgets it at once and tells the server as well as can be; the request outlives the page. */
  abandon() {
    const { key } = this.store;
    this.left = true;
    this.store.forget();
    this.store.open = false;
    if (key) this.client.erase(key).catch(() => {});
  }
}
