/** Damage of BTF. */
import { BtfWriter, type HeaderOverrides } from '../helpers/btf-writer.ts';
import { type DamageCase, kernelWithBtf } from './case.ts';

const btf = (name: string, change: (writer: BtfWriter) => Uint8Array, says: string, code: 0 | 3 = 3): DamageCase => ({
  name,
  bytes: () => kernelWithBtf(change),
  argv: 'dump FILE btf',
  says,
  code,
});

const header = (name: string, fields: HeaderOverrides, says: string): DamageCase =>
  btf(name, (writer) => writer.build(fields), says);

/** What is left of it can be read. */
const looseHeader = (name: string, fields: HeaderOverrides, says: string): DamageCase => ({
  ...header(name, fields, says),
  code: 0,
});

const record = (name: string, add: (writer: BtfWriter) => void, says: string, shows?: string): DamageCase => ({
  ...btf(
    name,
    (writer) => {
      add(writer);
      return writer.build();
    },
    says,
    0,
  ),
  ...(shows !== undefined && { shows }),
});

export const btfCases: readonly DamageCase[] = [
  btf(
    'a section without bytes',
    () => new Uint8Array(0),
    'kinspect: FILE: BTF header at file offset 0x1c0: 2 bytes are needed and 0 are left in section 4 (.BTF) of 0 bytes; the file is cut off or its headers are damaged',
  ),
  header(
    'magic',
    { magic: 0x1234 },
    'kinspect: FILE: BTF header at file offset 0x1c0: it begins with 34 12, and BTF begins with 9f eb or eb 9f',
  ),
  header(
    'swapped magic',
    { magic: 0x9feb },
    'kinspect: FILE: BTF header at file offset 0x1c4: hdr_len is 402653184; expected 24 to 75',
  ),
  header(
    'version',
    { version: 2 },
    'kinspect: FILE: BTF header at file offset 0x1c2: version 2; only version 1 is known',
  ),
  header(
    'header length',
    { hdr_len: 20 },
    'kinspect: FILE: BTF header at file offset 0x1c4: hdr_len is 20; expected 24 to 75',
  ),
  header(
    'types outside',
    { type_off: 0x1000 },
    'kinspect: FILE: BTF header at file offset 0x1cc: the type section (4096 + 40) runs into the string section at str_off 40',
  ),
  header(
    'strings outside',
    { str_off: 0x1000 },
    'kinspect: FILE: BTF header at file offset 0x1d0: str_off 4096 + str_len 11 is past the 51 bytes after the header',
  ),
  header(
    'a length past 2^31',
    { str_len: 0xffff_fff0 },
    'kinspect: FILE: BTF header at file offset 0x1d0: str_off 40 + str_len 4294967280 is past the 51 bytes after the header',
  ),
  header(
    'types and strings that overlap',
    { str_off: 8 },
    'kinspect: FILE: BTF header at file offset 0x1cc: the type section (0 + 40) runs into the string section at str_off 8',
  ),
  btf(
    'strings without a NUL at the end',
    (writer) => {
      const bytes = writer.build();
      bytes[bytes.length - 1] = 0x61;
      return bytes;
    },
    'kinspect: FILE: BTF string section at file offset 0x20a: its last byte is 97; expected 0',
  ),
  btf(
    'strings without a NUL at the start',
    (writer) => {
      const bytes = writer.build();
      bytes[24 + 4 * (4 + 3 + 3)] = 0x61;
      return bytes;
    },
    'kinspect: FILE: BTF string section at file offset 0x200: its first byte is 97; expected 0, the empty string; BTF of a module is split BTF and is read on top of the BTF of its kernel',
  ),
  record(
    'name offset past the strings',
    (writer) => writer.record([0xff_ffff, 0x0800_0000, 1]),
    'kinspect: FILE: BTF type 4 (TYPEDEF) at file offset 0x200: the name_off of the type is 16777215; the strings end at 11; the name is shown as (invalid)',
  ),
  record(
    'unknown kind',
    (writer) => writer.record([0, 0x1f00_0000, 0]),
    'kinspect: FILE: BTF type 4 (kind 31) at file offset 0x204: kind 31 is unknown; kinds 1 to 19 are read; types from 4 on cannot be read',
  ),
  record(
    'vlen past the end',
    (writer) => writer.record([0, 0x0400_ffff, 8]),
    'kinspect: FILE: BTF type 4 (STRUCT) at file offset 0x200: it needs 786432 bytes (vlen 65535) and the type section has 12 left; types from 4 on cannot be read',
  ),
  record(
    'a modifier that contains itself',
    (writer) => writer.const(writer.endId),
    'kinspect: FILE: BTF type 4 (CONST) at file offset 0x200: it contains itself',
    '      4  CONST               const <type cycle at id 4>',
  ),
  record(
    'typedefs that contain each other',
    (writer) => {
      writer.typedef('a', writer.endId + 1);
      writer.typedef('b', writer.endId - 1);
    },
    'kinspect: FILE: BTF type 4 (TYPEDEF) at file offset 0x200: it contains itself by way of type 5',
    '      5  TYPEDEF             b',
  ),
  record(
    'an array of itself',
    (writer) => writer.array(writer.endId, 1, 2),
    'kinspect: FILE: BTF type 4 (ARRAY) at file offset 0x200: it contains itself',
    '      4  ARRAY               <type cycle at id 4>[2]',
  ),
  record(
    'a structure that contains itself',
    (writer) => writer.struct('s', 8, [['s', writer.endId, 0]]),
    'kinspect: FILE: BTF type 4 (STRUCT) at file offset 0x200: it contains itself',
    '      4  STRUCT           8  struct s',
  ),
  record(
    'FUNC that points to no FUNC_PROTO',
    (writer) => writer.func('beta', 1),
    'kinspect: FILE: BTF type 4 (FUNC) at file offset 0x208: its type is 1 (INT), expected a FUNC_PROTO',
    '      4  FUNC                static <bad type id 1> beta',
  ),
  record(
    'FUNC that points to itself',
    (writer) => writer.func('beta', writer.endId),
    'kinspect: FILE: BTF type 4 (FUNC) at file offset 0x208: its type is 4 (FUNC), expected a FUNC_PROTO',
    '      4  FUNC                static <bad type id 4> beta',
  ),
  record(
    'an id past the end',
    (writer) => writer.func('beta', 9999),
    'kinspect: FILE: BTF type 4 (FUNC) at file offset 0x208: its type is 9999, and the last id is 4',
    '      4  FUNC                static <bad type id 9999> beta',
  ),
  record(
    'a structure that contains itself through an array of a typedef',
    (writer) => {
      const own = writer.endId;
      writer.struct('s', 8, [['s', own + 1, 0]]);
      writer.array(own + 2, 1, 1);
      writer.typedef('s_t', own);
    },
    'kinspect: FILE: BTF type 4 (STRUCT) at file offset 0x200: it contains itself by way of types 5, 6',
    '      4  STRUCT           8  struct s',
  ),
  record(
    'a pointer that points to itself',
    (writer) => writer.pointer(writer.endId),
    'kinspect: FILE: BTF type 4 (PTR) at file offset 0x200: it points to itself',
    '      4  PTR                 <type cycle at id 4> *',
  ),
  looseHeader(
    'types that type_len leaves out',
    { type_len: 28 },
    'kinspect: FILE: BTF header at file offset 0x1cc: 12 bytes between types and strings are in neither section, and are not read',
  ),
  record(
    'an INT of more bits than bytes',
    (writer) => writer.int('wide', 4, 1, 40),
    "kinspect: FILE: BTF type 4 (INT) at file offset 0x20c: its last bit is 39, and it has 32; the kernel's verifier refuses that",
  ),
  record(
    'a member past the end of its structure',
    (writer) => writer.struct('s', 4, [['m', 1, 32]]),
    "kinspect: FILE: BTF type 4 (STRUCT) at file offset 0x214: member 0 (m) ends at bit 64, past its 4 bytes; the kernel's verifier refuses that",
    '      4  STRUCT           4  struct s',
  ),
  record(
    'a name that is no C identifier',
    (writer) => writer.struct('Option<u32>', 4, []),
    "kinspect: FILE: BTF type 4 (STRUCT) at file offset 0x200: its name 'Option<u32>' is no C identifier; the kernel's verifier refuses that",
    '      4  STRUCT           4  struct Option<u32>',
  ),
  record(
    'a linkage that there is not',
    (writer) => writer.func('beta', 2, 7),
    "kinspect: FILE: BTF type 4 (FUNC) at file offset 0x204: its linkage is 7, expected 0 (static), 1 (global) or 2 (extern); the kernel's verifier refuses that",
  ),
  {
    name: 'split BTF without its base',
    bytes() {
      const base = new BtfWriter();
      base.int('int', 4);
      const split = new BtfWriter({ base });
      split.typedef('number', 1);
      return split.build();
    },
    argv: 'dump HOST btf --btf FILE',
    says: 'kinspect: HOST: FILE, BTF string section at file offset 0x24: its first byte is 110; expected 0, the empty string; BTF of a module is split BTF and is read on top of the BTF of its kernel',
    code: 3,
  },
];
