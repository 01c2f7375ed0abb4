/** Search an image for bytes that no symbol leads to: the banner, the embedded configuration. */

import type { Span } from '../elf/address-space.ts';
import { SHF } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { availability, readyValue, unreadable } from '../errors.ts';

/** One read; the next begins early enough for a match that crosses its end. */
const blockSize = 1 << 20;
/** What is searched at most: read-only data comes first, so a kernel has it within the first few MB. */
const mostBytes = 64 << 20;

/**
 * The address of the first occurrence: in .rodata, then in other data, then, without a section table, in the segments.
 * @param accept whether an occurrence is the one that is meant
 * @throws ParseError the error of the section header table, where there is nothing to search because of it
 */
export function findBytes(
  elf: ElfFile,
  needle: Uint8Array,
  accept: (address: bigint) => boolean = () => true,
): bigint | undefined {
  const rank = (name: string | undefined) => (name === undefined || name.startsWith('.rodata') ? 0 : 1);
  const isData = (span: Span) => span.section === undefined || (span.section.sh_flags & SHF.EXECINSTR) === 0n;
  // A boot image without sections is one span of code and data.
  const data = elf.addressSpace.spans.filter(isData);
  const hidden = unreadable(elf.sectionTable);
  if (hidden !== undefined && elf.addressSpace.spans.length === 0) throw hidden;
  const spans = (data.length === 0 ? elf.addressSpace.spans : data).toSorted(
    (a, b) => rank(a.section?.name) - rank(b.section?.name),
  );
  let left = mostBytes;
  for (const span of spans) {
    if (span.offset === undefined) continue;
    const size = Math.min(Number(span.end - span.start), left);
    left -= size;
    for (let at = 0; at < size; at += blockSize) {
      const length = Math.min(size - at, blockSize + needle.length - 1);
      const start = span.start + BigInt(at);
      const bytes = readyValue(availability(() => elf.bytesAt(start, length)));
      if (bytes === undefined) break;
      const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let hit = block.indexOf(needle); hit >= 0; hit = block.indexOf(needle, hit + 1)) {
        const address = start + BigInt(hit);
        if (accept(address)) return address;
      }
    }
  }
  return undefined;
}
