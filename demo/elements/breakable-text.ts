import { element } from './element.js';

/** A text that breaks after the dots of a host name and before its port, rather than in the midst of a word. */
export function breakable(text: string): (string | Node)[] {
  return text
    .split(/(?<=\.)(?=\w)|(?=:\d)/)
    .flatMap((part, index) => (index === 0 ? [part] : [element('wbr', ''), part]));
}
