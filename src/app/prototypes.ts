/** Prototypes as the search shows them beside its hits: those of the rows on the screen, kept while one types. */
import { cutPart } from '../bytes/cut-name.ts';
import { onScreen } from '../format/on-screen.ts';
import type { Linker } from '../kernel/links.ts';

/** Several screens. */
const mostKept = 512;
/** The longest prototype of a kernel has 400 characters, and no terminal has so many columns. */
const longest = 1024;

export class Prototypes {
  readonly #linker: Linker;
  readonly #texts = new Map<number, string>();

  constructor(linker: Linker) {
    this.#linker = linker;
  }

  /** A FUNC record as C on one line, safe to show. @param id type id of the record */
  textOf(id: number): string {
    const kept = this.#texts.get(id);
    if (kept !== undefined) return kept;
    if (this.#texts.size >= mostKept) this.#texts.clear();
    const text = onScreen(cutPart(this.#linker.prototypeOf(id, longest)));
    this.#texts.set(id, text);
    return text;
  }
}
