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
    this.erasures = 0;
    /** @type {Promise<void> | undefined} */
    this.beginning = undefined;
  }

  /** Has a conversation with the server, or begins one. @param {string} text what will be said in it, if known yet */
  async begin(text = "") {
    // One that was begun while they typed and is refused brings no help: then it is asked for again, with the words.
    if (text) await this.beginning?.catch(() => {});
    if (this.store.key) return;
    this.beginning ??= this.client
      .begin(text)
      .then((key) => {
        if (this.left) this.client.erase(key).catch(() => {});
        else this.store.key = key;
      })
      .finally(() => (this.beginning = undefined));
    await this.beginning;
  }

  /**
   * What was said, without what was sent and not answered: that is `unanswered`, unless it stands in the field again.
   * `answered` are words in the field that were answered after all. `ended`: the server has it no more.
   *
   * @returns {Promise<{messages: Message[], unanswered: string, answered: string, ended: boolean}>}
   */
  async resume() {
    const { key, pending } = this.store;
    const lost = pending && !pending.back ? pending.text : "";
    const nothing = { messages: [], unanswered: "", answered: "", ended: false };
    if (!key) return { ...nothing, unanswered: lost };
    const messages = await this.#read(key);
    if (this.store.key?.id !== key.id) return nothing; // erased meanwhile
    if (!messages) this.store.key = null;
    if (!messages) return { ...nothing, ended: true };
    const sent = messages.findIndex(({ id }) => id === pending?.once);
    if (!pending || sent < 0 || messages.slice(sent).every(({ from }) => from !== "assistant"))
      return { ...nothing, messages: messages.filter((_, index) => index !== sent), unanswered: lost };
    if (this.store.pending?.once === pending.once) this.store.pending = null; // what was said meanwhile still waits
    return { ...nothing, messages, answered: lost ? "" : pending.text };
  }

  /** Null where the server has it no more. @param {Key} key */
  async #read(key) {
    try {
      return await this.client.read(key);
    } catch (error) {
      if (error instanceof Refused && error.isOver) return null;
      throw error;
    }
  }

  /** The id of what will be said: words that stand in the field again are the same message. @param {string} text */
  prepare(text) {
    const { pending } = this.store;
    const once = pending?.text === text ? pending.once : crypto.randomUUID();
    this.store.pending = { text, once };
    return once;
  }

  /**
   * Says it, in a new conversation when the old one ran out meanwhile: then `renewed` is called first.
   *
   * @param {string} text @param {string} once @param {() => void} renewed @returns {Promise<Message[]>}
   */
  async say(text, once, renewed) {
    const known = this.store.key;
    const { erasures } = this;
    await this.begin(text);
    let messages;
    try {
      messages = await this.#post(text, once);
    } catch (error) {
      const ranOut = known && error instanceof Refused && error.isOver && !this.left;
      if (!ranOut || this.erasures !== erasures) throw error; // what was erased meanwhile is not said again
      this.store.key = null;
      renewed();
      await this.begin(text);
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

  /** How it stands with answers of staff; null without a conversation. @param {string} method @param {string} after */
  async reply(method, after) {
    const { key } = this.store;
    return key && this.client.reply(key, method, after);
  }

  /** What was sent and refused is the family's again: it is not sent unless they send it. */
  takeBack() {
    const { pending } = this.store;
    if (pending) this.store.pending = { ...pending, back: true };
  }

  /** Erases it on the server, then forgets it. */
  async erase() {
    this.erasures += 1;
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
