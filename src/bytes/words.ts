/**
 * Tables of 32-bit words in the order of the machine that kinspect runs on.
 *
 * ELF's tables are made of words, and a 64-bit field is two of them. Reading a Uint32Array costs a fraction of a
 * DataView call, most of all in the first passes over a table, before the JIT has seen them.
 */

const hostLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * The bytes as words: a view where order and alignment allow it, else one swapped copy. Up to three bytes behind the
 * last whole word are left out.
 */
export function toWords(bytes: Uint8Array, littleEndian: boolean): Uint32Array {
  const count = Math.floor(bytes.length / 4);
  if (littleEndian === hostLittleEndian && bytes.byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, count);
  }
  const copy = new Uint8Array(bytes.subarray(0, count * 4));
  if (littleEndian !== hostLittleEndian) Buffer.from(copy.buffer).swap32();
  return new Uint32Array(copy.buffer);
}
