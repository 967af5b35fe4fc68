// @ts-check
/**
 * Whether staff may answer in this chat, and who of them is there. Nothing is asked of the server before staff have
 * something from the family, and nothing again and again unless the family agreed.
 *
 * @typedef {import("../api/client.js").Message} Message
 * @typedef {import("../api/client.js").Reply} State
 */

import { Refused } from "../api/client.js";
import { WORDS } from "../served.js";
import { make } from "../text/text.js";

const WITH_SOMEBODY = 5_000; // milliseconds between two looks
const WITHOUT = 15_000;
const LONGEST = 120_000; // while the line is bad

export class Reply {
  /**
   * @param {import("../text/text.js").Texts} texts
   * @param {{ask: (method: string, after: string) => Promise<State | null>, show: (messages: Message[]) => boolean,
   *          hint: (words: string) => void, say: (words: string) => void, idle: () => boolean}} around
   *   show: false where it can't be done now; idle: nobody looks
   */
  constructor(texts, around) {
    this.texts = texts;
    this.around = around;
    this.about = make("p", { id: "reply-about" });
    this.button = make("button", { type: "button", class: "second", click: (/** @type {MouseEvent} */ event) => this.press(event) });
    this.element = make("div", { class: "reply", id: "reply", role: "group", "aria-labelledby": "reply-about", hidden: true },
      this.about, this.button);
    document.addEventListener("visibilitychange", () => this.lookSoon());
    this.last = ""; // message of which it is known that all before it are shown
    this.shown = "";
    this.wait = 0;
    this.looks = 0;
    this.forget();
  }

  /** Nothing is known any more. */
  forget() {
    clearTimeout(this.timer);
    this.looks += 1;
    this.acting = false;
    this.last = this.shown = "";
    this.wait = 0;
    /** @type {State | null} */
    this.state = null;
    this.element.hidden = true;
    this.around.hint("");
  }

  /** After messages of the server, all of them or those of an answer. @param {Message[]} messages @param {boolean} all */
  heard(messages, all = false) {
    if (!WORDS.reply) return;
    if (all) this.last = messages[messages.length - 1]?.id ?? "";
    const passed = messages.some(({ meeting, handoff }) => (meeting ?? handoff)?.reference);
    // Without an answer a person may be there, though no look has told so yet.
    if (all ? messages.length : !messages.length || passed || this.state?.agreed) this.look();
  }

  /** Somebody has come back to the chat. */
  lookSoon() {
    if (this.state?.agreed && !this.around.idle()) this.look();
  }

  /** The second click of two is not another wish. @param {MouseEvent} event */
  press(event) {
    if (event.detail <= 1) this.look(this.state?.agreed ? "DELETE" : "POST");
  }

  /** @param {string} method GET; POST agrees, DELETE takes it back */
  async look(method = "GET") {
    if (this.acting) return; // what was pressed comes first
    this.acting = method !== "GET";
    clearTimeout(this.timer);
    const number = (this.looks += 1);
    try {
      const state = await this.around.ask(method, this.last);
      if (this.looks !== number) return; // forgotten meanwhile, or a later look is under way
      this.acting = false;
      if (!state) return this.forget();
      this.draw(state);
      if (method !== "GET") this.around.say(method === "DELETE" ? WORDS.reply.taken_back : this.shown);
      if (state.messages.length && this.around.show(state.messages)) this.last = state.messages[state.messages.length - 1].id;
      this.wait = state.present ? WITH_SOMEBODY : WITHOUT;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (this.looks !== number) return;
      this.acting = false;
      if (error.isOver) return this.forget();
      if (method !== "GET") this.around.say(error.detail || WORDS.page.error_unavailable);
      this.wait = Math.min(2 * (this.wait || WITHOUT), LONGEST);
    }
    if (!this.state || this.state.agreed) this.later(); // until one look has told how it stands
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.around.idle() ? this.later() : this.look()), this.wait);
  }

  /** @param {State} state */
  draw(state) {
    this.state = state;
    const words = WORDS.reply;
    const { offered, agreed, present } = state;
    const about = present ? filled(words.present, present) : agreed ? words.agreed : `${words.question} ${words.question_about}`;
    this.element.hidden = !(offered || agreed);
    if (about === this.shown) return;
    this.shown = about;
    this.texts.set(this.about, about);
    this.texts.set(this.button, agreed ? words.take_back : words.agree);
    this.around.hint(present ? filled(words.hint, present) : agreed ? words.hint_agreed : "");
  }
}

/** @param {string} text @param {{name: string, role: string}} person */
function filled(text, { name, role }) {
  return text.replace("{name}", name).replace("{role}", role);
}
