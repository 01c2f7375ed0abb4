/**
 * Ranged reads from a file or from memory. The only module that knows there is a file system.
 *
 * A vmlinux with DWARF is 300 MB to 1 GB and kinspect needs a few MB of it, so nothing here ever reads a whole file,
 * and no length taken from a header is allocated before it is checked against the size of the file.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { ParseError } from '../errors.ts';
import { printable } from './printable.ts';

export interface ByteSource {
  /** What to call it in a message: the path as given, or "decompressed .debug_info". */
  readonly name: string;
  /** Total number of bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`, as a view that the caller must not change.
   * @param structure what the bytes are, for the error
   * @throws ParseError truncated when the range is not inside the source; io when the read fails
   */
  read(offset: number, length: number, structure: string): Uint8Array;
  /**
   * As {@link read}, into memory of the caller's where the bytes have to be fetched: for who reads a section from end to
   * end and keeps nothing of it. @returns the bytes, in `into` or where they are anyway
   */
  readInto?(into: Uint8Array, offset: number, length: number, structure: string): Uint8Array;
  /** Where `offset` lies in the file on disk; undefined in data that exists only decompressed. */
  fileOffset(offset: number): number | undefined;
}

/**
 * Check a range against the size of the source before anything is allocated for it.
 * @param holder what the source is, for the error: the file, or a section of it
 */
export function checkRange(
  source: ByteSource,
  offset: number,
  length: number,
  structure: string,
  holder = 'the file',
): void {
  const bad = !Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0;
  if (!bad && offset + length <= source.size) return;
  const left = Math.max(0, source.size - offset);
  throw new ParseError({
    code: 'truncated',
    structure,
    offset: Number.isSafeInteger(offset) && offset >= 0 ? source.fileOffset(offset) : undefined,
    problem: bad
      ? 'its offset or size is not a number that a file can hold'
      : `${length} bytes are needed and ${left} are left in ${holder} of ${source.size} bytes`,
    advice: 'the file is cut off or its headers are damaged',
  });
}

/** Bytes that are already in memory. */
export function memorySource(
  bytes: Uint8Array,
  name = 'memory',
  fileOffset: (offset: number) => number | undefined = (offset) => offset,
): ByteSource {
  const source: ByteSource = {
    name,
    size: bytes.length,
    read(offset, length, structure) {
      checkRange(source, offset, length, structure, name === 'memory' ? undefined : name);
      return bytes.subarray(offset, offset + length);
    },
    fileOffset,
  };
  return source;
}

/**
 * A window of another source; offsets count from `start`.
 * @param structure what the window is, for errors
 */
export function subSource(parent: ByteSource, start: number, size: number, structure: string): ByteSource {
  checkRange(parent, start, size, structure);
  const source: ByteSource = {
    name: parent.name,
    size,
    read(offset, length, what) {
      checkRange(source, offset, length, what, structure);
      return parent.read(start + offset, length, what);
    },
    readInto(into, offset, length, what) {
      checkRange(source, offset, length, what, structure);
      return parent.readInto?.(into, start + offset, length, what) ?? parent.read(start + offset, length, what);
    },
    fileOffset: (offset) => parent.fileOffset(start + offset),
  };
  return source;
}

export interface FileSource extends ByteSource {
  close(): void;
}

const readableKinds = 'give the path of a vmlinux, a kernel module or a BTF file';
/** The most that is read in one piece; the largest table of a real kernel, .debug_info, is a third of it. */
const largestRead = 2 ** 31;
/** The most that is read from a file that does not tell its size. */
const largestUnsized = 2 ** 28;

/**
 * Open a regular file for ranged reads.
 * @param kinds what to give in place of what is no regular file
 * @throws ParseError io (missing, unreadable) or not-a-file (directory, FIFO, device); never blocks on a FIFO
 */
export function openFile(path: string, kinds = readableKinds): FileSource {
  const structure = printable(path);
  // O_NONBLOCK so that opening a FIFO without a writer returns instead of waiting for ever.
  const fd = attempt(structure, undefined, () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), path);
  try {
    return sourceOf(fd, path, structure, kinds);
  } catch (error) {
    closeQuietly(fd);
    throw error;
  }
}

/** The first bytes of a file, or the system's word for why there are none (ENOENT, EACCES). */
export function readPrefix(
  path: string,
  length: number,
): { readonly bytes?: Uint8Array; readonly code?: string | undefined } {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const bytes = new Uint8Array(length);
    return { bytes: bytes.subarray(0, readSync(fd, bytes, 0, length, null)) };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code };
  } finally {
    if (fd !== undefined) closeQuietly(fd);
  }
}

function sourceOf(fd: number, path: string, structure: string, kinds: string): FileSource {
  const stat = attempt(structure, undefined, () => fstatSync(fd));
  if (!stat.isFile()) {
    const kind = stat.isDirectory() ? 'a directory' : stat.isFIFO() ? 'a FIFO' : 'a device or socket';
    throw new ParseError({ code: 'not-a-file', structure, problem: `it is ${kind}`, advice: kinds });
  }
  if (stat.size > 0) return new DescriptorSource(path, fd, stat.size);
  // procfs and some of sysfs report no size and have bytes all the same.
  const bytes = readToEnd(fd, structure);
  if (bytes.length === 0) {
    throw new ParseError({ code: 'truncated', structure, offset: 0, problem: 'the file is empty' });
  }
  closeQuietly(fd);
  return { ...memorySource(bytes, 'the file'), name: path, close: () => undefined };
}

/** Nothing was written, so a failing close(2) loses nothing. */
function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {}
}

/** The names in a directory, those of directories with a slash behind them; none where it cannot be read. */
export function listDirectory(path: string): readonly string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  } catch {
    return [];
  }
}

class DescriptorSource implements FileSource {
  readonly name: string;
  readonly size: number;
  #fd: number | undefined;

  constructor(name: string, fd: number, size: number) {
    this.name = name;
    this.#fd = fd;
    this.size = size;
  }

  read(offset: number, length: number, structure: string): Uint8Array {
    checkRange(this, offset, length, structure);
    const bytes = allocate(length, structure, offset);
    this.#fill(bytes, offset, structure);
    return bytes;
  }

  readInto(into: Uint8Array, offset: number, length: number, structure: string): Uint8Array {
    checkRange(this, offset, length, structure);
    const bytes = into.subarray(0, length);
    this.#fill(bytes, offset, structure);
    return bytes;
  }

  fileOffset(offset: number): number {
    return offset;
  }

  /** May be called twice: the number may belong to another file by then. */
  close(): void {
    if (this.#fd !== undefined) closeQuietly(this.#fd);
    this.#fd = undefined;
  }

  #fill(into: Uint8Array, offset: number, structure: string): void {
    const fd = this.#fd;
    if (fd === undefined) throw new ParseError({ code: 'io', structure, offset, problem: 'the file is closed' });
    for (let done = 0; done < into.length; ) {
      const at = offset + done;
      // One read(2) moves at most 2^31 - 4096 bytes.
      const wanted = Math.min(into.length - done, 0x4000_0000);
      const got = attempt(structure, at, () => readSync(fd, into, done, wanted, at));
      if (got === 0) {
        const problem = 'the file became shorter while it was open';
        throw new ParseError({ code: 'truncated', structure, offset: at, problem, advice: 'open it again' });
      }
      done += got;
    }
  }
}

/** Not from the shared pool: tables keep views of these bytes for as long as the file is open. */
function allocate(length: number, structure: string, offset: number): Uint8Array {
  if (length > largestRead) {
    const problem = `its ${length} bytes are more than the ${largestRead} that are read in one piece`;
    throw new ParseError({ code: 'unsupported', structure, offset, problem });
  }
  try {
    return new Uint8Array(length);
  } catch {
    throw new ParseError({ code: 'io', structure, offset, problem: `there is no memory for its ${length} bytes` });
  }
}

function readToEnd(fd: number, structure: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const part = new Uint8Array(1 << 16);
  for (let total = 0; ; ) {
    const got = attempt(structure, total, () => readSync(fd, part, 0, part.length, null));
    if (got === 0) return new Uint8Array(Buffer.concat(parts));
    total += got;
    if (total > largestUnsized) {
      const problem = `it gives more than ${largestUnsized} bytes without having told its size`;
      throw new ParseError({ code: 'unsupported', structure, problem });
    }
    parts.push(part.slice(0, got));
  }
}

const ioProblems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the path is too long',
  ENXIO: 'it is a device or socket without anything behind it',
  EIO: 'the device reports a read error (EIO)',
  EISDIR: 'it is a directory',
};

/** Node reads its arguments as UTF-8, and puts this character for what is none: the name is lost. */
const notUtf8 = '\ufffd';
const otherWayIn =
  'a name that is not UTF-8 cannot be given to Node: give - in its place, and the file as standard input';

/** A system call; its failure becomes a ParseError. @param path what is opened by it */
function attempt<T>(structure: string, offset: number | undefined, call: () => T, path = ''): T {
  try {
    return call();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const problem = ioProblems[code] ?? `the system reports ${code}`;
    const advice = code === 'ENOENT' && path.includes(notUtf8) ? otherWayIn : undefined;
    throw new ParseError({ code: 'io', structure, offset, problem, advice });
  }
}
