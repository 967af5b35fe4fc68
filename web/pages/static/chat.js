// @ts-check
/**
 * The chat on the page. Without this script the same form posts to /chat and everything works as plain pages.
 *
 * Every word stands in the page (templates and data attributes), every message goes in as text, never as HTML.
 * The browser keeps only the conversation's id and token and the words not yet sent, and those only as long as its tab.
 *
 * @typedef {{title: string, href: string}} Link
 * @typedef {{title: string, text: string, topic: string | null}} Choice
 * @typedef {{title: string, section: string, reviewed_on: string}} Source
 * @typedef {{id: string, at: string, from: string, text: string, topic: string | null, source: Source | null,
 *            links: Link[], choices: Choice[], clarify: boolean, care: boolean}} Message
 * @typedef {{id: string, token: string}} Conversation
 */

const KEPT_AS = "conversation";
const DRAFT_KEPT_AS = "draft";
const LONGEST_WAIT = 20_000; // milliseconds; the server answers within 8 seconds whatever happens behind it
const SHOW_WAITING_AFTER = 600; // milliseconds; sooner would only flicker
const SAFE_ADDRESS = /^(tel:|mailto:|sms:|https:)/;

/** A request that was not answered as hoped; `status` is 0 when nothing came back at all. */
class Refused extends Error {
  /** @param {number} status @param {{detail?: string, messages?: Message[]}} problem */
  constructor(status, problem = {}) {
    super(`status ${status}`);
    this.status = status;
    this.detail = problem.detail ?? "";
    this.messages = problem.messages ?? [];
  }
}

/** @param {string} method @param {string} path @param {{body?: object, headers?: Record<string, string>}} more */
async function call(method, path, { body, headers = {} } = {}) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), LONGEST_WAIT);
  try {
    const response = await fetch(path, {
      method,
      headers: body ? { "Content-Type": "application/json", ...headers } : headers,
      body: body && JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      keepalive: method === "DELETE", // must arrive even when the page is being left
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
  }
}

/** The id and token, kept in the tab's own storage; in memory alone where the browser forbids that. */
const kept = {
  /** @type {Conversation | null} */
  now: null,

  read() {
    try {
      kept.now ??= JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null");
    } catch {
      // Storage is forbidden or holds nonsense: begin afresh.
    }
    return kept.now;
  },

  /** @param {Conversation | null} conversation */
  write(conversation) {
    kept.now = conversation;
    try {
      if (conversation) sessionStorage.setItem(KEPT_AS, JSON.stringify(conversation));
      else sessionStorage.removeItem(KEPT_AS);
    } catch {
      // Then it lasts until the page is reloaded.
    }
  },
};

/** The words not yet sent, so that a reload loses none; what was sent is never among them. */
const draft = {
  read() {
    try {
      return sessionStorage.getItem(DRAFT_KEPT_AS) ?? "";
    } catch {
      return "";
    }
  },

  /** @param {string} text */
  write(text) {
    try {
      if (text) sessionStorage.setItem(DRAFT_KEPT_AS, text);
      else sessionStorage.removeItem(DRAFT_KEPT_AS);
    } catch {
      // Then a reload loses it.
    }
  },
};

/** @param {Conversation} conversation */
const pathOf = (conversation) => `/api/conversations/${encodeURIComponent(conversation.id)}`;

/** @param {Conversation} conversation */
const keyOf = (conversation) => ({ Authorization: `Bearer ${conversation.token}` });

/** @param {string} id @returns {any} */
const element = (id) => document.getElementById(id);

const onTouch = () => matchMedia("(pointer: coarse)").matches;

/** Makes list items out of Messages, with the page's own <template>s. */
class MessageView {
  /** @param {(choice: Choice) => void} take what to do when a choice is tapped */
  constructor(take) {
    this.take = take;
    this.language = document.documentElement.lang;
  }

  /** @param {Message} message */
  item(message) {
    const from = message.from === "family" ? "family" : "assistant";
    const item = element(`${from}-message`).content.firstElementChild.cloneNode(true);
    const time = item.querySelector("time");
    time.dateTime = message.at;
    time.textContent = new Date(message.at).toLocaleTimeString(this.language, { hour: "2-digit", minute: "2-digit" });
    const help = (message.topic ?? "").startsWith("safety.");
    this.fillText(item.querySelectorAll(".message__text"), message.text, help);
    if (from === "family") return item;
    item.classList.toggle("message--help", help);
    item.classList.toggle("message--care", message.care);
    this.fillSource(item.querySelector(".message__source"), message.source);
    this.fillLinks(item.querySelector(".message__links"), message.links);
    this.fillChoices(item.querySelector(".message__choices"), message.choices);
    return item;
  }

  /**
   * Help's numbers stand right under its first line, before the rest.
   *
   * @param {NodeListOf<HTMLElement>} places @param {string} text @param {boolean} help
   */
  fillText([opening, rest], text, help) {
    const end = help ? text.indexOf("\n") : -1;
    opening.textContent = end < 0 ? text : text.slice(0, end);
    if (end >= 0) rest.textContent = text.slice(end + 1);
    else rest?.remove();
  }

  /** @param {HTMLElement} place @param {Source | null} source */
  fillSource(place, source) {
    if (!source) return place.remove();
    const day = new Date(`${source.reviewed_on}T12:00:00Z`);
    const values = {
      ...source,
      reviewed_on: day.toLocaleDateString(this.language, { day: "numeric", month: "long", year: "numeric" }),
    };
    for (const part of place.querySelectorAll("[data-value]")) {
      part.textContent = values[/** @type {keyof Source} */ (part.getAttribute("data-value"))];
    }
  }

  /** @param {HTMLElement} place @param {Link[]} links */
  fillLinks(place, links) {
    const safe = links.filter((link) => SAFE_ADDRESS.test(link.href));
    if (!safe.length) return place.remove();
    for (const { title, href } of safe) {
      const item = document.createElement("li");
      const link = item.appendChild(document.createElement("a"));
      link.href = href;
      link.textContent = title;
      place.append(item);
    }
  }

  /** @param {HTMLElement} place @param {Choice[]} choices */
  fillChoices(place, choices) {
    if (!choices.length) return place.remove();
    for (const choice of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = choice.title;
      button.addEventListener("click", () => this.take(choice));
      place.append(button);
    }
  }
}

class Chat {
  constructor() {
    this.form = element("ask");
    this.field = element("question");
    this.error = element("question-error");
    this.status = element("status");
    this.waiting = element("waiting");
    this.log = element("log").querySelector("ol");
    this.earlier = element("earlier");
    this.messages = element("messages");
    this.view = new MessageView((choice) => this.takeChoice(choice));
    /** What is on its way or failed: sent again, the same words go with the same key. */
    this.pending = { text: "", key: "" };
    this.busy = false;
    this.sendNext = false;
    this.left = false;
  }

  /** Takes the page over from the plain form. */
  async start() {
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.value ||= draft.read();
    this.field.addEventListener("input", () => draft.write(this.field.value));
    this.field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      // Shift+Enter makes a new line; on a touch screen Shift is only the capital that comes by itself.
      if (event.key !== "Enter" || event.isComposing || (event.shiftKey && !onTouch())) return;
      event.preventDefault();
      this.submit();
    });
    element("leave").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.leave();
    });
    this.confirmed("delete", () => this.deleteEverything());
    this.confirmed("again", () => this.startAgain());
    addEventListener("offline", () => this.say("offline"));
    addEventListener("online", () => this.say(""));
    addEventListener("pageshow", (event) => event.persisted && !kept.read() && location.reload());
    addEventListener("keydown", (event) => event.key === "Escape" && this.fold());
    addEventListener("focusin", (event) => {
      const numbers = element("help").parentElement;
      if (!numbers.contains(event.target)) this.fold();
    });
    element("conversation-actions").hidden = false;
    await this.exclusively(() => this.restore());
  }

  /** One thing at a time; what was to be sent meanwhile is sent then. @param {() => Promise<void>} work */
  async exclusively(work) {
    this.busy = true;
    const timer = setTimeout(() => (this.waiting.hidden = false), SHOW_WAITING_AFTER);
    try {
      await work();
    } finally {
      clearTimeout(timer);
      this.waiting.hidden = true;
      this.busy = false;
    }
    if (!this.sendNext) return;
    this.sendNext = false;
    this.submit();
  }

  // --- Conversation -------------------------------------------------------------------------------------------------

  /** Shows what was said before a reload, or begins. */
  async restore() {
    const conversation = kept.read();
    try {
      if (!conversation) return await this.begin();
      const { messages } = await call("GET", `${pathOf(conversation)}/messages`, { headers: keyOf(conversation) });
      this.show(messages, this.earlier);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!conversation || !this.isOver(error)) return this.explain(error, { at: "start" });
      kept.write(null);
      await this.restore();
    }
  }

  /** Gets a conversation from the server. @param {{greet?: boolean}} how */
  async begin({ greet = true } = {}) {
    this.beginning ??= call("POST", "/api/conversations", { body: {} }).finally(() => (this.beginning = undefined));
    const { conversation, messages } = await this.beginning;
    if (this.left) return void call("DELETE", pathOf(conversation), { headers: keyOf(conversation) });
    kept.write({ id: conversation.id, token: conversation.token });
    if (greet && !this.log.childElementCount) this.show(messages, this.log);
  }

  /** @param {Refused} error True when the conversation was deleted or ran out. */
  isOver(error) {
    return error.status === 404 || error.status === 401;
  }

  // --- Asking -------------------------------------------------------------------------------------------------------

  submit() {
    const text = this.field.value.trim();
    if (this.busy) return void (this.sendNext = true);
    if (!text) return this.complain(this.form.dataset.empty);
    if ([...text.normalize("NFC")].length > Number(this.form.dataset.longest)) {
      return this.complain(this.form.dataset.tooLong);
    }
    this.fill("");
    if (onTouch()) this.putKeyboardAway();
    this.exclusively(() => this.send(text));
  }

  /** @param {Choice} choice */
  takeChoice(choice) {
    if (this.busy) return;
    this.rest();
    this.exclusively(() => this.send(choice.text));
  }

  /** @param {string} text what was typed, or the words of a choice */
  async send(text) {
    this.clearError();
    if (this.pending.text !== text) this.pending = { text, key: crypto.randomUUID() };
    const at = new Date().toISOString();
    const question = this.view.item(/** @type {Message} */ ({ from: "family", text, at }));
    this.log.append(question);
    this.reveal(question, question);
    try {
      const messages = await this.ask(this.pending, question);
      this.pending = { text: "", key: "" };
      if (question.isConnected) this.answer(messages, question);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (question.isConnected) this.takeBack(question, text, error);
    }
  }

  /**
   * Says it, in a new conversation when the old one ran out meanwhile.
   *
   * @param {{text: string, key: string}} what @param {HTMLElement} question @returns {Promise<Message[]>}
   */
  async ask(what, question) {
    if (kept.read()) {
      try {
        return await this.post(what);
      } catch (error) {
        if (!(error instanceof Refused && this.isOver(error) && question.isConnected)) throw error;
        this.clear();
        this.pending = what;
        this.log.append(question);
        this.say("renewed");
      }
    }
    await this.begin({ greet: false });
    return this.post(what);
  }

  /** @param {{text: string, key: string}} what @returns {Promise<Message[]>} */
  async post({ text, key }) {
    const conversation = kept.read();
    if (!conversation) throw new Refused(0);
    const { messages } = await call("POST", `${pathOf(conversation)}/messages`, {
      body: { text },
      headers: { ...keyOf(conversation), "Idempotency-Key": key },
    });
    return messages;
  }

  /** @param {Message[]} messages @param {HTMLElement} question */
  answer(messages, question) {
    this.dropChoices();
    this.show(messages, this.log);
    this.reveal(question, question.nextElementSibling ?? question);
  }

  /** Nothing is lost: the words go back before whatever was typed meanwhile, and why is said beside them. */
  takeBack(/** @type {HTMLElement} */ question, /** @type {string} */ text, /** @type {Refused} */ error) {
    question.remove();
    this.sendNext = false;
    this.fill([text, this.field.value].filter(Boolean).join("\n"));
    this.explain(error, { at: "send" });
  }

  // --- Showing ------------------------------------------------------------------------------------------------------

  /** @param {Message[]} messages @param {HTMLElement} list */
  show(messages, list) {
    const lastAsked = messages.map((message) => message.from).lastIndexOf("family");
    for (const [index, message] of messages.entries()) {
      const open = index > lastAsked;
      list.append(this.view.item(open ? message : { ...message, choices: [] }));
    }
    element("intro").hidden = true; // the greeting says it
  }

  /** Scrolls to where an answer begins, with what it answers above it unless that is long. */
  reveal(/** @type {Element} */ question, /** @type {Element} */ answer) {
    const above = answer.getBoundingClientRect().top - question.getBoundingClientRect().top;
    const room = Math.min(this.messages.clientHeight, innerHeight);
    (above > room / 4 ? answer : question).scrollIntoView({ block: "start" });
  }

  /** Changes what stands in the field, and what a reload would bring back. @param {string} text */
  fill(text) {
    this.field.value = text;
    draft.write(text);
  }

  /** Where the focus waits for an answer: in the field, unless that would open a keyboard over it. */
  rest() {
    if (onTouch()) this.putKeyboardAway();
    else this.field.focus({ preventScroll: true });
  }

  putKeyboardAway() {
    this.messages.focus({ preventScroll: true });
  }

  /** Closes the list of all numbers that lies over the page. */
  fold() {
    element("numbers").open = false;
  }

  /** Only the last answer's choices can be taken. */
  dropChoices() {
    for (const old of document.querySelectorAll("#messages .message__choices")) old.remove();
  }

  /** @param {Refused} error @param {{at: "start" | "send"}} when */
  explain(error, { at }) {
    if (error.messages.length) {
      this.dropChoices();
      this.show(error.messages, this.log);
    }
    const words = this.form.dataset;
    if (at === "start") return this.say(error.status ? "unavailable" : "offline");
    const wrong = error.status === 413 || error.status === 422;
    this.complain(error.detail || (error.status ? words.unavailable : words.notSent), { wrong });
  }

  /** @param {string} text @param {{wrong?: boolean}} how wrong: what was typed has to change */
  complain(text, { wrong = true } = {}) {
    this.error.textContent = text;
    this.error.hidden = false;
    this.field.setAttribute("aria-invalid", String(wrong));
    this.field.focus();
  }

  clearError() {
    this.error.hidden = true;
    this.error.textContent = "";
    this.field.removeAttribute("aria-invalid");
    this.say("");
  }

  /** One quiet sentence, chosen by its data attribute. @param {string} which */
  say(which) {
    this.status.textContent = which ? this.status.dataset[which] : "";
    this.status.classList.toggle("notice", Boolean(which));
  }

  // --- Ending -------------------------------------------------------------------------------------------------------

  /** @param {string} name @param {() => void} act */
  confirmed(name, act) {
    const dialog = element(`${name}-dialog`);
    element(name).addEventListener("click", () => {
      dialog.returnValue = "";
      dialog.showModal();
    });
    dialog.addEventListener("close", () => dialog.returnValue === "yes" && act());
  }

  /** True when the server has erased the conversation, or never had it. */
  async erase() {
    const conversation = kept.read();
    try {
      if (conversation) await call("DELETE", pathOf(conversation), { headers: keyOf(conversation) });
    } catch (error) {
      if (!(error instanceof Refused) || !this.isOver(error)) {
        this.say("notDeleted");
        return false;
      }
    }
    this.clear();
    this.fill("");
    this.clearError();
    element("about").open = false;
    return true;
  }

  /** Forgets a conversation that the server no longer has. */
  clear() {
    kept.write(null);
    this.pending = { text: "", key: "" };
    this.log.replaceChildren();
    this.earlier.replaceChildren();
  }

  async deleteEverything() {
    if (!(await this.erase())) return;
    await this.exclusively(() => this.restore());
    this.messages.scrollTop = 0;
    this.say("deleted");
    this.status.focus();
  }

  async startAgain() {
    if (!(await this.erase())) return;
    this.rest();
    await this.exclusively(() => this.restore());
    this.messages.scrollIntoView({ block: "start" });
    this.messages.scrollTop = 0;
  }

  /** Clears the page before anything else, then tells the server; the requests outlive the page. */
  leave() {
    const { action, dataset } = element("leave");
    const conversation = kept.read();
    this.left = true;
    kept.write(null);
    draft.write("");
    document.body.replaceChildren();
    if (conversation) call("DELETE", pathOf(conversation), { headers: keyOf(conversation) }).catch(() => {});
    fetch(action, { method: "POST", keepalive: true, redirect: "manual" }).catch(() => {});
    location.replace(dataset.to);
  }
}

// A browser without <dialog>, or an address without https, keeps the plain form, which does the same.
if ("HTMLDialogElement" in window && crypto.randomUUID) new Chat().start();
