// @ts-check
/**
 * The whole chat: puts the parts together and says what follows from what.
 *
 * @typedef {import("../api/client.js").Message} Message
 */

import { Client, Refused } from "../api/client.js";
import { Composer } from "../composer/composer.js";
import { Conversation } from "../conversation/conversation.js";
import { Help } from "../help/help.js";
import { Launcher } from "../launcher/launcher.js";
import { ShiftThrice, leaveLink } from "../leave/leave.js";
import { Log } from "../log/log.js";
import { ofFamily } from "../log/message.js";
import { Menu } from "../menu/menu.js";
import { print, save, transcript } from "../menu/transcript.js";
import { Reply } from "../reply/reply.js";
import { STYLE, WORDS } from "../served.js";
import { Store } from "../session/store.js";
import { Texts, make, onTouch } from "../text/text.js";

const BASE = new URL(".", import.meta.url).href.replace(/\/$/, "");
const SHOW_WAITING_AFTER = 600; // milliseconds; sooner would only flicker

/** What is no refusal is a mistake of ours. @type {(error: unknown) => asserts error is Refused} */
const refused = (error) => {
  if (!(error instanceof Refused)) throw error;
};

export class Chat {
  /** @param {HTMLElement} host the element that holds the words */
  constructor(host) {
    const page = WORDS.page;
    const plain = host.querySelector("textarea"); // of the plain form that stood here until now
    const typed = plain?.value ?? "";
    const place = plain && document.activeElement === plain ? plain.selectionEnd : null;
    host.replaceChildren();
    host.lang ||= "en-GB";
    this.host = host;
    this.language = host.lang;
    this.whole = host.getAttribute("layout") === "page";
    this.texts = new Texts(host);
    this.store = new Store();
    this.conversation = new Conversation(new Client(BASE), this.store);
    this.busy = false;
    this.sendNext = false;
    this.restored = false; // what was said before stands in the log
    this.behind = false; // more may have been said
    this.away = false;

    const { texts } = this;
    const heading = make(this.whole ? "h1" : "h2", { id: "title", tabindex: "-1" });
    heading.append(texts.put(host.getAttribute("heading") ?? page.heading));
    this.heading = heading;
    this.log = new Log(
      {
        texts,
        language: this.language,
        take: (choice) => this.takeChoice(choice.text),
        fill: (text) => this.propose(text),
        say: (words) => this.say(words),
      },
      heading,
    );
    this.composer = new Composer(texts, this.store, {
      submit: () => this.submit(),
      typed: () => this.conversation.begin().catch(() => {}), // so that the first answer comes sooner
    });
    this.reply = new Reply(texts, {
      ask: (method, after) => this.conversation.reply(method, after),
      show: (messages) => this.receive(messages),
      hint: (words) => this.composer.hint(words),
      say: (words) => this.say(words),
      idle: () => this.busy || this.away || !this.isOpen || document.hidden,
    });
    this.help = new Help(texts);
    this.menu = new Menu(
      texts,
      {
        save: () => save(transcript(this.log.said, this.language)),
        print: () => print(transcript(this.log.said, this.language)),
        again: () => this.startAgain(),
        delete: () => this.deleteEverything(),
        leave: () => this.leave(),
      },
      BASE,
    );
    this.status = make("p", { id: "status", role: "status", tabindex: "-1" });
    const launcher = host.getAttribute("launcher") ?? page.launcher;
    this.launcher = this.whole ? null : new Launcher(texts, launcher, () => this.toggle());
    /** @type {HTMLElement} */
    this.panel = this.#panel();
    this.window = make("div", { class: "window", hidden: true }, this.panel);
    this.frame = make("div", { class: this.whole ? "frame frame--whole" : "frame" });
    this.root = this.#draw();
    this.paint(host.getAttribute("color"));
    this.#listen();
    this.composer.fill(typed || this.store.draft);
    if (this.whole || this.store.open) this.open({ focus: false });
    if (place !== null) this.typeOn(place);
  }

  /** Who was typing when this script came goes on where they were. @param {number} place */
  typeOn(place) {
    this.composer.field.focus({ preventScroll: true });
    this.composer.field.setSelectionRange(place, place);
  }

  #panel() {
    const { texts, whole } = this;
    const page = WORDS.page;
    const skip = make("button", { type: "button", class: "skip unseen", click: () => this.composer.field.focus() });
    skip.append(texts.put(page.skip));
    const bar = [leaveLink(texts, () => this.leave(), "leave"), skip, this.help.element, whole ? null : this.#closer()];
    return make(
      whole ? "div" : "section",
      { class: "panel", id: "panel", ...(!whole && { "aria-labelledby": "title" }) },
      make(whole ? "header" : "div", { class: "bar" }, make("div", { class: "bar__in" }, ...bar)),
      make(whole ? "main" : "div", { class: "main" }, this.log.element, this.status, this.reply.element, this.composer.element),
      make(whole ? "footer" : "div", { class: "foot" }, this.menu.element),
      ...this.menu.dialogs,
    );
  }

  /** Other words for the button or the heading. @param {string} which @param {string | null} words null: the usual */
  rename(which, words) {
    const element = which === "launcher" ? this.launcher?.element : this.heading;
    if (element) this.texts.set(element, words ?? WORDS.page[which]);
  }

  /** The colour of buttons and links on light ground. @param {string | null} color null: the usual */
  paint(color) {
    this.frame.style.setProperty("--review-chat-action", color);
  }

  #closer() {
    const words = make("span", { class: "unseen" }, this.texts.put(WORDS.page.close));
    return make("button", { type: "button", class: "close", click: () => this.close() }, words);
  }

  #draw() {
    const root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // which no content security policy of a page has anything against
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.frame.append(...(this.launcher ? [this.launcher.element] : []), this.window);
    root.append(this.frame);
    return root;
  }

  #listen() {
    new ShiftThrice(
      () => this.isOpen,
      (words) => this.say(words),
      () => this.leave(),
    );
    addEventListener("offline", () => this.say(WORDS.page.status_offline));
    addEventListener("online", () => {
      this.say("");
      this.catchUp();
    });
    document.addEventListener("visibilitychange", () => document.hidden || this.catchUp());
    // A page that the browser keeps for Back must not keep what was said; it is fetched again if it is still there.
    addEventListener("pagehide", (event) => {
      this.away = true;
      if (event.persisted) this.putAway();
    });
    addEventListener("pageshow", (event) => {
      this.away = false;
      if (event.persisted) this.comeBack();
    });
    document.addEventListener("focusin", (event) => event.target !== this.host && this.giveWay(event.target));
    this.root.addEventListener("focusin", (event) => {
      if (!this.help.element.contains(/** @type {Node} */ (event.target))) this.help.fold();
    });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.root.querySelector("dialog[open]")) return;
      if (!this.help.fold() && !this.whole) this.close();
    });
  }

  // --- Open and closed ----------------------------------------------------------------------------------------------

  get isOpen() {
    return !this.window.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** @param {{focus?: boolean}} how focus: somebody has just asked for it */
  open({ focus = true } = {}) {
    this.window.hidden = false;
    this.launcher?.show(true);
    this.store.open = !this.whole;
    if (focus) this.welcome();
    this.catchUp();
    this.reply.lookSoon();
  }

  /** The focus goes to the field, or to the heading where that would open a keyboard. */
  welcome() {
    if (onTouch()) this.heading.focus({ preventScroll: true });
    else this.composer.field.focus({ preventScroll: true });
  }

  /** @param {{focus?: boolean}} how focus: give it back to the button */
  close({ focus = true } = {}) {
    this.window.hidden = true;
    this.launcher?.show(false);
    this.store.open = false;
    if (focus) this.launcher?.element.focus();
  }

  /** The chat never covers what has the focus on the page around it. @param {EventTarget | null} target */
  giveWay(target) {
    if (!this.isOpen || this.whole || !(target instanceof Element)) return;
    const over = this.panel.getBoundingClientRect();
    const under = target.getBoundingClientRect();
    const hidden =
      under.left >= over.left && under.right <= over.right && under.top >= over.top && under.bottom <= over.bottom;
    if (hidden) this.close({ focus: false });
  }

  // --- Conversation -------------------------------------------------------------------------------------------------

  /** One thing at a time; what was to be sent meanwhile is sent then. @param {() => Promise<void>} work */
  async exclusively(work) {
    this.busy = true;
    const timer = setTimeout(() => this.log.wait(true), SHOW_WAITING_AFTER);
    try {
      await work();
    } finally {
      clearTimeout(timer);
      this.log.wait(false);
      this.busy = false;
    }
    if (this.sendNext) {
      this.sendNext = false;
      this.submit();
    } else if (this.behind) this.catchUp();
  }

  /** Shows what was said and does not stand here yet, if not now then soon; what is being sent goes first. */
  async catchUp() {
    if (!this.isOpen || this.away) return;
    this.behind = this.busy;
    if (this.busy) return;
    if (!this.restored) return this.exclusively(() => this.restore());
    const found = await this.conversation.resume().catch(refused);
    if (found?.answered) this.composer.takeAway(found.answered);
    if (this.busy) this.behind = true;
    else if (found) this.follow(found);
  }

  /** @param {Awaited<ReturnType<Conversation["resume"]>>} found */
  follow({ messages, ended }) {
    if (ended) return this.renew();
    const known = this.log.said.map(({ id }) => id);
    const fresh = messages.slice(1).filter(({ id }) => !known.includes(id)); // the first one greets, as here already
    if (fresh.length) this.answer(fresh);
  }

  /** Shows what was said before a reload, or the first words, which need no server. */
  async restore() {
    await new Promise((done) => setTimeout(done)); // so that a slow phone can draw the empty chat first
    try {
      const { messages, unanswered, answered, ended } = await this.conversation.resume();
      this.restored = true;
      this.say("");
      if (ended) return this.renew();
      this.begin(messages);
      if (answered) this.composer.takeAway(answered);
      if (unanswered) await this.send(unanswered);
    } catch (error) {
      refused(error);
      if (!this.log.said.length) this.begin(error.messages);
      this.say(error.status ? WORDS.page.error_unavailable : WORDS.page.status_offline);
      this.keepWords();
    }
  }

  /** What is new here stays. @param {Message[]} messages what was said before; without any, the first words */
  begin(messages = []) {
    this.log.restore(messages.length ? messages : [{ ...WORDS.greeting, at: new Date().toISOString() }]);
    this.expect(messages);
    this.reply.forget();
    this.reply.heard(messages, true);
    const last = this.log.list.lastElementChild ?? this.log.earlier.lastElementChild;
    if (messages.length && last) this.log.scrollTo(last);
  }

  /** The server has it no more: what was said goes here too, what was not stays. */
  renew() {
    this.log.clear();
    this.begin();
    this.say(WORDS.page.ended);
    this.keepWords();
  }

  /** What was sent, and nobody can say whether it arrived, stands in the field again. */
  keepWords() {
    const { pending, draft } = this.store;
    if (!pending || pending.back) return;
    this.conversation.takeBack();
    this.composer.fill([pending.text, draft].filter(Boolean).join("\n"));
  }

  /** A page that the browser keeps for Back holds nothing of what was said, and sends nothing. */
  putAway() {
    this.conversation.client.stop();
    this.log.clear();
    this.restored = this.sendNext = false;
  }

  /** Back to such a page: without what was said, if that was left or deleted since. */
  comeBack() {
    if (!this.store.key && !this.whole) this.close({ focus: false });
    this.say("");
    this.composer.fill(this.store.draft);
    this.catchUp();
  }

  submit() {
    if (this.busy) return void (this.sendNext = Boolean(this.composer.field.value.trim()));
    const text = this.composer.take();
    if (!text) return;
    if (onTouch()) this.putKeyboardAway();
    this.exclusively(() => this.send(text));
  }

  /** @param {string} text */
  takeChoice(text) {
    if (this.busy) return;
    this.rest();
    this.exclusively(() => this.send(text));
  }

  /** The beginning of what they may want to write. @param {string} text */
  propose(text) {
    this.composer.fill(text);
    this.composer.field.focus();
    this.composer.field.setSelectionRange(text.length, text.length);
  }

  /** @param {string} text what was typed, or the words of a choice */
  async send(text) {
    this.composer.clearError();
    this.say("");
    const asked = ofFamily(text, this.conversation.prepare(text));
    let question = /** @type {HTMLElement} */ (this.log.add([asked]));
    this.log.reveal(question, question);
    const renewed = () => {
      this.log.clear();
      this.reply.forget();
      question = /** @type {HTMLElement} */ (this.log.add([asked]));
      this.say(WORDS.page.renewed);
    };
    try {
      const messages = await this.conversation.say(text, asked.id, renewed);
      if (question.isConnected) this.answer(messages, question);
    } catch (error) {
      refused(error);
      // A page that goes breaks off what is on its way: the next one sends it, with the same key.
      if (question.isConnected && !this.away) this.takeBack(question, asked, error);
    }
  }

  /** @param {Message[]} messages @param {HTMLElement} [question] where it stands already */
  answer(messages, question) {
    this.log.dropChoices();
    const first = /** @type {HTMLElement} */ (this.log.add(messages));
    this.log.reveal(question ?? first, first ?? question); // a person's answer comes later
    this.expect(messages);
    this.reply.heard(messages);
  }

  /** What came without being asked for; false while a question waits for its answer. @param {Message[]} messages */
  receive(messages) {
    if (this.busy) return false;
    const known = new Set(this.log.said.map(({ id }) => id));
    const news = messages.filter(({ id, from }) => from !== "family" && !known.has(id));
    if (!news.length) return true;
    this.log.dropChoices();
    const first = /** @type {HTMLElement} */ (this.log.add(news));
    this.log.reveal(first, first);
    return true;
  }

  /** @param {Message[]} messages */
  expect(messages) {
    this.composer.expect(messages[messages.length - 1]?.form?.asks);
  }

  /** Nothing is lost: the words go back before whatever was typed meanwhile, and why is said beside them. */
  takeBack(/** @type {HTMLElement} */ question, /** @type {Message} */ asked, /** @type {Refused} */ error) {
    this.log.remove(question, asked);
    this.conversation.takeBack();
    this.sendNext = false;
    this.behind = !error.status || error.status >= 500; // it may have arrived after all
    this.composer.fill([asked.text, this.composer.field.value].filter(Boolean).join("\n"));
    if (error.messages.length) {
      this.log.dropChoices();
      this.log.add(error.messages);
    }
    const wrong = error.status === 413 || error.status === 422;
    const words = error.detail || (error.status ? WORDS.page.error_unavailable : WORDS.page.error_not_sent);
    this.composer.complain(words, { wrong });
  }

  // --- Showing ------------------------------------------------------------------------------------------------------

  /** One quiet sentence; none takes it away. @param {string} words */
  say(words) {
    this.texts.set(this.status, words);
    this.status.classList.toggle("notice", Boolean(words));
  }

  /** Where the focus waits for an answer: in the field, unless that would open a keyboard over it. */
  rest() {
    if (onTouch()) this.putKeyboardAway();
    else this.composer.field.focus({ preventScroll: true });
  }

  putKeyboardAway() {
    this.log.element.focus({ preventScroll: true });
  }

  // --- Ending -------------------------------------------------------------------------------------------------------

  /** True when the server has erased the conversation, or never had it. */
  async erase() {
    try {
      await this.conversation.erase();
    } catch (error) {
      refused(error);
      this.say(WORDS.page.error_not_deleted);
      return false;
    }
    this.log.clear();
    this.reply.forget();
    this.composer.fill("");
    this.composer.clearError();
    this.say("");
    this.menu.fold();
    return true;
  }

  async deleteEverything() {
    if (!(await this.erase())) return;
    await this.exclusively(() => this.restore());
    this.log.element.scrollTop = 0;
    this.say(WORDS.page.deleted);
    this.status.focus();
  }

  async startAgain() {
    if (!(await this.erase())) return;
    this.rest();
    await this.exclusively(() => this.restore());
    this.log.element.scrollTop = 0;
  }

  /** Clears the page before anything else, then tells the server; the requests outlive the page. */
  leave() {
    this.conversation.abandon();
    document.title = WORDS.page.left_title;
    document.body.replaceChildren();
    if (this.whole) fetch(`${BASE}/leave`, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
    location.replace(WORDS.page.leave_to);
  }
}
