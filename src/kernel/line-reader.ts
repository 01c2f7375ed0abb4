/**
 * The lines of a text file of the kernel, as ranges of bytes: no string is made of a line unless it is quoted.
 *
 * The file is read block by block; a line that a block cuts is put before the next one. Nothing of the kernel has a
 * line of more than some hundred bytes, so a longer one ends the reading: the file is something else.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { printable, printableBytes } from '../bytes/printable.ts';
import { ParseError } from '../errors.ts';

const blockSize = 1 << 20;
/** KSYM_NAME_LEN is 512, and a name is most of a line. */
const longestLine = 4096;
/** Ten times what a kernel with every module has. */
const largestFile = 1 << 28;
/** Characters of a line that a message shows. */
const quotedLength = 40;

export class LineReader {
  readonly source: ByteSource;
  readonly #structure: string;
  /** The line is bytes[start … end), without its line end. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Of the current line, from 1. */
  line = 0;
  /** That the last line has no end, which each line of the kernel has: the file, and maybe its last name, was cut off. */
  damage: ParseError | undefined;
  #behind = 0;
  #read = 0;

  constructor(source: ByteSource, structure: string) {
    this.source = source;
    this.#structure = structure;
  }

  /**
   * Go to the next line. @returns false at the end of the file
   * @throws ParseError bad-value: a line without an end; unsupported: larger than any such file
   */
  next(): boolean {
    this.start = this.#behind;
    let newline = this.bytes.indexOf(10, this.start);
    while (newline < 0 && this.#read < this.source.size) {
      this.#refill();
      newline = this.bytes.indexOf(10, this.start);
    }
    this.end = newline < 0 ? this.bytes.length : newline;
    this.#behind = newline < 0 ? this.end : newline + 1;
    if (this.start >= this.bytes.length) return false;
    this.line++;
    if (this.end > this.start && this.bytes[this.end - 1] === 13) this.end--;
    if (this.end - this.start > longestLine) throw this.#tooLong();
    if (newline < 0) {
      this.damage = new ParseError({
        code: 'truncated',
        structure: this.where,
        problem: `${this.quoted} is the last line, and has no end`,
        advice: 'the file was cut off: copy it again',
      });
    }
    return true;
  }

  #refill(): void {
    if (this.#read > largestFile) {
      const problem = `its ${this.source.size} bytes are more than the ${largestFile} that such a file has`;
      throw new ParseError({ code: 'unsupported', structure: printable(this.source.name), problem });
    }
    const rest = this.bytes.subarray(this.start);
    if (rest.length > longestLine) {
      this.line++;
      this.end = this.bytes.length;
      throw this.#tooLong();
    }
    const length = Math.min(blockSize, this.source.size - this.#read);
    const block = this.source.read(this.#read, length, this.#structure);
    this.#read += length;
    const joined = new Uint8Array(rest.length + length);
    joined.set(rest);
    joined.set(block, rest.length);
    this.bytes = joined;
    this.start = 0;
  }

  #tooLong(): ParseError {
    if (this.line === 1) return notOfThisKind(this, 'a list of the kernel', `lines of up to ${longestLine} bytes`);
    return new ParseError({
      code: 'bad-value',
      structure: this.where,
      problem: `${this.quoted} has more than the ${longestLine} bytes that a line has`,
      advice: 'the file is damaged: copy it again',
    });
  }

  /** "kallsyms.txt, line 12" */
  get where(): string {
    return `${printable(this.source.name)}, line ${this.line}`;
  }

  /** The line as text, latin1. */
  get text(): string {
    return Buffer.from(this.bytes.subarray(this.start, this.end)).toString('latin1');
  }

  /** The beginning of the line, for a message. */
  get quoted(): string {
    const { text } = this;
    return `"${printableBytes(text.slice(0, quotedLength))}${text.length > quotedLength ? '…' : ''}"`;
  }
}

/** What a file is that has other lines than those that were expected. */
function guess({ bytes, start, text }: LineReader): string | undefined {
  const word = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
  if (text.startsWith('\x7fELF')) return 'it is an ELF file: give that as FILE';
  if (word === 0x9feb || word === 0xeb9f) return 'it is BTF: give that with --btf';
  if (/^[0-9a-f]{8,16} [\x21-\x7e] [\x21-\x7e]+(\s|$)/.test(text)) return 'it looks like /proc/kallsyms: --kallsyms';
  if (/^([0-9a-f]{8,16} )?[\w.$]+( \[[\w-]+\])?$/.test(text)) {
    return 'it looks like available_filter_functions: --ftrace';
  }
  return undefined;
}

/** The sentence on a file that is of another kind. */
export function notOfThisKind(lines: LineReader, kind: string, expected: string): ParseError {
  const isBinary = /[\x00-\x08\x0e-\x1f\x7f]/.test(lines.text.slice(0, 512));
  const found = isBinary ? 'line 1 is binary data' : `line ${lines.line} is ${lines.quoted}`;
  return new ParseError({
    code: 'bad-value',
    structure: printable(lines.source.name),
    problem: `it is not ${kind}: ${found}, expected ${expected}`,
    advice: guess(lines),
  });
}
