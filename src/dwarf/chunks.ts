/**
 * How several threads share one section: it is cut into chunks of neighbouring units, and whoever is free takes the next.
 *
 * A fixed half each would wait for the slower half; here a thread that starts late, or shares its core, takes less.
 */

import type { LoadedSections } from './sections.ts';
import type { UnitList } from './unit-list.ts';
import { chunkBytes, type ReaderShare, type UnitReader } from './unit-reader.ts';

/** The chunks, in memory that the threads share. */
export interface ChunkPlan {
  /** Of .debug_info's units, as in UnitList. */
  readonly offset: Float64Array;
  readonly size: Float64Array;
  /** First unit of each chunk; one more row than there are chunks. */
  readonly firstUnit: Uint32Array;
  /** Bytes of .debug_types, which are chunk 0 where the section is; the rest of the chunks then count from 1. */
  readonly typesBytes: number | undefined;
  /** One word: the chunk that is taken next. */
  readonly next: Int32Array;
}

/** What a worker thread is started with. */
export interface WorkerTask {
  readonly sections: LoadedSections;
  readonly plan: ChunkPlan;
}

/** What a worker thread says. */
export type WorkerReply =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly share: ReaderShare };

export function planChunks(list: UnitList, typesBytes: number | undefined): ChunkPlan {
  const first = [0];
  let bytes = 0;
  for (let unit = 0; unit < list.size.length; unit++) {
    const size = list.size[unit] as number;
    if (bytes > 0 && bytes + size > chunkBytes) {
      first.push(unit);
      bytes = 0;
    }
    bytes += size;
  }
  if (list.size.length > 0) first.push(list.size.length);
  return {
    offset: sharedFloats(list.offset),
    size: sharedFloats(list.size),
    firstUnit: Uint32Array.from(first),
    typesBytes,
    next: new Int32Array(new SharedArrayBuffer(4)),
  };
}

/** Read chunk after chunk until all are taken; yields the bytes of each. */
export function* takeChunks(plan: ChunkPlan, reader: UnitReader): Generator<number> {
  const types = plan.typesBytes === undefined ? 0 : 1;
  const chunks = plan.firstUnit.length - 1 + types;
  for (;;) {
    const chunk = Atomics.add(plan.next, 0, 1);
    if (chunk >= chunks) return;
    if (chunk < types) {
      reader.readTypes(chunk);
      yield plan.typesBytes ?? 0;
      continue;
    }
    const from = plan.firstUnit[chunk - types] as number;
    const to = plan.firstUnit[chunk - types + 1] as number;
    const sizes = plan.size.subarray(from, to);
    reader.readUnits(chunk, plan.offset.subarray(from, to), sizes);
    yield sizes.reduce((total, size) => total + size, 0);
  }
}

/** The buffers of a share that move to the receiver without a copy. */
export function transferables(share: ReaderShare): ArrayBuffer[] {
  const columns = [...Object.values(share.entries), share.params.name, share.params.type];
  return [...new Set(columns.map((column) => column.buffer as ArrayBuffer))];
}

function sharedFloats(values: Float64Array): Float64Array {
  const shared = new Float64Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
