/**
 * The ELF header (gABI chapter 4, "ELF Header"), either class and byte order.
 *
 *   offset  0  7f 45 4c 46  EI_CLASS  EI_DATA  EI_VERSION  EI_OSABI  EI_ABIVERSION  7 bytes of padding
 *          16  e_type u16   e_machine u16   e_version u32
 *          24  e_entry, e_phoff, e_shoff    u32 each (ELF32: to 36) or u64 each (ELF64: to 48)
 *              e_flags u32  e_ehsize u16  e_phentsize u16  e_phnum u16  e_shentsize u16  e_shnum u16  e_shstrndx u16
 *
 * The counts are as they stand here; one that does not fit 16 bits is in section header 0 ("extended numbering",
 * resolved by sections.ts and segments.ts), so that a bad section header table takes only its own part away.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import { ParseError } from '../errors.ts';
import { type Vaddr, vaddr } from '../units.ts';

export interface ElfHeader {
  readonly is64: boolean;
  readonly littleEndian: boolean;
  readonly e_type: number;
  readonly e_machine: number;
  readonly e_entry: Vaddr;
  readonly e_phoff: number;
  readonly e_shoff: number;
  readonly e_flags: number;
  readonly e_phentsize: number;
  readonly e_phnum: number;
  readonly e_shentsize: number;
  readonly e_shnum: number;
  readonly e_shstrndx: number;
}

const structure = 'ELF header';

function bad(offset: number, problem: string): ParseError {
  return new ParseError({ code: 'bad-header', structure, offset, problem });
}

/** What a file that is not ELF looks like, for the sentence that says so. */
function guessKind(bytes: Uint8Array): string | undefined {
  const starts = (...magic: number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (starts(0x1f, 0x8b)) return 'it is gzip data; unpack it first';
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'it is zstd data; unpack it first';
  if (starts(0xfd, 0x37, 0x7a)) return 'it is xz data; unpack it first';
  if (starts(0x4d, 0x5a))
    return 'it is a boot image (vmlinuz) of a kind that is not unpacked here; give the vmlinux, from the debug package';
  if (starts(0x21, 0x3c, 0x61, 0x72)) return 'it is an archive (.a or .deb); unpack it first';
  if (starts(0x9f, 0xeb) || starts(0xeb, 0x9f)) return 'it is raw BTF; give it with --btf beside a vmlinux';
  return undefined;
}

/**
 * Read and check the header.
 * @throws ParseError not-elf, truncated, bad-header (class, byte order, version)
 */
export function readHeader(source: ByteSource): ElfHeader {
  const ident = source.read(0, Math.min(16, source.size), structure);
  if (!(ident[0] === 0x7f && ident[1] === 0x45 && ident[2] === 0x4c && ident[3] === 0x46)) {
    const found = Buffer.from(ident.subarray(0, 4))
      .toString('hex')
      .replace(/..(?=.)/g, '$& ');
    throw new ParseError({
      code: 'not-elf',
      structure: 'ELF magic',
      offset: 0,
      problem: `found ${found || 'nothing'}, expected 7f 45 4c 46: not an ELF file`,
      advice: guessKind(ident),
    });
  }
  const cursorOver = (length: number, littleEndian: boolean) => Cursor.over(source, 0, length, littleEndian, structure);
  const [elfClass = 0, data = 0, version = 0] = cursorOver(16, true).bytes(7).subarray(4);
  if (elfClass !== 1 && elfClass !== 2) throw bad(4, `EI_CLASS is ${elfClass}, expected 1 (ELF32) or 2 (ELF64)`);
  if (data !== 1 && data !== 2) throw bad(5, `EI_DATA is ${data}, expected 1 (little-endian) or 2 (big-endian)`);
  if (version !== 1) throw bad(6, `EI_VERSION is ${version}, expected 1`);
  const is64 = elfClass === 2;
  const littleEndian = data === 1;
  const cursor = cursorOver(is64 ? 64 : 52, littleEndian);
  cursor.skip(16);
  const e_type = cursor.u16();
  const e_machine = cursor.u16();
  const e_version = cursor.u32();
  if (e_version !== 1) throw bad(20, `e_version is ${e_version}, expected 1`);
  const word = () => (is64 ? cursor.size64() : cursor.u32());
  const e_entry = vaddr(is64 ? cursor.u64() : BigInt(cursor.u32()));
  const e_phoff = word();
  const e_shoff = word();
  const e_flags = cursor.u32();
  cursor.skip(2);
  return {
    is64,
    littleEndian,
    e_type,
    e_machine,
    e_entry,
    e_phoff,
    e_shoff,
    e_flags,
    e_phentsize: cursor.u16(),
    e_phnum: cursor.u16(),
    e_shentsize: cursor.u16(),
    e_shnum: cursor.u16(),
    e_shstrndx: cursor.u16(),
  };
}
