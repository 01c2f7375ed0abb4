/** A zstd frame of raw and run-length blocks alone (RFC 8878), which no packer is needed for. Shares nothing with src/. */

/** A stretch of so many equal bytes is a block of its own. */
const leastRun = 24;
const mostBlock = 1 << 17;

/** Magic, flags (content size of 4 bytes, no window), content size, blocks: u24 of last 1 bit, type 2 bits, size 21 bits. */
export function zstdFrame(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(0xfd2fb528, 0);
  head.writeUInt8(0xa0, 4);
  head.writeUInt32LE(bytes.length, 5);
  const blocks = blocksOf(bytes);
  return Buffer.concat([
    head,
    ...blocks.flatMap(({ type, size, data }, i) => {
      const word = Buffer.alloc(3);
      word.writeUIntLE((i === blocks.length - 1 ? 1 : 0) | (type << 1) | (size << 3), 0, 3);
      return [word, data];
    }),
  ]);
}

interface Block {
  /** 0 raw, 1 run-length. */
  readonly type: 0 | 1;
  readonly size: number;
  readonly data: Uint8Array;
}

function blocksOf(bytes: Uint8Array): Block[] {
  const blocks: Block[] = [];
  let begin = 0;
  const raw = (end: number): void => {
    for (; begin < end; begin += mostBlock) {
      const data = bytes.subarray(begin, Math.min(end, begin + mostBlock));
      blocks.push({ type: 0, size: data.length, data });
    }
    begin = end;
  };
  for (let at = 0; at < bytes.length; ) {
    const length = runAt(bytes, at);
    if (length >= leastRun) {
      raw(at);
      blocks.push({ type: 1, size: length, data: bytes.subarray(at, at + 1) });
      begin = at + length;
    }
    at += length;
  }
  raw(bytes.length);
  return blocks.length > 0 ? blocks : [{ type: 0, size: 0, data: bytes }];
}

/** How many bytes from here on are equal, as many as a block has. */
export function runAt(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  while (end < bytes.length && end - at < mostBlock && bytes[end] === bytes[at]) end++;
  return end - at;
}
