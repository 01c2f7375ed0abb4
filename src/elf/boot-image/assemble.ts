/**
 * An ELF file around bytes that have none: the raw Image of arm64, the symbols of kallsyms. Little-endian, 64 bits.
 *
 *   ELF header | bytes of the sections, one after the other | section header table
 *
 * Bytes of another source are not copied: the result reads them where they are.
 */
import { type ByteSource, checkRange, memorySource } from '../../bytes/byte-source.ts';
import { ET, SHT } from '../constants.ts';

export interface NewSection {
  readonly name: string;
  readonly type: number;
  readonly flags?: bigint;
  readonly address?: bigint;
  /** Its bytes; of NOBITS only the size. */
  readonly content: ByteSource | number;
  readonly link?: number;
  readonly info?: number;
  readonly entrySize?: number;
}

const headerSize = 64;
const rowSize = 64;

/** @param name what the file is called in messages */
export function assembleElf(name: string, machine: number, sections: readonly NewSection[]): ByteSource {
  const names = `\0${sections.map((section) => section.name).join('\0')}\0.shstrtab\0`;
  const nameTable = memorySource(Buffer.from(names, 'latin1'), name);
  const all: readonly NewSection[] = [...sections, { name: '.shstrtab', type: SHT.STRTAB, content: nameTable }];
  const table = Buffer.alloc((all.length + 1) * rowSize);
  const parts: Part[] = [];
  let end = headerSize;
  let nameAt = 1;
  all.forEach((section, i) => {
    const at = (i + 1) * rowSize;
    const { content } = section;
    const size = typeof content === 'number' ? content : content.size;
    table.writeUInt32LE(nameAt, at);
    table.writeUInt32LE(section.type, at + 4);
    table.writeBigUInt64LE(section.flags ?? 0n, at + 8);
    table.writeBigUInt64LE(section.address ?? 0n, at + 16);
    table.writeBigUInt64LE(BigInt(end), at + 24);
    table.writeBigUInt64LE(BigInt(size), at + 32);
    table.writeUInt32LE(section.link ?? 0, at + 40);
    table.writeUInt32LE(section.info ?? 0, at + 44);
    table.writeBigUInt64LE(1n, at + 48);
    table.writeBigUInt64LE(BigInt(section.entrySize ?? 0), at + 56);
    nameAt += section.name.length + 1;
    if (typeof content === 'number') return;
    parts.push({ start: end, source: content });
    // Words of a section are read where they are: each begins at 8.
    end += Math.ceil(size / 8) * 8;
  });
  const header = Buffer.alloc(headerSize);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(ET.EXEC, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(end), 40);
  header.writeUInt16LE(headerSize, 52);
  header.writeUInt16LE(rowSize, 58);
  header.writeUInt16LE(all.length + 1, 60);
  header.writeUInt16LE(all.length, 62);
  parts.unshift({ start: 0, source: memorySource(header, name) });
  parts.push({ start: end, source: memorySource(table, name) });
  return joined(name, end + table.length, parts);
}

interface Part {
  readonly start: number;
  readonly source: ByteSource;
}

/** Sources one behind the other, with zeros between them. */
function joined(name: string, size: number, parts: readonly Part[]): ByteSource {
  const source: ByteSource = {
    name,
    size,
    read(offset, length, structure) {
      checkRange(source, offset, length, structure, name);
      const inside = parts.find((part) => offset >= part.start && offset + length <= part.start + part.source.size);
      if (inside !== undefined) return inside.source.read(offset - inside.start, length, structure);
      const bytes = new Uint8Array(length);
      for (const part of parts) {
        const from = Math.max(offset, part.start);
        const to = Math.min(offset + length, part.start + part.source.size);
        if (from < to) bytes.set(part.source.read(from - part.start, to - from, structure), from - offset);
      }
      return bytes;
    },
    fileOffset(offset) {
      const part = parts.find(({ start, source: { size: length } }) => offset >= start && offset < start + length);
      return part?.source.fileOffset(offset - part.start);
    },
  };
  return source;
}
