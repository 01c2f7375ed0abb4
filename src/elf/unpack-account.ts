/**
 * How much of one file is unpacked, whatever of it: compressed sections, the kernel in a boot image, an image in that.
 *
 *   sections   32 MiB + 1.5 bytes for each byte of the file, in all
 *   memory    128 MiB + 3 bytes for each byte of the file, in which a section counts twice and an image once
 *
 * A section is held in memory that threads share, beside what zlib has made of it, and later beside the copy in the memory of
 * the compiled reader. What is read of the DWARF of a real kernel is 1.2 to 1.5 times the file in which it is compressed; only
 * small files have more. A limit for each section by itself lets seven small ones take a gigabyte.
 */
const sectionBase = 32 << 20;
const sectionPerByte = 1.5;
const memoryBase = 128 << 20;
const memoryPerByte = 3;
const sectionCost = 2;

export class UnpackAccount {
  /** Bytes of the file on disk. */
  readonly fileSize: number;
  readonly #mostMemory: number;
  readonly #mostOfSections: number;
  #images = 0;
  #sections = 0;
  /** Bytes of the sections that have been paid for: who unpacks one again has let go of the first. */
  readonly #paid = new Map<number, number>();

  constructor(fileSize: number) {
    this.fileSize = fileSize;
    this.#mostMemory = memoryBase + memoryPerByte * fileSize;
    this.#mostOfSections = sectionBase + Math.floor(sectionPerByte * fileSize);
  }

  /** Bytes that the kernel in an image may have now. */
  get leftForImage(): number {
    return this.#mostMemory - this.#images - sectionCost * this.#sections;
  }

  takeImage(bytes: number): void {
    this.#images += bytes;
  }

  /** Bytes that a section may have now. */
  leftForSection(index: number): number {
    const left = Math.min(this.#mostOfSections - this.#sections, Math.floor(this.leftForImage / sectionCost));
    return this.#paid.get(index) ?? left;
  }

  takeSection(index: number, bytes: number): void {
    if (this.#paid.has(index)) return;
    this.#paid.set(index, bytes);
    this.#sections += bytes;
  }

  /** "not more than 5 more are unpacked, 70 in all of a file of 4 bytes". */
  imageWords(): string {
    return this.#words(this.leftForImage, this.#mostMemory);
  }

  /** The same of a section. */
  sectionWords(index: number): string {
    return this.#words(this.leftForSection(index), this.#mostOfSections);
  }

  #words(left: number, most: number): string {
    const inAll = left === most ? 'are unpacked' : `more are unpacked, ${most} in all`;
    return `not more than ${left} ${inAll} of a file of ${this.fileSize} bytes`;
  }
}
