/** What web puts in front of the modules when it serves them: the words of data/, and the style of all parts. */

import type { Link, Message } from "./api/client.js";

export interface Words {
  page: { [name: string]: any };
  help_lines: { href: string; title: string; about: string }[];
  greeting: Message;
  reply?: any;
  phone: Link;
  labels: { [detail: string]: string };
  longest: number;
}

export const WORDS: Words;
export const STYLE: string;
