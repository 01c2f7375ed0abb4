/**
 * The BTF header, and the check that the two sections it announces are inside the file.
 *
 *   0       2       3       4         8          12         16        20        24
 *   | magic |version| flags | hdr_len | type_off | type_len | str_off | str_len | (newer fields, skipped by hdr_len)
 *   | eB9F  |   1   |   0   |  >= 24  |
 *
 * The offsets count from the end of the header. The magic is written in the byte order of the target, and so says which
 * one it is. Source: Documentation/bpf/btf.rst section 2, include/uapi/linux/btf.h.
 */
import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import { ParseError } from '../errors.ts';
import { type FileOffset, fileOffset } from '../units.ts';

const BTF_MAGIC = 0xeb9f;
const BTF_VERSION = 1;
const HEADER_SIZE = 24;
const STRUCTURE = 'BTF header';

/** The header as it stands in the file, under the names of the specification. */
export interface BtfHeader {
  readonly littleEndian: boolean;
  readonly version: number;
  readonly flags: number;
  readonly hdr_len: number;
  readonly type_off: number;
  readonly type_len: number;
  readonly str_off: number;
  readonly str_len: number;
  /** Where the type section begins, counted from the BTF's first byte: hdr_len + type_off. */
  readonly typeStart: number;
  /** Where the string section begins, counted from the BTF's first byte: hdr_len + str_off. */
  readonly strStart: number;
  /** File offset of the header; undefined in data that exists only decompressed. */
  readonly fileOffset: FileOffset | undefined;
  /** What is wrong although both sections can be read. */
  readonly damage: ParseError | undefined;
}

/** Whether the source begins with BTF's magic in either byte order: a raw file as /sys/kernel/btf/vmlinux is one. */
export function isRawBtf(source: ByteSource): boolean {
  if (source.size < 2) return false;
  const bytes = source.read(0, 2, STRUCTURE);
  return byteOrder(bytes) !== undefined;
}

/** @returns whether the magic is little-endian; undefined when it is no magic */
function byteOrder(bytes: Uint8Array): boolean | undefined {
  const asLittle = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  const asBig = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return asLittle === BTF_MAGIC ? true : asBig === BTF_MAGIC ? false : undefined;
}

/**
 * Read and check the header.
 * @throws ParseError truncated, bad-header, unsupported (another version)
 */
export function parseHeader(source: ByteSource): BtfHeader {
  const magic = source.read(0, 2, STRUCTURE);
  const littleEndian = byteOrder(magic);
  if (littleEndian === undefined) {
    const found = [...magic].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw bad(source, 0, 'bad-header', `it begins with ${found}, and BTF begins with 9f eb or eb 9f`);
  }
  const cursor = Cursor.over(source, 0, HEADER_SIZE, littleEndian, STRUCTURE);
  cursor.skip(2);
  const version = cursor.u8();
  const flags = cursor.u8();
  if (version !== BTF_VERSION) {
    throw bad(source, 2, 'unsupported', `version ${version}; only version ${BTF_VERSION} is known`);
  }
  const hdr_len = cursor.u32();
  if (hdr_len < HEADER_SIZE || hdr_len > source.size) {
    throw bad(source, 4, 'bad-header', `hdr_len is ${hdr_len}; expected ${HEADER_SIZE} to ${source.size}`);
  }
  const type_off = cursor.u32();
  const type_len = cursor.u32();
  const str_off = cursor.u32();
  const str_len = cursor.u32();
  // Records are read as 32-bit words; the kernel and libbpf refuse an unaligned section too.
  if (type_off % 4 !== 0) {
    throw bad(source, 8, 'bad-header', `type_off is ${type_off}; expected a multiple of 4`);
  }
  if (type_off + type_len > str_off) {
    const problem = `the type section (${type_off} + ${type_len}) runs into the string section at str_off ${str_off}`;
    throw bad(source, 12, 'bad-header', problem);
  }
  if (hdr_len + str_off + str_len > source.size) {
    const left = source.size - hdr_len;
    const problem = `str_off ${str_off} + str_len ${str_len} is past the ${left} bytes after the header`;
    throw bad(source, 16, 'truncated', problem);
  }
  const start = source.fileOffset(0);
  return {
    littleEndian,
    version,
    flags,
    hdr_len,
    type_off,
    type_len,
    str_off,
    str_len,
    typeStart: hdr_len + type_off,
    strStart: hdr_len + str_off,
    fileOffset: start === undefined ? undefined : fileOffset(start),
    damage: findDamage(source, { flags, hdr_len, type_off, type_len, str_off, str_len }),
  };
}

type Fields = Pick<BtfHeader, 'flags' | 'hdr_len' | 'type_off' | 'type_len' | 'str_off' | 'str_len'>;

/**
 * Bytes that belong to neither section: types are lost where type_len is too small, names where str_len is. The kernel
 * refuses them too, and flags. A longer header may announce what is there.
 */
function findDamage(source: ByteSource, fields: Fields): ParseError | undefined {
  const { flags, hdr_len, type_off, type_len, str_off, str_len } = fields;
  if (flags !== 0) return bad(source, 3, 'bad-value', `flags is ${flags}, and none are known`);
  if (hdr_len !== HEADER_SIZE) return undefined;
  const lost = (field: number, count: number, where: string) =>
    bad(source, field, 'bad-value', `${count} bytes ${where} are in neither section, and are not read`);
  if (type_off > 0) return lost(8, type_off, 'between header and types');
  if (str_off > type_len) return lost(12, str_off - type_len, 'between types and strings');
  const rest = source.size - hdr_len - str_off - str_len;
  return rest > 0 ? lost(20, rest, 'behind the strings') : undefined;
}

function bad(
  source: ByteSource,
  field: number,
  code: 'bad-header' | 'bad-value' | 'truncated' | 'unsupported',
  problem: string,
): ParseError {
  return new ParseError({ code, structure: STRUCTURE, offset: source.fileOffset(field), problem });
}
