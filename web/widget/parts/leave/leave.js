// @ts-check
/**
 * The way out: a real link, so that it works whatever else has failed. Three presses of Shift do the same where there is
 * a keyboard and a mouse; any other key in between, as in capitals, begins the count anew.
 */

import { WORDS } from "../served.js";
import { make } from "../text/text.js";

const PRESSES = 3;
const WITHIN = 5_000; // milliseconds

/** @param {import("../text/text.js").Texts} texts @param {() => void} leave @param {string} id */
export function leaveLink(texts, leave, id) {
  return make(
    "a",
    {
      class: "leave",
      id,
      href: WORDS.page.leave_to,
      rel: "noreferrer",
      click: (event) => {
        event.preventDefault();
        leave();
      },
    },
    texts.put(WORDS.page.leave),
  );
}

export class ShiftThrice {
  /** @param {() => boolean} active @param {(words: string) => void} say @param {() => void} leave */
  constructor(active, say, leave) {
    this.active = active;
    this.say = say;
    this.leave = leave;
    this.count = 0;
    this.since = 0;
    this.alone = false;
    addEventListener("keydown", (event) => this.#down(event), true);
    addEventListener("keyup", (event) => this.#up(event), true);
    for (const other of ["pointerdown", "blur"]) addEventListener(other, () => this.#reset(), true);
  }

  /** @param {KeyboardEvent} event */
  #down(event) {
    if (event.key !== "Shift" || event.ctrlKey || event.altKey || event.metaKey) return this.#reset();
    if (!event.repeat) this.alone = true;
  }

  /** @param {KeyboardEvent} event */
  #up(event) {
    if (event.key !== "Shift" || !this.alone) return;
    this.alone = false;
    if (!this.active() || !matchMedia("(hover: hover) and (pointer: fine)").matches) return;
    const now = event.timeStamp;
    if (!this.count || now - this.since > WITHIN) this.#begin(now);
    this.count += 1;
    if (this.count === PRESSES) return this.leave();
    this.say(this.count === 1 ? WORDS.page.shift_two : WORDS.page.shift_one);
  }

  /** @param {number} now */
  #begin(now) {
    this.count = 0;
    this.since = now;
  }

  #reset() {
    this.alone = false;
    if (this.count) this.say("");
    this.count = 0;
  }
}
