// @ts-check
/**
 * <review-chat>: the chat as an element of any page. What stands inside it is shown until this script runs, and stays
 * where it can't. Attributes: `launcher` and `heading` (words), `color` (of buttons and links), `position` ("left"),
 * `scheme` ("light": no dark colours), `layout` ("page": the whole page is the chat). More colours: custom properties,
 * see tokens.css.
 */

import { Chat } from "./chat.js";

class ReviewChat extends HTMLElement {
  static observedAttributes = ["launcher", "heading", "color"];

  /** @type {Chat | undefined} */
  #chat;

  connectedCallback() {
    this.#chat ??= new Chat(this);
  }

  /** @param {string} name @param {string | null} _old @param {string | null} value */
  attributeChangedCallback(name, _old, value) {
    if (name === "color") this.#chat?.paint(value);
    else this.#chat?.rename(name, value);
  }
}

// A browser without these, or an address without https, keeps what stands in the element, which does the same.
const able = "HTMLDialogElement" in window && "adoptedStyleSheets" in Document.prototype && "randomUUID" in crypto;
if (able && !customElements.get("review-chat")) {
  customElements.define("review-chat", ReviewChat);
  // A page with nothing but the script has it at its end; this may run before that end has come.
  const place = () => document.querySelector("review-chat") || document.body.append(document.createElement("review-chat"));
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
  else place();
}
