/** Copies of the fixtures with other bytes: names that a terminal would obey, parts that are damaged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { memorySource } from '../../src/bytes/byte-source.ts';
import { ElfFile } from '../../src/elf/elf-file.ts';
import { type KernelName, pathOf } from '../app/kernels.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinspect-damage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

export class Copy {
  bytes: Buffer;
  readonly #elf: ElfFile;

  constructor(name: KernelName) {
    this.bytes = readFileSync(pathOf(name));
    this.#elf = new ElfFile(memorySource(new Uint8Array(this.bytes)));
  }

  /** Write over a section's bytes, from `offset` on. */
  write(section: string, offset: number, bytes: readonly number[]): this {
    this.bytes.set(bytes, this.#section(section).sh_offset + offset);
    return this;
  }

  /** A field of a section header, little-endian: offset in the header and number of bytes, as in ELF64. */
  header(section: string, field: 'sh_type' | 'sh_size' | 'sh_link' | 'sh_entsize', value: number): this {
    const at = this.#section(section).headerOffset;
    if (field === 'sh_type') this.bytes.writeUInt32LE(value, at + 4);
    else if (field === 'sh_link') this.bytes.writeUInt32LE(value, at + 40);
    else this.bytes.writeBigUInt64LE(BigInt(value), at + (field === 'sh_size' ? 32 : 56));
    return this;
  }

  /** Put another name in the place of a name, wherever it stands: as many bytes, so it is filled up with 'x'. */
  rename(name: string, other: string): this {
    const old = Buffer.from(`\0${name}\0`, 'utf8');
    const text = Buffer.from(other, 'utf8');
    if (text.length > name.length) throw new Error(`${other} has more bytes than ${name}`);
    let found = 0;
    for (let at = this.bytes.indexOf(old); at >= 0; at = this.bytes.indexOf(old, at + 1), found++) {
      this.bytes.fill('x', at + 1, at + 1 + name.length);
      this.bytes.set(text, at + 1);
    }
    if (found === 0) throw new Error(`there is no ${name}`);
    return this;
  }

  cutAt(size: number): this {
    this.bytes = this.bytes.subarray(0, size);
    return this;
  }

  /** The path of a file with these bytes. */
  save(): string {
    const path = join(folder, `vmlinux-${files++}`);
    writeFileSync(path, this.bytes);
    return path;
  }

  #section(name: string) {
    const section = this.#elf.section(name);
    if (section === undefined) throw new Error(`there is no section ${name}`);
    return section;
  }
}
