// @ts-check
/**
 * The chat API as the browser uses it (docs: /api/openapi.json).
 *
 * @typedef {{title: string, href: string}} Link
 * @typedef {{title: string, text: string, topic: string | null}} Choice
 * @typedef {{title: string, section: string, reviewed_on: string}} Source
 * @typedef {{reference: string | null, code: string | null, [detail: string]: any}} Meeting
 * @typedef {{reference: string | null, text: string | null, [detail: string]: any}} Handoff
 * @typedef {{id: string, at: string, from: string, author: {name: string, role: string} | null, text: string, topic: string | null,
 *            source: Source | null, links: Link[], choices: Choice[], clarify: boolean, care: boolean,
 *            form: {name: string, asks: string | null} | null, meeting: Meeting | null,
 *            handoff: Handoff | null}} Message
 * @typedef {{offered: boolean, agreed: boolean, present: {name: string, role: string} | null, messages: Message[]}} Reply
 * @typedef {{id: string, token: string}} Key
 */

const LONGEST_WAIT = 20_000; // milliseconds; the server answers within 8 seconds whatever happens behind it

/** A request that was not answered as hoped; `status` is 0 when nothing came back at all. */
export class Refused extends Error {
  /** @param {number} status @param {{detail?: string, messages?: Message[]}} problem */
  constructor(status, problem = {}) {
    super(`status ${status}`);
    this.status = status;
    this.detail = problem.detail ?? "";
    this.messages = problem.messages ?? [];
  }

  /** True when the conversation was deleted or ran out. */
  get isOver() {
    return this.status === 404 || this.status === 401;
  }
}

export class Client {
  /** @param {string} base the address of the service */
  constructor(base) {
    this.base = base;
    /** @type {Set<AbortController>} */
    this.underWay = new Set();
  }

  /** Breaks off whatever is on its way. */
  stop() {
    for (const request of this.underWay) request.abort();
  }

  /** @param {string} text what will be said next, so that a refusal can bring help @returns {Promise<Key>} */
  async begin(text) {
    const { conversation } = await this.#call("POST", "", { body: text ? { text } : {} });
    return { id: conversation.id, token: conversation.token };
  }

  /** The same `once` again gets the stored answer. @returns {Promise<Message[]>} */
  async say(/** @type {Key} */ key, /** @type {string} */ text, /** @type {string} */ once) {
    const more = { key, body: { text }, headers: { "Idempotency-Key": once } };
    return (await this.#call("POST", `/${key.id}/messages`, more)).messages;
  }

  /** All that was said. @param {Key} key @returns {Promise<Message[]>} */
  async read(key) {
    return (await this.#call("GET", `/${key.id}/messages`, { key })).messages;
  }

  /** May staff answer (POST: yes, DELETE: no more), who is there, what came after a message. @returns {Promise<Reply>} */
  async reply(/** @type {Key} */ key, /** @type {string} */ method, /** @type {string} */ after) {
    const body = method === "POST" ? {} : undefined;
    return this.#call(method, `/${key.id}/reply?after=${after}`, { key, body });
  }

  /** @param {Key} key */
  async erase(key) {
    await this.#call("DELETE", `/${key.id}`, { key });
  }

  /** @param {string} method @param {string} path @param {{key?: Key, body?: object, headers?: object}} more */
  async #call(method, path, { key, body, headers = {} }) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), LONGEST_WAIT);
    const outlives = method === "DELETE"; // must arrive even when the page is being left
    if (!outlives) this.underWay.add(patience);
    try {
      const response = await fetch(`${this.base}/api/conversations${path}`, {
        method,
        headers: {
          ...(body && { "Content-Type": "application/json" }),
          ...(key && { Authorization: `Bearer ${key.token}` }),
          ...headers,
        },
        body: body && JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        keepalive: outlives,
        signal: patience.signal,
      });
      if (response.status === 204) return {};
      const answer = await response.json().catch(() => null);
      if (!response.ok) throw new Refused(response.status, answer ?? {});
      if (!answer) throw new Refused(0);
      return answer;
    } catch (error) {
      throw error instanceof Refused ? error : new Refused(0);
    } finally {
      clearTimeout(timer);
      this.underWay.delete(patience);
    }
  }
}
