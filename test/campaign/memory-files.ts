/**
 * What src/bytes/byte-source.ts has in the place of node:fs in a campaign: the input that is on the bench is read from
 * memory, every other file is as ever. Opening and reading files would be a sixth of the work.
 */
import * as fs from 'node:fs';

export const constants = fs.constants;
export const { readdirSync } = fs;

let memory: { readonly path: string; readonly bytes: Uint8Array } | undefined;
/** No descriptor of the system is as high. */
const first = 1 << 24;
const open = new Map<number, Uint8Array>();
let opened = 0;

/** What reading the input comes to: its bytes, an error of the device, or the end, as of a file that became shorter. */
export type Fault = 'none' | 'error' | 'end';
let fault: Fault = 'none';

/** From now on, `path` is these bytes. */
export function putFile(path: string, bytes: Uint8Array): void {
  memory = { path, bytes };
  fault = 'none';
}

/** From now on, reading the input has this fault. */
export function setFault(now: Fault): void {
  fault = now;
}

/** Files that were opened and not closed since the last call. */
export function leftOpen(): number {
  const count = open.size;
  open.clear();
  return count;
}

export function openSync(path: string, flags: number): number {
  if (memory === undefined || path !== memory.path) return fs.openSync(path, flags);
  const fd = first + opened++;
  open.set(fd, memory.bytes);
  return fd;
}

export function fstatSync(fd: number): fs.Stats {
  const bytes = open.get(fd);
  if (bytes === undefined) return fs.fstatSync(fd);
  const kind = { isFile: () => true, isDirectory: () => false, isFIFO: () => false };
  return { ...kind, size: bytes.length } as fs.Stats;
}

export function readSync(fd: number, into: Uint8Array, offset: number, length: number, at: number | null): number {
  const bytes = open.get(fd);
  if (bytes === undefined) return fs.readSync(fd, into, offset, length, at);
  if (fault === 'error') throw Object.assign(new Error('read error'), { code: 'EIO' });
  if (fault === 'end') return 0;
  const from = at ?? 0;
  const part = bytes.subarray(from, from + length);
  into.set(part, offset);
  return part.length;
}

export function closeSync(fd: number): void {
  if (!open.delete(fd)) fs.closeSync(fd);
}
