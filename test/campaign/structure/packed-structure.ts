/**
 * The fields of packed data, as far as something is read before it is unpacked.
 *
 *   gzip    1f 8b   method 1   flags 1   time 4   extra 1   system 1   data   crc 4   size 4            (RFC 1952)
 *   lz4     02 21 4c 18   blocks: size 4, sequences of token 1, literals, distance 2, lengths           (legacy frame)
 *   zstd    28 b5 2f fd   flags 1   window 1, content size (by the flags)   blocks: head 3, data        (RFC 8878)
 *
 * The kernel's build puts the unpacked size, 4 bytes, behind lz4 and zstd.
 */
import { type Structure, spread } from './structure.ts';

const [mostBlocks, mostSequences] = [12, 12];

/** The packed data in a stretch, by its first bytes. @param sized whether the unpacked size stands behind it */
export function mapPacked(to: Structure, title: string, at: number, size: number, sized: boolean): void {
  to.row(title, at, size);
  const end = at + size;
  const first = to.at(at, 4);
  const maps = { 407642370: mapLz4, 4247762216: mapZstd } as const;
  if ((first & 0xffff) === 0x8b1f) mapGzip(to, `${title} gzip`, at, end);
  else if (first === 0x184c2102 || first === 0xfd2fb528) {
    maps[first](to, `${title} ${first === 0x184c2102 ? 'lz4' : 'zstd'}`, at, sized ? end - 4 : end);
    if (sized) to.number(`${title} size behind it`, end - 4, 4);
    to.boundary(end - 4);
  } else to.sample(title, at, size);
}

function mapGzip(to: Structure, title: string, start: number, end: number): void {
  for (const [i, field] of ['magic', 'magic', 'method', 'flags'].entries())
    to.number(`${title} ${field}`, start + i, 1);
  to.number(`${title} time`, start + 4, 4);
  for (const [i, field] of ['extra flags', 'system'].entries()) to.number(`${title} ${field}`, start + 8 + i, 1);
  to.sample(`${title} data`, start + 10, end - 8 - (start + 10));
  to.number(`${title} crc`, end - 8, 4);
  to.number(`${title} size`, end - 4, 4);
  for (const at of [start + 1, start + 2, start + 10, end - 8, end - 4]) to.boundary(at);
}

function mapMagic(to: Structure, title: string, at: number): void {
  for (let i = 0; i < 4; i++) to.number(`${title} magic`, at + i, 1);
  to.boundary(at + 4);
}

function mapLz4(to: Structure, title: string, start: number, end: number): void {
  mapMagic(to, title, start);
  for (let at = start + 4, n = 0; at + 4 <= end; n++) {
    const size = to.at(at, 4);
    if (n < mostBlocks) {
      to.number(`${title} block ${n} size`, at, 4);
      to.row(`${title} block ${n}`, at, 4 + size);
      mapSequences(to, `${title} block ${n}`, at + 4, at + 4 + size);
    }
    at += 4 + size;
  }
}

function mapSequences(to: Structure, title: string, start: number, end: number): void {
  const todo: (() => void)[] = [];
  let at = start;
  for (let n = 0; at < end; n++) {
    const begin = at++;
    const lengths: number[] = [];
    const more = (first: number): number => {
      let length = first;
      for (let byte = first === 15 ? 255 : 0; byte === 255; length += byte) {
        lengths.push(at);
        byte = to.at(at++, 1);
      }
      return length;
    };
    const literals = more(to.at(begin, 1) >> 4);
    at += literals;
    const distance = at;
    if (at < end) {
      at += 2;
      more(to.at(begin, 1) & 15);
    }
    todo.push(() => {
      to.number(`${title} sequence ${n} token`, begin, 1);
      for (const place of lengths.slice(0, 3)) to.number(`${title} sequence ${n} length`, place, 1);
      if (distance < end) to.number(`${title} sequence ${n} distance`, distance, 2);
      to.boundary(begin);
      to.boundary(distance);
    });
  }
  for (const i of spread(todo.length, mostSequences)) todo[i]?.();
}

/** Frames, one behind the other. */
export function mapZstd(to: Structure, title: string, start: number, end: number): void {
  for (let at = start, n = 0; at + 5 <= end; n++) at = mapFrame(to, n === 0 ? title : `${title} frame ${n}`, at, end);
}

/** @returns where the frame ends */
function mapFrame(to: Structure, title: string, start: number, end: number): number {
  mapMagic(to, title, start);
  to.number(`${title} flags`, start + 4, 1);
  const flags = to.at(start + 4, 1);
  const noWindow = (flags & 0x20) !== 0;
  let at = start + 5;
  if (!noWindow) to.number(`${title} window`, at++, 1);
  const sizeBytes = flags >> 6 === 0 ? (noWindow ? 1 : 0) : 1 << (flags >> 6);
  if (sizeBytes > 0) to.number(`${title} content size`, at, sizeBytes);
  at += sizeBytes;
  for (let n = 0, isLast = false; !isLast && at + 3 <= end; n++) {
    const head = to.at(at, 3);
    isLast = (head & 1) !== 0;
    const size = 3 + (((head >> 1) & 3) === 1 ? 1 : head >>> 3);
    if (n < mostBlocks) {
      to.number(`${title} block ${n} head`, at, 3);
      // Headers of the literals and of the sequences stand at the beginning of what is packed.
      for (let i = 3; i < Math.min(size, 12); i++) to.number(`${title} block ${n} +${i}`, at + i, 1);
      to.row(`${title} block ${n}`, at, size);
      to.sample(`${title} block ${n} data`, at + 3, size - 3);
    }
    at += size;
  }
  return at + ((flags & 4) === 0 ? 0 : 4);
}
