/**
 * The fields of BTF.
 *
 *   header: magic 2, version 1, flags 1, hdr_len 4, type_off 4, type_len 4, str_off 4, str_len 4
 *   record: name_off 4, info 4, size or type 4, then what the kind has
 */
import { type Structure, spread } from './structure.ts';

const header = [
  ['magic', 2],
  ['version', 1],
  ['flags', 1],
  ['hdr_len', 4],
  ['type_off', 4],
  ['type_len', 4],
  ['str_off', 4],
  ['str_len', 4],
] as const;

/** Words behind a record: in all, and for each of its vlen parts. */
const behind: Readonly<Record<number, readonly [fixed: number, each: number]>> = {
  1: [1, 0],
  3: [3, 0],
  4: [0, 3],
  5: [0, 3],
  6: [0, 2],
  13: [0, 2],
  14: [1, 0],
  15: [0, 3],
  17: [1, 0],
  19: [0, 3],
};

/** Records that are looked at, spread over them all. */
const mostRecords = 60;

export function mapBtf(to: Structure, offset: number, size: number): void {
  const { littleEndian } = to;
  to.littleEndian = to.bytes[offset] === 0x9f;
  let at = offset;
  for (const [name, bytes] of header) {
    to.number(`.BTF ${name}`, at, bytes);
    at += bytes;
  }
  const [length, typeOff, typeLen, strOff, strLen] = [4, 8, 12, 16, 20].map((field) => to.at(offset + field, 4)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const types = offset + length + typeOff;
  const strings = offset + length + strOff;
  for (const place of [types, types + typeLen, strings, strings + strLen, offset + size]) to.boundary(place);
  const records: { readonly at: number; readonly size: number }[] = [];
  for (let record = types; record + 12 <= types + typeLen; ) {
    const info = to.at(record + 4, 4);
    const [fixed, each] = behind[(info >>> 24) & 0x1f] ?? [0, 0];
    const bytes = 12 + 4 * (fixed + each * (info & 0xffff));
    records.push({ at: record, size: bytes });
    record += bytes;
  }
  for (const i of spread(records.length, mostRecords)) {
    const record = records[i] ?? { at: types, size: 12 };
    const words = Math.min(record.size / 4, 12);
    const before = records[i - 1]?.at ?? record.at;
    for (let word = 0; word < words; word++) {
      const name = ['name_off', 'info', 'size or type'][word] ?? `word ${word}`;
      const same = word < 3 ? before + 4 * word : record.at + 4 * word;
      to.number(`.BTF type ${i + 1} ${name}`, record.at + 4 * word, 4, { self: BigInt(i + 1), before: same });
      // The kind, and the count in two bytes, as fields of their own.
      if (word === 1) to.number(`.BTF type ${i + 1} kind`, record.at + (to.littleEndian ? 7 : 4), 1);
      if (word === 1) to.number(`.BTF type ${i + 1} vlen`, record.at + (to.littleEndian ? 4 : 6), 2);
    }
    to.row(`.BTF type ${i + 1}`, record.at, record.size);
  }
  to.number('.BTF strings first byte', strings, 1);
  to.number('.BTF strings last byte', strings + strLen - 1, 1);
  for (let string = strings + 1, n = 0; string < strings + strLen && n < 30; n++) {
    const end = to.bytes.indexOf(0, string);
    if (end < 0) break;
    to.text(`.BTF string at 0x${(string - strings).toString(16)}`, string, end + 1 - string);
    string = end + 1;
  }
  to.littleEndian = littleEndian;
}
