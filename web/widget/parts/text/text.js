// @ts-check
/**
 * Puts words where page translators and host pages can handle them: each piece is a text in the light DOM of the
 * element, shown through a slot of its own in a control of the shadow DOM. Translators read and change the light DOM;
 * styles of the host page can't reach the control.
 */

let count = 0;

/** @type {WeakMap<HTMLSlotElement, HTMLElement>} */
const pieces = new WeakMap();

export class Texts {
  /** @param {HTMLElement} host the custom element, whose light DOM holds the words */
  constructor(host) {
    this.host = host;
  }

  /** A slot that shows `text`. @param {string} text */
  put(text) {
    const piece = document.createElement("span");
    const slot = document.createElement("slot");
    slot.name = piece.slot = `text-${(count += 1)}`;
    piece.textContent = text;
    pieces.set(slot, piece);
    this.host.append(piece);
    return slot;
  }

  /** Shows other words in place of what `element` shows. @param {Element} element @param {string} text */
  set(element, text) {
    this.empty(element);
    if (text) element.append(this.put(text));
  }

  /** Takes `element` away with its words. @param {Element} element */
  drop(element) {
    this.empty(element);
    element.remove();
  }

  /** Takes away all that `element` holds, with its words. @param {Element} element */
  empty(element) {
    for (const slot of element.querySelectorAll("slot")) pieces.get(slot)?.remove();
    element.replaceChildren();
  }
}

/**
 * An element with attributes (a function is a listener, true an empty attribute, false none) and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | boolean | ((event: any) => void)>} attributes
 * @param {(Node | null | undefined)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** True where fingers point: there a keyboard on the screen would cover what is read. */
export const onTouch = () => matchMedia("(pointer: coarse)").matches;
